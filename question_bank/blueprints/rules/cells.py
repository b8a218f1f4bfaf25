"""双向细目表 cell by cell: what a cell asks for, which items fit it, and its name in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from question_bank.items.rules.terms import (
    COGNITION_NAMES,
    DIFFICULTY_NAMES,
    KIND_NAMES,
    Cognition,
    Difficulty,
    Kind,
)

# The score rate (p) that an author's judgement stands for, in thousandths, until enough
# candidates had the item: usual bands of school exams are easy above 0.7, medium 0.4 to 0.7, hard below.
EXPECTED_P = {Difficulty.EASY: 850, Difficulty.MEDIUM: 650, Difficulty.HARD: 400}

# Minutes that a candidate usually needs for an item; a rule of thumb for planning alone.
MINUTES = {
    Kind.SINGLE: Decimal("0.8"),
    Kind.MULTIPLE: Decimal("1.5"),
    Kind.TRUTH: Decimal("0.5"),
    Kind.BLANK: Decimal(1),
    Kind.MATCHING: Decimal(3),
    Kind.ORDERING: Decimal(2),
    Kind.LISTENING: Decimal(3),
    Kind.SPEAKING: Decimal(3),
    Kind.SHORT: Decimal(7),
    Kind.ESSAY: Decimal(20),
    Kind.CASE: Decimal(20),
}


class Group(NamedTuple):
    """What items are alike in, as far as a blueprint chooses by it; None where they are not told
    apart."""

    kind: Kind
    bank_id: int | None
    topic_id: int | None
    difficulty: Difficulty | None
    cognition: Cognition | None


@dataclass(frozen=True, slots=True)
class Cell:
    """`count` items of a kind for `points` each; None leaves a limit open.

    `topics`: the topic and all that is under it, None for any.
    """

    position: int
    kind: Kind
    count: int
    points: Decimal
    bank_id: int | None = None
    topic_id: int | None = None
    topics: frozenset[int] | None = None
    difficulty: Difficulty | None = None
    cognition: Cognition | None = None

    def fits(self, group: Group) -> bool:
        return (
            group.kind is self.kind
            and self.bank_id in (None, group.bank_id)
            and self.difficulty in (None, group.difficulty)
            and self.cognition in (None, group.cognition)
            and (self.topics is None or group.topic_id in self.topics)
        )

    def label(self, topics: Mapping[int, str], banks: Mapping[int, str]) -> str:
        """越语·听力题·易, with the bank behind it where one is asked for."""
        limits = [
            topics.get(self.topic_id, "") if self.topic_id else "",
            KIND_NAMES[self.kind],
            DIFFICULTY_NAMES[self.difficulty] if self.difficulty else "",
            COGNITION_NAMES[self.cognition] if self.cognition else "",
        ]
        bank = f"（题库“{banks.get(self.bank_id, '')}”）" if self.bank_id else ""
        return "·".join(filter(None, limits)) + bank


def expected_p(items: Collection[tuple[int, Decimal]]) -> int:
    """The score rate in thousandths of items of (score rate, points); 0 of nothing."""
    total = sum(points for _p, points in items)
    gained = sum(p * points for p, points in items)
    return int(gained / total) if total else 0


def minutes_needed(cells: Collection[Cell]) -> Decimal:
    """How long candidates usually take for all of it."""
    return sum((MINUTES[cell.kind] * cell.count for cell in cells), Decimal(0))
