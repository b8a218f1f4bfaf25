"""样板: the blueprints that school exams usually have, to begin with and to change."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from question_bank.items.rules.terms import Cognition, Difficulty, Kind


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a pattern: banks and topics are the school's to choose."""

    kind: Kind
    count: int
    points: Decimal
    difficulty: Difficulty | None = None
    cognition: Cognition | None = None
    bank_id: int | None = None
    topic_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A usual exam: what it is called, how long it takes, what is in it."""

    code: str
    title: str
    minutes: int
    cells: tuple[Cell, ...]


def _graded(kind: Kind, points: str, easy: int, medium: int, hard: int) -> tuple[Cell, ...]:
    counts = (
        (Difficulty.EASY, easy),
        (Difficulty.MEDIUM, medium),
        (Difficulty.HARD, hard),
    )
    return tuple(Cell(kind, count, Decimal(points), level) for level, count in counts if count)


def _plain(kind: Kind, count: int, points: str) -> tuple[Cell, ...]:
    return (Cell(kind, count, Decimal(points)),)


PATTERNS = (
    Pattern(
        "completion",
        "结业考试（100分，90分钟）",
        90,
        (
            *_graded(Kind.SINGLE, "2", 8, 9, 3),
            *_graded(Kind.MULTIPLE, "3", 2, 4, 2),
            *_plain(Kind.TRUTH, 10, "1"),
            *_plain(Kind.BLANK, 4, "2"),
            *_plain(Kind.SHORT, 1, "8"),
            *_plain(Kind.ESSAY, 1, "10"),
        ),
    ),
    Pattern(
        "objective",
        "机评客观题测试（100分，60分钟）",
        60,
        (
            *_graded(Kind.SINGLE, "1.5", 16, 18, 6),
            *_graded(Kind.MULTIPLE, "2", 3, 5, 2),
            *_plain(Kind.TRUTH, 20, "1"),
        ),
    ),
    Pattern(
        "admission",
        "入学摸底测验（50分，40分钟）",
        40,
        (
            *_graded(Kind.SINGLE, "1", 10, 8, 2),
            *_plain(Kind.TRUTH, 10, "1"),
            *_plain(Kind.MULTIPLE, 10, "2"),
        ),
    ),
    Pattern(
        "language",
        "越语考试（100分，100分钟）",
        100,
        (
            *_plain(Kind.LISTENING, 5, "4"),
            *_graded(Kind.SINGLE, "2", 6, 8, 6),
            *_plain(Kind.BLANK, 10, "2"),
            *_plain(Kind.MATCHING, 2, "5"),
            *_plain(Kind.SHORT, 2, "5"),
        ),
    ),
    Pattern(
        "theory",
        "理论考试（含论述、案例，100分，120分钟）",
        120,
        (
            *_plain(Kind.SINGLE, 15, "2"),
            *_plain(Kind.MULTIPLE, 5, "4"),
            *_plain(Kind.SHORT, 2, "8"),
            *_plain(Kind.ESSAY, 1, "14"),
            *_plain(Kind.CASE, 1, "20"),
        ),
    ),
)


def find_pattern(code: str) -> Pattern | None:
    """The pattern of this code."""
    return next((one for one in PATTERNS if one.code == code), None)
