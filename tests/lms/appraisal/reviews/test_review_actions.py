"""Proposing and deciding reviews on a real database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from courses.attendance.models import AttendanceMark
from courses.attendance.rules import Presence
from courses.catalogue.models import Course
from courses.catalogue.rules import CourseForm, CourseKind
from courses.conduct.models import ConductEntry
from courses.conduct.rules import ConductKind
from courses.reflections.models import Reflection
from courses.reflections.rules import ReflectionGrade
from courses.timetable.models import Lesson
from courses.timetable.rules import HalfDay
from lms.appraisal.reviews import actions, queries
from lms.appraisal.reviews.models import Review, ReviewLine
from lms.appraisal.schemes import actions as schemes
from lms.appraisal.schemes.models import Scheme
from lms.appraisal.schemes.rules import Part
from lms.exams.marking.actions import marks as marking
from lms.exams.marking.actions import scoring
from lms.exams.results import actions as results
from lms.exams.results.queries.exams import get_exam
from lms.exams.sittings.actions import covering, planning
from lms.exams.sittings.queries.absences import get_absent
from lms.exams.sittings.rules import ExamPurpose
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.accounts.queries import accounts
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import from_local, now
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing, Refused
from lms.ground.notices.models import Notice
from lms.ground.people.models import Person
from tests import cast, make
from tests.lms.exams.marking import hall

pytestmark = pytest.mark.usefixtures("context")


@dataclass
class Story:
    cohort: hall.Cohort
    exam: hall.Exam
    enrolments: dict[str, hall.Enrolment]


def story(*, released: bool = True, scheme: bool = True) -> Story:
    """甲: full marks but for marking, late once, commended, a good reflection; 乙: not much."""
    if scheme:
        schemes.load_baseline(at=now())
    cohort = hall.cohort()
    teach(cohort)
    people = {
        name: make.person(name, account=make.account(Role.LEARNER, name=name))
        for name in ("甲", "乙")
    }
    held = hall.hold(cohort, {people["甲"]: hall.ALL_RIGHT, people["乙"]: {1: "B"}})
    marking.collect(held.exam, by=cast.office(), at=now())
    hall.mark_all(held, cast.marker(), {5: ("5", "2.5"), 6: ("12",)})
    scoring.score(held.exam, by=cast.office(), at=now())
    if released:
        results.release(get_exam(held.exam.id), by=cast.office(), at=now())
    for name, enrolment in held.enrolments.items():
        attend(enrolment, Presence.LATE if name == "甲" else Presence.PRESENT)
    commend(held.enrolments["甲"], "2")
    reflect(held.enrolments["甲"], ReflectionGrade.GOOD)
    return Story(cohort, held.exam, held.enrolments)


def teach(cohort: hall.Cohort) -> None:
    """One lesson of four hours on the first morning."""
    course = Course(
        title=f"课程{cohort.number}",
        kind=next(iter(CourseKind)),
        form=next(iter(CourseForm)),
        hours=Decimal(4),
    )
    session.add(course)
    session.flush()
    start = from_local(make_time(cohort.starts_on, 8))
    lesson = Lesson(
        cohort_id=cohort.id,
        course_id=course.id,
        form=course.form,
        starts_at=start,
        ends_at=start + timedelta(hours=3),
        hours=Decimal(4),
    )
    session.add(lesson)
    session.flush()


def make_time(day: date, hour: int) -> hall.datetime:
    return hall.datetime(day.year, day.month, day.day, hour, 30)


def attend(enrolment: hall.Enrolment, presence: Presence) -> AttendanceMark:
    mark = AttendanceMark(
        enrolment_id=enrolment.id,
        day=hall.STARTS,
        half_day=HalfDay.MORNING,
        presence=presence,
        marked_by="班主任",
        marked_at=now(),
    )
    session.add(mark)
    session.flush()
    return mark


def commend(
    enrolment: hall.Enrolment, points: str, kind: ConductKind = ConductKind.COMMENDATION
) -> ConductEntry:
    entry = ConductEntry(
        enrolment_id=enrolment.id,
        kind=kind,
        day=hall.STARTS,
        points=Decimal(points),
        sentence="发言积极",
        recorded_by="班主任",
        recorded_at=now(),
    )
    session.add(entry)
    session.flush()
    return entry


def reflect(enrolment: hall.Enrolment, grade: ReflectionGrade | None) -> None:
    session.add(
        Reflection(
            enrolment_id=enrolment.id, title="体会", text="……", submitted_at=now(), grade=grade
        )
    )
    session.flush()


def review_of(told: Story, name: str) -> Review:
    return queries.get_review(queries.reviews(told.cohort.id)[told.enrolments[name].id].id, cast.office())  # fmt: skip


def compute(told: Story) -> list[Review]:
    return actions.compute(told.cohort, by=cast.office(), at=now())


def test_every_line_says_what_it_rests_on() -> None:
    told = story()
    compute(told)
    review = review_of(told, "甲")
    assert [(line.part, line.raw, line.points) for line in review.lines] == [
        (Part.ATTENDANCE, Decimal(98), Decimal("19.6")),
        (Part.CONDUCT, Decimal(82), Decimal("16.4")),
        (Part.REFLECTION, Decimal(85), Decimal(17)),
        (Part.EXAM, Decimal("94.5"), Decimal("37.8")),
    ]
    assert (review.total, review.proposed_grade) == (Decimal("90.8"), "优秀")
    assert (review.missing, review.vetoes, review.decided_grade) == ([], [], None)
    assert review.lines[0].why == [
        "总学时 4，旷课 0 学时，请假 0 学时，迟到 1 次，早退 0 次。",
        "基础分 100，迟到1次扣 2 分，得 98 分。",
        "98 分 × 20% = 19.6 分。",
    ]


def test_what_is_missing_is_said_and_counts_nothing() -> None:
    told = story()
    compute(told)
    review = review_of(told, "乙")
    assert review.missing == ["心得体会：没有提交。"]
    assert (review.total, review.proposed_grade) == (Decimal(44), "不合格")


def test_a_result_that_is_not_released_is_not_read() -> None:
    told = story(released=False)
    compute(told)
    review = review_of(told, "甲")
    assert review.missing == ["考试：“结业考试”没有已公布的本人成绩。"]
    assert [line.raw for line in review.lines if line.part is Part.EXAM] == [Decimal(0)]
    results.release(get_exam(told.exam.id), by=cast.office(), at=now())
    compute(told)
    session.expire_all()
    assert (review_of(told, "甲").missing, review_of(told, "甲").total) == ([], Decimal("90.8"))


def test_computing_again_replaces_the_lines_and_makes_open_forms_stale() -> None:
    told = story()
    compute(told)
    review = review_of(told, "甲")
    seen = review.version
    compute(told)
    assert session.scalar(select(func.count()).select_from(ReviewLine)) == 8
    assert session.scalar(select(func.count()).select_from(Review)) == 2
    with pytest.raises(Conflict):
        decide(review, "优秀", seen=seen)


def decide(
    review: Review,
    grade: str,
    *,
    seen: int | None = None,
    reason: str = "",
    by: Account | None = None,
) -> None:
    actions.decide(
        review,
        grade=grade,
        comment="",
        reason=reason,
        seen=review.version if seen is None else seen,
        by=by or cast.organiser(),
        at=now(),
    )


def test_a_decision_stays_when_everything_is_computed_again() -> None:
    told = story()
    compute(told)
    review = review_of(told, "甲")
    decide(review, "良好", reason="名额所限")
    assert (review.decided_grade, review.decided_by) == ("良好", "孙组")
    assert [one.id for one in compute(told)] == [review_of(told, "乙").id]
    assert review_of(told, "甲").decided_grade == "良好"
    notices = select(Notice.subject).where(Notice.link == "/reviews/mine")
    assert session.scalars(notices).all() == ["知行学堂第七期的鉴定结果"]


def test_a_decision_other_than_proposed_needs_a_reason() -> None:
    told = story()
    compute(told)
    with pytest.raises(Refused, match="与系统建议不同"):
        decide(review_of(told, "甲"), "良好")
    decide(review_of(told, "甲"), "优秀")
    with pytest.raises(Refused, match="已经评定过"):
        decide(review_of(told, "甲"), "优秀")
    decide(review_of(told, "甲"), "合格", reason="补充调查")


def test_accepting_leaves_out_whoever_has_something_missing_or_a_veto() -> None:
    told = story()
    compute(told)
    assert actions.accept(told.cohort, by=cast.organiser(), at=now()) == 1
    grades = [one.decided_grade for one in queries.reviews(told.cohort.id).values()]
    assert sorted(grades, key=str) == [None, "优秀"]
    with pytest.raises(Refused, match="没有可以批量采纳的建议"):
        actions.accept(told.cohort, by=cast.organiser(), at=now())


def test_the_proposer_and_the_adviser_leave_the_decision_to_others() -> None:
    told = story()
    compute(told)
    adviser = session.scalars(select(Person).where(Person.account_id == cast.adviser().id)).one()
    told.cohort.adviser = adviser
    session.flush()
    with pytest.raises(Refused, match="鉴定建议是您提出的"):
        decide(review_of(told, "甲"), "优秀", by=cast.office())
    with pytest.raises(Refused, match="鉴定建议是您提出的"):
        actions.accept(told.cohort, by=cast.office(), at=now())
    with pytest.raises(Refused, match="您是这个班次的班主任"):
        decide(review_of(told, "甲"), "优秀", by=cast.adviser())
    decide(review_of(told, "甲"), "优秀")
    assert (review_of(told, "甲").proposed_by, review_of(told, "甲").is_overlap) == (
        "李教务",
        False,
    )


def test_a_small_school_lets_one_person_do_both_and_it_shows() -> None:
    make.norm("appraisal.same_decider", Decimal(1), scope="", valid_from=date(2025, 1, 1))
    told = story()
    compute(told)
    decide(review_of(told, "甲"), "优秀", by=cast.office())
    assert review_of(told, "甲").is_overlap
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "reviews.decide")).one()
    assert entry.sentence == "评定鉴定等次为“优秀”（建议“优秀”），建议和评定为同一人"


def test_an_adviser_proposes_in_words_until_it_is_decided() -> None:
    told = story()
    compute(told)
    review = review_of(told, "甲")
    with pytest.raises(Refused, match="请写鉴定意见"):
        actions.comment(review, comment="", seen=review.version, by=cast.adviser(), at=now())
    actions.comment(review, comment="学风端正", seen=review.version, by=cast.adviser(), at=now())
    assert (review.comment, review.proposed_by) == ("学风端正", "陈班")
    decide(review, "优秀")
    with pytest.raises(Refused, match="已经评定"):
        actions.comment(review, comment="改", seen=review.version, by=cast.adviser(), at=now())


def absent_story() -> tuple[Story, hall.Exam]:
    """乙 came to the quiz but not to the concluding exam, and has all else in order."""
    told = story(released=False)
    reflect(told.enrolments["乙"], ReflectionGrade.GOOD)
    told.exam.purpose = ExamPurpose.QUIZ
    people = {
        name: session.get_one(Person, told.enrolments[name].person_id) for name in ("甲", "乙")
    }
    held = hall.hold(told.cohort, {}, title="期末结业考试")
    held.enrolments.update(told.enrolments)
    for seat, (name, given) in enumerate((("甲", hall.ALL_RIGHT), ("乙", None)), start=1):
        hall.seat_candidate(held, people[name], given, seat=seat)
    marking.collect(held.exam, by=cast.office(), at=now())
    hall.mark_all(held, cast.marker(), {5: ("5", "2.5"), 6: ("12",)})
    scoring.score(held.exam, by=cast.office(), at=now())
    for one in (told.exam, held.exam):
        results.release(get_exam(one.id), by=cast.office(), at=now())
    compute(told)
    return told, held.exam


def test_whoever_missed_the_concluding_exam_is_decided_alone_and_with_a_reason() -> None:
    told, _exam = absent_story()
    assert actions.accept(told.cohort, by=cast.organiser(), at=now()) == 1
    review = review_of(told, "乙")
    assert (review.decided_grade, review.missing, review.vetoes) == (None, [], [])
    assert review.absences == [
        "“期末结业考试”缺考，没有批准的免考，也没有补考成绩，须逐人评定并写明理由。"
    ]
    assert [line.raw for line in review.lines if line.part is Part.EXAM] == [Decimal(0)]
    with pytest.raises(Refused, match="结业考试缺考，评定请写明理由"):
        decide(review, review.proposed_grade)
    decide(review, review.proposed_grade, reason="缺考")


def test_an_approved_exemption_takes_the_exam_out_and_the_learner_into_the_bulk() -> None:
    told, exam = absent_story()
    covering.exempt_learner(
        *get_absent(exam.id, told.enrolments["乙"].id), reason="住院", by=cast.organiser(), at=now()
    )
    compute(told)
    session.expire_all()
    review = review_of(told, "乙")
    assert (review.absences, review.missing) == ([], [])
    [line] = [line for line in review.lines if line.part is Part.EXAM]
    assert (line.raw, line.why[1]) == (
        Decimal(20),
        "“期末结业考试”缺考，孙组批准免考（住院），不计入。",
    )
    assert actions.accept(told.cohort, by=cast.organiser(), at=now()) == 2


def test_a_withdrawn_exam_counts_for_nothing() -> None:
    told = story()
    spare = make.exam(told.cohort)
    compute(told)
    assert review_of(told, "甲").missing == [f"考试：“{spare.title}”没有已公布的本人成绩。"]
    planning.withdraw_exam(spare, reason="重复登记", by=cast.office(), at=now())
    compute(told)
    session.expire_all()
    assert review_of(told, "甲").missing == []


def test_a_breach_and_too_much_leave_veto_with_their_basis() -> None:
    told = story()
    attend_again = session.scalars(select(AttendanceMark)).all()
    attend_again[0].presence = Presence.PERSONAL_LEAVE
    entry = commend(told.enrolments["甲"], "-10", ConductKind.BREACH)
    compute(told)
    review = review_of(told, "甲")
    assert review.proposed_grade == "不合格"
    assert [sentence.partition("。依据：")[0] for sentence in review.vetoes] == [
        "累计请假 4 学时，占总学时的 1，超过 1/7",
        "3月2日违纪：发言积极",
    ]
    assert "第十五条" in review.vetoes[0]
    entry.withdrawn_at, entry.withdrawal_reason = now(), "记错了人"
    session.flush()
    compute(told)
    session.expire_all()
    assert len(review_of(told, "甲").vetoes) == 1


def test_a_cohort_without_scheme_or_learners_is_refused_with_all_reasons() -> None:
    empty = hall.cohort()
    with pytest.raises(Refused) as refusal:
        actions.compute(empty, by=cast.office(), at=now())
    assert refusal.value.reasons == (
        "没有在结业日生效的考核方案，请先制定考核方案。",
        "这个班次还没有学员。",
    )


def test_the_scheme_is_used_from_the_first_computing_on() -> None:
    told = story()
    scheme = session.scalars(select(Scheme)).one()
    assert scheme.used_at is None
    compute(told)
    assert scheme.used_at is not None


def test_whoever_left_is_no_longer_reviewed() -> None:
    told = story()
    compute(told)
    told.enrolments["乙"].withdrawn_on = date(2026, 3, 3)
    session.flush()
    compute(told)
    assert list(queries.reviews(told.cohort.id)) == [told.enrolments["甲"].id]


def account(name: str) -> Account:
    return session.scalars(accounts().where(Account.name == name)).unique().one()


def test_learners_read_their_own_review_once_it_is_decided() -> None:
    told = story()
    compute(told)
    assert queries.mine(account("甲")) == []
    decide(review_of(told, "甲"), "优秀")
    assert [one.decided_grade for one in queries.mine(account("甲"))] == ["优秀"]
    assert queries.mine(account("乙")) == []


def test_an_adviser_reads_only_the_reviews_of_own_cohorts() -> None:
    told = story()
    compute(told)
    review = review_of(told, "甲")
    with pytest.raises(Missing):
        queries.get_review(review.id, cast.adviser())
    adviser = session.scalars(select(Person).where(Person.account_id == cast.adviser().id)).one()
    told.cohort.adviser_id = adviser.id
    session.flush()
    assert queries.get_review(review.id, cast.adviser()) is review
    with pytest.raises(Missing):
        queries.get_review(review.id, account("甲"))
