"""How far the courseware of a lesson is, and when somebody is reminded of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from courses.materials.rules import MaterialState
from lms.ground.words import word


class CoursewareState(StrEnum):
    """From the request to the approved version."""

    NOT_ASKED = "not_asked"
    OPEN = "open"
    OVERDUE = "overdue"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PINNED = "pinned"


COURSEWARE_STATE_NAMES = {
    CoursewareState.NOT_ASKED: word("未要求"),
    CoursewareState.OPEN: word("待交"),
    CoursewareState.OVERDUE: word("逾期未交"),
    CoursewareState.RETURNED: word("退回修改"),
    CoursewareState.SUBMITTED: word("待审核"),
    CoursewareState.APPROVED: word("待选定"),
    CoursewareState.PINNED: word("已选定"),
}
# Whoever is to hand something in has to do something in these.
WAITS_FOR_INSTRUCTOR = frozenset(
    {CoursewareState.OPEN, CoursewareState.OVERDUE, CoursewareState.RETURNED}
)


@dataclass(frozen=True)
class Facts:
    """`handed_in`: the states of what is there for the course of the lesson."""

    due_on: date | None
    is_pinned: bool = False
    handed_in: frozenset[MaterialState] = frozenset()


def state_of(facts: Facts, *, on: date) -> CoursewareState:
    """How far it is: what was pinned counts first, then the best of what was handed in."""
    if facts.is_pinned:
        return CoursewareState.PINNED
    if facts.due_on is None:
        return CoursewareState.NOT_ASKED
    for material, state in (
        (MaterialState.APPROVED, CoursewareState.APPROVED),
        (MaterialState.SUBMITTED, CoursewareState.SUBMITTED),
        (MaterialState.RETURNED, CoursewareState.RETURNED),
    ):
        if material in facts.handed_in:
            return state
    return CoursewareState.OVERDUE if facts.due_on < on else CoursewareState.OPEN


def due_day(lesson_day: date, days: int, *, on: date) -> date:
    """So many days before the lesson, and not before today."""
    return max(lesson_day - timedelta(days=days), on)


def due_fault(due_on: date, lesson_day: date) -> str:
    """What is wrong with a due day; empty when nothing is."""
    return "" if due_on <= lesson_day else "交课件的日期不能晚于上课那天。"


def pin_fault(state: MaterialState, *, same_course: bool) -> str:
    """Why this material cannot be the version of a lesson; empty when it can."""
    if not same_course:
        return "这份资料不是这次课的课程的，请另选。"
    if state is not MaterialState.APPROVED:
        return "只有审定的资料可以选定，请先审核。"
    return ""


def reminds(state: CoursewareState, due_on: date, *, reminded: bool, days: int, on: date) -> bool:
    """Is it time to remind whoever has to hand in? Once only, some days before."""
    near = due_on - timedelta(days=days) <= on
    return near and not reminded and state in WAITS_FOR_INSTRUCTOR


def tells_late(state: CoursewareState, *, told: bool) -> bool:
    """Is the office to be told that nothing came? Once only."""
    return state is CoursewareState.OVERDUE and not told
