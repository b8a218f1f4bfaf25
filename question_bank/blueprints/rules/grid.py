"""The one grid of a blueprint: lines of topic and bank, columns of kind, difficulty and level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from question_bank.items.rules.terms import Cognition, Difficulty, Kind


class Row(Protocol):
    """A cell as it is kept: a BlueprintRow, or what a pattern draws."""

    @property
    def kind(self) -> Kind: ...
    @property
    def bank_id(self) -> int | None: ...
    @property
    def topic_id(self) -> int | None: ...
    @property
    def difficulty(self) -> Difficulty | None: ...
    @property
    def cognition(self) -> Cognition | None: ...
    @property
    def count(self) -> int: ...
    @property
    def points(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Line:
    """The limits that all cells of a line have; None is no limit."""

    topic_id: int | None
    bank_id: int | None


@dataclass(frozen=True, slots=True)
class Column:
    """What all cells of a column ask for."""

    kind: Kind
    difficulty: Difficulty | None
    cognition: Cognition | None
    points: Decimal


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines, columns, and how many items at each crossing (0 for none)."""

    lines: Sequence[Line]
    columns: Sequence[Column]
    counts: Sequence[Sequence[int]]


def grid(rows: Iterable[Row]) -> Grid:
    """The rows as a grid, lines and columns in the order in which they first come.

    Two rows that ask for the very same are one cell of both counts.
    """
    counts: dict[tuple[Line, Column], int] = {}
    for row in rows:
        place = (
            Line(row.topic_id, row.bank_id),
            Column(row.kind, row.difficulty, row.cognition, row.points),
        )
        counts[place] = counts.get(place, 0) + row.count
    lines = list(dict.fromkeys(line for line, _column in counts))
    columns = list(dict.fromkeys(column for _line, column in counts))
    return Grid(
        lines,
        columns,
        [[counts.get((line, column), 0) for column in columns] for line in lines],
    )
