"""Figures of a whole paper: centre, spread and shape of the scores, and how reliable they are.

Definitions as Moodle publishes them: https://docs.moodle.org/dev/Quiz_statistics_calculations
(section Test statistics) and, for skewness and kurtosis,
https://docs.moodle.org/dev/Quiz_item_analysis_calculations_in_practise. Moodle shows the
coefficient of internal consistency and the error ratio times 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from question_bank.analysis.rules.exact import Cells, Points, spread, unit_of, whole, wholes

BINS = 10


@dataclass(frozen=True, slots=True)
class ScoreFigures:
    """n candidates; mean, median, SD and standard error in points; None where undefined."""

    n: int
    mean: float | None
    median: float | None
    deviation: float | None
    skewness: float | None
    kurtosis: float | None
    reliability: float | None
    error_ratio: float | None
    standard_error: float | None


def score_figures(rows: Cells) -> ScoreFigures:
    """The figures of complete rows (candidates) of points (slots)."""
    unit = unit_of(value for row in rows for value in row if value is not None)
    cells = [[value or 0 for value in row] for row in wholes(rows, unit)]
    totals = [sum(row) for row in cells]
    shape = moments(totals)
    alpha = reliability(cells)
    ratio = None if alpha is None else sqrt(1 - alpha)
    deviation = None if shape.deviation is None else shape.deviation / unit
    return ScoreFigures(
        n=len(totals),
        mean=sum(totals) / len(totals) / unit if totals else None,
        median=float(median(totals) / unit) if totals else None,
        deviation=deviation,
        skewness=shape.skewness,
        kurtosis=shape.kurtosis,
        reliability=alpha,
        error_ratio=ratio,
        standard_error=None if ratio is None or deviation is None else ratio * deviation,
    )


@dataclass(frozen=True, slots=True)
class Moments:
    """Sample SD, and Fisher's g1 and g2 from k-statistics; None with too few or equal values."""

    deviation: float | None
    skewness: float | None
    kurtosis: float | None


def moments(values: Sequence[int]) -> Moments:
    """Moments from k2 (n > 1), k3 (n > 2) and k4 (n > 3):

    k2 = n m2 / (n-1), k3 = n² m3 / ((n-1)(n-2)),
    k4 = n² ((n+1) m4 - 3 (n-1) m2²) / ((n-1)(n-2)(n-3));
    skewness k3 / k2^(3/2), kurtosis k4 / k2² (0 for the normal distribution).
    """
    n = len(values)
    if n < 2:
        return Moments(None, None, None)
    total = sum(values)
    off = [n * value - total for value in values]  # n times the distance from the mean
    m2 = Fraction(sum(d**2 for d in off), n**3)
    m3 = Fraction(sum(d**3 for d in off), n**4)
    m4 = Fraction(sum(d**4 for d in off), n**5)
    k2 = n * m2 / (n - 1)
    skewness = kurtosis = None
    if k2 and n > 2:
        skewness = float(n**2 * m3 / ((n - 1) * (n - 2))) / float(k2) ** 1.5
    if k2 and n > 3:
        k4 = n**2 * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3))
        kurtosis = float(k4 / k2**2)
    return Moments(sqrt(k2), skewness, kurtosis)


def median(values: Sequence[int]) -> Fraction:
    """The middle value, or the mean of the middle two."""
    ordered, half = sorted(values), len(values) // 2
    if len(values) % 2:
        return Fraction(ordered[half])
    return Fraction(ordered[half - 1] + ordered[half], 2)


def reliability(rows: Sequence[Sequence[int]]) -> float | None:
    """Cronbach's α (Moodle: coefficient of internal consistency) of rows by slot.

    p/(p-1) (1 - ΣV(x) / V(T)); None for one slot, for fewer than three candidates, and where
    all totals are the same.
    """
    if len(rows) < 3 or len(rows[0]) < 2:
        return None
    totals = [sum(row) for row in rows]
    whole_spread = spread(totals, totals)
    if not whole_spread:
        return None
    slots = len(rows[0])
    inner = sum(spread(column, column) for column in zip(*rows, strict=True))
    return float(Fraction(slots, slots - 1) * (1 - Fraction(inner, whole_spread)))


def distribution(totals: Sequence[Points], full: Sequence[Points]) -> list[int]:
    """How many candidates reached each tenth of their full score; 100 % is in the last."""
    counts = [0] * BINS
    for total, most in zip(totals, full, strict=True):
        unit = unit_of((total, most))
        place = BINS * whole(total, unit) // whole(most, unit)
        counts[min(max(place, 0), BINS - 1)] += 1
    return counts
