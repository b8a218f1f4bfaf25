"""The rows of a preview drawn up from what was read, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from question_bank.intakes.models import Intake
from question_bank.intakes.queries import examining
from question_bank.intakes.rules import grid


@dataclass(frozen=True, slots=True)
class DrawnUp:
    """What Intake.reading is to be, and the columns of its rows."""

    reading: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]


def drawn_up(
    intake: Intake, reading: Mapping[str, Any], near: Mapping[int, Sequence[Mapping[str, Any]]]
) -> DrawnUp:
    """A reading as JSON whose pictures are kept already, each item checked on its own and against
    file and bank; `near` tells of each position what is nearly the same, as in IntakeRow."""
    files, prints = (intake.reading.get(name, {}) for name in ("files", "prints"))
    whole = {**reading, "files": files, "prints": prints}
    made = grid.rows(whole, examining.known(intake.bank_id, grid.hashes(whole)))
    told = {name: value for name, value in whole.items() if name != "items"}
    return DrawnUp(
        told,
        [
            {
                "intake_id": intake.id,
                "position": row.index,
                "item": dict(row.item),
                "near": [dict(one) for one in near.get(row.index, ())],
                **examining.kept(row),
            }
            for row in made
        ],
    )
