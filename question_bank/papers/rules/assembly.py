"""组卷: which item goes where, exactly as many as the blueprint says, the same for the same seed.

A flow of items to rows (Ford–Fulkerson with unit items): a row that is short takes an item from
another row that can do without it, so that a shortage is told only when no distribution avoids it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """`count` items for the blueprint row at `row`, out of what fits it.

    `eligible` maps what an item says (a number, the same for items that say the same) to the
    item version that says it within this row's limits.
    """

    row: int
    count: int
    eligible: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Assembly:
    """Item versions by row for both variants, and how many items are `missing` by row."""

    first: Mapping[int, tuple[int, ...]]
    second: Mapping[int, tuple[int, ...]]
    missing: Mapping[int, int]

    @property
    def shared(self) -> int:
        """How many items both variants have."""
        first = {version for versions in self.first.values() for version in versions}
        return sum(one in first for versions in self.second.values() for one in versions)


def assemble(needs: Sequence[Need], *, seed: int) -> Assembly:
    """Two variants that share as few items as the bank allows.

    First every row gets its items (A), then as many again (B); what the second round lacks,
    B shares with A. When even A is not full, `missing` says where and both variants are empty.
    """
    rank = _ranks(needs, seed)
    flow = _Flow(needs, rank)
    flow.fill(times=1)
    missing = {need.row: need.count - len(flow.held[need.row]) for need in needs}
    if any(missing.values()):
        return Assembly({}, {}, {row: number for row, number in missing.items() if number})
    flow.fill(times=2)
    first, second = {}, {}
    for need in needs:
        items = sorted(flow.held[need.row], key=rank.__getitem__)
        versions = [need.eligible[item] for item in items]
        first[need.row] = tuple(versions[: need.count])
        second[need.row] = tuple(versions[len(versions) - need.count :])
    return Assembly(first, second, {})


def _ranks(needs: Sequence[Need], seed: int) -> dict[int, int]:
    """A random order of all items that depends on the seed and on nothing else."""
    everything = sorted({item for need in needs for item in need.eligible})
    random.Random(seed).shuffle(everything)
    return {item: at for at, item in enumerate(everything)}


class _Flow:
    """Which row holds which items; an item is held by one row at most."""

    def __init__(self, needs: Sequence[Need], rank: Mapping[int, int]) -> None:
        # Narrow rows first: they have the least choice.
        self.needs = sorted(needs, key=lambda need: (len(need.eligible), need.row))
        self.choice = {need.row: sorted(need.eligible, key=rank.__getitem__) for need in needs}
        self.held: dict[int, set[int]] = {need.row: set() for need in needs}
        self.holder: dict[int, int] = {}

    def fill(self, *, times: int) -> None:
        """Give every row up to `times` its count; no row ever loses on the way."""
        for need in self.needs:
            while len(self.held[need.row]) < times * need.count:
                if not self._augment(need.row):
                    break

    def _augment(self, row: int) -> bool:
        """One more item for the row along the shortest chain of exchanges, if there is one."""
        reached_by: dict[int, tuple[int, int]] = {}  # row → (the row that takes, the item taken)
        queue, seen = [row], {row}
        for taker in queue:
            for item in self.choice[taker]:
                giver = self.holder.get(item)
                if giver is None:
                    self._exchange(row, taker, item, reached_by)
                    return True
                if giver not in seen:
                    seen.add(giver)
                    reached_by[giver] = (taker, item)
                    queue.append(giver)
        return False

    def _exchange(
        self, row: int, taker: int, item: int, reached_by: Mapping[int, tuple[int, int]]
    ) -> None:
        """The last row of the chain takes a free item and passes one on, back to `row`."""
        while True:
            if item in self.holder:
                self.held[self.holder[item]].discard(item)
            self.holder[item] = taker
            self.held[taker].add(item)
            if taker == row:
                return
            taker, item = reached_by[taker]
