"""What is on today and soon, and what is new."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from courses.attendance import queries as attendance
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.rules import CohortStage
from courses.faculty.models import Instructor
from courses.timetable.models import Lesson
from lms.desk.queries.tasks import unread_notices
from lms.desk.rules.progress import Way, day_of, way_of
from lms.exams.attempts.models import Attempt
from lms.exams.results.models import Release, Result
from lms.exams.sittings.models import Exam, Sitting
from lms.ground.access import Permission as P
from lms.ground.accounts.models import Account
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.notices.models import Notice
from lms.ground.people.models import Person

LIMIT = 8


@dataclass(frozen=True)
class Current:
    """A cohort that is being held or enrols, as whoever looks after it wants to see it."""

    cohort: Cohort
    learners: int
    way: Way
    exam: Sitting | None


def current_cohorts(account: Account, *, now: datetime) -> list[Current]:
    """The cohorts in this account's charge that enrol or run, the next to end first.

    Five statements, however many there are.
    """
    found = list(
        session.scalars(
            select(Cohort)
            .where(
                cohorts.charge_scope(account),
                or_(*(cohorts.at_stage(one) for one in (CohortStage.OPEN, CohortStage.RUNNING))),
            )
            .options(selectinload(Cohort.steps))
            .order_by(Cohort.ends_on, Cohort.id)
            .limit(LIMIT)
        )
    )
    if not found:
        return []
    ids = [cohort.id for cohort in found]
    learners, progress = cohorts.learner_counts(ids), attendance.progress(ids)
    exams, today = _next_sittings(ids, now=now), local(now).date()
    return [
        Current(
            cohort,
            learners[cohort.id],
            way_of(
                [(one.day, one.marks) for one in progress[cohort.id]],
                learners=learners[cohort.id],
                today=today,
            ),
            exams.get(cohort.id),
        )
        for cohort in found
    ]


def lessons_today(account: Account, *, now: datetime) -> list[Lesson]:
    """Today's lessons: one's own as learner or instructor, all for those who plan."""
    start, end = day_of(local(now))
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
    return list(
        session.scalars(unread_notices(account).order_by(Notice.sent_at.desc()).limit(LIMIT))
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


def _next_sittings(cohort_ids: Collection[int], *, now: datetime) -> dict[int, Sitting]:
    """The next sitting of each of these cohorts that is not over, with its exam."""
    ahead = session.scalars(
        select(Sitting)
        .join(Sitting.exam)
        .options(contains_eager(Sitting.exam))
        .where(Exam.cohort_id.in_(cohort_ids), Sitting.closes_at > now)
        .order_by(Sitting.opens_at.desc())
    )
    return {sitting.exam.cohort_id: sitting for sitting in ahead}
