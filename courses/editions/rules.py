"""The 课程表 as a sheet to print, and the names of versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from courses.timetable.rules import HALF_DAY_NAMES, HalfDay, days_between
from courses.timetable.rules.releases import Entry, grid
from courses.venues.rules import say_day, say_time
from lms.ground.clock import local
from lms.ground.words import word

DRAFT = 0
"""The number of what has not been released yet."""
_SATURDAY = 5
Times = Mapping[HalfDay, tuple[time, time]]


class PrintFormat(StrEnum):
    """As what a timetable is printed."""

    PDF = "pdf"
    WORD = "docx"


FORMAT_NAMES = {PrintFormat.PDF: word("PDF"), PrintFormat.WORD: word("Word 文档")}


@dataclass(frozen=True)
class Sheet:
    """A printed timetable: date × morning, afternoon, evening, with head and foot.

    `rows`: the words for a day, and for every half-day its lessons, each as lines.
    """

    title: str
    edition: str
    facts: tuple[tuple[str, str], ...]
    halves: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[tuple[str, ...], ...], ...]], ...]
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Head:
    """What stands above and below the grid."""

    title: str
    edition: str
    first: date
    last: date
    adviser: str
    requirements: str
    contact: str


def sheet(head: Head, entries: Sequence[Entry], times: Times) -> Sheet:
    """The timetable as it is printed; evenings and weekends only where there are any lessons."""
    cells = grid(entries)
    halves = [half for half in HalfDay if half is not HalfDay.EVENING or _used(cells, half)]
    rows = tuple(
        (
            f"{day.month}月{day.day}日\n（星期{'一二三四五六日'[day.weekday()]}）",
            tuple(
                tuple(_lines(entry, times[half]) for entry in cells.get((day, half), ()))
                for half in halves
            ),
        )
        for day in days_between(head.first, head.last)
        if day.weekday() < _SATURDAY or any((day, half) in cells for half in halves)
    )
    usual = {half: f"{_say(times[half][0])}–{_say(times[half][1])}" for half in halves}
    rest = "；".join(f"{HALF_DAY_NAMES[half]}{usual[half]}" for half in halves)
    return Sheet(
        title=f"{head.title}课程表",
        edition=head.edition,
        facts=(
            ("时间", f"{say_day(head.first)}至{say_day(head.last)}"),
            ("地点", _places(entries)),
            ("班主任", head.adviser or "未定"),
        ),
        halves=tuple(f"{HALF_DAY_NAMES[half]}\n{usual[half]}" for half in halves),
        rows=rows,
        notes=(("作息", rest), ("要求", head.requirements), ("联系人", head.contact)),
    )


def _lines(entry: Entry, usual: tuple[time, time]) -> tuple[str, ...]:
    """One lesson: what; how, how long and where; by whom; who presides."""
    start, end = local(entry.starts_at), local(entry.ends_at)
    apart = (start.time(), end.time()) != usual
    when = f"{say_time(start)}–{say_time(end)}　" if apart else ""
    title = f"（{entry.instructor_title}）" if entry.instructor_title else ""
    told = (
        f"{when}{entry.course}",
        "，".join(one for one in (entry.form, f"{entry.hours}学时", entry.venue) if one),
        f"授课人：{entry.instructor}{title}" if entry.instructor else "",
        f"主持人：{entry.host}" if entry.host else "",
        entry.note,
    )
    return tuple(line for line in told if line)


def _places(entries: Sequence[Entry]) -> str:
    """Where most lessons are; the cells tell of the others."""
    used = Counter(entry.venue for entry in entries if entry.venue)
    named = "、".join(name for name, _ in used.most_common(3))
    return f"{named}等" if len(used) > 3 else named or "见各课次"


def _used(cells: Mapping[tuple[date, HalfDay], object], half: HalfDay) -> bool:
    return any(cell_half is half for _, cell_half in cells)


def _say(wall: time) -> str:
    return f"{wall.hour}:{wall.minute:02d}"
