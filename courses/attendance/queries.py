"""Reading attendance: half-days, sheets, and what they add up to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from courses.attendance.models import AttendanceMark
from courses.attendance.rules import HalfDay, LeaveLimits, Mark, Presence, Tally, tallies
from courses.catalogue.models import Course
from courses.cohorts.models import Enrolment
from courses.timetable.models import Lesson
from courses.timetable.rules import half_days_of
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.spans import Span


@dataclass(frozen=True)
class Session:
    """A half-day with lessons: its 学时, what is taught, and how many marks it has."""

    day: date
    half_day: HalfDay
    hours: Decimal
    courses: tuple[str, ...]
    marks: int = 0


def tally(cohort_id: int) -> list[Tally]:
    """One tally for each present learner, by learner number, in three statements."""
    present = (
        select(Enrolment.id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.withdrawn_on.is_(None))
        .order_by(Enrolment.learner_number)
    )
    marks = (Mark(*row) for row in session.execute(_marks(cohort_id)))
    return tallies(session.scalars(present), half_day_hours(cohort_id), marks)


def half_day_hours(cohort_id: int) -> dict[tuple[date, HalfDay], Decimal]:
    """The 学时 of every half-day that has lessons, in one statement."""
    return {(one.day, one.half_day): one.hours for one in _sessions([cohort_id])[cohort_id]}


def sessions(cohort_id: int) -> list[Session]:
    """Every half-day that has lessons, in order, in two statements."""
    return progress([cohort_id])[cohort_id]


def progress(cohort_ids: Collection[int]) -> dict[int, list[Session]]:
    """The half-days of several cohorts with how many marks each has, in two statements."""
    taken = {
        (cohort_id, day, half): count
        for cohort_id, day, half, count in session.execute(
            select(Enrolment.cohort_id, AttendanceMark.day, AttendanceMark.half_day, func.count())
            .join(AttendanceMark.enrolment)
            .where(Enrolment.cohort_id.in_(cohort_ids))
            .group_by(Enrolment.cohort_id, AttendanceMark.day, AttendanceMark.half_day)
        )
    }
    return {
        cohort_id: [
            replace(one, marks=taken.get((cohort_id, one.day, one.half_day), 0)) for one in found
        ]
        for cohort_id, found in _sessions(cohort_ids).items()
    }


def get_session(cohort_id: int, day: date, half_day: HalfDay) -> Session:
    """The half-day, or Missing when the cohort has no lesson in it."""
    for one in sessions(cohort_id):
        if (one.day, one.half_day) == (day, half_day):
            return one
    raise Missing("这个半天的课")


def marks(cohort_id: int) -> dict[tuple[int, date, HalfDay], Presence]:
    """All marks of a cohort by learner, day and half-day."""
    rows = (Mark(*row) for row in session.execute(_marks(cohort_id)))
    return {(row.enrolment_id, row.day, row.half_day): row.presence for row in rows}


def sheet(cohort_id: int, day: date, half_day: HalfDay) -> dict[int, AttendanceMark]:
    """The marks of one half-day by enrolment; empty while it was not taken."""
    statement = (
        select(AttendanceMark)
        .join(AttendanceMark.enrolment)
        .where(
            Enrolment.cohort_id == cohort_id,
            AttendanceMark.day == day,
            AttendanceMark.half_day == half_day,
        )
    )
    return {mark.enrolment_id: mark for mark in session.scalars(statement)}


def stamp(found: Iterable[AttendanceMark]) -> str:
    """By which a form says which state of a sheet it was opened on."""
    latest: datetime | None = max((mark.marked_at for mark in found), default=None)
    return latest.isoformat() if latest else ""


def leave_limits(*, on: date, scope: str) -> LeaveLimits:
    """The shares in force for a programme (`scope` is its code)."""
    return LeaveLimits(
        *(norms.fraction(f"leave.{one}", on=on, scope=scope) for one in ("warn", "alarm", "limit"))
    )


def tally_of(enrolment: Enrolment) -> Tally:
    """The tally of one learner."""
    own = _marks(enrolment.cohort_id).where(AttendanceMark.enrolment_id == enrolment.id)
    hours = half_day_hours(enrolment.cohort_id)
    return tallies([enrolment.id], hours, (Mark(*row) for row in session.execute(own)))[0]


def own_marks(enrolment_ids: Iterable[int]) -> list[AttendanceMark]:
    """What the sheets say of these enrolments, the latest first, with the cohort."""
    statement = (
        select(AttendanceMark)
        .options(joinedload(AttendanceMark.enrolment).joinedload(Enrolment.cohort))
        .where(AttendanceMark.enrolment_id.in_(set(enrolment_ids)))
        .order_by(AttendanceMark.day.desc(), AttendanceMark.half_day)
    )
    return list(session.scalars(statement))


def _sessions(cohort_ids: Collection[int]) -> dict[int, list[Session]]:
    rows = session.execute(
        select(Lesson.cohort_id, Lesson.starts_at, Lesson.ends_at, Lesson.hours, Course.title)
        .join(Lesson.course)
        .where(Lesson.cohort_id.in_(cohort_ids))
        .order_by(Lesson.starts_at)
    )
    found: dict[int, dict[tuple[date, HalfDay], Session]] = {one: {} for one in cohort_ids}
    for cohort_id, start, end, hours, title in rows:
        of_cohort = found[cohort_id]
        for day, half, share in half_days_of(Span(start, end), hours):
            known = of_cohort.get((day, half), Session(day, half, Decimal(0), ()))
            titles = tuple(dict.fromkeys((*known.courses, title)))
            of_cohort[day, half] = Session(day, half, known.hours + share, titles)
    order = list(HalfDay)
    return {
        cohort_id: sorted(days.values(), key=lambda one: (one.day, order.index(one.half_day)))
        for cohort_id, days in found.items()
    }


def _marks(cohort_id: int) -> Select[int, date, HalfDay, Presence]:
    mark = AttendanceMark
    return (
        select(mark.enrolment_id, mark.day, mark.half_day, mark.presence)
        .join(mark.enrolment)
        .where(Enrolment.cohort_id == cohort_id)
    )
