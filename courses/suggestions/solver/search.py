"""The best placement of the lessons that a time allows.

First as many meetings as can be get any place; then OR-Tools CP-SAT looks for the best placement,
and for a school's few lessons mostly proves that it has it. Where it does not in its part of the
time, simulated annealing goes on, and what it found is the start of a last look by CP-SAT.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from courses.suggestions.rules.placing import Cost, Placement, Problem, cost
from courses.suggestions.solver import annealing, exact
from courses.suggestions.solver.effort import Effort
from lms.ground.clock import monotonic

# Parts of the time. What is placed first takes a second where a school's timetable is large.
_PLACING, _PROVING, _LAST = 0.5, 0.1, 0.15


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
    placement = exact.complete(problem, effort.share(_PLACING))
    found = exact.improved(problem, placement, effort.share(_PROVING))
    placement = _better(problem, placement, found.placement)
    if not found.is_best:
        until = end - effort.share(_LAST).seconds
        placement = annealing.improved(problem, placement, until, effort.seed)
        left = replace(effort, seconds=max(end - monotonic(), 0.1))
        last = exact.improved(problem, placement, left)
        placement = _better(problem, placement, last.placement)
    return Solution(placement, cost(problem, placement))


def _better(problem: Problem, one: Placement, other: Placement) -> Placement:
    return min(one, other, key=lambda either: cost(problem, either).rank)
