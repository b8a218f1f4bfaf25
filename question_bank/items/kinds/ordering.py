"""排序: options to be put in order. `key` is the order by index from 0, a response by letters."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

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
    if len(content.options) < 2 or not all(option.strip() for option in content.options):
        faults.append("排序题须有至少2项，且每项都有文字。")
    if sorted(map(str, content.key)) != sorted(map(str, range(len(content.options)))):
        faults.append("排序题的标准答案须把每一项排且只排一次。")
    return faults


def face(content: Content) -> dict[str, Any]:
    return {"options": list(content.options), "blanks": 0, "parts": []}


def blank(content: Content) -> Response:
    return []


def score(answer: Answer, response: Response) -> Scored:
    """Full points for the one right order (O0)."""
    given, key = summarise(response), show_key(answer.key)
    points = answer.full if given == key else Fraction(0)
    told = f"您排成 {given}" if given else "您没有作答"
    return Scored(points, answer.full, (f"标准顺序 {key}，{told}，得 {shown(points)} 分。",))


def summarise(response: Response) -> str:
    given = response if isinstance(response, list) else []
    return "".join(one for one in given if isinstance(one, str) and len(one) == 1)


def show_key(key: Sequence[Any]) -> str:
    return "".join(letter(int(at)) for at in key)
