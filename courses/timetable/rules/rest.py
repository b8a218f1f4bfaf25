"""Days on which nobody teaches: the weekdays off, the holidays, and the days worked in return."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from courses.timetable.rules import days_between

_WEEKDAYS = "一二三四五六日"
_LONGEST = 60  # days: a holiday written longer is a slip of the pen
_DAY = r"(\d{4}-\d{2}-\d{2})"
_PART = re.compile(rf"(上班)?\s*{_DAY}(?:至{_DAY})?\s*(.*)")


@dataclass(frozen=True)
class RestDays:
    """`taught` are the weekdays with lessons (Monday is 0); `holidays` have names; `worked` are
    days that would be free and are not (调休上班)."""

    taught: frozenset[int] = frozenset(range(7))
    holidays: Mapping[date, str] = field(default_factory=dict)
    worked: frozenset[date] = frozenset()

    def why(self, day: date) -> str:
        """Why nobody teaches on a day, such as 春节放假; empty when it is a day like others."""
        named = self.holidays.get(day)
        if named is not None:
            return f"{named}放假"
        if day.weekday() in self.taught or day in self.worked:
            return ""
        return "不是排课的日子"

    def taught_between(self, first: date, last: date) -> list[date]:
        """The days for lessons from `first` to `last`, both included."""
        return [day for day in days_between(first, last) if not self.why(day)]


NO_REST = RestDays()


def rest_days(weekdays: str, calendar: str) -> RestDays:
    """From what the norms say: `一二三四五`, and days such as `2026-01-01至2026-01-03 元旦；上班
    2026-01-04`. What is not written so counts for nothing."""
    taught = frozenset(_WEEKDAYS.index(sign) for sign in weekdays if sign in _WEEKDAYS)
    holidays: dict[date, str] = {}
    worked: set[date] = set()
    for part in re.split(r"[；;\n]", calendar):
        days, name = _days(part.strip())
        if name is None:
            worked.update(days)
        else:
            holidays |= dict.fromkeys(days, name)
    return RestDays(taught or NO_REST.taught, holidays, frozenset(worked))


def _days(part: str) -> tuple[list[date], str | None]:
    """The days of one entry and their name, None for days that are worked."""
    found = _PART.fullmatch(part)
    if found is None:
        return [], None
    works, first, last, name = found.groups()
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        return [], None
    if (end - begin).days > _LONGEST:
        return [], None
    return days_between(begin, end), None if works else name or "节假日"
