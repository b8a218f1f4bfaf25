"""What a programme is called, and the order of the courses that are usual in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from courses.catalogue.rules import hour_faults

_CODE = re.compile(r"[a-z][a-z0-9]{1,19}")


@dataclass(frozen=True)
class ProgrammeDraft:
    """A programme as it is entered; learner numbers begin with its `code`."""

    code: str
    name: str
    audience: str = ""
    summary: str = ""
    position: int = 0


@dataclass(frozen=True)
class UsualCourse:
    """A course, its title and its hours in a programme; `place` orders it among the others."""

    course_id: int
    title: str
    hours: Decimal
    place: int


def code_faults(code: str) -> list[str]:
    """What is wrong with the code of a programme, as sentences."""
    if _CODE.fullmatch(code):
        return []
    return ["代码用小写字母开头，只含小写字母和数字，2至20个，例如zhixing。"]


def usual_faults(wanted: Iterable[UsualCourse]) -> list[str]:
    """What is wrong with the hours of usual courses, each with the course's title."""
    return [f"《{one.title}》：{fault}" for one in wanted for fault in hour_faults(one.hours)]


def in_order(wanted: Iterable[UsualCourse]) -> list[UsualCourse]:
    """By place; courses with the same place stay as they were given."""
    return sorted(wanted, key=lambda one: one.place)
