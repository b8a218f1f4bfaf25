"""The whole analysis of a table of points: every figure of the paper and of its items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from question_bank.analysis.rules.exact import Cells, Points, unit_of, whole, wholes
from question_bank.analysis.rules.groups import Group, divided, extremes, parts
from question_bank.analysis.rules.items import ItemFigures, effective_weights, item_figures
from question_bank.analysis.rules.options import OptionFigures, option_figures
from question_bank.analysis.rules.scores import ScoreFigures, distribution, score_figures

SIXTHS_FROM = 60


@dataclass(frozen=True, slots=True)
class Choices:
    """What candidates chose in one list of options: of the item itself (part 0) or of a part.

    `chosen` by candidate; it is not read where the candidate did not have the item.
    """

    item: int
    part: int
    letters: tuple[str, ...]
    key: frozenset[str]
    chosen: Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """Candidates (rows) by items (columns), in points; None: the candidate did not have the item.

    `full` are the points of each item. `slots` are the same rows by place in the paper, without
    gaps: only read where not everybody had the same items.
    """

    full: Sequence[Points]
    rows: Cells
    slots: Cells = ()
    choices: Sequence[Choices] = field(default=())

    @property
    def is_complete(self) -> bool:
        return all(value is not None for row in self.rows for value in row)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The figures of an item, its share of the full score, and its share in telling people apart."""

    figures: ItemFigures
    intended_weight: float
    effective_weight: float | None


@dataclass(frozen=True, slots=True)
class OptionTable:
    """The options of an item (part 0) or of one of its parts."""

    item: int
    part: int
    options: tuple[OptionFigures, ...]


@dataclass(frozen=True, slots=True)
class Analysed:
    """All that a table says; `items` has None for an item that nobody had."""

    scores: ScoreFigures
    bins: list[int]
    items: list[Weighed | None]
    options: list[OptionTable]


def analyse(table: Table, *, share: Fraction) -> Analysed:
    """All figures of a table; `share` of the candidates is the high and the low group (norm
    analysis.extreme_share).

    Where candidates had different items (several variants, drawn papers), the figures of an
    item are of those who had it, and α is taken over the places of the paper, as Moodle does
    for random questions; effective weights are then not told.
    """
    unit = unit_of([*table.full, *(v for row in table.rows for v in row if v is not None)])
    cells, full = wholes(table.rows, unit), [whole(value, unit) for value in table.full]
    complete = table.is_complete
    worth = [_worth(row, full) for row in cells]
    totals = [sum(value or 0 for value in row) for row in cells]
    reader = _Reader(cells, full, totals, worth, unit, share)
    weights: list[float | None] = [None] * len(full)
    if complete and cells:
        weights = effective_weights([[value or 0 for value in one] for one in zip(*cells)])  # noqa: B905
    return Analysed(
        scores=score_figures(table.rows if complete else table.slots),
        bins=distribution(totals, worth),
        items=[reader.item(at, weights[at]) for at in range(len(full))],
        options=[reader.choices(one) for one in table.choices],
    )


def curve_parts(candidates: int) -> int:
    """Into how many groups an option's curve is divided: thirds, and sixths of sixty or more."""
    return 6 if candidates >= SIXTHS_FROM else 3


def _worth(row: Sequence[int | None], full: Sequence[int]) -> int:
    return sum(most for value, most in zip(row, full, strict=True) if value is not None)


class _Reader:
    """Reads items of a table; the groups of the same candidates are made once."""

    def __init__(
        self,
        cells: Sequence[Sequence[int | None]],
        full: Sequence[int],
        totals: Sequence[int],
        worth: Sequence[int],
        unit: int,
        share: Fraction,
    ) -> None:
        self._cells, self._full, self._unit, self._share = cells, full, unit, share
        self._totals, self._worth = totals, worth
        self._groups: dict[tuple[int, ...], tuple[list[Group], list[Group]]] = {}

    def item(self, at: int, effective: float | None) -> Weighed | None:
        here, points, totals = self._column(at)
        if not here:
            return None
        (low, high), _curve = self._grouped(here)
        worth = Fraction(sum(self._worth[one] for one in here), len(here))
        return Weighed(
            item_figures(points, totals, full=self._full[at], unit=self._unit, low=low, high=high),
            intended_weight=float(self._full[at] / worth),
            effective_weight=effective,
        )

    def choices(self, one: Choices) -> OptionTable:
        here, points, totals = self._column(one.item)
        rest = [total - own for total, own in zip(totals, points, strict=True)]
        chosen = [one.chosen[at] for at in here]
        groups = self._grouped(here)[1] if here else []
        told = option_figures(one.letters, one.key, chosen, rest=rest, groups=groups)
        return OptionTable(one.item, one.part, told)

    def _column(self, at: int) -> tuple[tuple[int, ...], list[int], list[int]]:
        """Who had the item, their points in it, and their totals."""
        found = [(one, row[at]) for one, row in enumerate(self._cells)]
        had = [(one, value) for one, value in found if value is not None]
        here = tuple(one for one, _value in had)
        return here, [value for _one, value in had], [self._totals[one] for one in here]

    def _grouped(self, here: tuple[int, ...]) -> tuple[list[Group], list[Group]]:
        """The low and the high group, and the parts of the curves, by share of the full score."""
        if here not in self._groups:
            reached = [Fraction(self._totals[one], self._worth[one]) for one in here]
            self._groups[here] = (
                divided(reached, extremes(self._share)),
                divided(reached, parts(curve_parts(len(here)))),
            )
        return self._groups[here]
