"""Points as whole numbers of one unit: sums, variances and covariances without rounding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import copysign, lcm, sqrt
from operator import mul

Points = Fraction | Decimal | int
Cells = Sequence[Sequence[Points | None]]


def unit_of(values: Iterable[Points]) -> int:
    """The least number by which all values become whole ones."""
    return lcm(*(value.as_integer_ratio()[1] for value in set(values)))


def whole(value: Points, unit: int) -> int:
    """The value in units of 1/`unit`, which it has to be a multiple of."""
    above, below = value.as_integer_ratio()
    return above * (unit // below)


def wholes(rows: Cells, unit: int) -> list[list[int | None]]:
    """All cells in units of 1/`unit`; None stays None."""
    known: dict[Points | None, int | None] = {None: None}
    for value in {value for row in rows for value in row if value is not None}:
        known[value] = whole(value, unit)
    return [[known[value] for value in row] for row in rows]


def spread(xs: Sequence[int], ys: Sequence[int]) -> int:
    """n² times the covariance of a population: n Σxy - Σx Σy, exactly, in any order."""
    together: int = sum(map(mul, xs, ys))
    return len(xs) * together - sum(xs) * sum(ys)


def correlation(xs: Sequence[int], ys: Sequence[int]) -> float | None:
    """Pearson's r; None where one of the two is the same for everybody.

    The quotient of whole numbers is rounded once, so that ±1 is ±1 in whatever unit.
    """
    across, down, together = spread(xs, xs), spread(ys, ys), spread(xs, ys)
    if not across or not down:
        return None
    return copysign(sqrt(together**2 / (across * down)), together)
