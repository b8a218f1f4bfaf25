"""判断: right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from question_bank.items.kinds.policies import POLICIES
from question_bank.items.kinds.protocol import (
    Answer,
    Content,
    Response,
    Scored,
    missing_stem,
    shown,
)

WORDS = {"true": "正确", "false": "错误"}


def check(content: Content) -> list[str]:
    faults = missing_stem(content)
    if list(content.key) not in (["true"], ["false"]):
        faults.append("判断题的标准答案须是“正确”或“错误”。")
    return faults


def face(content: Content) -> dict[str, Any]:
    return {"options": [], "blanks": 0, "parts": []}


def blank(content: Content) -> Response:
    return None


def score(answer: Answer, response: Response) -> Scored:
    """Full points when right; wrong costs what the policy deducts (J1), no answer nothing."""
    given, right = summarise(response), show_key(answer.key)
    if not given:
        return Scored(Fraction(0), answer.full, (f"标准答案“{right}”，您没有作答，得 0 分。",))
    policy = POLICIES[answer.policy]
    points = answer.full if given == right else -policy.deduct
    rule = f"按“{policy.title}”" if points < 0 else ""
    told = f"扣 {shown(-points)} 分" if points < 0 else f"得 {shown(points)} 分"
    return Scored(points, answer.full, (f"标准答案“{right}”，您判为“{given}”，{rule}{told}。",))


def summarise(response: Response) -> str:
    return WORDS.get(response, "") if isinstance(response, str) else ""


def show_key(key: Sequence[Any]) -> str:
    return summarise(key[0]) if key else ""
