"""What a lecture is paid (讲课费), by arithmetic and with a reason for every step.

财行〔2016〕540号: fees are after tax, capped by title; hours as taught, at most four in a half-day;
one lecture for several classes is paid once. All numbers come from norms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from courses.faculty.rules import TITLE_LEVEL_NAMES, InstructorCategory, TitleLevel
from courses.timetable.rules import HALF_DAY_NAMES, HalfDay, half_days_of
from lms.ground.spans import Span
from lms.ground.words import word

CENT = Decimal("0.01")


class SheetState(StrEnum):
    """A sheet of fees is proposed, then decided."""

    PROPOSED = "proposed"
    DECIDED = "decided"


SHEET_STATE_NAMES = {
    SheetState.PROPOSED: word("待审定"),
    SheetState.DECIDED: word("已审定"),
}


@dataclass(frozen=True)
class Table:
    """The norms in force: 元 per 学时 after tax by level, its cap, and hours paid in a half-day."""

    rates: Mapping[TitleLevel, Decimal]
    caps: Mapping[TitleLevel, Decimal]
    half_day_hours: Decimal
    pays_own_teachers: bool

    def rate(self, level: TitleLevel) -> Decimal:
        """The school's rate, and never more than the cap."""
        return min(self.rates[level], self.caps[level])


@dataclass(frozen=True)
class Taught:
    """A lesson that was given. Lessons of several cohorts at one time are one lecture."""

    lesson_id: int
    instructor_id: int
    name: str
    category: InstructorCategory
    level: TitleLevel
    course: str
    span: Span
    hours: Decimal


@dataclass(frozen=True)
class Paid:
    """What earlier sheets have paid to an instructor for a half-day of a day, in 学时."""

    instructor_id: int
    day: date
    half_day: HalfDay
    hours: Decimal


@dataclass(frozen=True)
class Proposal:
    """One line: hours paid × rate = net (元, after tax), and why it is so."""

    taught: Taught
    hours: Decimal
    rate: Decimal
    reasons: tuple[str, ...]

    @property
    def net(self) -> Decimal:
        return (self.hours * self.rate).quantize(CENT, ROUND_HALF_UP)


def propose(
    taught: Sequence[Taught],
    table: Table,
    *,
    paid: Iterable[Paid] = (),
    spans_paid: Iterable[tuple[int, Span]] = (),
) -> list[Proposal]:
    """A line for every lesson in order of time, those that pay nothing too, with their reasons.

    `paid` are the hours of earlier sheets by half-day, `spans_paid` the lectures they paid.
    """
    used: dict[tuple[int, date, HalfDay], Decimal] = defaultdict(Decimal)
    for one in paid:
        used[one.instructor_id, one.day, one.half_day] += one.hours
    merged = list(spans_paid)
    lines = []
    for lesson in sorted(taught, key=lambda one: (one.span.start, one.lesson_id)):
        line = _line(lesson, table, used, merged)
        if line.hours:
            merged.append((lesson.instructor_id, lesson.span))
        lines.append(line)
    return lines


def correction_faults(
    hours: Decimal, rate: Decimal, reason: str, *, cap: Decimal, most_hours: Decimal
) -> list[str]:
    """What is wrong with a correction, as sentences."""
    faults = []
    if not reason:
        faults.append("请写明更正的理由。")
    if hours < 0 or hours % Decimal("0.25"):
        faults.append("学时不能小于0，并以0.25为最小单位。")
    if hours > most_hours:
        faults.append(f"每半天最多按{most_hours.normalize():f}学时计算。")
    if not 0 <= rate <= cap:
        faults.append(f"标准须在0到{cap.normalize():f}元之间（职称对应的上限）。")
    return faults


def decision_fault(state: SheetState, *, proposed_by: int | None, by: int | None) -> str:
    """Why this person cannot decide on a sheet; empty when he or she can."""
    if state is SheetState.DECIDED:
        return "这张课酬单已经审定；有错请逐行更正，原来的行会保留。"
    if by is not None and proposed_by == by:
        return "课酬单由提出的人之外的另一人审定。"
    return ""


def _line(
    lesson: Taught,
    table: Table,
    used: dict[tuple[int, date, HalfDay], Decimal],
    merged: Sequence[tuple[int, Span]],
) -> Proposal:
    rate = table.rate(lesson.level)
    basis = f"{TITLE_LEVEL_NAMES[lesson.level]}，每学时{rate.normalize():f}元（税后）"
    if lesson.category is InstructorCategory.SCHOOL and not table.pays_own_teachers:
        return Proposal(lesson, Decimal(0), rate, ("本校教师承担教学任务，不发课酬",))
    if any(who == lesson.instructor_id and lesson.span.touches(span) for who, span in merged):
        return Proposal(lesson, Decimal(0), rate, ("同一时间合班授课，只发一次",))
    reasons = [basis]
    if table.rates[lesson.level] > rate:
        asked = table.rates[lesson.level].normalize()
        reasons.append(f"本校标准{asked:f}元超过上限，按上限{rate.normalize():f}元")
    hours = Decimal(0)
    for day, half, share in half_days_of(lesson.span, lesson.hours):
        left = table.half_day_hours - used[lesson.instructor_id, day, half]
        counted = max(min(share, left), Decimal(0))
        if counted < share:
            most = table.half_day_hours.normalize()
            reasons.append(
                f"{HALF_DAY_NAMES[half]}已到{most:f}学时，"
                f"{share.normalize():f}学时按{counted.normalize() + 0:f}计"
            )
        used[lesson.instructor_id, day, half] += counted
        hours += counted
    return Proposal(lesson, hours, rate, tuple(reasons))
