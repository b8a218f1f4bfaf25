"""Placing lessons: what has to be placed, where it may go, and what a placement costs.

The problem is curriculum-based course timetabling as the second International Timetabling
Competition states it (Di Gaspero, McCollum and Schaerf, 2007, track 3), with what a school adds:
rooms that suit only some subjects, rooms and people that are taken already, lessons that are
pinned. Periods are numbered from 0 over all days, `per_day` to a day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """A room with seats; `closed` are the periods in which it can't be had."""

    name: str
    seats: int
    closed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Subject:
    """`lessons` meetings of `size` people, all alike, each in a period of `periods` and a room of
    `rooms`, wanted over at least `least_days` days. `pinned` meetings, (period, room) of these, stay.
    """

    name: str
    lessons: int
    size: int
    least_days: int
    periods: frozenset[int]
    rooms: frozenset[int]
    pinned: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Crowd:
    """People who can be in one place at a time: an instructor, a cohort, a curriculum.

    `subjects` by index; `compact`: a meeting with none before or after it that day costs.
    """

    name: str
    subjects: frozenset[int]
    compact: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """What a fault costs: a person without a seat, a day too few, a lone meeting, a further room."""

    seat: int = 1
    day: int = 5
    gap: int = 2
    move: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """What has to be placed."""

    days: int
    per_day: int
    rooms: tuple[Room, ...]
    subjects: tuple[Subject, ...]
    crowds: tuple[Crowd, ...]
    weights: Weights = Weights()

    @property
    def periods(self) -> range:
        return range(self.days * self.per_day)

    def day(self, period: int) -> int:
        return period // self.per_day


# For every subject, by index: its meetings as (period, room).
Placement = Mapping[int, Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a placement by kind, weighted; `missing` meetings have no place at all."""

    missing: int
    seats: int
    days: int
    gaps: int
    moves: int

    @property
    def total(self) -> int:
        return self.seats + self.days + self.gaps + self.moves

    @property
    def rank(self) -> tuple[int, int]:
        """For comparing: what is complete before what is cheap."""
        return self.missing, self.total


def cost(problem: Problem, placement: Placement) -> Cost:
    """What a placement costs."""
    weights = problem.weights
    meetings = [(number, *place) for number, places in placement.items() for place in places]
    seats = sum(
        max(0, problem.subjects[number].size - problem.rooms[room].seats)
        for number, _, room in meetings
    )
    return Cost(
        missing=sum(
            subject.lessons - len(placement.get(number, ()))
            for number, subject in enumerate(problem.subjects)
        ),
        seats=weights.seat * seats,
        days=weights.day * sum(_days_short(problem, placement)),
        gaps=weights.gap * sum(_lone(problem, crowd, placement) for crowd in problem.crowds),
        moves=weights.move
        * sum(len({room for _, room in places}) - 1 for places in placement.values() if places),
    )


def clashes(problem: Problem, placement: Placement) -> list[str]:
    """Every hard rule that a placement breaks, as sentences; none when it can be held."""
    found = []
    in_room: dict[tuple[int, int], list[str]] = defaultdict(list)
    for number, places in placement.items():
        subject = problem.subjects[number]
        if len(places) > subject.lessons:
            found.append(f"{subject.name}排了{len(places)}次，只需要{subject.lessons}次。")
        for period, room in places:
            in_room[period, room].append(subject.name)
            if period not in subject.periods:
                found.append(f"{subject.name}排在了不可用的时段{period}。")
            if room not in subject.rooms or period in problem.rooms[room].closed:
                found.append(f"{subject.name}在时段{period}不能用{problem.rooms[room].name}。")
    found += [
        f"时段{period}的{problem.rooms[room].name}同时排了{'、'.join(names)}。"
        for (period, room), names in in_room.items()
        if len(names) > 1
    ]
    for crowd in problem.crowds:
        found += [
            f"{crowd.name}在时段{period}有{count}次课。"
            for period, count in sorted(_attended(crowd, placement).items())
            if count > 1
        ]
    return found


def _attended(crowd: Crowd, placement: Placement) -> Counter[int]:
    """How many meetings a crowd has in each period."""
    return Counter(period for number in crowd.subjects for period, _ in placement.get(number, ()))


def _days_short(problem: Problem, placement: Placement) -> list[int]:
    return [
        max(
            0,
            subject.least_days
            - len({problem.day(period) for period, _ in placement.get(number, ())}),
        )
        for number, subject in enumerate(problem.subjects)
    ]


def _lone(problem: Problem, crowd: Crowd, placement: Placement) -> int:
    """Meetings of a compact crowd with no other right before or right after on the same day."""
    if not crowd.compact:
        return 0
    attended = _attended(crowd, placement)
    return sum(
        count
        for period, count in attended.items()
        if not any(
            near in attended and problem.day(near) == problem.day(period)
            for near in (period - 1, period + 1)
        )
    )
