"""Reading when instructors can come; the timetable asks here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.availability.models import AvailabilityPeriod, WeeklyAbsence
from courses.availability.rules import Calendar, Period, Weekly
from courses.faculty.models import Instructor
from courses.venues.models import Booking
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person
from lms.ground.spans import Span


def calendars(instructor_ids: Collection[int] | None = None) -> dict[int, Calendar]:
    """The calendar of each instructor who said anything, by number: two statements for any number.

    Whoever is left out can always come.
    """
    stretches, spans = select(WeeklyAbsence), select(AvailabilityPeriod)
    if instructor_ids is not None:
        stretches = stretches.where(WeeklyAbsence.instructor_id.in_(instructor_ids))
        spans = spans.where(AvailabilityPeriod.instructor_id.in_(instructor_ids))
    weekly: dict[int, set[Weekly]] = defaultdict(set)
    periods: dict[int, list[Period]] = defaultdict(list)
    for absence in session.scalars(stretches):
        weekly[absence.instructor_id].add(absence.stretch)
    for one in session.scalars(spans.order_by(AvailabilityPeriod.starts_on)):
        periods[one.instructor_id].append(one.period)
    return {
        number: Calendar(frozenset(weekly[number]), tuple(periods[number]))
        for number in {*weekly, *periods}
    }


def unavailable(span: Span, instructor_ids: Collection[int] | None = None) -> dict[int, str]:
    """Whom the span does not suit, by number, with the reason in words."""
    faults = {number: one.fault(span) for number, one in calendars(instructor_ids).items()}
    return {number: fault for number, fault in faults.items() if fault}


def weekly(instructor_id: int) -> list[WeeklyAbsence]:
    """What never suits one instructor."""
    wanted = select(WeeklyAbsence).where(WeeklyAbsence.instructor_id == instructor_id)
    return list(session.scalars(wanted))


def periods(instructor_id: int, *, since: date) -> list[AvailabilityPeriod]:
    """The periods of one instructor that are not over on a day, the next first."""
    wanted = select(AvailabilityPeriod).where(
        AvailabilityPeriod.instructor_id == instructor_id, AvailabilityPeriod.ends_on >= since
    )
    return list(session.scalars(wanted.order_by(AvailabilityPeriod.starts_on)))


def get_period(period_id: int, *, instructor_id: int) -> AvailabilityPeriod:
    """One period of this instructor; Missing when it is somebody else's or gone."""
    found = session.scalar(
        select(AvailabilityPeriod)
        .options(joinedload(AvailabilityPeriod.instructor).joinedload(Instructor.person))
        .where(
            AvailabilityPeriod.id == period_id, AvailabilityPeriod.instructor_id == instructor_id
        )
    )
    if found is None:
        raise Missing("这段时间")
    return found


def affected(instructor: Instructor, *, since: datetime) -> list[tuple[Booking, str]]:
    """What this instructor is booked for from now on at times that do not suit, and why not."""
    calendar = calendars([instructor.id]).get(instructor.id, Calendar())
    wanted = (
        select(Booking)
        .join(Booking.person)
        .where(Person.id == instructor.person_id, Booking.ends_at > since)
        .order_by(Booking.starts_at)
    )
    found = [
        (one, calendar.fault(Span(one.starts_at, one.ends_at))) for one in session.scalars(wanted)
    ]
    return [(booking, fault) for booking, fault in found if fault]
