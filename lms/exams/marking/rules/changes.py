"""Whether an answer is still the one that was marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.exams.attempts.rules.operations import Response
from lms.exams.marking.rules.points import unanswered


@dataclass(frozen=True, slots=True)
class Came:
    """A value of a slot, and when it came to count: on arrival, or by a person's decision."""

    value: Response
    at: datetime


@dataclass(frozen=True, slots=True)
class Changed:
    """What the oldest mark was given for, what the answer is now, and whose marks are old."""

    before: Response
    after: Response
    markers: frozenset[int]


def changed_of(
    steps: Sequence[Came], marks: Sequence[tuple[int, datetime, bool]]
) -> Changed | None:
    """None while every mark that counts was given for the answer as it is now.

    `steps` in the order of their operations, all that count now; `marks` as (marker, marked at,
    arbitrates): an arbiter's mark stands for all others. An answer that is empty now needs none.
    """
    now = steps[-1].value if steps else None
    final = [mark for mark in marks if mark[2]]
    old = [(at, marker) for marker, at, _ in final or marks if _answer_at(steps, at) != now]
    if not old or unanswered(now):
        return None
    return Changed(_answer_at(steps, min(old)[0]), now, frozenset(marker for _, marker in old))


def changed_sentences(labels: Sequence[str]) -> list[str]:
    """Which items wait to be marked anew, and how many responses of each."""
    counts = {label: labels.count(label) for label in dict.fromkeys(labels)}
    return [
        f"{label}有 {number} 份作答在评阅以后有变化，须看过新的作答重新打分，或由仲裁人裁定。"
        for label, number in counts.items()
    ]


def _answer_at(steps: Sequence[Came], at: datetime) -> Response:
    present = [step.value for step in steps if step.at <= at]
    return present[-1] if present else None
