"""单选: one of several options is right."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from question_bank.items.kinds import choice
from question_bank.items.kinds.credits import credits
from question_bank.items.kinds.protocol import Answer, Content, Response, Scored, letters, shown


def check(content: Content) -> list[str]:
    faults = choice.check(content)
    named = choice.joined(content.key)
    if len(named) > 1:
        faults.append(f"单选题只能有一个答案，现有{len(named)}个：{named}。")
    if any(share >= 1 or answer == named for answer, share in credits(content.key).items()):
        faults.append("单选题只有标准答案得满分，其他选项的分值比例须在100%以下。")
    return faults


def face(content: Content) -> dict[str, Any]:
    return choice.face(content)


def blank(content: Content) -> Response:
    return None


def score(answer: Answer, response: Response) -> Scored:
    """Full points for the one letter of the key (S0), for another what the item itself gives."""
    chosen, key = summarise(response), choice.joined(answer.key)
    if not chosen:
        return Scored(Fraction(0), answer.full, (f"标准答案 {key}，您没有作答，得 0 分。",))
    share = Fraction(1) if chosen == key else choice.credited(answer.key, chosen) or Fraction(0)
    points = answer.full * share
    told = f"标准答案 {show_key(answer.key)}，您选了 {chosen}，得 {shown(points)} 分。"
    return Scored(points, answer.full, (told,))


def summarise(response: Response) -> str:
    chosen = letters(response)
    return chosen[0] if len(chosen) == 1 else ""


def show_key(key: Sequence[Any]) -> str:
    return choice.show_key(key)
