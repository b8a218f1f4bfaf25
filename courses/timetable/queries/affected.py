"""Reading whom it concerns that something booked cannot stay as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import aliased

from courses.cohorts.models import Cohort
from courses.venues.models import Booking
from lms.ground.access import Role
from lms.ground.accounts.models import Grant
from lms.ground.db import session
from lms.ground.people.models import Person


def planners() -> list[int]:
    """The numbers of all people of the office."""
    office = select(Grant.account_id).where(Grant.role == Role.OFFICE)
    return list(session.scalars(select(Person.id).where(Person.account_id.in_(office))))


def bookings(numbers: Collection[int]) -> list[Booking]:
    """Those of these bookings that are still there, in order of time."""
    wanted = select(Booking).where(Booking.id.in_(numbers))
    return list(session.scalars(wanted.order_by(Booking.starts_at, Booking.id)))


def advisers(numbers: Collection[int]) -> dict[int, dict[int, list[int]]]:
    """Who looks after the cohorts for which these were booked: adviser → cohort → bookings."""
    beside = aliased(Booking)
    statement = (
        select(Cohort.adviser_id, Cohort.id, Booking.id)
        .join(beside, beside.cohort_id == Cohort.id)
        .join(
            Booking,
            (Booking.holder_kind == beside.holder_kind) & (Booking.holder_id == beside.holder_id),
        )
        .where(Booking.id.in_(numbers))
    )
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for adviser, cohort, booking in session.execute(statement):
        if adviser is not None:
            found[adviser][cohort].append(booking)
    return found
