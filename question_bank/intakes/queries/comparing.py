"""What of a file is nearly the same as something else in it or in its bank. For workers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, select

from lms.ground.db import session
from question_bank.intakes.models import Intake, IntakeRow
from question_bank.intakes.queries import rows
from question_bank.intakes.rules import grid
from question_bank.intakes.rules.grid import Standing
from question_bank.intakes.rules.terms import IntakeState
from question_bank.items.kinds.protocol import Content
from question_bank.twins.queries import comparing as twins

_MOST_NEAR = 5
Near = dict[int, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Position → the version of the row that was compared, and what is near it, as in IntakeRow."""

    versions: Mapping[int, int]
    near: Near


def compared(intake: Intake, *, on: date) -> Comparison:
    """The rows of a preview, as they are by now, held against each other and against the bank."""
    records = rows.all_rows(intake)
    contents = [grid.content_from(record.draft) for record in records]
    near = near_of(intake.bank_id, contents, on=on)
    return Comparison({record.position: record.version for record in records}, near)


def near_of(bank_id: int, contents: Sequence[Content], *, on: date) -> Near:
    """Place → what among them and in the bank says nearly the same, the most similar first."""
    alike = twins.alike(bank_id, contents, on=on)
    found: Near = defaultdict(list)
    for pair in alike.within:
        share = round(pair.similarity, 4)
        found[pair.first].append({"row": pair.second, "share": share})
        found[pair.second].append({"row": pair.first, "share": share})
    for place, items in alike.in_bank.items():
        found[place] += [
            {"item": one.item_id, "version": one.version_id, "share": round(one.similarity, 4)}
            for one in items
        ]
    return {
        place: sorted(some, key=lambda one: -one["share"])[:_MOST_NEAR]
        for place, some in found.items()
    }


def uncompared_previews() -> list[int]:
    """The intakes whose preview has rows that were changed since they were compared."""
    changed = exists().where(
        IntakeRow.intake_id == Intake.id,
        IntakeRow.compared.is_(False),
        IntakeRow.standing != Standing.ASIDE,
    )
    statement = select(Intake.id).where(Intake.state == IntakeState.PREVIEW, changed)
    return list(session.scalars(statement.order_by(Intake.id)))
