"""连线: entries of a left column, each with one option of the right.

`parts` are the left column, `options` the right; `key` holds [left, right] by index from 0; a
response maps the number of a left entry (from 1) to the letter of an option.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from question_bank.items.kinds.credits import WRONG, credits, note, plain
from question_bank.items.kinds.credits import faults as credit_faults
from question_bank.items.kinds.protocol import (
    Answer,
    Content,
    Response,
    Scored,
    letter,
    missing_stem,
    shown,
)


def check(content: Content) -> list[str]:
    faults = missing_stem(content)
    if len(content.parts) < 2 or len(content.options) < 2:
        faults.append("连线题左右两栏各须有至少2项。")
    if any(not part.stem.strip() for part in content.parts) or "" in content.options:
        faults.append("连线题有一项是空的。")
    key = plain(content.key)
    left = sorted(pair[0] for pair in key if _is_pair(pair))
    if left != list(range(len(content.parts))) or len(left) != len(key):
        faults.append("连线题左栏的每一项须对应且只对应右栏的一项。")
    elif any(not 0 <= pair[1] < len(content.options) for pair in key):
        faults.append("连线题的标准答案指向了右栏没有的一项。")
    elif _earned(key, credits(content.key)) < 1:
        faults.append("全部配对正确须得满分，请核对各配对的分值比例。")
    return faults + credit_faults(content.key)


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, (list, tuple)) and len(pair) == 2 and all(type(x) is int for x in pair)


def face(content: Content) -> dict[str, Any]:
    left = [{"kind": "matching", "stem": part.stem} for part in content.parts]
    return {"options": list(content.options), "blanks": 0, "parts": left}


def blank(content: Content) -> Response:
    return {}


def score(answer: Answer, response: Response) -> Scored:
    """Every pair has the same share of the points, or the one that the item itself gives it."""
    given = response if isinstance(response, dict) else {}
    key, shares = plain(answer.key), credits(answer.key)
    right = [pair for pair in key if given.get(str(pair[0] + 1)) == letter(pair[1])]
    total = sum((_share(pair, given, shares, len(key)) for pair in key), Fraction(0))
    points = answer.full * min(max(total, Fraction(0)), Fraction(1))
    chosen = summarise(response)
    told = f"您的配对 {chosen}" if chosen else "您没有作答"
    why = (
        f"标准答案 {show_key(answer.key)}，{told}，配对正确{len(right)}项，得 {shown(points)} 分。"
    )
    return Scored(points, answer.full, (why,))


def _earned(key: Sequence[Any], shares: dict[str, Fraction]) -> Fraction:
    """What a wholly right response earns."""
    given = {str(left + 1): letter(right) for left, right in key}
    return sum((_share(pair, given, shares, len(key)) for pair in key), Fraction(0))


def _share(
    pair: Sequence[int], given: dict[str, Any], shares: dict[str, Fraction], count: int
) -> Fraction:
    """What is earned with an entry of the left column."""
    number = str(pair[0] + 1)
    chosen = given.get(number)
    if not isinstance(chosen, str) or not chosen:
        return Fraction(0)
    other = Fraction(1, count) if chosen == letter(pair[1]) else shares.get(WRONG, Fraction(0))
    return shares.get(f"{number}-{chosen}", other)


def summarise(response: Response) -> str:
    given = response if isinstance(response, dict) else {}
    return "，".join(
        f"{number}-{chosen}"
        for number, chosen in sorted(given.items(), key=lambda pair: (len(pair[0]), pair[0]))
        if isinstance(chosen, str) and chosen
    )


def show_key(key: Sequence[Any]) -> str:
    pairs = "，".join(f"{left + 1}-{letter(right)}" for left, right in sorted(plain(key)))
    return pairs + note(key)
