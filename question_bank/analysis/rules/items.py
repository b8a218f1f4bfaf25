"""Figures of single items.

Definitions as Moodle publishes them: https://docs.moodle.org/dev/Quiz_statistics_calculations
(section Question statistics). Moodle shows facility, weights, discrimination index and
discriminative efficiency times 100; here they are shares, as Chinese schools write them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from question_bank.analysis.rules.exact import correlation, spread
from question_bank.analysis.rules.groups import Group


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """n candidates had the item; `deviation` in points, all else shares; None where undefined.

    `high` and `low` are the facility in the high and the low group: 区分度 D = P_H - P_L.
    """

    n: int
    facility: float
    deviation: float | None
    discrimination: float | None
    efficiency: float | None
    high: float
    low: float


def item_figures(
    points: Sequence[int], totals: Sequence[int], *, full: int, unit: int, low: Group, high: Group
) -> ItemFigures:
    """The figures of one item from its points and the totals of those who had it, all in 1/unit.

    Facility index: mean / full points (难度 P). Standard deviation: of a sample.
    """
    n = len(points)
    rest = [total - own for total, own in zip(totals, points, strict=True)]
    return ItemFigures(
        n=n,
        facility=sum(points) / (n * full),
        deviation=sqrt(Fraction(spread(points, points), n * (n - 1))) / unit if n > 1 else None,
        discrimination=correlation(points, rest),
        efficiency=efficiency(points, rest),
        high=float(high.mean(points) / full),
        low=float(low.mean(points) / full),
    )


def efficiency(points: Sequence[int], rest: Sequence[int]) -> float | None:
    """Discriminative efficiency: the covariance of an item with the rest of the paper, as a share
    of what it could be at most with these points and these rests (both sorted)."""
    most = spread(sorted(points), sorted(rest))
    return spread(points, rest) / most if most else None


def effective_weights(columns: Sequence[Sequence[int]]) -> list[float | None]:
    """Effective question weights: √C(x, T) / Σ√C(x, T), of a complete table by item.

    C is the covariance of an item with the total; where it is negative the item has no
    weight that could be told (None) and is left out of the sum.
    """
    totals = [sum(row) for row in zip(*columns, strict=True)]
    shared = [spread(column, totals) for column in columns]
    whole = sum(sqrt(one) for one in shared if one > 0)
    if not whole:
        return [None] * len(shared)
    return [None if one < 0 else sqrt(one) / whole for one in shared]
