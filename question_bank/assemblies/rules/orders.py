"""组卷 as plain data: what a solver is asked, what it answers, and why it could not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from question_bank.blueprints.rules.cells import Cell, Group

MOST_PAPERS = 30
MOST_VARIANTS = 4
CODES = "ABCD"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be asked. `p`: expected score rate in thousandths; `says`: the same for
    items that say the same; `uses`: in how many papers it stood lately."""

    item_id: int
    version_id: int
    group: Group
    p: int
    says: str
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be assembled: `papers` parallel papers of `variants` variants each.

    `enemies`: sets of item ids of which a variant may hold one. `past`: earlier papers by title
    with their items. `target`, `tolerance`: in thousandths. `shared_limit`: percent of a variant
    that may also be in another variant of its paper; `repeat_limit`: … in any other paper.
    """

    cells: Sequence[Cell]
    candidates: Sequence[Candidate]
    enemies: Mapping[str, frozenset[int]] = field(default_factory=dict)
    past: Mapping[str, frozenset[int]] = field(default_factory=dict)
    papers: int = 1
    variants: int = 2
    target: int | None = None
    tolerance: int = 50
    shared_limit: int | None = None
    repeat_limit: int | None = None
    seed: int = 0

    @property
    def size(self) -> int:
        """Items in a variant."""
        return sum(cell.count for cell in self.cells)


Chosen = Mapping[int, tuple[Candidate, ...]]
"""The items of one variant by position of the cell."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What stands in the way, all of it at once, as far as the rest can be had.

    `missing` by position of the cell; `enemies` names of groups of which more than one item is
    needed; `shared` items that variants have to share beyond the limit; `repeated` by title of
    the other paper; `nearest` the score rate in thousandths that comes nearest to the target.
    `paper`: which of the parallel papers (from 1) could not be made.
    """

    paper: int
    missing: Mapping[int, int] = field(default_factory=dict)
    enemies: tuple[str, ...] = ()
    shared: int = 0
    repeated: Mapping[str, int] = field(default_factory=dict)
    nearest: int | None = None


@dataclass(frozen=True, slots=True)
class Solution:
    """For every paper its variants; none, and the shortfall, when they cannot all be made."""

    papers: tuple[tuple[Chosen, ...], ...] = ()
    shortfall: Shortfall | None = None


def paper_title(blueprint: str, number: int) -> str:
    """What the paper of a blueprint is called unless somebody names it: candidates read it, so
    “结业考试双向细目表” makes “结业考试试卷（第1套）”."""
    named = blueprint.removesuffix("细目表").removesuffix("双向")
    return f"{named if named == blueprint else named + '试卷'}（第{number}套）"


def shared_items(variants: Sequence[Chosen]) -> int:
    """How many items stand in more than one of the variants."""
    seen: dict[int, int] = {}
    for variant in variants:
        for chosen in variant.values():
            for one in chosen:
                seen[one.item_id] = seen.get(one.item_id, 0) + 1
    return sum(number > 1 for number in seen.values())
