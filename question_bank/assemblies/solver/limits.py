"""What a variant must hold and must not, as constraints of the model; every limit has its price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

from lms.ground.lazy import lazily
from question_bank.papers.rules.overlap import most_allowed

if TYPE_CHECKING:
    from question_bank.assemblies.solver.board import Board, Draft

cp_model: Any = lazily("ortools.sat.python.cp_model")

# What a limit costs when it cannot be kept. A missing item is the last resort: where it can be
# had at all, the limit that forbids it is the one to tell of.
_MISSING, _ENEMIES, _OVERLAP, _DIFFICULTY = 10**9, 10**6, 10**6, 10


def fill(board: Board, draft: Draft) -> None:
    """Every cell has exactly its count; a group gives what it is shared out."""
    given: dict[int, list[Any]] = defaultdict(list)
    for group, members in board.members.items():
        cells = board.reach[group]
        taken = total(draft.takes[at] for at in members)
        if len(cells) == 1:
            given[cells[0].position].append(taken)
            continue
        for cell in cells:
            most = min(cell.count, len(members))
            share = board.model.new_int_var(0, most, "")
            draft.shares[group, cell.position] = share
            given[cell.position].append(share)
        shares = total(draft.shares[group, cell.position] for cell in cells)
        board.model.add(shares == taken)
    for cell in board.order.cells:
        lacking = board.buy("cell", str(cell.position), cell.count, _MISSING)
        board.model.add(total(given[cell.position]) + lacking == cell.count)


def keep_enemies_apart(board: Board, draft: Draft) -> None:
    """One at most of every group of enemies, and of items that say the same."""
    saying: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(board.candidates):
        saying[one.says].append(at)
    for places in saying.values():
        if len(places) > 1:
            board.model.add_at_most_one(draft.takes[at] for at in places)
    where = {one.item_id: at for at, one in enumerate(board.candidates)}
    for name, items in board.order.enemies.items():
        met = [draft.takes[where[item_id]] for item_id in sorted(items) if item_id in where]
        if len(met) > 1:
            over = board.buy("enemies", name, len(met), _ENEMIES)
            board.model.add(total(met) <= 1 + over)


def aim(board: Board, draft: Draft) -> None:
    """The score rate to be expected, Σ p·points / Σ points, lies around the target."""
    if board.order.target is None:
        return
    full = int(sum(cell.count * cell.points * 100 for cell in board.order.cells))
    gained = board.gained(draft)
    # What the other price would be: thousandths of the rate, rounded up by a missing item.
    off = board.buy("target", "", 1000, _DIFFICULTY)
    low, high = (board.order.target + side * board.order.tolerance for side in (-1, 1))
    board.model.add(gained + off * full >= low * full)
    board.model.add(gained - off * full <= high * full)


def repeat_little(board: Board, draft: Draft, others: Mapping[str, frozenset[int]]) -> None:
    """No more than the limit of any other paper."""
    allowed = most_allowed(board.order.repeat_limit, board.order.size)
    if allowed is None:
        return
    for title, items in others.items():
        met = [
            taken
            for one, taken in zip(board.candidates, draft.takes, strict=True)
            if one.item_id in items
        ]
        if len(met) > allowed:
            over = board.buy("other", title, len(met), _OVERLAP)
            board.model.add(total(met) <= allowed + over)


def share_little(board: Board) -> None:
    """Variants of a paper share as few items as can be, and no more than the limit; parallel
    papers in one model keep to theirs."""
    drafts = board.drafts
    if board.apart:
        for takes in zip(*(draft.takes for draft in drafts), strict=True):
            board.model.add_at_most_one(takes)
        return
    within = most_allowed(board.order.shared_limit, board.order.size)
    between = most_allowed(board.order.repeat_limit, board.order.size)
    for first, second in combinations(range(len(drafts)), 2):
        same_paper = first // board.order.variants == second // board.order.variants
        allowed = within if same_paper else between
        shared = _shared(board, drafts[first], drafts[second])
        board.cost.append(1000 * shared)
        if allowed is not None:
            over = board.buy("shared", "", board.order.size, _OVERLAP)
            board.model.add(shared <= allowed + over)


def _shared(board: Board, one: Draft, other: Draft) -> Any:
    """At least the number of items in both, and exactly that where few are wanted: what both
    take together, less the items that either takes. (Counting "both" itself leaves the
    linear relaxation nothing to prove by.)"""
    either = []
    for first, second in zip(one.takes, other.takes, strict=True):
        taken = board.model.new_bool_var("")
        board.model.add_bool_or(first, second, taken.negated())
        either.append(taken)
    return total(one.takes) + total(other.takes) - total(either)


def total(terms: Iterable[Any]) -> Any:
    """Built at once: Python's own sum would nest an expression for every term."""
    return cp_model.LinearExpr.sum(list(terms))
