"""大题: their order, their headings, and points divided among parts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from question_bank.items.kinds.protocol import shown
from question_bank.items.rules.terms import SECTION_NAMES, Kind

_ORDINALS = "一二三四五六七八九十"
_HALF, _CENT = Decimal("0.5"), Decimal("0.01")


def section_order(kinds: Sequence[Kind]) -> list[Kind]:
    """The kinds of a paper in the usual order: choices first, long answers last."""
    present = set(kinds)
    return [kind for kind in SECTION_NAMES if kind in present]


def heading(position: int, kind: Kind, points: Sequence[Decimal]) -> str:
    """一、单项选择题（本大题共10小题，每小题2分，共20分）; `position` from 1."""
    ordinal = (
        _ORDINALS[position - 1] if position <= len(_ORDINALS) else f"十{_ORDINALS[position - 11]}"
    )
    each = f"每小题{shown(points[0])}分，" if len(set(points)) == 1 and len(points) > 1 else ""
    total = shown(sum(points, Decimal(0)))
    return f"{ordinal}、{SECTION_NAMES[kind]}（本大题共{len(points)}小题，{each}共{total}分）"


def divided(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """`total` points divided by weights, exact in sum; in halves where that is possible.

    What does not divide evenly goes to the largest remainders, the earlier first.
    """
    whole = sum(weights, Decimal(0))
    if whole == total:
        return list(weights)
    step = _HALF if total % _HALF == 0 and total / _HALF >= len(weights) else _CENT
    units = int(total / step)
    ideal = [units * weight / whole for weight in weights]
    given = [int(share) for share in ideal]
    by_remainder = sorted(range(len(weights)), key=lambda at: (given[at] - ideal[at], at))
    for at in by_remainder[: units - sum(given)]:
        given[at] += 1
    return [number * step for number in given]
