"""One item over several occasions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import atanh, tanh

_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Choice:
    """An option over all occasions: the share of the candidates who chose it."""

    part: int
    letter: str
    is_key: bool
    share: Decimal
    correlation: Decimal | None


@dataclass(frozen=True, slots=True)
class Record:
    """How an item version did over all occasions taken together."""

    candidates: int
    facility: Decimal
    discrimination: Decimal | None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class OptionLine:
    """An option on one occasion, chosen by `chosen` of `candidates`."""

    candidates: int
    part: int
    position: int
    letter: str
    is_key: bool
    chosen: int
    correlation: Decimal | None


Line = tuple[int, Decimal, Decimal | None]
"""Candidates, facility and r on one occasion."""


def pooled(lines: Sequence[Line], options: Iterable[OptionLine]) -> Record:
    """One item version over these occasions (at least one), each option counted among those who
    had the item."""
    total = sum(n for n, _facility, _r in lines)
    grouped: dict[tuple[int, int, str], list[OptionLine]] = {}
    for one in options:
        grouped.setdefault((one.part, one.position, one.letter), []).append(one)
    return Record(
        candidates=total,
        facility=pooled_facility((n, facility) for n, facility, _r in lines),
        discrimination=pooled_correlation((n, r) for n, _facility, r in lines),
        choices=tuple(
            Choice(
                part=part,
                letter=letter,
                is_key=any(one.is_key for one in same),
                share=Decimal(sum(one.chosen for one in same)) / total,
                correlation=pooled_correlation((one.candidates, one.correlation) for one in same),
            )
            for (part, _position, letter), same in sorted(grouped.items())
        ),
    )


def pooled_facility(parts: Iterable[tuple[int, Decimal]]) -> Decimal:
    """The facility over several occasions: the mean of (candidates, facility) by candidates."""
    known = list(parts)
    total = sum(n for n, _value in known)
    return (sum((n * value for n, value in known), Decimal(0)) / total).quantize(_PLACES)


def pooled_correlation(parts: Iterable[tuple[int, Decimal | None]]) -> Decimal | None:
    """r over several occasions of (candidates, r): the mean of Fisher's z, each by n - 3.

    R. A. Fisher, On the "probable error" of a coefficient of correlation, Metron 1, 1921.
    None without an occasion of more than three candidates; r = ±1 counts as ±0.9999.
    """
    known = [(n - 3, float(value)) for n, value in parts if value is not None and n > 3]
    if not known:
        return None
    mean = sum(n * atanh(max(-0.9999, min(0.9999, r))) for n, r in known)
    return Decimal(str(tanh(mean / sum(n for n, _r in known)))).quantize(_PLACES)
