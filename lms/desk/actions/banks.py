"""The item banks of the demo school, written for it, each item with its provenance."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lms.desk.intake import DemoSchool
from lms.ground.audit.actions import Actor
from question_bank.approvals.actions import pass_on
from question_bank.approvals.queries import reviewable
from question_bank.items import actions as items
from question_bank.items.models import Bank, Item
from question_bank.items.rules.terms import (
    COGNITION_NAMES,
    DIFFICULTY_NAMES,
    Cognition,
    Difficulty,
    Source,
    Stage,
)
from question_bank.topics import actions as topics
from question_bank.topics.models import Topic

_DIFFICULTIES = {name: member for member, name in DIFFICULTY_NAMES.items()}
_COGNITIONS = {name: member for member, name in COGNITION_NAMES.items()}


def write_banks(
    school: DemoSchool, *, author: Actor, reviewer: Actor, at: datetime
) -> dict[str, Bank]:
    """The banks by code; `author` writes the items, `reviewer` passes them through all stages,
    which a small school may, and every item says so."""
    banks = {}
    for file in school.banks:
        bank = items.ensure_bank(file["bank"]["name"], by=author, at=at)
        written = [_item(bank, row, author, at) for row in file["items"]]
        waiting = reviewable([item.id for item in written])
        pass_on(waiting, until=Stage.FINAL, by=reviewer, at=at)
        banks[file["bank"]["code"]] = bank
    return banks


def root_of(bank: Bank) -> Topic:
    """The topic that all topics of a bank lie under."""
    return topics.ensure_path([bank.name.removesuffix("题库")])


def _item(bank: Bank, row: dict[str, Any], author: Actor, at: datetime) -> Item:
    difficulty = _DIFFICULTIES.get(row["difficulty"], Difficulty.MEDIUM)
    return items.add_item(
        bank=bank,
        kind=row["kind"],
        stem=row["stem"],
        topic=topics.ensure_path([root_of(bank).name, row["topic"]]),
        options=row.get("options", ()),
        key=row.get("key", ()),
        rubric=row.get("rubric", ()),
        parts=row.get("parts", ()),
        seconds=row.get("seconds"),
        tries=row.get("tries"),
        rationale=row["rationale"],
        points=Decimal(row["points"]),
        difficulty=difficulty,
        cognition=_COGNITIONS.get(row["cognitive"], Cognition.RECALL),
        sources=[_source(row["provenance"])],
        tags=["易错"] if difficulty is Difficulty.HARD else [],
        by=author,
        at=at,
    )


def _source(row: dict[str, Any]) -> Source:
    start = row.get("valid_from")
    return Source(
        document=row["document"],
        article=row.get("article", ""),
        edition=row.get("version", ""),
        valid_from=date.fromisoformat(start) if start else None,
    )
