"""排序: options to be put in order. `key` is the order by index from 0, a response by letters."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from question_bank.items.kinds.credits import credits, note, plain
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
    if len(content.options) < 2 or not all(option.strip() for option in content.options):
        faults.append("排序题须有至少2项，且每项都有文字。")
    if sorted(map(str, plain(content.key))) != sorted(map(str, range(len(content.options)))):
        faults.append("排序题的标准答案须把每一项排且只排一次。")
    return faults + credit_faults(content.key)


def face(content: Content) -> dict[str, Any]:
    return {"options": list(content.options), "blanks": 0, "parts": []}


def blank(content: Content) -> Response:
    return []


def score(answer: Answer, response: Response) -> Scored:
    """Full points for the one right order (O0), for another what the item itself gives."""
    given, key = summarise(response), _joined(answer.key)
    share = Fraction(1) if given == key else credits(answer.key).get(given, Fraction(0))
    points = answer.full * share
    told = f"您排成 {given}" if given else "您没有作答"
    why = f"标准顺序 {show_key(answer.key)}，{told}，得 {shown(points)} 分。"
    return Scored(points, answer.full, (why,))


def summarise(response: Response) -> str:
    given = response if isinstance(response, list) else []
    return "".join(one for one in given if isinstance(one, str) and len(one) == 1)


def show_key(key: Sequence[Any]) -> str:
    return _joined(key) + note(key)


def _joined(key: Sequence[Any]) -> str:
    return "".join(letter(int(at)) for at in plain(key))
