"""Arranging an exam: who sits where and what, what is refused, and what is still a hole."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from courses.venues.models import Booking
from lms.exams.attempts.models import Attempt
from lms.exams.sittings import actions, queries
from lms.exams.sittings.models import Candidate, Exam, Sitting
from lms.exams.sittings.rules import (
    ExamDraft,
    SittingDraft,
    SittingState,
    faults,
    free_seats,
    state_of,
)
from lms.ground import db
from lms.ground.clock import now
from lms.ground.errors import Conflict, Missing, Refused
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
    made = actions.create_sitting(exam=exam, draft=draft(**changes), by=cast.office(), at=AT)
    return queries.get_sitting(made.id, cast.office())


def prepared(exam: Exam) -> tuple[Sitting, list[Candidate]]:
    make.norm("exam.transport_grace_seconds", Decimal(10))
    sitting = sitting_of(exam)
    actions.prepare(sitting=sitting, by=cast.office(), at=AT)
    return sitting, queries.candidates(sitting.id)


def test_every_learner_gets_a_seat_and_neighbours_get_different_variants() -> None:
    exam = exam_with(5)
    _, candidates = prepared(exam)
    variants = queries.variant_ids(exam.paper_id)
    sheets = [db.session.get_one(Attempt, one.attempt_id) for one in candidates]
    assert [one.seat for one in candidates] == [1, 2, 3, 4, 5]
    assert [sheet.variant_id for sheet in sheets] == [variants[n] for n in (0, 1, 0, 1, 0)]
    assert len({sheet.seed for sheet in sheets}) == 5
    assert {sheet.slots for sheet in sheets} == {3}
    assert {sheet.grace_seconds for sheet in sheets} == {10}


def test_preparing_again_makes_only_what_is_missing() -> None:
    exam = exam_with(2)
    sitting, _ = prepared(exam)
    with pytest.raises(Refused, match="都已生成"):
        actions.prepare(sitting=sitting, by=cast.office(), at=AT)
    make.enrolment(exam.cohort)
    assert actions.prepare(sitting=sitting, by=cast.office(), at=AT) == 1
    assert [one.seat for one in queries.candidates(sitting.id)] == [1, 2, 3]


def test_a_second_sitting_takes_only_those_without_a_seat() -> None:
    exam = exam_with(2)
    sitting_of(exam)
    with pytest.raises(Refused, match="没有还需要安排座位的学员"):
        sitting_of(exam, opens_at=AT + timedelta(days=2), closes_at=AT + timedelta(days=2, hours=2))
    make.enrolment(exam.cohort)
    later = sitting_of(
        exam, opens_at=AT + timedelta(days=2), closes_at=AT + timedelta(days=2, hours=2)
    )
    assert len(queries.candidates(later.id)) == 1
    assert len(queries.candidates_of(exam.id)) == 3


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
    actions.revise_sitting(sitting, later, seen=sitting.version, by=cast.office(), at=AT)
    held = select(Booking).where(Booking.holder_id == sitting.id)
    starts = {row.starts_at for row in db.session.scalars(held)}
    assert starts == {later.opens_at}
    with pytest.raises(Conflict):
        actions.revise_sitting(sitting, later, seen=1, by=cast.office(), at=AT)


def test_a_prepared_sitting_is_not_moved_or_called_off() -> None:
    sitting, _ = prepared(exam_with(1))
    with pytest.raises(Refused, match="答卷已经生成"):
        actions.revise_sitting(sitting, draft(), seen=sitting.version, by=cast.office(), at=AT)
    with pytest.raises(Refused, match="答卷已经生成"):
        actions.cancel_sitting(sitting, reason="停电", by=cast.office(), at=AT)


def test_a_sitting_called_off_gives_everything_back() -> None:
    exam = exam_with(2)
    venue = make.venue()
    sitting = sitting_of(exam, venue_id=venue.id)
    actions.cancel_sitting(sitting, reason="停电", by=cast.office(), at=AT)
    assert len(queries.unseated(exam)) == 2
    assert sitting_of(exam, venue_id=venue.id).id is not None


def test_an_exam_is_held_on_a_sealed_paper_and_examines_courses_of_the_cohort() -> None:
    cohort, paper, stranger = make.cohort(), make.sealed_paper(), make.course()
    wrong = ExamDraft("结业考试", paper.id, (stranger.id,), Decimal(60))
    with pytest.raises(Refused, match="不在这个班次"):
        actions.create_exam(cohort=cohort, draft=wrong, by=cast.office(), at=AT)
    paper.sealed_at = None
    db.session.flush()
    with pytest.raises(Missing):
        actions.create_exam(
            cohort=cohort,
            draft=ExamDraft("结业考试", paper.id, (), Decimal(60)),
            by=cast.office(),
            at=AT,
        )


def test_the_same_title_twice_in_a_cohort_is_refused() -> None:
    cohort, paper = make.cohort(), make.sealed_paper()
    twice = ExamDraft("结业考试", paper.id, (), Decimal(60))
    actions.create_exam(cohort=cohort, draft=twice, by=cast.office(), at=AT)
    with pytest.raises(Refused, match="已经有一场“结业考试”"):
        actions.create_exam(cohort=cohort, draft=twice, by=cast.office(), at=AT)


def test_a_course_that_no_exam_examines_is_a_hole() -> None:
    cohort, examined, forgotten = make.cohort(), make.course("村级治理"), make.course("越语会话")
    make.lesson(cohort, examined)
    make.lesson(cohort, forgotten)
    exam = make.exam(cohort, [examined])
    assert queries.holes(cohort.id) == ["越语会话"]
    told = {one.course: one.exam for one in queries.coverage([cohort.id])}
    assert told == {"村级治理": exam.title, "越语会话": None}
    actions.exempt(cohort=cohort, course=forgotten, reason="口试", by=cast.organiser(), at=AT)
    assert queries.holes(cohort.id) == []


def test_an_invigilator_sees_the_sittings_to_watch_over_and_no_others() -> None:
    mine = sitting_of(exam_with(1), invigilator_ids=(cast.invigilator().id,))
    other = sitting_of(exam_with(1))
    assert queries.get_sitting(mine.id, cast.invigilator()).id == mine.id
    with pytest.raises(Missing):
        queries.get_sitting(other.id, cast.invigilator())
    with pytest.raises(Missing):
        queries.get_sitting(mine.id, cast.learner())
    assert [exam.id for exam in queries.exams(cast.invigilator()).rows] == [mine.exam_id]


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
