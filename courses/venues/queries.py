"""Reading venues and who has claimed them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, not_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from courses.venues.models import Blocking, Booking, TravelTime, Venue, VenueOpening
from courses.venues.rules import Blocked, Booked, Claimed, Opening, Travel, Usable, VenueKind, diary
from courses.venues.rules.diary import Claim, Holder, Objection, Row
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.spans import Span, around

TRAVEL_TO_BASE = "timetable.travel_to_base"
Names = dict[tuple[Claimed, int], str]


@dataclass(frozen=True)
class Sought:
    """What the list of venues is narrowed by: in use, or closed, on the day `on`."""

    on: date
    search: str = ""
    kind: VenueKind | None = None
    closed: bool = False


def venues(what: Sought, *, page: int | None = None) -> Page[Venue]:
    """Venues by name: those in use, or those that were closed."""
    return paginate(_narrowed(what), number=page)


def all_venues(what: Sought) -> list[Venue]:
    """All of them with their openings, for a file."""
    return list(session.scalars(_narrowed(what).options(selectinload(Venue.openings))))


def open_venues(*, on: date) -> list[Venue]:
    """Every venue that can be used on a day."""
    in_use = or_(Venue.closed_on.is_(None), Venue.closed_on > on)
    return list(session.scalars(select(Venue).where(in_use).order_by(Venue.name)))


def get_venue(venue_id: int) -> Venue:
    """The venue with its openings, or Missing."""
    wanted = select(Venue).where(Venue.id == venue_id).options(selectinload(Venue.openings))
    venue = session.scalar(wanted)
    if venue is None:
        raise Missing("这个场地")
    return venue


def venues_by_id(numbers: Collection[int | None]) -> dict[int, Venue]:
    """These venues, in one statement."""
    return {one.id: one for one in session.scalars(select(Venue).where(Venue.id.in_(numbers)))}


def bookings_touching(span: Span, *, apart_from: Holder | None = None) -> list[Booking]:
    """All bookings that share time with `span`, with venue and person, in one statement.

    `apart_from` is the holder (kind, id) whose own claims do not count: the lesson that moves.
    """
    statement = _touching(span)
    if apart_from is not None:
        kind, number = apart_from
        own = and_(Booking.holder_kind == kind, Booking.holder_id == number)
        statement = statement.where(not_(own))
    return list(session.scalars(statement))


def blockings(span: Span, *, venue_id: int | None = None) -> list[Blocking]:
    """The blockings that share time with a span, in order of time, with their venues."""
    statement = (
        select(Blocking)
        .options(joinedload(Blocking.venue))
        .where(Blocking.starts_at < span.end, Blocking.ends_at > span.start)
        .order_by(Blocking.starts_at, Blocking.id)
    )
    if venue_id is not None:
        statement = statement.where(Blocking.venue_id == venue_id)
    return list(session.scalars(statement))


def get_blocking(blocking_id: int) -> Blocking:
    """The blocking with its venue, or Missing."""
    found = session.scalar(
        select(Blocking).options(joinedload(Blocking.venue)).where(Blocking.id == blocking_id)
    )
    if found is None:
        raise Missing("这段停用时间")
    return found


def openings() -> dict[int, tuple[Opening, ...]]:
    """What rules ask of opening hours, by venue, in one statement."""
    found: dict[int, tuple[Opening, ...]] = {}
    for one in session.scalars(select(VenueOpening).order_by(VenueOpening.weekday)):
        hours = Opening(one.weekday, one.opens, one.closes)
        found[one.venue_id] = (*found.get(one.venue_id, ()), hours)
    return found


def blocked_by_venue(span: Span) -> dict[int, tuple[Blocked, ...]]:
    """What rules ask of blockings, by venue, in one statement."""
    found: dict[int, tuple[Blocked, ...]] = {}
    for one in blockings(span):
        blocked = Blocked(Span(one.starts_at, one.ends_at), one.reason)
        found[one.venue_id] = (*found.get(one.venue_id, ()), blocked)
    return found


def travel(*, on: date) -> Travel:
    """What rules ask of the ways between venues, in three statements."""
    rows = session.execute(select(TravelTime.near_id, TravelTime.far_id, TravelTime.minutes))
    bases = session.scalars(select(Venue.id).where(Venue.kind == VenueKind.BASE))
    unknown = norms.in_force(TRAVEL_TO_BASE, on=on).get(TRAVEL_TO_BASE)
    return Travel(
        {(near, far): minutes for near, far, minutes in rows},
        frozenset(bases),
        int(unknown.value or 0) if unknown else 0,
    )


def travel_times(venue_id: int) -> dict[int, int]:
    """Minutes from a venue to others, by their ids, as far as they were entered."""
    rows = session.execute(
        select(TravelTime.near_id, TravelTime.far_id, TravelTime.minutes).where(
            or_(TravelTime.near_id == venue_id, TravelTime.far_id == venue_id)
        )
    )
    return {far if near == venue_id else near: minutes for near, far, minutes in rows}


def claims(span: Span, *, besides: str = "") -> Sequence[Row]:
    """The bookings that share time with a span but for those of one kind of holder, in one
    statement, as plain rows."""
    statement = (
        select(
            Booking.holder_kind, Booking.holder_id, Booking.starts_at, Booking.ends_at,
            Booking.label, Booking.venue_id, Venue.name, Booking.person_id, Person.name,
            Booking.cohort_id,
        )
        .outerjoin(Booking.venue)
        .outerjoin(Booking.person)
        .where(Booking.starts_at < span.end, Booking.ends_at > span.start)
        .where(Booking.holder_kind != besides)
    )  # fmt: skip
    return [tuple(row) for row in session.execute(statement)]


def is_booked(cohort_id: SQLColumnExpression[int], span: Span) -> ColumnElement[bool]:
    """Whether a cohort has anything on within a span, for the WHERE clause of a statement."""
    return exists().where(
        Booking.cohort_id == cohort_id, Booking.starts_at < span.end, Booking.ends_at > span.start
    )


def bookings_of(venue_id: int, span: Span) -> list[Booking]:
    """What a venue is used for within `span`, in order of time."""
    return list(session.scalars(_touching(span).where(Booking.venue_id == venue_id)))


def usable(venue: Venue, *, since: datetime) -> Usable:
    """When a venue (with openings) can be had, as far as that is known for the time to come."""
    later = select(Blocking).where(Blocking.venue_id == venue.id, Blocking.ends_at > since)
    return Usable(
        venue.name,
        venue.closed_on,
        tuple(Opening(one.weekday, one.opens, one.closes) for one in venue.openings),
        tuple(
            Blocked(Span(one.starts_at, one.ends_at), one.reason)
            for one in session.scalars(later.order_by(Blocking.starts_at))
        ),
    )


def out_of_use(wanted: Sequence[tuple[int | None, Span]]) -> list[str]:
    """For each venue and span why it cannot be had then (closed, blocked, not open), as a
    sentence, or nothing when it can; in three statements, however many there are."""
    asked = [(number, span) for number, span in wanted if number is not None]
    if not asked:
        return [""] * len(wanted)
    numbers = {number for number, _ in asked}
    rows = select(Venue.id, Venue.name, Venue.closed_on).where(Venue.id.in_(numbers))
    starts, ends = min(span.start for _, span in asked), max(span.end for _, span in asked)
    hours, blocked = openings(), blocked_by_venue(Span(starts, ends))
    found = {
        number: Usable(name, closed_on, hours.get(number, ()), blocked.get(number, ()))
        for number, name, closed_on in session.execute(rows)
    }
    return [found[number].fault(span) if number in found else "" for number, span in wanted]


def affected(venue: Venue, when: Usable, *, since: datetime) -> list[tuple[Booking, str]]:
    """What is booked there from now on although, by `when`, it cannot be had, and why not."""
    ahead = Booking.venue_id == venue.id, Booking.ends_at > since
    found = session.scalars(select(Booking).where(*ahead).order_by(Booking.starts_at, Booking.id))
    told = [(one, when.fault(Span(one.starts_at, one.ends_at))) for one in found]
    return [(booking, fault) for booking, fault in told if fault]


def booked(bookings: Sequence[Booking]) -> list[Booked]:
    """The bookings as rules see them; `venue` and `person` must be loaded."""
    places: dict[Holder, Venue] = {}
    people: dict[Holder, list[str]] = {}
    for one in bookings:
        holder = one.holder_kind, one.holder_id
        if one.venue is not None:
            places[holder] = one.venue
        if one.person is not None:
            people.setdefault(holder, []).append(one.person.name)
    return [
        Booked(
            *_claimed(one),
            Span(one.starts_at, one.ends_at),
            one.label,
            one.holder_kind,
            place.name if (place := places.get((one.holder_kind, one.holder_id))) else "",
            tuple(people.get((one.holder_kind, one.holder_id), ())),
            place.id if place else None,
        )
        for one in bookings
    ]


def objections(wanted: Sequence[Claim], names: Names | None = None) -> list[Objection]:
    """Everything for which these claims cannot be had now, in the same number of statements
    however much is wanted; `names` of venues and people where they are known already."""
    if not wanted:
        return []
    known = names_of(wanted) if names is None else names
    whole = around(one.span for one in wanted)
    return diary.objections(wanted, known, claims(whole), blocked_by_venue(whole))


def names_of(wanted: Sequence[Claim], *, lock: bool = False) -> Names:
    """How the venues and people of these claims are called; `lock`: see `lock_claimed`."""
    venue_ids = {one.venue_id for one in wanted if one.venue_id is not None}
    person_ids = {person for one in wanted for person in one.person_ids}
    return _names(venue_ids, person_ids, lock=lock)


def lock_claimed(*, venue_ids: Collection[int] = (), person_ids: Collection[int] = ()) -> Names:
    """Let whoever would claim the same venues or people wait until this transaction ends; how
    they are called.

    Venues by number, then people by number, always in this order, so that no two wait for each
    other.
    """
    return _names(venue_ids, person_ids, lock=True)


def _names(venue_ids: Collection[int], person_ids: Collection[int], *, lock: bool) -> Names:
    venues = select(Venue.id, Venue.name).where(Venue.id.in_(venue_ids)).order_by(Venue.id)
    people = select(Person.id, Person.name).where(Person.id.in_(person_ids)).order_by(Person.id)
    wanted = ((Claimed.VENUE, venues, venue_ids), (Claimed.PERSON, people, person_ids))
    return {
        (what, number): name
        for what, rows, numbers in wanted
        if numbers
        for number, name in session.execute(rows.with_for_update() if lock else rows)
    }


def _narrowed(what: Sought) -> Select[Venue]:
    statement = select(Venue).order_by(Venue.name)
    if what.closed:
        statement = statement.where(Venue.closed_on <= what.on)
    else:
        statement = statement.where(or_(Venue.closed_on.is_(None), Venue.closed_on > what.on))
    if what.search:
        like = f"%{what.search}%"
        statement = statement.where(or_(Venue.name.ilike(like), Venue.equipment.ilike(like)))
    if what.kind is not None:
        statement = statement.where(Venue.kind == what.kind)
    return statement


def _touching(span: Span) -> Select[Booking]:
    return (
        select(Booking)
        .options(joinedload(Booking.venue), joinedload(Booking.person))
        .where(Booking.starts_at < span.end, Booking.ends_at > span.start)
        .order_by(Booking.starts_at, Booking.id)
    )


def _claimed(booking: Booking) -> tuple[Claimed, int, str]:
    if booking.venue is not None:
        return Claimed.VENUE, booking.venue.id, booking.venue.name
    if booking.person is not None:
        return Claimed.PERSON, booking.person.id, booking.person.name
    return Claimed.COHORT, booking.cohort_id or 0, "本班次"
