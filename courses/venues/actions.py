"""Keeping the list of venues, and claiming time on venues, people and cohorts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from courses.venues import queries
from courses.venues.models import Blocking, Booking, TravelTime, Venue, VenueOpening
from courses.venues.rules import (
    Blocked,
    Usable,
    VenueDraft,
    blocking_fault,
    closed_fault,
    point_faults,
    when,
)
from courses.venues.rules.diary import Claim, Row
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.spans import Span

AFFECTED = "timetable.tell_affected"


def add(draft: VenueDraft, *, by: Actor, at: datetime) -> Venue:
    """Enter a venue; Refused when the name is taken."""
    venue = Venue(openings=[])
    _fill(venue, draft)
    record("venues.add", venue, f"登记了场地“{venue.name}”", by=by, at=at)
    return venue


def revise(venue: Venue, draft: VenueDraft, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Change what is written of a venue; Conflict on a stale form."""
    venue.edited_from(seen)
    _fill(venue, draft)
    record("venues.revise", venue, f"修改了场地“{venue.name}”", by=by, at=at)


def close(
    venue: Venue, *, reason: str, on: date, seen: int | None, by: Actor, at: datetime
) -> None:
    """Take a venue out of use from `on`; what was booked stays booked and has to be moved."""
    if not reason:
        raise Refused("请写明停用的原因。")
    venue.edited_from(seen)
    venue.closed_on = on
    record("venues.close", venue, f"停用了场地“{venue.name}”：{reason}", by=by, at=at)
    sentence = f"{closed_fault(venue.name, on)}原因：{reason}。"
    found = queries.affected(venue, Usable(venue.name, closed_on=on), since=at)
    announce(sentence, found, link=f"/venues/{venue.id}", by=by, at=at)


def reopen(venue: Venue, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Take a closed venue into use again."""
    venue.edited_from(seen)
    venue.closed_on = None
    record("venues.reopen", venue, f"重新启用了场地“{venue.name}”", by=by, at=at)


def block(venue: Venue, span: Span, *, reason: str, by: Actor, at: datetime) -> Blocking:
    """Keep a venue free for a reason; what had been booked stays booked and has to be moved.

    The same blocking entered twice is one.
    """
    same = Blocking.starts_at == span.start, Blocking.ends_at == span.end
    known = session.scalar(select(Blocking).where(Blocking.venue_id == venue.id, *same))
    if known is not None:
        return known
    made = Blocking(
        venue=venue, starts_at=span.start, ends_at=span.end, reason=reason, by_name=by.name, at=at
    )
    session.add(made)
    session.flush()
    blocked = Blocked(span, reason)
    sentence = blocking_fault(venue.name, blocked)
    record("venues.block", made, sentence, by=by, at=at)
    found = queries.affected(venue, Usable(venue.name, blocked=(blocked,)), since=at)
    announce(sentence, found, link=f"/venues/{venue.id}", by=by, at=at)
    return made


def announce(
    what: str, affected: Iterable[tuple[Booking, str]], *, link: str, by: Actor, at: datetime
) -> None:
    """Have planners, and the advisers of those who are affected, told what has to be moved.

    The cohorts stand above this room: a job of the timetable finds out whom to tell.
    """
    numbers = [booking.id for booking, _fault in affected]
    if numbers and by.id is not None:
        jobs.enqueue(AFFECTED, owner_id=by.id, at=at, what=what, bookings=numbers, link=link)


def unblock(blocking: Blocking, *, by: Actor, at: datetime) -> None:
    """Let a blocked venue be had again."""
    span = Span(blocking.starts_at, blocking.ends_at)
    sentence = f"取消了“{blocking.venue.name}”{when(span)} 的停用（原因：{blocking.reason}）"
    record("venues.unblock", blocking, sentence, by=by, at=at)
    session.delete(blocking)
    session.flush()


def set_travel(venue: Venue, minutes: Mapping[int, int | None], *, by: Actor, at: datetime) -> None:
    """How long it takes to other venues, by their ids; None forgets what was entered."""
    known = queries.travel_times(venue.id)
    changed = {other: value for other, value in minutes.items() if known.get(other) != value}
    for other, value in changed.items():
        near, far = sorted((venue.id, other))
        pair = TravelTime.near_id == near, TravelTime.far_id == far
        session.execute(delete(TravelTime).where(*pair))
        if value is not None:
            session.add(TravelTime(near_id=near, far_id=far, minutes=value))
    session.flush()
    if changed:
        sentence = f"修改了从“{venue.name}”出发的{len(changed)}处路程时间"
        record("venues.set_travel", venue, sentence, by=by, at=at)


def claim(
    *,
    holder_kind: str,
    holder_id: int,
    span: Span,
    label: str,
    venue_id: int | None = None,
    person_ids: Collection[int] = (),
    cohort_ids: Collection[int] = (),
) -> None:
    """Book a venue, people and cohorts for one holder; see `claim_all`."""
    claim_all([Claim((holder_kind, holder_id), span, label, venue_id, person_ids, cohort_ids)])


def claim_all(wanted: Sequence[Claim]) -> None:
    """Book all of this or nothing; however much, it is looked at in the same number of statements.

    The rows are locked first, so that of two who claim the same time the later is Refused, with
    every clash as a sentence; claims of different holders clash among themselves, too.
    Cohorts stand above this room: whoever claims one locks it (cohorts.queries.lock_cohort).
    """
    if not wanted:
        return
    names = queries.names_of(wanted, lock=True)
    against = queries.objections(wanted, names)
    if against:
        raise Refused(*dict.fromkeys(one.told for one in against))
    session.add_all(_booking(row) for one in wanted for row in one.rows(names))
    session.flush()


def release_claims(holder_kind: str, *holder_ids: int) -> None:
    """Give back everything that these holders have booked."""
    held = Booking.holder_kind == holder_kind, Booking.holder_id.in_(holder_ids)
    session.flush()
    session.execute(delete(Booking).where(*held))


def _booking(row: Row) -> Booking:
    kind, holder_id, starts_at, ends_at, label, venue_id, _, person_id, _, cohort_id = row
    return Booking(
        venue_id=venue_id, person_id=person_id, cohort_id=cohort_id, starts_at=starts_at,
        ends_at=ends_at, holder_kind=kind, holder_id=holder_id, label=label,
    )  # fmt: skip


def _fill(venue: Venue, draft: VenueDraft) -> None:
    faults = point_faults(draft.longitude, draft.latitude, draft.datum)
    if faults:
        raise Refused(*faults)
    venue.openings.clear()
    session.flush()  # the old rows go before new ones of the same weekday come
    for field in fields(draft):
        if field.name != "openings":
            setattr(venue, field.name, getattr(draft, field.name))
    venue.openings.extend(VenueOpening(**asdict(one)) for one in draft.openings)
    _keep(venue, draft.name)


def _keep(venue: Venue, name: str) -> None:
    try:
        with session.begin_nested():
            session.add(venue)
            session.flush()
    except IntegrityError:
        raise Refused(f"已经有名为“{name}”的场地，请换一个名称，或直接修改那个场地。") from None
