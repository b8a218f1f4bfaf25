"""Writing down when an instructor can come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from courses.availability import queries
from courses.availability.models import AvailabilityPeriod, WeeklyAbsence
from courses.availability.rules import Period, Weekly, period_faults
from courses.faculty.models import Instructor
from courses.venues.rules import say_day
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused


def set_week(
    *, instructor: Instructor, weekly: Collection[Weekly], by: Actor, at: datetime
) -> None:
    """These stretches of the week do not suit, and no others; what is booked stays booked."""
    known = {row.stretch: row for row in queries.weekly(instructor.id)}
    for stretch in set(known) - set(weekly):
        session.delete(known[stretch])
    session.flush()
    session.add_all(
        WeeklyAbsence(
            instructor_id=instructor.id, weekday=one.weekday, starts=one.starts, ends=one.ends
        )
        for one in sorted(set(weekly) - set(known))
    )
    told = f"修改了{instructor.person.name}每周可授课的时间"
    record("availability.set_week", instructor, told, by=by, at=at, absent=len(set(weekly)))


def add_period(*, instructor: Instructor, period: Period, by: Actor, at: datetime) -> None:
    """Days that differ from the week; the same days said twice are one row."""
    faults = period_faults(period)
    if faults:
        raise Refused(*faults)
    if any(row.period == period for row in queries.periods(instructor.id, since=period.starts_on)):
        return
    row = AvailabilityPeriod(
        instructor_id=instructor.id,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        can_come=period.can_come,
        reason=period.reason,
        by_name=by.name,
        at=at,
    )
    session.add(row)
    told = (
        f"{instructor.person.name}{say_day(period.starts_on)}至{say_day(period.ends_on)}"
        f"{'可以' if period.can_come else '不能'}授课"
    )
    record("availability.add_period", row, told, by=by, at=at, reason=period.reason)


def remove_period(*, row: AvailabilityPeriod, by: Actor, at: datetime) -> None:
    """Take a period back."""
    told = f"撤回{row.instructor.person.name}{say_day(row.starts_on)}至{say_day(row.ends_on)}的说明"
    record("availability.remove_period", row, told, by=by, at=at)
    session.delete(row)
