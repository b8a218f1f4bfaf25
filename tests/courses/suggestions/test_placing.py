"""Placing lessons: what a placement costs and breaks, and that the solver keeps every hard rule."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.suggestions.rules.placing import (
    Cost,
    Crowd,
    Placement,
    Problem,
    Room,
    Subject,
    clashes,
    cost,
)
from courses.suggestions.solver import annealing, exact
from courses.suggestions.solver.effort import Effort
from courses.suggestions.solver.search import solve
from lms.ground.clock import monotonic

QUICK = Effort(seconds=5, threads=1)
ALL = frozenset(range(4))  # two days of two periods


def subject(name: str, **fields: object) -> Subject:
    usual = Subject(name, 1, 20, 1, ALL, frozenset({0, 1}))
    return replace(usual, **fields)  # type: ignore[arg-type]


def problem(*subjects: Subject, crowds: tuple[Crowd, ...] = ()) -> Problem:
    rooms = (Room("大教室", 40), Room("小教室", 10))
    return Problem(2, 2, rooms, subjects, crowds)


COSTS: list[tuple[str, Problem, Placement, Cost]] = [
    (
        "ten people without a seat",
        problem(subject("党章")),
        {0: [(0, 1)]},
        Cost(0, 10, 0, 0, 0),
    ),
    (
        "a day too few, in two rooms",
        problem(subject("党章", lessons=2, least_days=2)),
        {0: [(0, 0), (1, 1)]},
        Cost(0, 10, 5, 0, 1),
    ),
    (
        "two lone meetings of a crowd, on two days",
        problem(
            subject("党章"),
            subject("公文"),
            crowds=(Crowd("一班", frozenset({0, 1}), compact=True),),
        ),
        {0: [(1, 0)], 1: [(2, 0)]},
        Cost(0, 0, 0, 4, 0),
    ),
    (
        "side by side costs nothing, and one is missing",
        problem(
            subject("党章"),
            subject("公文", lessons=2),
            crowds=(Crowd("一班", frozenset({0, 1}), compact=True),),
        ),
        {0: [(0, 0)], 1: [(1, 0)]},
        Cost(1, 0, 0, 0, 0),
    ),
]


@pytest.mark.parametrize(("case", "wanted", "placement", "told"), COSTS, ids=[c[0] for c in COSTS])
def test_a_placement_costs(case: str, wanted: Problem, placement: Placement, told: Cost) -> None:
    assert cost(wanted, placement) == told


def test_every_broken_hard_rule_is_named() -> None:
    wanted = Problem(
        2,
        2,
        (Room("大教室", 40, closed=frozenset({3})), Room("小教室", 10)),
        (
            subject("党章", periods=frozenset({0, 3}), rooms=frozenset({0})),
            subject("公文"),
            subject("普法"),
        ),
        (Crowd("一班", frozenset({0, 1})),),
    )
    placement = {0: [(3, 0), (1, 0)], 1: [(3, 1)], 2: [(3, 1)]}
    assert clashes(wanted, placement) == [
        "党章排了2次，只需要1次。",
        "党章在时段3不能用大教室。",
        "党章排在了不可用的时段1。",
        "时段3的小教室同时排了公文、普法。",
        "一班在时段3有2次课。",
    ]


def test_pinned_meetings_stay_and_the_rest_goes_round_them() -> None:
    wanted = problem(
        subject("党章", pinned=((1, 0),)),
        subject("公文", periods=frozenset({0, 1})),
        crowds=(Crowd("一班", frozenset({0, 1}), compact=True),),
    )
    found = solve(wanted, QUICK)
    assert found.placement == {0: [(1, 0)], 1: [(0, 0)]}
    assert found.cost == Cost(0, 0, 0, 0, 0)


def test_what_has_no_place_is_missing_and_the_rest_is_placed() -> None:
    wanted = problem(
        subject("党章", periods=frozenset({0})),
        subject("公文", periods=frozenset({0})),
        crowds=(Crowd("一班", frozenset({0, 1})),),
    )
    found = solve(wanted, QUICK)
    assert (found.cost.missing, sum(map(len, found.placement.values()))) == (1, 1)


def test_rooms_that_do_not_work_out_leave_a_meeting_for_another_time() -> None:
    """Four subjects want three of four rooms: the count fits, the rooms do not."""
    choices = ({0, 1}, {1, 2}, {0, 2}, {0, 1})
    wanted = Problem(
        1,
        2,
        tuple(Room(name, 40) for name in "甲乙丙丁"),
        tuple(
            subject(f"课{number}", periods=frozenset({0}), rooms=frozenset(rooms))
            for number, rooms in enumerate(choices)
        ),
        (),
    )
    found = solve(wanted, QUICK)
    assert (found.cost.missing, clashes(wanted, found.placement)) == (1, [])
    assert sum(map(len, found.placement.values())) == 3


def test_pinned_meetings_that_exclude_each_other_are_refused() -> None:
    both = ((0, 0),)
    wanted = problem(
        subject("党章", pinned=both),
        subject("公文", pinned=both),
        crowds=(Crowd("一班", frozenset({0, 1})),),
    )
    with pytest.raises(ValueError, match="exclude each other"):
        solve(wanted, QUICK)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    rooms = tuple(
        Room(
            f"室{number}",
            draw(st.integers(5, 50)),
            draw(st.frozensets(st.integers(0, 5), max_size=2)),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    subjects = tuple(
        Subject(
            f"课{number}",
            draw(st.integers(1, 3)),
            draw(st.integers(1, 60)),
            draw(st.integers(1, 3)),
            draw(st.frozensets(st.integers(0, 5), min_size=1)),
            draw(st.frozensets(st.sampled_from(range(len(rooms))), min_size=1)),
        )
        for number in range(draw(st.integers(1, 5)))
    )
    crowds = tuple(
        Crowd(
            f"班{number}",
            draw(st.frozensets(st.sampled_from(range(len(subjects))))),
            draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    return Problem(3, 2, rooms, subjects, crowds)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_the_solver_keeps_every_hard_rule(wanted: Problem) -> None:
    found = solve(wanted, QUICK)
    assert clashes(wanted, found.placement) == []
    assert found.cost == cost(wanted, found.placement)


@settings(max_examples=100, deadline=None)
@given(problems(), st.integers(0, 99))
def test_the_sum_of_the_steps_is_the_difference_of_the_costs(wanted: Problem, seed: int) -> None:
    start = exact.complete(wanted, QUICK)
    table, random = annealing.Table(wanted, start), Random(seed)
    steps = sum(table.change(*table.draw(random), inf) for _ in range(200 if table.at else 0))
    end = table.placement(table.at)
    assert clashes(wanted, end) == []
    assert cost(wanted, end).total - cost(wanted, start).total == steps
    assert {i: len(places) for i, places in end.items()} == {
        i: len(places) for i, places in start.items()
    }


def term() -> Problem:
    """Twelve cohorts of six subjects each, shared by nine instructors, in five small rooms: too
    much to try everything in a second."""
    rooms = tuple(Room(f"室{number}", 30 + 5 * number) for number in range(5))
    periods = frozenset(range(20))
    subjects = tuple(
        Subject(f"课{number}", 1, 25 + number % 20, 1, periods, frozenset(range(5)))
        for number in range(72)
    )
    cohorts = [
        Crowd(f"{number}班", frozenset(range(6 * number, 6 * number + 6)), compact=True)
        for number in range(12)
    ]
    teachers = [Crowd(f"教师{number}", frozenset(range(number, 72, 9))) for number in range(9)]
    return Problem(10, 2, rooms, subjects, (*cohorts, *teachers))


def test_annealing_makes_a_term_cheaper_and_leaves_what_is_pinned() -> None:
    wanted = term()
    start = exact.complete(wanted, QUICK)
    pinned = replace(wanted.subjects[7], pinned=tuple(start[7]))
    wanted = replace(wanted, subjects=(*wanted.subjects[:7], pinned, *wanted.subjects[8:]))
    found = annealing.improved(wanted, start, monotonic() + 1, seed=1)
    assert clashes(wanted, found) == []
    assert cost(wanted, found).missing == 0
    assert cost(wanted, found).total < cost(wanted, start).total / 2
    assert found[7] == start[7]


def test_without_time_for_a_proof_everything_is_placed_all_the_same() -> None:
    found = solve(term(), replace(QUICK, seconds=4))
    assert (found.cost.missing, clashes(term(), found.placement)) == (0, [])


def test_without_any_time_nothing_is_broken() -> None:
    assert clashes(term(), solve(term(), replace(QUICK, seconds=0.001)).placement) == []
