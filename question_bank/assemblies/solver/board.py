"""What is to be decided, as a model of CP-SAT: which candidates the variants take."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.ground.lazy import lazily
from question_bank.assemblies.rules.orders import Candidate, Order
from question_bank.assemblies.solver import limits
from question_bank.blueprints.rules.cells import Cell, Group

cp_model: Any = lazily("ortools.sat.python.cp_model")


@dataclass
class Draft:
    """One variant in the model: which candidates it takes, and how groups are shared out."""

    takes: list[Any]
    shares: dict[tuple[Group, int], Any] = field(default_factory=dict)


class Board:
    """`papers` papers of an order as booleans: does draft v of a variant take candidate c?

    Candidates of a group are alike for the cells, so a group's items are shared out to its cells
    by numbers; with `reserved` only the cell that has the least choice gets them. With `apart`
    no two variants share an item. With `soft` every limit may be broken, at a price.
    """

    def __init__(
        self,
        order: Order,
        candidates: Sequence[Candidate],
        *,
        papers: int,
        others: Mapping[str, frozenset[int]],
        soft: bool = False,
        reserved: bool = False,
        apart: bool = False,
    ) -> None:
        self.order, self.soft, self.apart = order, soft, apart
        reach = _reach(order.cells, candidates)
        if reserved:
            choice = Counter(cell.position for one in candidates for cell in reach[one.group])
            for cells in reach.values():
                cells[:] = sorted(cells, key=lambda cell: choice[cell.position])[:1]
        self.candidates = [one for one in candidates if reach[one.group]]
        self.reach = reach
        self.model = cp_model.CpModel()
        self.cost: list[Any] = []
        self.bought: dict[tuple[str, str], list[Any]] = defaultdict(list)
        self.members: dict[Group, list[int]] = defaultdict(list)
        for at, one in enumerate(self.candidates):
            self.members[one.group].append(at)
        self.papers = [[self._draft() for _ in range(order.variants)] for _ in range(papers)]
        for draft in self.drafts:
            limits.fill(self, draft)
            limits.keep_enemies_apart(self, draft)
            limits.aim(self, draft)
            limits.repeat_little(self, draft, others)
        limits.share_little(self)

    @property
    def drafts(self) -> list[Draft]:
        """The variants of all papers."""
        return [draft for paper in self.papers for draft in paper]

    def filled(self, cell: Cell) -> bool:
        """A cheap look before the model is solved: are there enough for the cell at all?"""
        there = sum(
            len(members) for group, members in self.members.items() if cell in self.reach[group]
        )
        return there >= cell.count

    def buy(self, what: str, name: str, most: int, price: int) -> Any:
        """How far a limit is broken: 0 where all are kept."""
        if not self.soft:
            return 0
        bought = self.model.new_int_var(0, most, "")
        self.bought[what, name].append(bought)
        self.cost.append(price * bought)
        return bought

    def gained(self, draft: Draft) -> Any:
        """Σ p·points over the items taken, points in hundredths."""
        worth = [self._worth(one.group) * one.p for one in self.candidates]
        return cp_model.LinearExpr.weighted_sum(draft.takes, worth)

    def _worth(self, group: Group) -> int:
        """Points in hundredths; of a group that fits cells of different worth, their mean."""
        cells = self.reach[group]
        return int(sum(cell.points for cell in cells) * 100 / len(cells))

    def _draft(self) -> Draft:
        return Draft([self.model.new_bool_var("") for _ in self.candidates])


def _reach(cells: Sequence[Cell], candidates: Iterable[Candidate]) -> dict[Group, list[Cell]]:
    """The cells that the items of every group fit."""
    groups = {one.group for one in candidates}
    return {group: [cell for cell in cells if cell.fits(group)] for group in groups}
