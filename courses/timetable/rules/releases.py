"""What a released timetable says, and what a later release changes for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from courses.timetable.rules import HalfDay, half_day_of
from courses.venues.rules import when
from lms.ground.clock import local
from lms.ground.spans import Span


@dataclass(frozen=True)
class Entry:
    """One lesson as a timetable shows it; `hours` is the written number."""

    lesson_id: int
    starts_at: datetime
    ends_at: datetime
    course: str
    form: str
    hours: str
    venue: str = ""
    instructor: str = ""
    instructor_person_id: int | None = None
    note: str = ""
    cohort_id: int = field(default=0, compare=False)
    cohort: str = field(default="", compare=False)

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def day(self) -> date:
        return local(self.starts_at).date()

    @property
    def half_day(self) -> HalfDay:
        return half_day_of(self.span)


@dataclass(frozen=True)
class Change:
    """What is new for those who learn, and for the people in `person_ids` who teach."""

    sentence: str
    person_ids: frozenset[int]


def grid(entries: Iterable[Entry]) -> dict[tuple[date, HalfDay], list[Entry]]:
    """The entries by day and half-day, in the order given."""
    cells: dict[tuple[date, HalfDay], list[Entry]] = {}
    for entry in entries:
        cells.setdefault((entry.day, entry.half_day), []).append(entry)
    return cells


def first_free(
    cells: Mapping[tuple[date, HalfDay], object], days: Sequence[date]
) -> tuple[date, HalfDay]:
    """The first morning or afternoon without lessons; the first morning when there is none."""
    halves = (HalfDay.MORNING, HalfDay.AFTERNOON)
    free = ((day, half) for day in days for half in halves if (day, half) not in cells)
    return next(free, (days[0], HalfDay.MORNING))


def to_json(entry: Entry) -> dict[str, Any]:
    """The entry as plain values, for a release."""
    plain = asdict(entry)
    return {**plain, "starts_at": _iso(entry.starts_at), "ends_at": _iso(entry.ends_at)}


def from_json(plain: dict[str, Any]) -> Entry:
    """The entry again."""
    times = {key: datetime.fromisoformat(plain[key]) for key in ("starts_at", "ends_at")}
    return Entry(**{**plain, **times})


def changes(before: Sequence[Entry], after: Sequence[Entry]) -> list[Change]:
    """What the timetable `after` has that `before` had not, in order of time."""
    old = {entry.lesson_id: entry for entry in before}
    new = {entry.lesson_id: entry for entry in after}
    found = [(entry.starts_at, _cancelled(entry)) for key, entry in old.items() if key not in new]
    for key, entry in new.items():
        was = old.get(key)
        if was is None:
            found.append((entry.starts_at, _added(entry)))
        elif was != entry:
            found.append((entry.starts_at, _moved(was, entry)))
    return [change for _, change in sorted(found, key=lambda pair: pair[0])]


def _added(entry: Entry) -> Change:
    return Change(f"新增：{_told(entry)}。", _people([entry]))


def _cancelled(entry: Entry) -> Change:
    return Change(f"取消：{_told(entry)}。", _people([entry]))


def _moved(was: Entry, entry: Entry) -> Change:
    return Change(f"调整：{_told(was)}，改为{_told(entry)}。", _people([was, entry]))


def _told(entry: Entry) -> str:
    beside = "，".join(one for one in (entry.instructor, entry.venue) if one)
    return f"{when(entry.span)}《{entry.course}》{f'（{beside}）' if beside else ''}"


def _people(entries: Iterable[Entry]) -> frozenset[int]:
    ids = (entry.instructor_person_id for entry in entries)
    return frozenset(person_id for person_id in ids if person_id is not None)


def _iso(instant: datetime) -> str:
    return local(instant).isoformat()
