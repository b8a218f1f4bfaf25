"""Placing lessons by OR-Tools CP-SAT.

Periods first, rooms after (Lach and Lübbecke, "Curriculum based course timetabling: new solutions
to Udine benchmark instances", Annals of Operations Research 194, 2012): what the rooms can hold in
a period is a count. Where the rooms do not work out after all, the periods are found anew without
that combination.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from courses.suggestions.rules.placing import Crowd, Placement, Problem
from courses.suggestions.solver.effort import Effort
from courses.suggestions.solver.rooms import rooms_for
from lms.ground.clock import monotonic
from lms.ground.lazy import lazily

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, CpSolverStatus, IntVar

cp_model: Any = lazily("ortools.sat.python.cp_model")

_MISSING = 1_000  # a meeting without a place is worse than any preference
_ROUNDS = 10

_Met: TypeAlias = "Mapping[tuple[int, int], IntVar]"  # whether a subject meets in a period
_Inside: TypeAlias = "Mapping[tuple[int, int, int], IntVar]"  # … in a room


@dataclass(frozen=True, slots=True)
class Found:
    """A placement, and whether it is proved that there is none better."""

    placement: Placement
    is_best: bool


def complete(problem: Problem, effort: Effort) -> Placement:
    """Places for as many meetings as the search can give one, whatever they cost.

    ValueError when the pinned meetings exclude each other.
    """
    end = monotonic() + effort.seconds
    left = effort.seconds
    excluded: list[tuple[int, frozenset[int]]] = []
    best: Placement = {}
    for _ in range(_ROUNDS):
        together = _find_periods(problem, excluded, replace(effort, seconds=left))
        rooms = {period: rooms_for(problem, period, them) for period, them in together.items()}
        best = max(best, _placement(rooms), key=_meetings)
        crowded = [one for one in together.items() if len(rooms[one[0]]) < len(one[1])]
        left = end - monotonic()
        if not crowded or left <= 0:
            break
        excluded += crowded
    return best


def _find_periods(
    problem: Problem, excluded: Iterable[tuple[int, frozenset[int]]], effort: Effort
) -> dict[int, frozenset[int]]:
    """Who meets in each period, whatever the room; `excluded` never meet together."""
    model = cp_model.CpModel()
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
    _minimise(model, list(_missing(model, problem, met)))
    solver, state = _run(model, effort)
    found: dict[int, set[int]] = defaultdict(set)
    for (number, period), variable in met.items():
        if _is_solved(state) and solver.boolean_value(variable):
            found[period].add(number)
    return {period: frozenset(numbers) for period, numbers in found.items()}


def _placement(rooms: Mapping[int, Mapping[int, int]]) -> Placement:
    """From the rooms of the subjects in each period."""
    placement: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for period, in_period in sorted(rooms.items()):
        for number, room in in_period.items():
            placement[number].append((period, room))
    return dict(placement)


def _meetings(placement: Placement) -> int:
    return sum(map(len, placement.values()))


def improved(problem: Problem, start: Placement, effort: Effort) -> Found:
    """Period and room of every meeting together, looked for from a placement; that one if there
    was no time for another. ValueError when the pinned meetings exclude each other."""
    model = cp_model.CpModel()
    inside = {
        (number, period, room): model.new_bool_var("")
        for number, subject in enumerate(problem.subjects)
        for period in sorted(subject.periods)
        for room in sorted(subject.rooms)
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
    solver, state = _run(model, effort)
    if not _is_solved(state):
        return Found(start, is_best=False)
    placement: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (number, period, room), variable in inside.items():
        if solver.boolean_value(variable):
            placement[number].append((period, room))
    return Found(dict(placement), is_best=state == cp_model.OPTIMAL)


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
    model.minimize(
        cp_model.LinearExpr.weighted_sum([term for term, _ in terms], [by for _, by in terms])
    )


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


def _run(model: CpModel, effort: Effort) -> tuple[CpSolver, CpSolverStatus]:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = effort.seconds
    solver.parameters.num_workers = effort.threads
    solver.parameters.random_seed = effort.seed
    state = solver.solve(model)
    if state == cp_model.INFEASIBLE:
        raise ValueError("the pinned meetings exclude each other")
    return solver, state


def _is_solved(state: CpSolverStatus) -> bool:
    return state in (cp_model.OPTIMAL, cp_model.FEASIBLE)
