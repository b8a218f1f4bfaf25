"""The trips of a past cohort come along when it is held again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from courses.series.queries import Ahead, Companion, Copied, comes_along
from courses.series.rules import Extra, all_made, later, moved
from courses.trips.actions import planning
from courses.trips.models import Trip
from courses.trips.queries import outings, riding, weighing
from courses.trips.rules import TripDraft, draft_faults, left_open
from courses.venues.rules import when
from lms.ground.audit.actions import Actor
from lms.ground.clock import local
from lms.ground.errors import Refused
from lms.ground.words import word

KEY = "trip:"


def preview(ahead: Ahead) -> list[Extra]:
    """Every trip of the source on its new day, with all that stands against it."""
    trips = outings.trips_of(ahead.source.id)
    riders = riding.rider_counts([one.id for one in trips])
    return [_extra(one, ahead, riders.get(one.id, 0)) for one in trips]


def take(copied: Copied, keys: Collection[str]) -> list[int]:
    """The same trips on the new days, each for the lesson that its lesson became; nobody is
    seated yet, and what cannot be had stays open. Refused with what stands against each."""
    trips = outings.trips_of(copied.ahead.source.id)
    return all_made((one for one in trips if _key(one) in keys), lambda one: _plan(one, copied))


def give_back(numbers: Collection[int], by: Actor, at: datetime) -> None:
    """Remove them; one that was called off since stays, Refused once something has come of one."""
    for trip in outings.trips_by_id(numbers):
        if not trip.is_cancelled:
            planning.discard(trip=trip, by=by, at=at)


def _plan(trip: Trip, copied: Copied) -> int:
    lesson = copied.lessons.get(trip.lesson_id or 0)
    try:
        new = planning.plan(
            cohort=copied.cohort,
            route=trip.route,
            draft=replace(_moved(trip, copied.ahead), lesson_id=lesson),
            before_roster=True,
            leave_open=True,
            by=copied.by,
            at=copied.at,
        )
    except Refused as refusal:
        named = f"现场教学“{trip.route.name}”"
        raise Refused(*(f"{named}：{why}" for why in refusal.reasons)) from None
    return new.id


def _extra(trip: Trip, ahead: Ahead, riders: int) -> Extra:
    draft = _moved(trip, ahead)
    span = moved(trip.span, ahead.days)
    title = f"{trip.route.name}：{when(span)}，带队{trip.leader.name}"
    if trip.is_cancelled:
        return Extra(_key(trip), title, faults=("上一期这次出行取消了。",))
    against = weighing.against(draft, weighing.claims_ahead(draft), riders=0)
    without, gaps = left_open(draft, against)
    faults = draft_faults(without, riders=0) + weighing.clashes(without)
    seats = sum(one.seats for one in draft.buses)
    told = (
        f"{len(draft.stops)}个点位、{len(draft.buses)}辆车共{seats}座，上一期去了{riders}名学员；"
        "有了名册再排座位。"
    )
    day = local(span.start).date()
    inside = ahead.draft.starts_on <= day <= ahead.draft.ends_on
    cautions = (told,) if inside else (told, "这一天不在新一期的日期里。")
    if faults:
        return Extra(_key(trip), title, cautions, (*dict.fromkeys(faults), *gaps))
    return Extra(_key(trip), title, cautions, gaps=tuple(gaps))


def _moved(trip: Trip, ahead: Ahead) -> TripDraft:
    draft = outings.draft_of(trip)
    return replace(draft, departs_at=later(trip.starts_at, ahead.days))


def _key(trip: Trip) -> str:
    return f"{KEY}{trip.id}"


comes_along(Companion("trips", word("现场教学出行"), preview, take, give_back))
