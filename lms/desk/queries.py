"""What each role must do today, and finding things by name: reads only, each within one's sight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort, CohortStep, Enrolment
from courses.cohorts.rules import CohortStage
from courses.faculty.models import Instructor
from courses.materials.models import Material
from courses.materials.rules import MaterialState
from courses.timetable.models import Lesson
from lms.exams.attempts.models import Attempt
from lms.exams.marking.models import BlindResponse, Mark
from lms.exams.marking.queries.blind import marking_scope
from lms.exams.results.models import Release, Result
from lms.exams.sittings.models import Exam, Invigilator, Sitting
from lms.ground.access import Permission as P
from lms.ground.accounts.models import Account
from lms.ground.clock import SCHOOL_ZONE
from lms.ground.db import session
from lms.ground.notices.models import Notice
from lms.ground.people.models import Person
from lms.ground.people.queries import person_scope
from question_bank.intakes.models import Intake
from question_bank.intakes.rules.terms import IntakeState
from question_bank.items.models import Item
from question_bank.items.rules.terms import ItemState

LIMIT = 8


@dataclass(frozen=True)
class Task:
    """Something that waits for this account: how much of it, and the page where it is done."""

    sentence: str
    count: int
    endpoint: str


@dataclass(frozen=True)
class Hit:
    """Something found by name, and its page."""

    kind: str
    label: str
    note: str
    endpoint: str
    argument: dict[str, int]


def tasks(account: Account, *, now: datetime) -> list[Task]:
    """What waits for this account, one count for each kind of work it may do."""
    waiting = (
        (P.APPROVE, "个班次等待批准", _cohorts_at(CohortStage.PLANNED), "cohorts.index"),
        (P.PLAN, "个班次已批准，可以开放报名", _cohorts_at(CohortStage.APPROVED), "cohorts.index"),
        (P.PLAN, "份课件等待审核", _materials(MaterialState.SUBMITTED), "materials.index"),
        (P.TEACH, "份课件被退回，需要修改", _returned(account), "materials.index"),
        (P.WRITE_ITEMS, "份导入的试题等待核对", _previews(account), "intakes.index"),
        (P.REVIEW_ITEMS, "道试题等待审定", _drafts(), "items.index"),
        (P.ARRANGE_EXAMS, "场考试还没有备好答卷", _unprepared(now), "sittings.index"),
        (P.INVIGILATE, "场考试今天由您监考", _watched(account, now), "sittings.index"),
        (P.MARK, "份作答等待评阅", _unmarked(account), "marking.index"),
        (P.RELEASE, "场已结束的考试尚未公布成绩", _unreleased(now), "results.index"),
        (P.STUDY, "场考试等您参加", _sheets(account, now), "attempts.index"),
        (P.USE_ACCOUNT, "条通知未读", _unread(account), "notices.index"),
    )
    mine = [(text, rows, page) for may, text, rows, page in waiting if may in account.permissions]
    if not mine:
        return []
    counts = session.execute(
        select(
            *(
                select(func.count()).select_from(rows.subquery()).scalar_subquery()
                for _, rows, _ in mine
            )
        )
    ).one()
    return [
        Task(text, number, page)
        for (text, _, page), number in zip(mine, counts, strict=True)
        if number
    ]


def lessons_today(account: Account, *, now: datetime) -> list[Lesson]:
    """Today's lessons: one's own as learner or instructor, all for those who plan."""
    start, end = _day(now)
    statement = (
        select(Lesson)
        .options(
            joinedload(Lesson.cohort),
            joinedload(Lesson.course),
            joinedload(Lesson.venue),
            joinedload(Lesson.instructor).joinedload(Instructor.person),
        )
        .where(Lesson.starts_at >= start, Lesson.starts_at < end)
        .order_by(Lesson.starts_at, Lesson.id)
        .limit(50)
    )
    if P.PLAN not in account.permissions:
        statement = statement.where(_lesson_of(account))
    return list(session.scalars(statement))


def exams_ahead(account: Account, *, now: datetime) -> list[Attempt]:
    """The sheets that wait for this learner, the next first."""
    statement = (
        select(Attempt)
        .join(Attempt.person)
        .where(
            Person.account_id == account.id, Attempt.submitted_at.is_(None), Attempt.closes_at > now
        )
        .order_by(Attempt.opens_at)
        .limit(LIMIT)
    )
    return list(session.scalars(statement))


def fresh_results(account: Account, *, now: datetime) -> list[Result]:
    """Released in the last thirty days, for this learner."""
    statement = (
        select(Result)
        .options(joinedload(Result.exam))
        .join(Release, Release.run_id == Result.run_id)
        .join(Result.enrolment)
        .join(Enrolment.person)
        .where(Person.account_id == account.id, Release.released_at > now - timedelta(days=30))
        .order_by(Release.released_at.desc())
        .limit(LIMIT)
    )
    return list(session.scalars(statement))


def unread(account: Account) -> list[Notice]:
    """The newest unread notices."""
    return list(session.scalars(_unread(account).order_by(Notice.sent_at.desc()).limit(LIMIT)))


def find(account: Account, text: str) -> list[Hit]:
    """Everything whose name contains `text` and which this account may see, a few of each kind."""
    wanted = text.strip()
    if not wanted:
        return []
    return [hit for search in (_cohorts, _people, _courses) for hit in search(account, wanted)]


def _cohorts(account: Account, text: str) -> Iterator[Hit]:
    statement = select(Cohort).where(Cohort.title.contains(text, autoescape=True))
    if P.READ_COURSES not in account.permissions:
        statement = statement.where(_enrolled(account))
    for cohort in session.scalars(statement.order_by(Cohort.starts_on.desc()).limit(LIMIT)):
        note = f"{cohort.starts_on} 至 {cohort.ends_on}"
        yield Hit("班次", cohort.title, note, "cohorts.show", {"cohort_id": cohort.id})


def _people(account: Account, text: str) -> Iterator[Hit]:
    if P.READ_PEOPLE not in account.permissions:
        return
    statement = (
        select(Person)
        .options(joinedload(Person.unit))
        .where(Person.name.contains(text, autoescape=True), person_scope(account))
        .order_by(Person.name, Person.id)
        .limit(LIMIT)
    )
    for person in session.scalars(statement):
        unit = person.unit.name if person.unit else ""
        yield Hit(
            "人员", person.name, f"{unit} {person.post}", "people.show", {"person_id": person.id}
        )


def _courses(account: Account, text: str) -> Iterator[Hit]:
    if P.READ_COURSES not in account.permissions:
        return
    statement = select(Course).where(Course.title.contains(text, autoescape=True)).limit(LIMIT)
    for course in session.scalars(statement.order_by(Course.title)):
        yield Hit(
            "课程专题",
            course.title,
            f"{course.hours} 学时",
            "catalogue.show",
            {"course_id": course.id},
        )


def _day(now: datetime) -> tuple[datetime, datetime]:
    start = now.astimezone(SCHOOL_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


def _cohorts_at(stage: CohortStage) -> Select[int]:
    """Cohorts whose last step is `stage`."""
    last = select(func.max(CohortStep.id)).group_by(CohortStep.cohort_id)
    return select(CohortStep.cohort_id).where(CohortStep.id.in_(last), CohortStep.stage == stage)


def _materials(state: MaterialState) -> Select[int]:
    return select(Material.id).where(Material.state == state)


def _returned(account: Account) -> Select[int]:
    return _materials(MaterialState.RETURNED).where(Material.owner_id == account.id)


def _previews(account: Account) -> Select[int]:
    return select(Intake.id).where(
        Intake.owner_id == account.id, Intake.state == IntakeState.PREVIEW
    )


def _drafts() -> Select[int]:
    return select(Item.id).where(Item.state == ItemState.DRAFT)


def _unprepared(now: datetime) -> Select[int]:
    return select(Sitting.id).where(Sitting.prepared_at.is_(None), Sitting.closes_at > now)


def _watched(account: Account, now: datetime) -> Select[int]:
    start, end = _day(now)
    return (
        select(Invigilator.id)
        .join(Invigilator.sitting)
        .where(
            Invigilator.account_id == account.id, Sitting.opens_at >= start, Sitting.opens_at < end
        )
    )


def _unmarked(account: Account) -> Select[int]:
    """Responses without any mark that this marker may mark, of exams not yet released."""
    marked = exists().where(
        Mark.attempt_id == BlindResponse.attempt_id, Mark.number == BlindResponse.number
    )
    return (
        select(BlindResponse.id)
        .join(Attempt, Attempt.id == BlindResponse.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(~marked, ~_is_released(BlindResponse.exam_id), marking_scope(account))
    )


def _unreleased(now: datetime) -> Select[int]:
    held = exists().where(Sitting.exam_id == Exam.id, Sitting.closes_at < now)
    return select(Exam.id).where(held, ~_is_released(Exam.id))


def _is_released(exam_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return exists().where(Release.exam_id == exam_id)


def _sheets(account: Account, now: datetime) -> Select[int]:
    return (
        select(Attempt.id)
        .join(Attempt.person)
        .where(
            Person.account_id == account.id, Attempt.submitted_at.is_(None), Attempt.closes_at > now
        )
    )


def _unread(account: Account) -> Select[Notice]:
    return (
        select(Notice)
        .join(Notice.person)
        .where(Person.account_id == account.id, Notice.read_at.is_(None))
    )


def _enrolled(account: Account) -> ColumnElement[bool]:
    return exists().where(
        and_(
            Enrolment.cohort_id == Cohort.id,
            Enrolment.person_id == Person.id,
            Person.account_id == account.id,
        )
    )


def _lesson_of(account: Account) -> ColumnElement[bool]:
    teaches = exists().where(
        and_(
            Instructor.id == Lesson.instructor_id,
            Instructor.person_id == Person.id,
            Person.account_id == account.id,
        )
    )
    attends = exists().where(
        and_(
            Enrolment.cohort_id == Lesson.cohort_id,
            Enrolment.person_id == Person.id,
            Enrolment.withdrawn_on.is_(None),
            Person.account_id == account.id,
        )
    )
    return or_(teaches, attends)
