"""Arranging an exam: who sits where and what, what is refused, and what is still a hole."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from courses.cohorts.models import Cohort, CohortStep
from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortStage
from courses.venues.models import Booking
from lms.exams.attempts.models import Attempt
from lms.exams.sittings.actions import arranging, covering, planning
from lms.exams.sittings.models import Candidate, Exam, Sitting
from lms.exams.sittings.queries import absences, candidates, exams, papers, requirements, sittings
from lms.exams.sittings.rules import (
    Absence,
    ExamDraft,
    ExamPurpose,
    SittingDraft,
    SittingState,
    faults,
    free_seats,
    state_of,
)
from lms.ground import db
from lms.ground.clock import now
from lms.ground.errors import Conflict, Missing, Refused
from question_bank.papers.actions.sealing import retire
from question_bank.papers.models import Paper
from tests import cast, make

pytestmark = pytest.mark.usefixtures("context")
AT = now().replace(microsecond=0)


def draft(**changes: object) -> SittingDraft:
    """A sitting from tomorrow on for two hours, an hour for the paper."""
    opens_at = AT + timedelta(days=1)
    fields = {"opens_at": opens_at, "closes_at": opens_at + timedelta(hours=2), "minutes": 60}
    return SittingDraft(**{**fields, **changes})  # type: ignore[arg-type]


def exam_with(learners: int) -> Exam:
    """An exam of a cohort with so many learners."""
    cohort = make.cohort()
    for _ in range(learners):
        make.enrolment(cohort)
    return make.exam(cohort)


def sitting_of(exam: Exam, **changes: object) -> Sitting:
    """A sitting of the exam as the office sees it."""
    made = arranging.create_sitting(exam=exam, draft=draft(**changes), by=cast.office(), at=AT)
    return sittings.get_sitting(made.id, cast.office())


def prepared(exam: Exam) -> tuple[Sitting, list[Candidate]]:
    make.norm("exam.transport_grace_seconds", Decimal(10))
    sitting = sitting_of(exam)
    arranging.prepare(sitting=sitting, by=cast.office(), at=AT)
    return sitting, candidates.candidates(sitting.id)


def holes(cohort: Cohort) -> list[tuple[str, str]]:
    return [(one.course, one.short) for one in requirements.holes(cohort.id)]


def on_the_board(cohort: Cohort) -> list[tuple[Cohort, bool]]:
    return requirements.cohorts_on_the_board([cohort.id])


def test_every_learner_gets_a_seat_and_neighbours_get_different_variants() -> None:
    exam = exam_with(5)
    _, seated = prepared(exam)
    variants = papers.variant_ids(exam.paper_id)
    sheets = [db.session.get_one(Attempt, one.attempt_id) for one in seated]
    assert [one.seat for one in seated] == [1, 2, 3, 4, 5]
    assert [sheet.variant_id for sheet in sheets] == [variants[n] for n in (0, 1, 0, 1, 0)]
    assert len({sheet.seed for sheet in sheets}) == 5
    assert {sheet.slots for sheet in sheets} == {3}
    assert {sheet.grace_seconds for sheet in sheets} == {10}


def test_preparing_again_makes_only_what_is_missing() -> None:
    exam = exam_with(2)
    sitting, _ = prepared(exam)
    with pytest.raises(Refused, match="都已生成"):
        arranging.prepare(sitting=sitting, by=cast.office(), at=AT)
    make.enrolment(exam.cohort)
    assert arranging.prepare(sitting=sitting, by=cast.office(), at=AT) == 1
    assert [one.seat for one in candidates.candidates(sitting.id)] == [1, 2, 3]


def test_a_second_sitting_takes_only_those_without_a_seat() -> None:
    exam = exam_with(2)
    sitting_of(exam)
    with pytest.raises(Refused, match="没有还需要安排座位的学员"):
        sitting_of(exam, opens_at=AT + timedelta(days=2), closes_at=AT + timedelta(days=2, hours=2))
    make.enrolment(exam.cohort)
    later = sitting_of(
        exam, opens_at=AT + timedelta(days=2), closes_at=AT + timedelta(days=2, hours=2)
    )
    assert len(candidates.candidates(later.id)) == 1
    assert len(candidates.candidates_of(exam.id)) == 3


def test_a_taken_venue_is_refused_with_who_and_when() -> None:
    venue = make.venue("第一机房", capacity=30)
    sitting_of(exam_with(1), venue_id=venue.id)
    with pytest.raises(Refused) as refusal:
        sitting_of(exam_with(1), venue_id=venue.id)
    assert "第一机房" in str(refusal.value)
    assert "时间重叠" in str(refusal.value)


def test_a_venue_that_is_too_small_is_refused() -> None:
    venue = make.venue("小教室", capacity=2)
    with pytest.raises(Refused, match="小教室只有2个座位，考生有3人"):
        sitting_of(exam_with(3), venue_id=venue.id)


def test_an_invigilator_must_be_able_to_invigilate() -> None:
    with pytest.raises(Missing):
        sitting_of(exam_with(1), invigilator_ids=(cast.learner().id,))


def test_moving_a_sitting_moves_its_bookings() -> None:
    exam = exam_with(1)
    sitting = sitting_of(exam, venue_id=make.venue().id)
    later = draft(opens_at=AT + timedelta(days=3), closes_at=AT + timedelta(days=3, hours=1))
    arranging.revise_sitting(sitting, later, seen=sitting.version, by=cast.office(), at=AT)
    held = select(Booking).where(Booking.holder_id == sitting.id)
    starts = {row.starts_at for row in db.session.scalars(held)}
    assert starts == {later.opens_at}
    with pytest.raises(Conflict):
        arranging.revise_sitting(sitting, later, seen=1, by=cast.office(), at=AT)


def test_a_prepared_sitting_is_not_moved_or_called_off() -> None:
    sitting, _ = prepared(exam_with(1))
    with pytest.raises(Refused, match="答卷已经生成"):
        arranging.revise_sitting(sitting, draft(), seen=sitting.version, by=cast.office(), at=AT)
    with pytest.raises(Refused, match="答卷已经生成"):
        arranging.cancel_sitting(sitting, reason="停电", by=cast.office(), at=AT)


def test_a_sitting_called_off_gives_everything_back() -> None:
    exam = exam_with(2)
    venue = make.venue()
    sitting = sitting_of(exam, venue_id=venue.id)
    arranging.cancel_sitting(sitting, reason="停电", by=cast.office(), at=AT)
    assert len(candidates.unseated(exam)) == 2
    assert sitting_of(exam, venue_id=venue.id).id is not None


def test_an_exam_is_held_on_a_sealed_paper_and_examines_courses_of_the_cohort() -> None:
    cohort, paper, stranger = make.cohort(), make.sealed_paper(), make.course()
    wrong = ExamDraft("结业考试", paper.id, (stranger.id,), Decimal(60))
    with pytest.raises(Refused, match="不在这个班次"):
        planning.create_exam(cohort=cohort, draft=wrong, by=cast.office(), at=AT)
    paper.sealed_at = None
    db.session.flush()
    with pytest.raises(Missing):
        planning.create_exam(
            cohort=cohort,
            draft=ExamDraft("结业考试", paper.id, (), Decimal(60)),
            by=cast.office(),
            at=AT,
        )


def test_the_same_title_twice_in_a_cohort_is_refused() -> None:
    cohort, paper = make.cohort(), make.sealed_paper()
    twice = ExamDraft("结业考试", paper.id, (), Decimal(60))
    planning.create_exam(cohort=cohort, draft=twice, by=cast.office(), at=AT)
    with pytest.raises(Refused, match="已经有一场“结业考试”"):
        planning.create_exam(cohort=cohort, draft=twice, by=cast.office(), at=AT)


def test_a_course_that_no_exam_examines_is_a_hole() -> None:
    cohort, examined, forgotten = make.cohort(), make.course("村级治理"), make.course("越语会话")
    make.lesson(cohort, examined)
    make.lesson(cohort, forgotten)
    exam = make.exam(cohort, [examined])
    assert holes(cohort) == [("越语会话", "")]
    make.exam(cohort, [examined, forgotten]).makes_up_id = exam.id  # which only some will sit
    told = [(one.course, one.exam) for one in requirements.coverage([cohort.id])]
    assert told == [("村级治理", exam.title), ("越语会话", None)]
    covering.exempt(cohort=cohort, course=forgotten, reason="口试", by=cast.organiser(), at=AT)
    assert holes(cohort) == []
    covering.lift_exemption(cohort=cohort, course=forgotten, by=cast.organiser(), at=AT)
    covering.lift_exemption(cohort=cohort, course=forgotten, by=cast.organiser(), at=AT)
    assert holes(cohort) == [("越语会话", "")]


def test_a_quiz_covers_no_course_and_is_no_concluding_exam() -> None:
    course = make.course("村级治理")
    cohort = make.cohort(course)
    exam = make.exam(cohort, [course])
    assert [examined for _cohort, examined in on_the_board(cohort)] == [True]
    exam.purpose = ExamPurpose.QUIZ
    db.session.flush()
    assert holes(cohort) == [("村级治理", f"“{exam.title}”是随堂测验，不算结业考试。")]
    assert [examined for _cohort, examined in on_the_board(cohort)] == [False]


def test_by_a_norm_every_course_has_an_exam_of_its_own() -> None:
    first, second = make.course("村级治理"), make.course("越语会话")
    cohort = make.cohort(first, second)
    exam = make.exam(cohort, [first, second])
    assert holes(cohort) == []
    make.norm("exam.each_course", Decimal(1), scope=cohort.programme.code)
    short = f"“{exam.title}”合考2门课程，按规定这门课程须单独考一场。"
    assert holes(cohort) == [("村级治理", short), ("越语会话", short)]
    own = ExamDraft("村级治理考试", exam.paper_id, (first.id,), Decimal(60))
    planning.create_exam(cohort=cohort, draft=own, by=cast.office(), at=AT)
    assert holes(cohort) == [("越语会话", short)]


@pytest.mark.parametrize(("days", "asked"), [(-1, True), (0, True), (1, False)])
def test_a_cohort_is_asked_for_what_was_in_force_on_its_first_day(days: int, asked: bool) -> None:
    first, second = make.course("村级治理"), make.course("越语会话")
    cohort = make.cohort(first, second)
    make.exam(cohort, [first, second])
    since = cohort.starts_on + timedelta(days=days)
    make.norm("exam.each_course", Decimal(1), scope=cohort.programme.code, valid_from=since)
    assert bool(holes(cohort)) == asked


def test_a_cohort_without_courses_is_on_the_board_as_long_as_it_has_no_exam() -> None:
    cohort = make.cohort()
    assert [(one.id, examined) for one, examined in on_the_board(cohort)] == [(cohort.id, False)]


def test_nothing_is_taken_back_once_the_cohort_is_closed() -> None:
    exam = exam_with(1)
    _, [candidate] = prepared(exam)
    missed = absences.get_absent(exam.id, candidate.enrolment_id)
    covering.exempt_learner(*missed, reason="住院", by=cast.organiser(), at=AT)
    cohort = get_cohort(exam.cohort_id, cast.organiser())
    covering.lift_learner_exemption(*missed, cohort=cohort, by=cast.organiser(), at=AT)
    assert [reason for _exam, _name, reason in absent_from(exam)] == [None]
    cohort.steps.append(CohortStep(stage=CohortStage.CLOSED, by_name="李教务", at=AT))
    with pytest.raises(Refused, match="已经结班"):
        covering.lift_learner_exemption(*missed, cohort=cohort, by=cast.organiser(), at=AT)


def test_an_invigilator_sees_the_sittings_to_watch_over_and_no_others() -> None:
    mine = sitting_of(exam_with(1), invigilator_ids=(cast.invigilator().id,))
    other = sitting_of(exam_with(1))
    assert sittings.get_sitting(mine.id, cast.invigilator()).id == mine.id
    with pytest.raises(Missing):
        sittings.get_sitting(other.id, cast.invigilator())
    with pytest.raises(Missing):
        sittings.get_sitting(mine.id, cast.learner())
    assert [exam.id for exam in exams.exams(cast.invigilator()).rows] == [mine.exam_id]


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({}, []),
        ({"minutes": 120}, []),
        ({"minutes": 121}, ["答题时长121分钟，超过了考试窗口的120分钟。"]),
        ({"minutes": 0}, ["答题时长至少1分钟。"]),
        ({"closes_at": AT}, ["结束时间须晚于开始时间。"]),
        ({"closes_at": AT + timedelta(days=9)}, ["考试窗口最长24小时，请核对结束日期。"]),
    ],
)
def test_the_times_of_a_sitting(changes: dict[str, object], sentences: list[str]) -> None:
    assert faults(draft(**changes)) == sentences


@pytest.mark.parametrize(
    ("prepared_at", "minutes", "state"),
    [
        (None, -1, SittingState.PREPARING),
        (AT, -1, SittingState.READY),
        (AT, 0, SittingState.RUNNING),
        (None, 30, SittingState.PREPARING),
        (AT, 60, SittingState.OVER),
        (None, 60, SittingState.OVER),
    ],
)
def test_the_state_of_a_sitting(
    prepared_at: datetime | None, minutes: int, state: SittingState
) -> None:
    times = {"opens_at": AT, "closes_at": AT + timedelta(hours=1)}
    assert state_of(AT + timedelta(minutes=minutes), prepared_at=prepared_at, **times) is state


def test_free_seats_fill_the_gaps_first() -> None:
    assert free_seats([1, 3, 4], 3) == [2, 5, 6]


def names(missed: list[Absence]) -> list[tuple[str, str, str | None]]:
    return [(one.exam, one.learner, one.exemption and one.exemption.reason) for one in missed]


def absent_from(exam: Exam) -> list[tuple[str, str, str | None]]:
    return names(absences.absences([exam.cohort_id], at=AT + timedelta(days=2)))


def come(candidate: Candidate) -> None:
    db.session.get_one(Attempt, candidate.attempt_id).started_at = AT
    db.session.flush()


def test_whoever_did_not_come_is_absent_once_the_exam_is_over() -> None:
    exam = exam_with(3)
    _, seated = prepared(exam)
    come(seated[0])
    late = make.enrolment(exam.cohort)
    assert absences.absences([exam.cohort_id], at=AT) == []
    missing = [seated[1].enrolment, seated[2].enrolment, late]
    wanted = sorted((one.learner_number, one.person.name) for one in missing)
    assert absent_from(exam) == [(exam.title, name, None) for _number, name in wanted]


@pytest.mark.parametrize("change", ["quiz", "withdrawn learner", "seat to come"])
def test_nobody_is_absent_from_what_need_not_be_sat(change: str) -> None:
    exam = exam_with(1)
    _, [candidate] = prepared(exam)
    if change == "quiz":
        exam.purpose = ExamPurpose.QUIZ
    elif change == "withdrawn learner":
        candidate.enrolment.withdrawn_on = AT.date()
    else:
        days = timedelta(days=5)
        later = Sitting(exam_id=exam.id, opens_at=AT + days, closes_at=AT + days * 2, minutes=60)
        later.candidates = [Candidate(enrolment_id=candidate.enrolment_id, seat=1)]
        db.session.add(later)
    db.session.flush()
    assert absent_from(exam) == []


def test_an_exemption_needs_a_reason_and_stays_as_it_was() -> None:
    exam = exam_with(1)
    _, [candidate] = prepared(exam)
    missed = absences.get_absent(exam.id, candidate.enrolment_id)
    with pytest.raises(Refused, match="请写明免考的理由"):
        covering.exempt_learner(*missed, reason="", by=cast.organiser(), at=AT)
    made = covering.exempt_learner(*missed, reason="住院", by=cast.organiser(), at=AT)
    again = covering.exempt_learner(*missed, reason="别的", by=cast.organiser(), at=AT)
    assert (again.id, made.approved_by) == (made.id, "孙组")
    assert [reason for _exam, _name, reason in absent_from(exam)] == ["住院"]


def test_a_make_up_seats_only_whom_it_calls_and_heals_the_absence() -> None:
    exam = exam_with(3)
    _, seated = prepared(exam)
    come(seated[0])
    missed = seated[1].enrolment
    again = planning.create_make_up(
        of=exam,
        paper_id=exam.paper_id,
        title="补考",
        enrolment_ids=[missed.id],
        by=cast.office(),
        at=AT,
    )
    assert (again.makes_up_id, again.purpose, again.pass_score) == (
        exam.id,
        exam.purpose,
        exam.pass_score,
    )
    assert [one.id for one in candidates.unseated(again)] == [missed.id]
    days = timedelta(days=3)
    sitting = sitting_of(again, opens_at=AT + days, closes_at=AT + days + timedelta(hours=2))
    assert [name for _exam, name, _reason in absent_from(exam)] == [seated[2].enrolment.person.name]
    arranging.prepare(sitting=sitting, by=cast.office(), at=AT)
    come(candidates.candidates(sitting.id)[0])
    over = absences.absences([exam.cohort_id], at=AT + timedelta(days=9))
    assert [one.enrolment_id for one in over] == [seated[2].enrolment_id]
    with pytest.raises(Refused, match="本身就是补考"):
        planning.create_make_up(
            of=again, paper_id=exam.paper_id, title="x", enrolment_ids=[1], by=cast.office(), at=AT
        )
    with pytest.raises(Refused, match="不需要补考"):
        planning.create_make_up(
            of=exam, paper_id=exam.paper_id, title="x", enrolment_ids=[], by=cast.office(), at=AT
        )


def test_an_exam_without_sheets_is_withdrawn_and_its_title_free_again() -> None:
    exam = exam_with(1)
    sitting_of(exam)
    draft_again = ExamDraft(exam.title, exam.paper_id, (), Decimal(60))
    with pytest.raises(Refused, match="已经有一场"):
        planning.create_exam(cohort=exam.cohort, draft=draft_again, by=cast.office(), at=AT)
    with pytest.raises(Refused, match="请写明撤销"):
        planning.withdraw_exam(exam, reason="", by=cast.office(), at=AT)
    made = planning.withdraw_exam(exam, reason="登记错了", by=cast.office(), at=AT)
    again = planning.withdraw_exam(exam, reason="再点一次", by=cast.office(), at=AT)
    assert (again.id, made.withdrawn_by, made.withdrawn_at) == (made.id, "李教务", AT)
    assert sittings.every_sitting(exam.id) == []
    assert db.session.scalars(select(Booking)).all() == []
    assert exams.standing_exams(exam.cohort_id) == []
    with pytest.raises(Refused, match="已经撤销"):
        sitting_of(exam)
    planning.create_exam(cohort=exam.cohort, draft=draft_again, by=cast.office(), at=AT)


def test_an_exam_with_sheets_is_not_withdrawn() -> None:
    exam = exam_with(1)
    prepared(exam)
    with pytest.raises(Refused, match="已经有考生的答卷"):
        planning.withdraw_exam(exam, reason="不办了", by=cast.office(), at=AT)


def test_a_withdrawn_exam_covers_no_course() -> None:
    course = make.course()
    cohort = make.cohort(course)
    exam = make.exam(cohort, [course])
    assert holes(cohort) == []
    planning.withdraw_exam(exam, reason="登记错了", by=cast.office(), at=AT)
    assert holes(cohort) == [(course.title, "")]


def test_a_retired_paper_is_offered_for_no_exam_and_gets_no_more_sittings() -> None:
    exam = exam_with(1)
    paper = db.session.get_one(Paper, exam.paper_id)
    assert [one.id for one in papers.sealed_papers()] == [paper.id]
    retire(paper, reason="换了新卷", by=cast.office(), at=AT)
    assert papers.sealed_papers() == []
    with pytest.raises(Missing):
        papers.get_sealed_paper(paper.id)
    with pytest.raises(Refused, match="试卷已经停用，不能再安排场次"):
        sitting_of(exam)
