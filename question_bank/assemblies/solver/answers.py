"""Having a model solved, and reading the papers, or what stands in their way, from it."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from lms.ground.lazy import lazily
from question_bank.assemblies.rules.orders import Candidate, Chosen, Shortfall
from question_bank.assemblies.solver.board import Board, Draft
from question_bank.assemblies.solver.limits import total

cp_model: Any = lazily("ortools.sat.python.cp_model")

EFFORT = 1.5
"""CP-SAT's deterministic time for one paper: two or three seconds on a slow machine."""


def papers(board: Board, seed: int) -> list[tuple[Chosen, ...]] | None:
    """The papers; None when there are none, or none was found with the given effort."""
    if not all(board.filled(cell) for cell in board.order.cells):
        return None
    solver = _run(board, seed)
    if solver is None:
        return None
    chance = Random(seed)
    return [tuple(_read(board, draft, solver, chance) for draft in paper) for paper in board.papers]


def shortfall(board: Board, number: int, unavoidable: Mapping[int, int]) -> Shortfall:
    """What was bought of every limit."""
    solver = _run(board, board.order.seed)
    if solver is None:  # the effort did not suffice for a report either: what is certain
        return Shortfall(number, missing=unavoidable)
    paid = {
        key: max(int(solver.value(one)) for one in bought) for key, bought in board.bought.items()
    }
    told = {key: amount for key, amount in paid.items() if amount}
    missing = {int(name): amount for (what, name), amount in told.items() if what == "cell"}
    # Where no more is missing than any distribution must miss, the cells of the supply are told.
    more = sum(missing.values()) > sum(unavoidable.values())
    return Shortfall(
        number,
        missing=missing if more else unavoidable,
        enemies=tuple(name for what, name in told if what == "enemies"),
        shared=told.get(("shared", ""), 0),
        repeated={name: amount for (what, name), amount in told.items() if what == "other"},
        nearest=_nearest(board, solver) if ("target", "") in told else None,
    )


def _run(board: Board, seed: int) -> Any:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = EFFORT
    if board.cost:
        board.model.minimize(total(board.cost))
    if board.soft:  # a report can always be had: nothing is taken, every limit is paid for
        for draft in board.drafts:
            for taken in draft.takes:
                board.model.add_hint(taken, 0)
    status = solver.solve(board.model)
    return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def _nearest(board: Board, solver: Any) -> int:
    full = sum(cell.count * cell.points * 100 for cell in board.order.cells)
    target = board.order.target or 0
    rates = [int(solver.value(board.gained(draft)) / full) for draft in board.drafts]
    return max(rates, key=lambda rate: abs(rate - target))


def _read(board: Board, draft: Draft, solver: Any, chance: Random) -> Chosen:
    """The items of a variant by cell: those of a group are dealt out as they come."""
    placed: dict[int, list[Candidate]] = {cell.position: [] for cell in board.order.cells}
    for group, members in board.members.items():
        taken = [board.candidates[at] for at in members if solver.value(draft.takes[at])]
        chance.shuffle(taken)
        cells = board.reach[group]
        for cell in cells:
            share = draft.shares.get((group, cell.position))
            number = len(taken) if share is None else int(solver.value(share))
            placed[cell.position] += taken[:number]
            taken = taken[number:]
    for items in placed.values():
        chance.shuffle(items)
    return {position: tuple(items) for position, items in placed.items()}
