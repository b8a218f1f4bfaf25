"""供给: what the bank can give to every cell, alone and after all the others were served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from question_bank.blueprints.rules.cells import Cell, Group


@dataclass(frozen=True, slots=True)
class Supply:
    """By position of the cell: how many items fit, and how many are missing in the end."""

    available: Mapping[int, int]
    missing: Mapping[int, int]


def supply(cells: Sequence[Cell], stock: Mapping[Group, int]) -> Supply:
    """Groups of items shared out to the cells so that as few as possible are missing.

    A flow of groups to cells (Edmonds and Karp): a cell that is short takes from another that can
    do with a different group, so a shortage is told only when no distribution avoids it.
    """
    fitting = {
        cell.position: [group for group in stock if cell.fits(group) and stock[group]]
        for cell in cells
    }
    available = {
        position: sum(stock[one] for one in groups) for position, groups in fitting.items()
    }
    flow = _Flow(fitting, stock)
    # Narrow cells first: they have the least choice, and the fewest exchanges are needed.
    for cell in sorted(cells, key=lambda one: (len(fitting[one.position]), one.position)):
        flow.fill(cell.position, cell.count)
    missing = {cell.position: cell.count - flow.given(cell.position) for cell in cells}
    return Supply(available, {position: number for position, number in missing.items() if number})


class _Flow:
    """How many items of which group every cell holds."""

    def __init__(self, fitting: Mapping[int, Sequence[Group]], stock: Mapping[Group, int]) -> None:
        self.fitting, self.left = fitting, dict(stock)
        self.held: dict[int, dict[Group, int]] = {cell: {} for cell in fitting}
        self.holders: dict[Group, set[int]] = {group: set() for group in stock}

    def given(self, cell: int) -> int:
        return sum(self.held[cell].values())

    def fill(self, cell: int, wanted: int) -> None:
        """Give the cell up to `wanted` items; no cell ever loses on the way."""
        while (lacking := wanted - self.given(cell)) > 0:
            if not self._augment(cell, lacking):
                return

    def _augment(self, cell: int, lacking: int) -> bool:
        """Some more items for the cell along the shortest chain of exchanges, if there is one."""
        reached_by: dict[int, tuple[int, Group]] = {}  # cell → (the cell that takes, the group)
        queue, seen = [cell], {cell}
        for taker in queue:
            for group in self.fitting[taker]:
                if self.left[group]:
                    self._exchange(cell, taker, group, reached_by, lacking)
                    return True
                for giver in self.holders[group] - seen:
                    seen.add(giver)
                    reached_by[giver] = (taker, group)
                    queue.append(giver)
        return False

    def _exchange(
        self,
        cell: int,
        taker: int,
        group: Group,
        reached_by: Mapping[int, tuple[int, Group]],
        lacking: int,
    ) -> None:
        """The last cell of the chain takes what is free and passes as much on, back to `cell`."""
        chain = []
        last = taker
        while last != cell:
            next_taker, passed = reached_by[last]
            chain.append((last, next_taker, passed))
            last = next_taker
        amount = min(
            [lacking, self.left[group], *(self.held[one][passed] for one, _, passed in chain)]
        )
        self.left[group] -= amount
        self._add(taker, group, amount)
        for giver, next_taker, passed in chain:
            self._add(giver, passed, -amount)
            self._add(next_taker, passed, amount)

    def _add(self, cell: int, group: Group, amount: int) -> None:
        held = self.held[cell]
        held[group] = held.get(group, 0) + amount
        if held[group]:
            self.holders[group].add(cell)
        else:
            del held[group]
            self.holders[group].discard(cell)
