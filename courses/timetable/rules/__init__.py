"""How lessons fall into days and half-days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from courses.catalogue.rules import QUARTER
from courses.venues.rules import AFTERNOON_FROM, EVENING_FROM
from lms.ground.clock import from_local, local
from lms.ground.errors import Refused
from lms.ground.spans import Span
from lms.ground.words import word

HOLDER = "lesson"  # what lessons book, they book as


class HalfDay(StrEnum):
    """Timetables are laid out, and attendance is taken, by half-days."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


HALF_DAY_NAMES = {
    HalfDay.MORNING: word("上午"),
    HalfDay.AFTERNOON: word("下午"),
    HalfDay.EVENING: word("晚上"),
}
_BEGINS = {
    HalfDay.MORNING: time(0),
    HalfDay.AFTERNOON: AFTERNOON_FROM,
    HalfDay.EVENING: EVENING_FROM,
}


def half_day_of(span: Span) -> HalfDay:
    """The half-day in which a span begins, by the school's clock."""
    return half_day_at(span.start)[1]


@lru_cache(maxsize=4096)
def half_day_at(instant: datetime) -> tuple[date, HalfDay]:
    """Day and half-day at the school; lessons of many cohorts begin at the same instants."""
    wall = local(instant)
    half = [half for half, begins in _BEGINS.items() if wall.time() >= begins][-1]
    return wall.date(), half


def half_days_of(span: Span, hours: Decimal) -> list[tuple[date, HalfDay, Decimal]]:
    """The half-days that a lesson reaches into, each with its share of the lesson's hours.

    Shares go by time, rounded down to quarter steps, and the longest part takes the rest: they
    add up to `hours`. A part without a share is left out, so that a lesson which runs a few
    minutes past noon makes no afternoon.
    """
    parts = parts_of(span)
    whole = sum(seconds for _, _, seconds in parts)
    shares = [
        hours * seconds / whole // QUARTER * QUARTER if hours else Decimal(0)
        for _, _, seconds in parts
    ]
    longest = max(range(len(parts)), key=lambda place: parts[place][2])
    shares[longest] += hours - sum(shares)
    return [
        (day, half, share)
        for place, ((day, half, _), share) in enumerate(zip(parts, shares, strict=True))
        if share or place == longest
    ]


def parts_of(span: Span) -> list[tuple[date, HalfDay, int]]:
    """The half-days that a span touches, each with its seconds there."""
    start, end = local(span.start), local(span.end)
    found = []
    for offset in range((end.date() - start.date()).days + 1):
        day = start.date() + timedelta(days=offset)
        edges = [datetime.combine(day, begins, start.tzinfo) for begins in _BEGINS.values()]
        edges.append(datetime.combine(day + timedelta(days=1), time(0), start.tzinfo))
        for half, (first, last) in zip(_BEGINS, pairwise(edges), strict=True):
            seconds = int((min(last, end) - max(first, start)).total_seconds())
            if seconds > 0:
                found.append((day, half, seconds))
    return found


def hour_faults(hours: Decimal) -> list[str]:
    """What is wrong with the 学时 of a lesson; an opening ceremony may have none."""
    if hours < 0 or hours % QUARTER:
        return ["学时不能小于0，并以0.25为最小单位，例如3.75。"]
    return []


def lesson_label(cohort: str, course: str) -> str:
    """How a lesson is called by those whose time it takes."""
    return f"“{cohort}”的《{course}》"


def left_over(planned: Decimal, scheduled: Decimal) -> Decimal:
    """The 学时 of a course that are not on the timetable yet, in quarter steps."""
    return max(Decimal(0), (planned - scheduled) // QUARTER * QUARTER)


def day_span(day: date, starts: time, ends: time) -> Span:
    """The span on a day at the school; an end before its start is on the next day."""
    start = datetime.combine(day, starts)
    end = datetime.combine(day if ends > starts else day + timedelta(days=1), ends)
    if starts == ends:
        raise Refused("结束时间须晚于开始时间。")
    return Span(from_local(start), from_local(end))


def week_of(day: date) -> list[date]:
    """The seven days, from Monday, of the week in which a day lies."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=offset) for offset in range(7)]


def days_between(first: date, last: date) -> list[date]:
    """All days from `first` to `last`, both included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def whole_days(first: date, last: date) -> Span:
    """From midnight before `first` to midnight after `last`, at the school."""
    end = datetime.combine(last + timedelta(days=1), time(0))
    return Span(from_local(datetime.combine(first, time(0))), from_local(end))


def session_times(text: str) -> tuple[time, time]:
    """`08:30-11:30` as start and end; ValueError when it is not written so."""
    start, _, end = text.replace("–", "-").partition("-")
    return time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
