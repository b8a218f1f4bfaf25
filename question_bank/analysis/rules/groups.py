"""High and low groups of candidates by their totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

Span = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Group:
    """`size` candidates: those at the indices `inside`, and a share of each of `tied`.

    People with the same total at a limit belong to both sides of it, each in the same
    proportion: whoever is listed first must make no difference.
    """

    size: Fraction
    inside: tuple[int, ...]
    tied: tuple[tuple[Fraction, tuple[int, ...]], ...]

    def mean(self, values: Sequence[int]) -> Fraction:
        """The mean of `values` (by candidate) in this group."""
        total = Fraction(sum(values[at] for at in self.inside))
        for share, indices in self.tied:
            total += share * sum(values[at] for at in indices)
        return total / self.size


def extremes(share: Fraction) -> tuple[Span, Span]:
    """The lowest and the highest `share` of all (0 < share ≤ 1/2).

    27 % is the share that Kelley found best (The selection of upper and lower groups for the
    validation of test items, Journal of Educational Psychology 30, 1939).
    """
    return (Fraction(0), share), (1 - share, Fraction(1))


def parts(count: int) -> tuple[Span, ...]:
    """`count` parts of the same size, the lowest first."""
    return tuple((Fraction(at, count), Fraction(at + 1, count)) for at in range(count))


def divided(totals: Sequence[int | Fraction], spans: Sequence[Span]) -> list[Group]:
    """The candidates whose rank lies in each span (shares of all, the lowest total first)."""
    order = sorted(range(len(totals)), key=lambda at: totals[at])
    blocks: list[tuple[int, tuple[int, ...]]] = []
    start = 0
    for _total, same in groupby(order, key=lambda at: totals[at]):
        members = tuple(same)
        blocks.append((start, members))
        start += len(members)
    return [_group(blocks, low * len(totals), high * len(totals)) for low, high in spans]


def _group(blocks: Sequence[tuple[int, tuple[int, ...]]], low: Fraction, high: Fraction) -> Group:
    inside: list[int] = []
    tied = []
    for start, members in blocks:
        common = min(high, Fraction(start + len(members))) - max(low, Fraction(start))
        if common == len(members):
            inside += members
        elif common > 0:
            tied.append((common / len(members), members))
    return Group(high - low, tuple(inside), tuple(tied))
