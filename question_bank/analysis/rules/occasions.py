"""What the wing above says of an occasion on which a paper was sat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a paper was sat and by whom, as counts: `key` names it for the wing above, `edition`
    counts its scorings, `passed` and `absent` are candidates; `remark` says what was corrected."""

    key: str
    title: str
    audience: str
    held_on: date
    paper_id: int
    edition: int
    full_score: Decimal
    passed: int
    absent: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The item of a column of a table: where it stood, and what guessing earns (a share).

    It `tells` nothing where everybody was given its points; these count in totals alone.
    """

    item_version_id: int
    label: str
    guess: Fraction | None
    tells: bool = True
