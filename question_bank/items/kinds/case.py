"""案例/材料: a text with several items of other kinds about it.

A response maps the number of a part (from 1) to the response of that part.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from question_bank.items.kinds.protocol import (
    Answer,
    Content,
    Response,
    Scored,
    missing_stem,
    shown,
)
from question_bank.items.kinds.simple import SIMPLE

# A matching item would have parts of its own, which no paper has a place for.
PARTS = frozenset(SIMPLE) - {"matching"}


def check(content: Content) -> list[str]:
    faults = missing_stem(content)
    if not content.parts:
        faults.append("案例题至少要有一道小题。")
    for number, part in enumerate(content.parts, start=1):
        if part.kind not in PARTS:
            faults.append(f"第{number}小题：这种题型不能作小题。")
        else:
            faults += [f"第{number}小题：{fault}" for fault in SIMPLE[part.kind].check(part)]
    return faults + _points_faults(content)


def _points_faults(content: Content) -> list[str]:
    """Parts carry points all or none, and together those of the item."""
    given = [part.points for part in content.parts if part.points is not None]
    if not given or content.points is None:
        return []
    if len(given) < len(content.parts) or sum(given) != content.points:
        total = shown(sum(given, Decimal(0)))
        return [f"小题分合计{total}分，与题分{shown(content.points)}分不符。"]
    return []


def face(content: Content) -> dict[str, Any]:
    parts = [
        {"kind": part.kind, "stem": part.stem, **SIMPLE[part.kind].face(part)}
        for part in content.parts
    ]
    return {"options": [], "blanks": 0, "parts": parts}


def blank(content: Content) -> Response:
    return {}


def score(answer: Answer, response: Response) -> Scored:
    """The sum of the parts; None as soon as one part is marked by people."""
    given = response if isinstance(response, dict) else {}
    parts = tuple(
        SIMPLE[part.kind].score(part, given.get(str(number)))
        for number, part in enumerate(answer.parts, start=1)
    )
    why = tuple(
        f"第{number}小题：{sentence}"
        for number, part in enumerate(parts, start=1)
        for sentence in part.why
    )
    scored = [part.points for part in parts if part.points is not None]
    whole = len(scored) == len(parts)
    return Scored(sum(scored, Fraction(0)) if whole else None, answer.full, why, parts)


def summarise(response: Response) -> str:
    """Parts by their shapes alone: a letter, letters, texts."""
    given = response if isinstance(response, dict) else {}
    lines = [(number, _part(given[number])) for number in sorted(given, key=lambda x: (len(x), x))]
    return "\n".join(f"（{number}）{text}" for number, text in lines if text)


def _part(response: Response) -> str:
    if isinstance(response, dict):
        return SIMPLE["matching"].summarise(response)
    if isinstance(response, list):
        choice = all(isinstance(one, str) and len(one) == 1 and one.isupper() for one in response)
        return SIMPLE["multiple" if choice else "blank"].summarise(response)
    return SIMPLE["truth"].summarise(response) or SIMPLE["short"].summarise(response)


def show_key(key: Sequence[Any]) -> str:
    """A case has no key of its own: its parts have."""
    return ""
