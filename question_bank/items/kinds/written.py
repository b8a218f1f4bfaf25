"""What short answers, essays and spoken answers share: people mark them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from question_bank.items.kinds.protocol import (
    Answer,
    Content,
    Response,
    Scored,
    missing_stem,
    shown,
)

MARKED_BY_PEOPLE = "本题由阅卷人按采分点评阅。"


def check(content: Content) -> list[str]:
    """A reference text or a rubric to mark by; the rubric's points are the item's points."""
    faults = missing_stem(content)
    if not any(str(text).strip() for text in content.key) and not content.rubric:
        faults.append("没有参考答案，也没有采分点。")
    total = sum((Decimal(str(row["points"])) for row in content.rubric), Decimal(0))
    if content.rubric and content.points is not None and total != content.points:
        faults.append(f"采分点合计{shown(total)}分，与题分{shown(content.points)}分不符。")
    return faults


def face(content: Content) -> dict[str, Any]:
    return {"options": [], "blanks": 0, "parts": []}


def blank(content: Content) -> Response:
    return ""


def score(answer: Answer, response: Response) -> Scored:
    return Scored(None, answer.full, (MARKED_BY_PEOPLE,))


def summarise(response: Response) -> str:
    return response.strip() if isinstance(response, str) else ""


def show_key(key: Sequence[Any]) -> str:
    return "\n".join(str(text) for text in key)
