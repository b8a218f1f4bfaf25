"""评阅质量: how near a marker's marks are to agreed marks, to other markers', and to their own."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Pair:
    """A marker's points beside those they are compared with, as shares of the full points."""

    given: Fraction
    agreed: Fraction

    @property
    def deviation(self) -> Fraction:
        return self.given - self.agreed


@dataclass(frozen=True, slots=True)
class Closeness:
    """Over `number` comparisons, as shares of the full points: the mean of the deviations
    (above 0: generous), the mean of their sizes, and how many were within the tolerance."""

    number: int
    bias: Fraction
    distance: Fraction
    agreed: int

    @property
    def agreement(self) -> Fraction:
        return Fraction(self.agreed, self.number)


def closeness(pairs: Iterable[Pair], *, tolerance: Fraction) -> Closeness | None:
    """How near marks are to what they are compared with; None without a comparison."""
    deviations = [pair.deviation for pair in pairs]
    if not deviations:
        return None
    number = len(deviations)
    return Closeness(
        number=number,
        bias=sum(deviations, Fraction(0)) / number,
        distance=sum((abs(one) for one in deviations), Fraction(0)) / number,
        agreed=sum(abs(one) <= tolerance for one in deviations),
    )


def repeats(rounds: Sequence[Fraction]) -> list[Pair]:
    """A marker's marks of one answer, each time beside the time before (自评一致性)."""
    return [Pair(later, earlier) for earlier, later in itertools.pairwise(rounds)]
