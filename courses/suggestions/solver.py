"""Placing lessons by OR-Tools CP-SAT: plain data in, plain data out; for workers only.

Periods first, rooms after (Lach and Lübbecke, "Curriculum based course timetabling: new solutions
to Udine benchmark instances", Annals of Operations Research 194, 2012): when a subject meets
decides nearly all of the cost, and what the rooms can hold in a period is a count. Where the rooms
do not work out after all, the periods are found anew without that combination. What time is left
goes to improving both together, from what was found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from ortools.sat.python.cp_model import (
    FEASIBLE,
    OPTIMAL,
    CpModel,
    CpSolver,
    IntVar,
    LinearExpr,
)

from courses.suggestions.rules.placing import Cost, Crowd, Placement, Problem, cost
from lms.ground.clock import monotonic

_MISSING = 1_000  # a meeting without a place is worse than any preference
_ROUNDS = 10
_FOR_PERIODS, _FOR_ROOMS = 0.5, 0.15

_When = dict[int, list[int]]  # the periods of each subject
_Met = Mapping[tuple[int, int], IntVar]  # whether a subject meets in a period
_Inside = Mapping[tuple[int, int, int], IntVar]  # … in a room


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search, with how many threads, from which seed."""

    seconds: float = 30
    threads: int = 8
    seed: int = 1

    def share(self, part: float) -> Effort:
        return replace(self, seconds=self.seconds * part)


@dataclass(frozen=True, slots=True)
class Solution:
    """Where the meetings go, and what that costs."""

    placement: Placement
    cost: Cost


def solve(problem: Problem, effort: Effort) -> Solution:
    """The best placement found; meetings that have no place are missing in it.

    Pinned meetings never move. ValueError when the pinned meetings alone exclude each other.
    """
    end = monotonic() + effort.seconds
    excluded: list[tuple[int, frozenset[int]]] = []
    for number in range(_ROUNDS):
        when = _find_periods(problem, excluded, effort.share(_FOR_PERIODS / (number + 1)))
        crowded = [one for one in _by_period(when) if _rooms_for(problem, *one) is None]
        if not crowded:
            break
        excluded += crowded
    placement = _find_places(problem, when, _first_rooms(problem, when), effort.share(_FOR_ROOMS))
    anywhen = {i: sorted(subject.periods) for i, subject in enumerate(problem.subjects)}
    left = max(end - monotonic(), 0.1)
    placement = _find_places(problem, anywhen, placement, replace(effort, seconds=left))
    return Solution(placement, cost(problem, placement))


def _find_periods(
    problem: Problem, excluded: Iterable[tuple[int, frozenset[int]]], effort: Effort
) -> _When:
    """When every subject meets, whatever the room; `excluded` never meet together."""
    model = CpModel()
    met = {
        (number, period): model.new_bool_var("")
        for number, subject in enumerate(problem.subjects)
        for period in sorted(subject.periods)
    }
    _keep_people_apart(model, problem, met)
    for period, numbers in excluded:
        together = _meeting(met, numbers, period)
        model.add(sum(together) <= len(together) - 1)
    _leave_rooms(model, problem, met)
    _minimise(model, [*_faults_of_time(model, problem, met), *_without_seats(model, problem, met)])
    solver = _run(model, effort)
    when: _When = defaultdict(list)
    for (number, period), variable in met.items():
        if solver.boolean_value(variable):
            when[number].append(period)
    return when


def _find_places(problem: Problem, when: _When, start: Placement, effort: Effort) -> Placement:
    """Period and room of every meeting together, within the periods of `when`."""
    model = CpModel()
    inside = {
        (number, period, room): model.new_bool_var("")
        for number, periods in sorted(when.items())
        for period in periods
        for room in sorted(problem.subjects[number].rooms)
        if period not in problem.rooms[room].closed
    }
    met = _somewhere(model, inside)
    _keep_people_apart(model, problem, met)
    for number, subject in enumerate(problem.subjects):
        for period, room in subject.pinned:
            model.add(inside[number, period, room] == 1)
    _minimise(
        model,
        [
            *_faults_of_time(model, problem, met),
            *_seats_lacking(problem, inside),
            *_moves(model, problem, inside),
        ],
    )
    held = {(number, *place) for number, places in start.items() for place in places}
    for place, variable in inside.items():
        model.add_hint(variable, place in held)
    solver = _run(model, effort)
    placement: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (number, period, room), variable in inside.items():
        if solver.boolean_value(variable):
            placement[number].append((period, room))
    return dict(placement)


def _somewhere(model: CpModel, inside: _Inside) -> _Met:
    """Whether a subject meets in a period, in one room; in a room one subject at a time."""
    places: dict[tuple[int, int], list[IntVar]] = defaultdict(list)
    users: dict[tuple[int, int], list[IntVar]] = defaultdict(list)
    for (number, period, room), variable in inside.items():
        places[number, period].append(variable)
        users[period, room].append(variable)
    for variables in users.values():
        model.add_at_most_one(variables)
    met = {}
    for pair, variables in places.items():
        met[pair] = model.new_bool_var("")
        model.add(sum(variables) == met[pair])
    return met


def _keep_people_apart(model: CpModel, problem: Problem, met: _Met) -> None:
    for number, subject in enumerate(problem.subjects):
        for period, _ in subject.pinned:
            model.add(met[number, period] == 1)
    for crowd in problem.crowds:
        for period in problem.periods:
            model.add_at_most_one(_meeting(met, crowd.subjects, period))


def _faults_of_time(model: CpModel, problem: Problem, met: _Met) -> Iterator[tuple[IntVar, int]]:
    yield from _missing(model, problem, met)
    yield from _days_short(model, problem, met)
    yield from _lone(model, problem, met)


def _minimise(model: CpModel, terms: Sequence[tuple[IntVar, int]]) -> None:
    model.minimize(LinearExpr.weighted_sum([term for term, _ in terms], [by for _, by in terms]))


def _meeting(met: _Met, numbers: Iterable[int], period: int) -> list[IntVar]:
    return [met[number, period] for number in sorted(numbers) if (number, period) in met]


def _times(problem: Problem, met: _Met, number: int) -> list[tuple[int, IntVar]]:
    periods = sorted(problem.subjects[number].periods)
    return [(period, met[number, period]) for period in periods if (number, period) in met]


def _leave_rooms(model: CpModel, problem: Problem, met: _Met) -> None:
    """In no period more meetings than rooms, for all rooms and for every choice of some."""
    choices = {subject.rooms for subject in problem.subjects} | {
        frozenset(range(len(problem.rooms)))
    }
    for rooms in sorted(choices, key=sorted):
        numbers = [i for i, subject in enumerate(problem.subjects) if subject.rooms <= rooms]
        for period in problem.periods:
            free = sum(period not in problem.rooms[room].closed for room in rooms)
            wanting = _meeting(met, numbers, period)
            if len(wanting) > free:
                model.add(sum(wanting) <= free)


def _missing(model: CpModel, problem: Problem, met: _Met) -> Iterator[tuple[IntVar, int]]:
    for number, subject in enumerate(problem.subjects):
        missing = model.new_int_var(0, subject.lessons, "")
        times = [variable for _, variable in _times(problem, met, number)]
        model.add(sum(times) + missing == subject.lessons)
        yield missing, _MISSING


def _without_seats(model: CpModel, problem: Problem, met: _Met) -> Iterator[tuple[IntVar, int]]:
    """The largest meetings get the largest rooms, so the people without a seat in a period are
    the integral over s of how many more meetings than rooms are larger than s."""
    seats = [room.seats for room in problem.rooms]
    sizes = [subject.size for subject in problem.subjects]
    for period in problem.periods:
        open_seats = [room.seats for room in problem.rooms if period not in room.closed]
        for low, high in pairwise(sorted({0, *seats, *sizes})):
            large = _meeting(met, (i for i, size in enumerate(sizes) if size > low), period)
            rooms = sum(one > low for one in open_seats)
            if len(large) > rooms:
                over = model.new_int_var(0, len(large) - rooms, "")
                model.add(sum(large) - rooms <= over)
                yield over, problem.weights.seat * (high - low)


def _days_short(model: CpModel, problem: Problem, met: _Met) -> Iterator[tuple[IntVar, int]]:
    for number, subject in enumerate(problem.subjects):
        if subject.least_days < 2:
            continue
        days = []
        for day in range(problem.days):
            there = [
                variable
                for period, variable in _times(problem, met, number)
                if problem.day(period) == day
            ]
            if there:
                used = model.new_bool_var("")
                model.add_bool_or(*there, ~used)
                days.append(used)
        short = model.new_int_var(0, subject.least_days, "")
        model.add(sum(days) + short >= subject.least_days)
        yield short, problem.weights.day


def _lone(model: CpModel, problem: Problem, met: _Met) -> Iterator[tuple[IntVar, int]]:
    for crowd in problem.crowds:
        if crowd.compact:
            for period in problem.periods:
                yield from _lone_in(model, problem, met, crowd, period)


def _lone_in(
    model: CpModel, problem: Problem, met: _Met, crowd: Crowd, period: int
) -> Iterator[tuple[IntVar, int]]:
    here = _meeting(met, crowd.subjects, period)
    if not here:
        return
    near = [
        variable
        for other in (period - 1, period + 1)
        if other in problem.periods and problem.day(other) == problem.day(period)
        for variable in _meeting(met, crowd.subjects, other)
    ]
    lone = model.new_bool_var("")
    model.add(sum(here) - sum(near) <= lone)
    yield lone, problem.weights.gap


def _by_period(when: _When) -> list[tuple[int, frozenset[int]]]:
    """The subjects that meet in each period."""
    numbers: dict[int, set[int]] = defaultdict(set)
    for number, periods in when.items():
        for period in periods:
            numbers[period].add(number)
    return [(period, frozenset(found)) for period, found in sorted(numbers.items())]


def _rooms_for(
    problem: Problem,
    period: int,
    numbers: Collection[int],
    known: Mapping[int, Collection[int]] = MappingProxyType({}),
) -> dict[int, int] | None:
    """A room for each of the subjects in a period, None when they have none.

    The largest choose first, the tightest room with seats for all, one that they have in
    `known` before others; whoever finds none left makes others move (augmenting paths).
    """
    taken: dict[int, int] = {}

    def wish(number: int) -> list[int]:
        subject = problem.subjects[number]
        pinned = [room for at, room in subject.pinned if at == period]
        return sorted(
            (room for room in pinned or subject.rooms if period not in problem.rooms[room].closed),
            key=lambda room: (
                max(0, subject.size - problem.rooms[room].seats),
                room not in known.get(number, ()),
                problem.rooms[room].seats,
                room,
            ),
        )

    def place(number: int, tried: set[int]) -> bool:
        for room in wish(number):
            if room not in tried:
                tried.add(room)
                if room not in taken or place(taken[room], tried):
                    taken[room] = number
                    return True
        return False

    largest_first = sorted(numbers, key=lambda number: (-problem.subjects[number].size, number))
    if not all(place(number, set()) for number in largest_first):
        return None
    return {number: room for room, number in taken.items()}


def _seats_lacking(problem: Problem, inside: _Inside) -> Iterator[tuple[IntVar, int]]:
    for (number, _, room), variable in inside.items():
        lacking = problem.subjects[number].size - problem.rooms[room].seats
        if lacking > 0:
            yield variable, problem.weights.seat * lacking


def _moves(model: CpModel, problem: Problem, inside: _Inside) -> Iterator[tuple[IntVar, int]]:
    meetings: dict[tuple[int, int], list[IntVar]] = defaultdict(list)
    for (number, _, room), variable in inside.items():
        meetings[number, room].append(variable)
    for variables in meetings.values():
        used = model.new_bool_var("")
        model.add_max_equality(used, variables)
        yield used, problem.weights.move


def _first_rooms(problem: Problem, when: _When) -> Placement:
    """Rooms found one by one: what the search for better ones starts from."""
    known = _rooms_of_their_own(problem, when)
    placement: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for period, numbers in _by_period(when):
        for number, room in (_rooms_for(problem, period, numbers, known) or {}).items():
            known.setdefault(number, set()).add(room)
            placement[number].append((period, room))
    return dict(placement)


def _rooms_of_their_own(problem: Problem, when: _When) -> dict[int, set[int]]:
    """For as many subjects as can be, the largest first: the tightest room with seats for all
    that is free whenever they meet."""
    known: dict[int, set[int]] = {}
    taken: set[tuple[int, int]] = set()
    for number in sorted(when, key=lambda one: (-problem.subjects[one].size, one)):
        subject = problem.subjects[number]
        fitting = [
            room
            for room in subject.rooms
            if problem.rooms[room].seats >= subject.size
            and not any(
                (period, room) in taken or period in problem.rooms[room].closed
                for period in when[number]
            )
        ]
        if fitting:
            room = min(fitting, key=lambda room: (problem.rooms[room].seats, room))
            known[number] = {room}
            taken |= {(period, room) for period in when[number]}
    return known


def _run(model: CpModel, effort: Effort) -> CpSolver:
    solver = CpSolver()
    solver.parameters.max_time_in_seconds = effort.seconds
    solver.parameters.num_workers = effort.threads
    solver.parameters.random_seed = effort.seed
    if solver.solve(model) not in (OPTIMAL, FEASIBLE):
        raise ValueError("the pinned meetings exclude each other, or the time was too short")
    return solver
