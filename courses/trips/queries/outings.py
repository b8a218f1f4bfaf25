"""Reading trips: whose they are, who may run them, and what they were planned as."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import charge_scope, cohort_scope
from courses.timetable.models import Lesson
from courses.trips.models import (
    Trip,
    TripGuide,
    TripStop,
)
from courses.trips.queries import riding
from courses.trips.rules import (
    BusPlan,
    StopPlan,
    TripDraft,
)
from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person

RUNNERS = Permission.TAKE_ATTENDANCE, Permission.PLAN, Permission.TEACH
"""Who may tick people off, if the trip is theirs to lead."""


def leads(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Trip for those that `account` may run on the day.

    Whoever looks after the cohort, and leader and guides of this trip.
    """
    leader, guide, person = aliased(Person), aliased(TripGuide), aliased(Person)
    leading = exists().where(leader.id == Trip.leader_id, leader.account_id == account.id)
    guiding = exists().where(
        guide.trip_id == Trip.id, guide.person_id == person.id, person.account_id == account.id
    )
    own = exists().where(Cohort.id == Trip.cohort_id, charge_scope(account))
    return or_(own.correlate(Trip), leading.correlate(Trip), guiding.correlate(Trip))


def page_of_trips(
    account: Account, *, search: str = "", cohort_id: int | None = None, page: int | None = None
) -> Page[Trip]:
    """The trips of visible cohorts, or of one of them, the latest first."""
    statement = _loaded().join(Trip.cohort).where(cohort_scope(account))
    if cohort_id is not None:
        statement = statement.where(Trip.cohort_id == cohort_id)
    if search:
        statement = statement.where(Cohort.title.ilike(f"%{search}%"))
    return paginate(statement.order_by(Trip.starts_at.desc(), Trip.id), number=page)


def get_trip(trip_id: int, account: Account) -> Trip:
    """The trip of a visible cohort with everything around it; Missing otherwise."""
    return _one(_loaded().join(Trip.cohort).where(Trip.id == trip_id, cohort_scope(account)))


def get_trip_to_run(trip_id: int, account: Account) -> Trip:
    """The same for whoever may tick people off on the day."""
    return _one(_loaded().where(Trip.id == trip_id, leads(account)))


def may_run(trip_id: int, account: Account) -> bool:
    """May `account` tick people off on the day?"""
    if account.permissions.isdisjoint(RUNNERS):
        return False
    wanted = select(Trip.id).join(Trip.cohort).where(Trip.id == trip_id, leads(account))
    return session.scalar(wanted) is not None


def kept_until(trip: Trip, *, at: datetime) -> datetime:
    """How long an organiser's phone may keep a page with names that it opened at `at`."""
    days = norms.value("trips.keep_days", on=local(at).date())
    return max(trip.ends_at, at) + timedelta(days=float(days))


def trips_of(cohort_id: int) -> list[Trip]:
    """All trips of a cohort, the first first, for work that is nobody's view."""
    wanted = _loaded().where(Trip.cohort_id == cohort_id)
    return list(session.scalars(wanted.order_by(Trip.starts_at, Trip.id)))


def trips_by_id(numbers: Collection[int]) -> list[Trip]:
    """Those of these trips that are still there."""
    return list(session.scalars(_loaded().where(Trip.id.in_(numbers))))


def draft_of(trip: Trip) -> TripDraft:
    """A trip, as it is, as a plan; with the names and telephones of its drivers."""
    known, clock, stops = riding.drivers(trip.id), trip.starts_at, []
    for stop in trip.stops:
        stay, way = stop.leaves_at - stop.arrives_at, stop.arrives_at - clock
        clock = stop.leaves_at
        stops.append(
            StopPlan(
                stop.name, _minutes(stay), _minutes(way), stop.taught, stop.venue_id, stop.person_id
            )
        )
    return TripDraft(
        departs_at=trip.starts_at,
        back_minutes=_minutes(trip.ends_at - clock),
        leader_id=trip.leader_id,
        guide_ids=tuple(one.person_id for one in trip.guides),
        buses=tuple(BusPlan(one.plate, one.seats, known[one.number]) for one in trip.buses),
        stops=tuple(stops),
        lesson_id=trip.lesson_id,
        safety=trip.safety,
        emergency=trip.emergency,
        insurance=trip.insurance,
    )


def field_lessons(cohort_id: int) -> list[Lesson]:
    """The cohort's lessons that a trip can be: all of them, in order of time, with course."""
    wanted = select(Lesson).options(joinedload(Lesson.course), joinedload(Lesson.instructor))
    rows = wanted.where(Lesson.cohort_id == cohort_id).order_by(Lesson.starts_at)
    return list(session.scalars(rows))


def staff() -> Sequence[Person]:
    """Who can lead a trip or go along: everybody with a log-in who is no mere learner, by name."""
    learner = exists().where(Enrolment.person_id == Person.id)
    wanted = select(Person).where(Person.account_id.is_not(None), ~learner).order_by(Person.name)
    return list(session.scalars(wanted))


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)


def _loaded() -> Select[Trip]:
    return select(Trip).options(
        joinedload(Trip.cohort).selectinload(Cohort.steps),
        joinedload(Trip.cohort).joinedload(Cohort.adviser),
        joinedload(Trip.route),
        joinedload(Trip.leader),
        selectinload(Trip.guides).joinedload(TripGuide.person),
        selectinload(Trip.stops).options(joinedload(TripStop.venue), joinedload(TripStop.person)),
        selectinload(Trip.buses),
        selectinload(Trip.decisions),
    )


def _one(statement: Select[Trip]) -> Trip:
    trip = session.scalar(statement)
    if trip is None:
        raise Missing("这次出行")
    return trip
