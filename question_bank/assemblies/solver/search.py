"""The search for papers, from few candidates to many.

Papers are made one after another, the variants of a paper together, each from a random choice of
the candidates that is widened to all of them when it does not suffice. What is still impossible
is solved once more with every limit for sale, dearest the one that no other bank could mend: what
was bought is the report.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from random import Random

from question_bank.assemblies.rules.orders import (
    Candidate,
    Chosen,
    Order,
    Shortfall,
    Solution,
)
from question_bank.assemblies.rules.supply import supply
from question_bank.assemblies.solver import answers
from question_bank.assemblies.solver.board import Board
from question_bank.blueprints.rules.cells import Group

CHOICE = 6
"""How many candidates a cell gets at first for every item that it needs, the least used first."""
LEAST_CHOICE = 40
REPORTED = 25
"""The same for a report of what stands in the way."""
JOINT = 30_000
"""Up to so many choices all parallel papers are tried as one, when one after another fails."""


def solve(order: Order, *, told: Callable[[int], None] = lambda done: None) -> Solution:
    """All papers of the order, or the shortfall of the first that cannot be made.

    `told(done)` is called before every paper; what it raises ends the work.
    """
    made: list[tuple[Chosen, ...]] = []
    for number in range(1, order.papers + 1):
        told(number - 1)
        variants = _paper(order, number, made)
        if variants is None:
            return _together(order) or Solution(shortfall=_shortfall(order, number, made))
        made.append(variants)
    return Solution(tuple(made))


def _paper(
    order: Order, number: int, made: Sequence[tuple[Chosen, ...]]
) -> tuple[Chosen, ...] | None:
    """The next paper, from a choice of the candidates and, where these do not do, from all.

    Of several papers an earlier one shall not use up what the cells of a later one cannot do
    without: at first a group of items is kept for the cell that has the least choice.
    """
    lots, others = _lots(order, number, made), _others(order, made)
    few = _choice(order, lots, CHOICE)
    attempts = [(few, True)] if order.papers > 1 else []
    attempts += [(few, False)] + ([(lots, False)] if len(few) < len(lots) else [])
    for apart in _sharings(order):
        for candidates, reserved in attempts:
            board = Board(
                order, candidates, papers=1, others=others, reserved=reserved, apart=apart
            )
            answer = answers.papers(board, order.seed + number)
            if answer is not None:
                return answer[0]
    return None


def _sharings(order: Order) -> tuple[bool, ...]:
    """Variants that share nothing are tried first: that is quick, and no fewer can be shared."""
    if order.variants == 1 or order.shared_limit == 0:
        return (True,)
    return (True, False)


def _together(order: Order) -> Solution | None:
    """All parallel papers as one problem: what an earlier paper took, another may need more."""
    if order.papers == 1 or order.papers * order.variants * len(order.candidates) > JOINT:
        return None
    board = Board(order, _lots(order, 0, ()), papers=order.papers, others=order.past)
    answer = answers.papers(board, order.seed)
    return None if answer is None else Solution(tuple(answer))


def _lots(order: Order, number: int, made: Sequence[tuple[Chosen, ...]]) -> list[Candidate]:
    """The candidates in a random order that depends on the seed alone; before it, those that
    stand in fewer of the papers not to be repeated, then those that stood in fewer lately."""
    drawn = sorted(order.candidates, key=lambda one: one.version_id)
    Random(f"{order.seed}:{number}").shuffle(drawn)
    again = Counter(item_id for items in _others(order, made).values() for item_id in items)
    return sorted(drawn, key=lambda one: (again[one.item_id], one.uses))


def _others(order: Order, made: Sequence[tuple[Chosen, ...]]) -> dict[str, frozenset[int]]:
    """The papers that a new one must not repeat too much of: past ones, and its parallels."""
    parallel = {
        f"本次第{number}套": frozenset(one.item_id for chosen in variants for one in _items(chosen))
        for number, variants in enumerate(made, start=1)
    }
    return {**order.past, **parallel}


def _items(chosen: Chosen) -> Iterable[Candidate]:
    return (one for items in chosen.values() for one in items)


def _choice(order: Order, lots: Sequence[Candidate], breadth: int) -> list[Candidate]:
    """`breadth` candidates for every item that a cell needs, the first of `lots` that fit it."""
    kept: set[int] = set()
    fits: dict[tuple[int, Group], bool] = {}
    for cell in order.cells:
        room = max(LEAST_CHOICE, breadth * cell.count * order.variants)
        for one in lots:
            key = (cell.position, one.group)
            if key not in fits:
                fits[key] = cell.fits(one.group)
            if fits[key]:
                kept.add(one.version_id)
                room -= 1
                if not room:
                    break
    return [one for one in lots if one.version_id in kept]


def _shortfall(order: Order, number: int, made: Sequence[tuple[Chosen, ...]]) -> Shortfall:
    """What the paper lacks, and which limits stand in the way, when all is to be had at a price."""
    stock: dict[Group, int] = defaultdict(int)
    for group in {one.says: one.group for one in order.candidates}.values():
        stock[group] += 1
    unavoidable = supply(order.cells, stock).missing
    many = _choice(order, _lots(order, number, made), REPORTED)
    board = Board(order, many, papers=1, others=_others(order, made), soft=True)
    return answers.shortfall(board, number, unavoidable)
