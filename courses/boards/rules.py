"""The words of the board, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from courses.timetable.rules import HalfDay
from courses.timetable.rules.conflicts import Conflict, Severity
from courses.timetable.rules.releases import Entry
from lms.ground.spans import Span
from lms.ground.words import spoken, word


class By(StrEnum):
    """What a row of the board stands for."""

    COHORT = "cohort"
    INSTRUCTOR = "instructor"
    VENUE = "venue"


BY_NAMES = {By.COHORT: word("按班次"), By.INSTRUCTOR: word("按教师"), By.VENUE: word("按场地")}
NOBODY = 0
"""The row of lessons that have no instructor, or no venue, yet."""
UNDECIDED = {By.INSTRUCTOR: word("未定教师"), By.VENUE: word("未定场地")}
SEVERITY_NAMES = {
    Severity.REFUSE: word("不能放在这里"),
    Severity.REASON: word("填写理由后可以放在这里"),
    Severity.TELL: word("可以放在这里，请留意"),
}


@dataclass(frozen=True)
class Line:
    """A row: a cohort, an instructor or a venue; `days` where it can have lessons at all."""

    id: int
    title: str
    note: str = ""
    days: tuple[date, date] | None = None

    def has(self, day: date) -> bool:
        return self.days is None or self.days[0] <= day <= self.days[1]


@dataclass(frozen=True)
class Card:
    """A lesson on the board, with what stands against it now."""

    entry: Entry
    version: int
    against: tuple[Conflict, ...] = ()

    @property
    def severity(self) -> str:
        return self.against[0].severity.value if self.against else ""


@dataclass(frozen=True)
class Fixed:
    """What takes a place and is moved elsewhere: a sitting, a trip, a blocking."""

    span: Span
    label: str


@dataclass(frozen=True)
class Unplaced:
    """A course of the teaching plan with hours (written) that no lesson has yet."""

    cohort_id: int
    course_id: int
    course: str
    hours: str


Cell = tuple[int, date, HalfDay]


@dataclass(frozen=True)
class Board:
    """A week: its rows, what lies in their cells, and what waits in the tray of a row."""

    by: By
    days: Sequence[date]
    lines: Sequence[Line]
    cards: Mapping[Cell, Sequence[Card]]
    fixed: Mapping[Cell, Sequence[Fixed]]
    tray: Mapping[int, Sequence[Unplaced]]


@dataclass(frozen=True)
class Target:
    """Where a lesson is dropped."""

    by: By
    line: int
    day: date
    half: HalfDay


def key(cell: Cell) -> str:
    """How the page names a cell."""
    line, day, half = cell
    return f"{line}|{day.isoformat()}|{half}"


def verdict(found: Sequence[Conflict]) -> dict[str, object]:
    """What stands against a place as plain values for the page; the gravest comes first."""
    worst = found[0].severity
    sentences = [conflict.sentence for conflict in found]
    return {
        "severity": worst.value,
        "name": str(spoken(SEVERITY_NAMES[worst])),
        "sentences": sentences,
    }
