"""单选: one of several options is right."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from question_bank.items.kinds import choice
from question_bank.items.kinds.protocol import Answer, Content, Response, Scored, letters, shown


def check(content: Content) -> list[str]:
    faults = choice.check(content)
    if len(content.key) > 1:
        faults.append(f"单选题只能有一个答案，现有{len(content.key)}个：{show_key(content.key)}。")
    return faults


def face(content: Content) -> dict[str, Any]:
    return choice.face(content)


def blank(content: Content) -> Response:
    return None


def score(answer: Answer, response: Response) -> Scored:
    """Full points for the one letter of the key, else none (S0)."""
    chosen, key = summarise(response), show_key(answer.key)
    if not chosen:
        return Scored(Fraction(0), answer.full, (f"标准答案 {key}，您没有作答，得 0 分。",))
    points = answer.full if chosen == key else Fraction(0)
    return Scored(
        points, answer.full, (f"标准答案 {key}，您选了 {chosen}，得 {shown(points)} 分。",)
    )


def summarise(response: Response) -> str:
    chosen = letters(response)
    return chosen[0] if len(chosen) == 1 else ""


def show_key(key: Sequence[Any]) -> str:
    return choice.show_key(key)
