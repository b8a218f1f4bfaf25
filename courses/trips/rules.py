"""Trips: when one is where, who sits in which bus, who is missing, and what stands against going."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import groupby

from courses.venues.rules.diary import Claim, Holder
from lms.ground.clock import from_local, local
from lms.ground.spans import Span
from lms.ground.words import word


class Verdict(StrEnum):
    """What is decided about going, given the weather."""

    GO = "go"
    CHANGE = "change"
    CANCEL = "cancel"


VERDICT_NAMES = {
    Verdict.GO: word("照常出行"),
    Verdict.CHANGE: word("调整后出行"),
    Verdict.CANCEL: word("取消出行"),
}


class Moment(StrEnum):
    """What people are counted for: getting on before a departure, or being at a stop."""

    BOARD = "board"
    STOP = "stop"


@dataclass(frozen=True)
class StopPlan:
    """A stop of a trip: minutes on the way to it and there, its place and who teaches."""

    name: str
    minutes: int
    travel_minutes: int = 0
    taught: str = ""
    venue_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True)
class BusPlan:
    """A bus: its number plate, seats for passengers, and the driver's name and telephone."""

    plate: str
    seats: int
    driver: str = ""


@dataclass(frozen=True)
class TripDraft:
    """A trip as it is planned; `back_minutes` from the last stop to the school."""

    departs_at: datetime
    back_minutes: int
    leader_id: int
    guide_ids: tuple[int, ...]
    buses: tuple[BusPlan, ...]
    stops: tuple[StopPlan, ...]
    lesson_id: int | None = None
    safety: str = ""
    emergency: str = ""
    insurance: str = ""

    @property
    def staff_ids(self) -> tuple[int, ...]:
        """Leader and guides, each once, the leader first."""
        return tuple(dict.fromkeys((self.leader_id, *self.guide_ids)))


@dataclass(frozen=True)
class Check:
    """Somebody ticked a learner off, or took the tick back, on a device that may have no signal.

    `id` was drawn on the device and is the same however often the check is sent; `made_at` is
    the device's clock, which orders the checks of one learner.
    """

    id: str
    moment: Moment
    position: int
    rider_id: int
    is_present: bool
    made_at: datetime


@dataclass(frozen=True)
class HeadCount:
    """A departure from position (0 the school, n the n-th stop): how many were counted of whom."""

    id: str
    position: int
    counted: int
    note: str
    made_at: datetime


def draft_faults(draft: TripDraft, *, riders: int) -> list[str]:
    """What is wrong with a plan for so many learners, as sentences."""
    faults = [] if draft.stops else ["出行至少要有一个点位。"]
    faults += [f"点位“{one.name}”的停留时间须大于0分钟。" for one in draft.stops if one.minutes < 1]
    faults += [f"车辆{bus.plate}的座位数须大于0。" for bus in draft.buses if bus.seats < 1]
    plates = [bus.plate for bus in draft.buses]
    faults += [f"车辆{one}写了两次。" for one in sorted({p for p in plates if plates.count(p) > 1})]
    people, seats = riders + len(draft.staff_ids), sum(bus.seats for bus in draft.buses)
    if seats < people:
        faults.append(
            f"学员{riders}人，带队和讲解{len(draft.staff_ids)}人，共{people}人；"
            f"车上只有{seats}个座位，还差{people - seats}个。"
        )
    return faults


def visits(draft: TripDraft) -> list[Span]:
    """When the trip is at each of its stops."""
    clock, found = draft.departs_at, []
    for stop in draft.stops:
        arrives = clock + timedelta(minutes=stop.travel_minutes)
        clock = arrives + timedelta(minutes=stop.minutes)
        found.append(Span(arrives, clock))
    return found


def whole(draft: TripDraft) -> Span:
    """From the departure to the return."""
    ends = visits(draft)[-1].end + timedelta(minutes=draft.back_minutes)
    return Span(draft.departs_at, ends)


def claims(
    draft: TripDraft,
    *,
    holder: Holder,
    label: str,
    cohort_id: int | None,
    venue_id: int | None = None,
    person_id: int | None = None,
) -> list[Claim]:
    """Everybody and every place for as long as they are needed: first what is out all the time,
    then stop by stop.

    No cohort where a lesson has claimed it; `venue_id` and `person_id` are what that lesson holds.
    """
    staff = set(draft.staff_ids)
    cohorts = () if cohort_id is None else (cohort_id,)
    found = [Claim(holder, whole(draft), label, None, staff - {person_id}, cohorts)]
    for stop, span in zip(draft.stops, visits(draft), strict=True):
        teacher = stop.person_id
        people = () if teacher is None or teacher in staff | {person_id} else (teacher,)
        place = None if stop.venue_id == venue_id else stop.venue_id
        found.append(Claim(holder, span, label, place, people))
    return found


@dataclass(frozen=True)
class Against:
    """What stands against what a trip can do without for the time being, as sentences: places and
    teachers by the position of the stop, guides by person, buses by plate."""

    places: Mapping[int, str]
    teachers: Mapping[int, str]
    guides: Mapping[int, str]
    buses: Mapping[str, str]


def left_open(draft: TripDraft, against: Against) -> tuple[TripDraft, list[str]]:
    """The plan without all that something stands against, and what is left open by that."""
    stops, gaps = [], []
    for position, stop in enumerate(draft.stops, 1):
        if position in against.places:
            gaps.append(f"点位{position}“{stop.name}”的场地：{against.places[position]}")
            stop = replace(stop, venue_id=None)
        if position in against.teachers:
            gaps.append(f"点位{position}“{stop.name}”的授课教师：{against.teachers[position]}")
            stop = replace(stop, person_id=None)
        stops.append(stop)
    gaps += [f"随队人员：{told}" for told in against.guides.values()]
    gaps += [f"用车：{told}" for told in against.buses.values()]
    guides = tuple(one for one in draft.guide_ids if one not in against.guides)
    buses = tuple(one for one in draft.buses if one.plate not in against.buses)
    return replace(draft, stops=tuple(stops), guide_ids=guides, buses=buses), gaps


def same_buses(were: Mapping[int, str], buses: Sequence[BusPlan]) -> dict[int, int]:
    """Which bus (by number) became which: the one with the same plate, or the one that came in
    its place."""
    now = {bus.plate: number for number, bus in enumerate(buses, 1)}
    found = {}
    for number, plate in were.items():
        if plate in now:
            found[number] = now[plate]
        elif number <= len(buses) and buses[number - 1].plate not in were.values():
            found[number] = number
    return found


def places(
    riders: Sequence[tuple[int, str]],
    buses: Sequence[BusPlan],
    *,
    sits: Mapping[int, int],
    staff: int,
) -> dict[int, int]:
    """The bus (by number) of each rider (id, group): where one `sits` already while there is a
    seat, and a free one for everybody else."""
    free, kept = [bus.seats for bus in buses], {}
    for number, _group in riders:
        bus = sits.get(number)
        if bus is not None and free[bus - 1] > 0:
            kept[number] = bus
            free[bus - 1] -= 1
    others = [one for one in riders if one[0] not in kept]
    found = seat(others, free, staff=staff)
    return kept | {number: bus + 1 for (number, _), bus in zip(others, found, strict=True)}


def seat(riders: Sequence[tuple[int, str]], seats: Sequence[int], *, staff: int) -> list[int]:
    """The bus (by place in `seats`) of each rider (id, group), in their order.

    Leader and guides are dealt over the buses first, one each in turn; a group stays together
    where a bus has room for all of it, and fills the free seats in order where none has.
    The seats must be enough (`draft_faults`).
    """
    free = list(seats)
    for place in range(staff):
        free[_next_free(free, place % len(free))] -= 1
    found: dict[int, int] = {}
    for _, members in groupby(sorted(riders, key=lambda one: one[1]), key=lambda one: one[1]):
        group = [number for number, _ in members]
        whole_bus = next((bus for bus, room in enumerate(free) if room >= len(group)), None)
        for number in group:
            bus = whole_bus if whole_bus is not None else _next_free(free, 0)
            free[bus] -= 1
            found[number] = bus
    return [found[number] for number, _ in riders]


def _next_free(free: Sequence[int], start: int) -> int:
    order = [*range(start, len(free)), *range(start)]
    return next((bus for bus in order if free[bus] > 0), start)


def present(checks: Iterable[Check]) -> dict[tuple[Moment, int], set[int]]:
    """Who is ticked off for what: the latest check of each learner counts, each learner once.

    The order in which checks arrive does not matter, nor how often the same one does.
    """
    latest: dict[tuple[Moment, int, int], Check] = {}
    for one in sorted(checks, key=lambda one: (one.made_at, one.id)):
        latest[one.moment, one.position, one.rider_id] = one
    found: dict[tuple[Moment, int], set[int]] = {}
    for (moment, position, rider), one in latest.items():
        if one.is_present:
            found.setdefault((moment, position), set()).add(rider)
    return found


def departure_faults(counted: int, expected: int, note: str) -> list[str]:
    """Why a bus must not leave: somebody is missing and nobody says why."""
    if counted == expected or note.strip():
        return []
    if counted > expected:
        return [f"点到{counted}人，应到{expected}人，多出{counted - expected}人，请写明原因。"]
    return [f"点到{counted}人，应到{expected}人，还差{expected - counted}人，请写明去向再出发。"]


def roll_closes(
    ends_at: datetime, *, reported_at: datetime | None, cancelled_at: datetime | None
) -> datetime:
    """Until when people of a trip may be ticked off: till midnight of the day on which it comes
    back, or till it was called off, or till it was reported once it was back."""
    midnight = datetime.combine(local(ends_at).date() + timedelta(days=1), time())
    ways = [from_local(midnight), cancelled_at]
    ways.append(reported_at if reported_at is not None and reported_at >= ends_at else None)
    return min(one for one in ways if one is not None)


def meals(riders: int, staff: int, drivers: int) -> int:
    """How many meals to order: learners, leader and guides, and a driver for each bus."""
    return riders + staff + drivers


def tell_time(instant: datetime) -> str:
    """8:05 by the school's clock."""
    wall = local(instant)
    return f"{wall.hour}:{wall.minute:02d}"


def as_numbers(found: Mapping[tuple[Moment, int], set[int]]) -> list[dict[str, object]]:
    """The same as plain JSON, in a fixed order."""
    return [
        {"moment": moment.value, "position": position, "riders": sorted(riders)}
        for (moment, position), riders in sorted(found.items())
    ]
