"""Reading trips: whose they are, who rides, who is missing, and what stands against going."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload, undefer

from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import charge_scope, cohort_scope
from courses.timetable.models import Lesson
from courses.trips.models import (
    Trip,
    TripBus,
    TripCheck,
    TripDecision,
    TripDeparture,
    TripGuide,
    TripPhoto,
    TripRider,
    TripStop,
)
from courses.trips.rules import (
    Against,
    BusPlan,
    Check,
    StopPlan,
    TripDraft,
    Verdict,
    claims,
    visits,
    whole,
)
from courses.venues import queries as venues
from courses.venues.models import Venue
from courses.venues.rules import Claimed
from courses.venues.rules.diary import Claim
from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.spans import Span

HOLDER = "trip"
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


def riders(trip_id: int) -> list[TripRider]:
    """Who goes along, by bus and number, with enrolment, person and unit."""
    wanted = (
        select(TripRider)
        .join(TripRider.enrolment)
        .options(
            joinedload(TripRider.enrolment).joinedload(Enrolment.person).joinedload(Person.unit)
        )
        .where(TripRider.trip_id == trip_id)
        .order_by(TripRider.bus_number, Enrolment.learner_number)
    )
    return list(session.scalars(wanted))


def riders_in_the_clear(trip_id: int) -> list[TripRider]:
    """The same with numbers and contacts: for an action that writes down who asked and why."""
    wanted = (
        select(TripRider)
        .join(TripRider.enrolment)
        .options(
            undefer(TripRider.emergency),
            joinedload(TripRider.enrolment)
            .joinedload(Enrolment.person)
            .options(undefer(Person.id_number), undefer(Person.phone), joinedload(Person.unit)),
        )
        .where(TripRider.trip_id == trip_id)
        .order_by(TripRider.bus_number, Enrolment.learner_number)
    )
    return list(session.scalars(wanted))


def drivers(trip_id: int) -> dict[int, str]:
    """Name and telephone of the driver of each bus, by the number of the bus."""
    rows = session.execute(select(TripBus.number, TripBus.driver).where(TripBus.trip_id == trip_id))
    return {number: driver or "" for number, driver in rows}


def with_contact(trip_id: int) -> set[int]:
    """The riders whose emergency contact is known; nothing is decrypted for it."""
    wanted = select(TripRider.id).where(TripRider.trip_id == trip_id)
    return set(session.scalars(wanted.where(TripRider.emergency.is_not(None))))


def checks(trip_id: int) -> list[Check]:
    """Everything that was ticked, as rules see it."""
    rows = session.scalars(select(TripCheck).where(TripCheck.trip_id == trip_id))
    return [
        Check(one.client_id, one.moment, one.position, one.rider_id, one.is_present, one.made_at)
        for one in rows
    ]


def known_checks(trip_id: int, client_ids: Collection[str]) -> set[str]:
    """Those of these checks that are here already."""
    wanted = select(TripCheck.client_id).where(TripCheck.trip_id == trip_id)
    return set(session.scalars(wanted.where(TripCheck.client_id.in_(client_ids))))


def departures(trip_id: int) -> list[TripDeparture]:
    """From where the trip has left, in order."""
    wanted = select(TripDeparture).where(TripDeparture.trip_id == trip_id)
    return list(session.scalars(wanted.order_by(TripDeparture.position)))


def took_place(trip: Trip, *, at: datetime) -> bool:
    """Is a trip over that somebody was ticked off on, or that was reported?"""
    gone = trip.reported_at is not None or bool(checks(trip.id) or departures(trip.id))
    return at >= trip.ends_at and gone


def photos(trip_id: int) -> list[TripPhoto]:
    """The pictures of a trip, as they were added."""
    wanted = select(TripPhoto).options(joinedload(TripPhoto.upload))
    return list(session.scalars(wanted.where(TripPhoto.trip_id == trip_id).order_by(TripPhoto.id)))


def get_photo(trip_id: int, photo_id: int) -> TripPhoto:
    """A picture of this trip, or Missing."""
    wanted = select(TripPhoto).options(joinedload(TripPhoto.upload))
    found = session.scalar(wanted.where(TripPhoto.id == photo_id, TripPhoto.trip_id == trip_id))
    if found is None:
        raise Missing("这张照片")
    return found


def field_lessons(cohort_id: int) -> list[Lesson]:
    """The cohort's lessons that a trip can be: all of them, in order of time, with course."""
    wanted = select(Lesson).options(joinedload(Lesson.course), joinedload(Lesson.instructor))
    rows = wanted.where(Lesson.cohort_id == cohort_id).order_by(Lesson.starts_at)
    return list(session.scalars(rows))


def bus_faults(plates: Collection[str], span: Span, *, apart_from: int | None) -> dict[str, str]:
    """Which buses another trip has at that time, as sentences by plate."""
    cancelled = exists().where(
        TripDecision.trip_id == Trip.id, TripDecision.verdict == Verdict.CANCEL
    )
    rows = session.execute(
        select(TripBus.plate, Cohort.title)
        .join(Trip, Trip.id == TripBus.trip_id)
        .join(Cohort, Cohort.id == Trip.cohort_id)
        .where(
            TripBus.plate.in_(plates),
            Trip.starts_at < span.end,
            Trip.ends_at > span.start,
            ~cancelled,
            Trip.id != (apart_from or 0),
        )
    )
    return {
        plate: f"车辆{plate}这段时间已安排给“{title}”的现场教学，时间重叠。"
        for plate, title in rows
    }


def place_faults(draft: TripDraft, *, riders: int) -> dict[int, list[str]]:
    """Which stops are closed or too small at the time of the visit, as sentences by position."""
    numbers = {one.venue_id for one in draft.stops if one.venue_id is not None}
    known = {one.id: one for one in session.scalars(select(Venue).where(Venue.id.in_(numbers)))}
    places = [one.venue_id for one in draft.stops]
    shut = venues.out_of_use(list(zip(places, visits(draft), strict=True)))
    faults = [[why] if why else [] for why in shut]
    people = riders + len(draft.staff_ids)
    for at, number in enumerate(places):
        if number in known and known[number].capacity < people:
            venue = known[number]
            faults[at].append(f"{venue.name}最多容纳{venue.capacity}人，这次去{people}人。")
    return {position: found for position, found in enumerate(faults, 1) if found}


def out_of_use(trips: Collection[Trip], *, at: datetime) -> dict[int, list[str]]:
    """Those of these (with stops and decisions) that are still to come and whose stops cannot be
    had then any more, and why, in a fixed number of statements."""
    ahead = [one for one in trips if one.ends_at > at and not one.is_cancelled]
    stops = [stop for one in ahead for stop in one.stops]
    told = venues.out_of_use(
        [(stop.venue_id, Span(stop.arrives_at, stop.leaves_at)) for stop in stops]
    )
    found: dict[int, list[str]] = {}
    for stop, why in zip(stops, told, strict=True):
        if why:
            found.setdefault(stop.trip_id, []).append(f"点位{stop.position}：{why}")
    return found


def against(
    draft: TripDraft, wanted: Sequence[Claim], *, riders: int, apart_from: int | None = None
) -> Against:
    """What stands against a plan that makes these claims (`rules.claims`), as far as it can do
    without: not against its leader and its cohort."""
    faults = place_faults(draft, riders=riders)
    places = {position: "".join(found) for position, found in faults.items()}
    teachers: dict[int, str] = {}
    guides: dict[int, str] = {}
    place_of = {id(claim): position for position, claim in enumerate(wanted)}
    for one in venues.objections(wanted):
        position = place_of[id(one.claim)]
        if one.what is Claimed.VENUE:
            places.setdefault(position, one.told)
        elif position:
            teachers.setdefault(position, one.told)
        elif one.what is Claimed.PERSON and one.number != draft.leader_id:
            guides.setdefault(one.number, one.told)
    plates = [bus.plate for bus in draft.buses]
    return Against(
        places, teachers, guides, bus_faults(plates, whole(draft), apart_from=apart_from)
    )


def clashes(draft: TripDraft) -> list[str]:
    """Which people and places of a trip that is still to be are taken then, as sentences."""
    return [one.told for one in venues.objections(claims_ahead(draft))]


def claims_ahead(draft: TripDraft) -> list[Claim]:
    """What a trip of a cohort that is still to be would claim."""
    return claims(draft, holder=(HOLDER, 0), label="", cohort_id=None)


def draft_of(trip: Trip) -> TripDraft:
    """A trip, as it is, as a plan; with the names and telephones of its drivers."""
    known, clock, stops = drivers(trip.id), trip.starts_at, []
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


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)


def trips_of(cohort_id: int) -> list[Trip]:
    """All trips of a cohort, the first first, for work that is nobody's view."""
    wanted = _loaded().where(Trip.cohort_id == cohort_id)
    return list(session.scalars(wanted.order_by(Trip.starts_at, Trip.id)))


def trips_by_id(numbers: Collection[int]) -> list[Trip]:
    """Those of these trips that are still there."""
    return list(session.scalars(_loaded().where(Trip.id.in_(numbers))))


def rider_counts(trip_ids: Collection[int]) -> dict[int, int]:
    """How many learners go along on each of these trips."""
    counted = select(TripRider.trip_id, func.count()).where(TripRider.trip_id.in_(trip_ids))
    rows = session.execute(counted.group_by(TripRider.trip_id))
    return {row[0]: row[1] for row in rows}


def unseated(trip: Trip) -> list[Enrolment]:
    """The learners of its cohort who have no seat on a trip, by learner number."""
    seated = exists().where(TripRider.enrolment_id == Enrolment.id, TripRider.trip_id == trip.id)
    wanted = select(Enrolment).where(
        Enrolment.cohort_id == trip.cohort_id, Enrolment.withdrawn_on.is_(None), ~seated
    )
    return list(session.scalars(wanted.order_by(Enrolment.learner_number)))


def staff() -> Sequence[Person]:
    """Who can lead a trip or go along: everybody with a log-in who is no mere learner, by name."""
    learner = exists().where(Enrolment.person_id == Person.id)
    wanted = select(Person).where(Person.account_id.is_not(None), ~learner).order_by(Person.name)
    return list(session.scalars(wanted))


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
