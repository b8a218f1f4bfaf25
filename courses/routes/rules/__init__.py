"""Routes: their stops as they are entered, and when one is where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class StopDraft:
    """A stop: `travel_minutes` on the way to it from the one before, `minutes` there."""

    name: str
    minutes: int
    travel_minutes: int = 0
    taught: str = ""
    venue_id: int | None = None
    instructor_id: int | None = None


@dataclass(frozen=True)
class RouteDraft:
    """A route with its stops in order."""

    name: str
    summary: str
    stops: tuple[StopDraft, ...]


@dataclass(frozen=True)
class Visit:
    """When one comes to a stop and leaves it; a day's end starts the clock anew."""

    arrives: time
    leaves: time


def draft_faults(draft: RouteDraft) -> list[str]:
    """What is wrong with a route, as sentences."""
    faults = [] if draft.stops else ["线路至少要有一个点位。"]
    faults += [
        f"点位“{stop.name}”的停留时间须大于0分钟。" for stop in draft.stops if stop.minutes < 1
    ]
    faults += [
        f"到点位“{stop.name}”的路程时间不能小于0分钟。"
        for stop in draft.stops
        if stop.travel_minutes < 0
    ]
    return faults


def visits(stays: Sequence[tuple[int, int]], departs: time) -> list[Visit]:
    """The visits to stops of (travel minutes, minutes there) when one departs at `departs`."""
    clock, found = departs.hour * 60 + departs.minute, []
    for travel, stay in stays:
        arrives = clock + travel
        clock = arrives + stay
        found.append(Visit(_time(arrives), _time(clock)))
    return found


def total_minutes(stays: Sequence[tuple[int, int]]) -> int:
    """From the departure to the end of the last stop."""
    return sum(travel + stay for travel, stay in stays)


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
