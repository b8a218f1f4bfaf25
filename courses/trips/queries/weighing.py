"""What stands against a trip: buses, places and people that are taken."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, select

from courses.cohorts.models import Cohort
from courses.trips.models import (
    Trip,
    TripBus,
    TripDecision,
)
from courses.trips.rules import (
    Against,
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
from lms.ground.db import session
from lms.ground.spans import Span

HOLDER = "trip"


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
