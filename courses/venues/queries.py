"""Reading venues and who has claimed them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Select, and_, not_, or_, select
from sqlalchemy.orm import joinedload

from courses.venues.models import Booking, Venue
from courses.venues.rules import Booked, Claimed, VenueKind
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.spans import Span

Holder = tuple[str, int]


def venues(
    *,
    search: str = "",
    kind: VenueKind | None = None,
    closed: bool = False,
    page: int | None = None,
) -> Page[Venue]:
    """Venues by name: those in use, or those that were closed."""
    statement = select(Venue).order_by(Venue.name)
    statement = statement.where(
        Venue.closed_on.is_not(None) if closed else Venue.closed_on.is_(None)
    )
    if search:
        wanted = f"%{search}%"
        statement = statement.where(or_(Venue.name.ilike(wanted), Venue.equipment.ilike(wanted)))
    if kind is not None:
        statement = statement.where(Venue.kind == kind)
    return paginate(statement, number=page)


def open_venues(*, on: date) -> list[Venue]:
    """Every venue that can be used on a day."""
    in_use = or_(Venue.closed_on.is_(None), Venue.closed_on > on)
    return list(session.scalars(select(Venue).where(in_use).order_by(Venue.name)))


def get_venue(venue_id: int) -> Venue:
    """The venue, or Missing."""
    venue = session.get(Venue, venue_id)
    if venue is None:
        raise Missing("这个场地")
    return venue


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


def bookings_of(venue_id: int, span: Span) -> list[Booking]:
    """What a venue is used for within `span`, in order of time."""
    return list(session.scalars(_touching(span).where(Booking.venue_id == venue_id)))


def booked(bookings: Sequence[Booking]) -> list[Booked]:
    """The bookings as rules see them; `venue` and `person` must be loaded."""
    places: dict[Holder, str] = {}
    people: dict[Holder, list[str]] = {}
    for one in bookings:
        holder = one.holder_kind, one.holder_id
        if one.venue is not None:
            places[holder] = one.venue.name
        if one.person is not None:
            people.setdefault(holder, []).append(one.person.name)
    return [
        Booked(
            *_claimed(one),
            Span(one.starts_at, one.ends_at),
            one.label,
            one.holder_kind,
            places.get((one.holder_kind, one.holder_id), ""),
            tuple(people.get((one.holder_kind, one.holder_id), ())),
        )
        for one in bookings
    ]


def lock_claimed(*, venue_id: int | None = None, person_ids: Iterable[int] = ()) -> None:
    """Let whoever would claim the same venue or person wait until this transaction ends.

    Venue first, then people by number, always in this order, so that no two wait for each other.
    """
    if venue_id is not None:
        session.execute(select(Venue.id).where(Venue.id == venue_id).with_for_update())
    wanted = sorted(set(person_ids))
    if wanted:
        rows = select(Person.id).where(Person.id.in_(wanted)).order_by(Person.id)
        session.execute(rows.with_for_update())


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
