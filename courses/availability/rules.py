"""When somebody can teach: half-days of the week that do not suit, and periods that differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from courses.venues.rules import AFTERNOON_FROM, EVENING_FROM, say_day
from lms.ground.clock import local
from lms.ground.spans import Span
from lms.ground.words import word

MINUTES = 24 * 60
_NOON = AFTERNOON_FROM.hour * 60 + AFTERNOON_FROM.minute
_EVENING = EVENING_FROM.hour * 60 + EVENING_FROM.minute
PARTS = {
    word("上午"): (0, _NOON),
    word("下午"): (_NOON, _EVENING),
    word("晚上"): (_EVENING, MINUTES),
}
"""The half-days of a timetable as minutes of the day, half-open."""
WEEKDAYS = (
    word("周一"), word("周二"), word("周三"), word("周四"), word("周五"), word("周六"),
    word("周日"),
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Weekly:
    """A stretch of every such weekday (0 is Monday) that does not suit; half-open minutes."""

    weekday: int
    starts: int
    ends: int


@dataclass(frozen=True)
class Period:
    """Days, both included, on which somebody cannot come at all, or can whatever the week says."""

    starts_on: date
    ends_on: date
    can_come: bool
    reason: str = ""

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class Calendar:
    """Everything that one instructor has said about time; nothing said means always."""

    weekly: frozenset[Weekly] = frozenset()
    periods: tuple[Period, ...] = ()

    def fault(self, span: Span) -> str:
        """Why the span does not suit; empty when it does. A day off counts before a day on."""
        for day, starts, ends in _days(span):
            found = self._fault(day, starts, ends)
            if found:
                return found
        return ""

    def _fault(self, day: date, starts: int, ends: int) -> str:
        periods = [one for one in self.periods if one.covers(day)]
        away = next((one for one in periods if not one.can_come), None)
        if away is not None:
            because = f"（{away.reason}）" if away.reason else ""
            return f"{say_day(away.starts_on)}至{say_day(away.ends_on)}不能授课{because}"
        if periods:
            return ""
        for one in sorted(self.weekly):
            if one.weekday == day.weekday() and one.starts < ends and starts < one.ends:
                return f"每{WEEKDAYS[one.weekday]}{part_name(one)}不便授课"
        return ""


def part_name(one: Weekly) -> str:
    """上午, 下午, 晚上, or the times where it is none of them."""
    for name, edges in PARTS.items():
        if edges == (one.starts, one.ends):
            return name
    return f"{one.starts // 60}:{one.starts % 60:02d}至{one.ends // 60}:{one.ends % 60:02d}"


def week_of(ticked: Iterable[str]) -> frozenset[Weekly]:
    """What boxes named by weekday and first minute mean, such as `2-780`; others are left out."""
    boxes = {
        f"{weekday}-{edges[0]}": Weekly(weekday, *edges)
        for weekday in range(len(WEEKDAYS))
        for edges in PARTS.values()
    }
    return frozenset(boxes[box] for box in ticked if box in boxes)


def period_faults(period: Period) -> list[str]:
    """What is wrong with a period, as sentences."""
    faults = []
    if period.ends_on < period.starts_on:
        faults.append("结束日期不能早于开始日期。")
    if not period.can_come and not period.reason:
        faults.append("请写明不能授课的原因，排课的人要看。")
    return faults


def _days(span: Span) -> Iterable[tuple[date, int, int]]:
    """The days at the school that a span touches, each with its half-open minutes there."""
    start, end = local(span.start), local(span.end)
    day = start.date()
    while day <= end.date():
        first = _minute(start) if day == start.date() else 0
        last = _minute(end) if day == end.date() else MINUTES
        if first < last:
            yield day, first, last
        day += timedelta(days=1)


def _minute(wall: datetime) -> int:
    return wall.hour * 60 + wall.minute
