"""All kinds by name, and what callers do with whichever kind it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.items.kinds import case, listening
from question_bank.items.kinds.protocol import Content, ItemKind, Response, Scored, answer_of
from question_bank.items.kinds.simple import SIMPLE

KINDS: dict[str, ItemKind] = {**SIMPLE, "case": case, "listening": listening}


def check(content: Content) -> list[str]:
    """Everything that is wrong with an item, as Chinese sentences."""
    if content.kind not in KINDS:
        return ["没有题型。" if not content.kind else f"不认识的题型“{content.kind}”。"]
    return KINDS[content.kind].check(content)


def score(answer: Mapping[str, Any], response: Response) -> Scored:
    """Score a response against one entry of Variant.answers."""
    return KINDS[answer["kind"]].score(answer_of(answer), response)
