"""Keeping the list of venues, and claiming time on venues, people and cohorts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from courses.venues import queries
from courses.venues.models import Booking, Venue
from courses.venues.rules import Claimed, VenueDraft, clash, when
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.spans import Span


def add(draft: VenueDraft, *, by: Actor, at: datetime) -> Venue:
    """Enter a venue; Refused when the name is taken."""
    venue = Venue(**asdict(draft))
    _keep(venue, draft.name)
    record("venues.add", venue, f"登记了场地“{venue.name}”", by=by, at=at)
    return venue


def revise(venue: Venue, draft: VenueDraft, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Change what is written of a venue; Conflict on a stale form."""
    venue.edited_from(seen)
    for name, value in asdict(draft).items():
        setattr(venue, name, value)
    _keep(venue, draft.name)
    record("venues.revise", venue, f"修改了场地“{venue.name}”", by=by, at=at)


def close(
    venue: Venue, *, reason: str, on: date, seen: int | None, by: Actor, at: datetime
) -> None:
    """Take a venue out of use from `on`; Refused while somebody counts on it."""
    if not reason:
        raise Refused("请写明停用的原因。")
    venue.edited_from(seen)
    ahead = _bookings_after(venue, at)
    if ahead:
        told = [f"{when(Span(one.starts_at, one.ends_at))} {one.label}。" for one in ahead[:5]]
        raise Refused(f"“{venue.name}”还有{len(ahead)}项安排，请先调整后再停用。", *told)
    venue.closed_on = on
    record("venues.close", venue, f"停用了场地“{venue.name}”：{reason}", by=by, at=at)


def reopen(venue: Venue, *, seen: int | None, by: Actor, at: datetime) -> None:
    """Take a closed venue into use again."""
    venue.edited_from(seen)
    venue.closed_on = None
    record("venues.reopen", venue, f"重新启用了场地“{venue.name}”", by=by, at=at)


def claim(
    *,
    holder_kind: str,
    holder_id: int,
    span: Span,
    label: str,
    venue_id: int | None = None,
    person_ids: Iterable[int] = (),
    cohort_ids: Iterable[int] = (),
) -> None:
    """Book a venue, people and cohorts for a holder ("lesson", "sitting", "trip").

    `label` names the holder: “知行学堂第6期”的《…》. The rows are locked first, so that of two
    who claim the same time the later is Refused, with every clash as a sentence.
    Cohorts stand above this room: whoever claims one locks it (cohorts.queries.lock_cohort).
    """
    people, cohorts = sorted(set(person_ids)), sorted(set(cohort_ids))
    queries.lock_claimed(venue_id=venue_id, person_ids=people)
    wanted = {(Claimed.PERSON, person) for person in people}
    wanted |= {(Claimed.COHORT, cohort) for cohort in cohorts}
    wanted |= {(Claimed.VENUE, venue_id)} if venue_id is not None else set()
    touching = queries.booked(queries.bookings_touching(span, apart_from=(holder_kind, holder_id)))
    reasons = [clash(one.name, one) for one in touching if (one.claimed, one.id) in wanted]
    if reasons:
        raise Refused(*reasons)
    held = {
        "starts_at": span.start,
        "ends_at": span.end,
        "holder_kind": holder_kind,
        "holder_id": holder_id,
        "label": label,
    }
    if venue_id is not None:
        session.add(Booking(venue_id=venue_id, **held))
    session.add_all(Booking(person_id=person, **held) for person in people)
    session.add_all(Booking(cohort_id=cohort, **held) for cohort in cohorts)
    session.flush()


def release_claims(holder_kind: str, holder_id: int) -> None:
    """Give back everything that a holder has booked."""
    held = Booking.holder_kind == holder_kind, Booking.holder_id == holder_id
    session.flush()
    session.execute(delete(Booking).where(*held))


def _bookings_after(venue: Venue, at: datetime) -> list[Booking]:
    ahead = Booking.venue_id == venue.id, Booking.ends_at > at
    return list(session.scalars(select(Booking).where(*ahead).order_by(Booking.starts_at)))


def _keep(venue: Venue, name: str) -> None:
    try:
        with session.begin_nested():
            session.add(venue)
            session.flush()
    except IntegrityError:
        raise Refused(f"已经有名为“{name}”的场地，请换一个名称，或直接修改那个场地。") from None
