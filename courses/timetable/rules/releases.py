"""What a released timetable says, and what a later release changes for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
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
    host: str = ""
    instructor_title: str = field(default="", compare=False)
    venue_id: int | None = field(default=None, compare=False)
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


class ChangeKind(StrEnum):
    """How a lesson differs between two versions of a timetable."""

    ADDED = "added"
    MOVED = "moved"
    DROPPED = "dropped"


CHANGE_NAMES = {
    ChangeKind.ADDED: "新增",
    ChangeKind.MOVED: "调整",
    ChangeKind.DROPPED: "取消",
}


@dataclass(frozen=True)
class Change:
    """What is new for those who learn, and for the people in `person_ids` who teach."""

    kind: ChangeKind
    before: Entry | None
    after: Entry | None

    @property
    def sentence(self) -> str:
        told = "，改为".join(_told(entry) for entry in self._entries)
        return f"{CHANGE_NAMES[self.kind]}：{told}。"

    @property
    def person_ids(self) -> frozenset[int]:
        ids = (entry.instructor_person_id for entry in self._entries)
        return frozenset(person_id for person_id in ids if person_id is not None)

    @property
    def _entries(self) -> list[Entry]:
        return [entry for entry in (self.before, self.after) if entry is not None]


def change(before: Entry | None, after: Entry | None) -> Change:
    """What became of one lesson."""
    if before is None:
        return Change(ChangeKind.ADDED, None, after)
    return Change(ChangeKind.DROPPED if after is None else ChangeKind.MOVED, before, after)


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
    pairs = [(old.get(key), new.get(key)) for key in {**old, **new}]
    found = [change(was, entry) for was, entry in pairs if was != entry]
    return sorted(found, key=lambda one: (one.after or one.before).starts_at)  # type: ignore[union-attr]


def _told(entry: Entry) -> str:
    beside = "，".join(one for one in (entry.instructor, entry.venue) if one)
    told = f"{when(entry.span)}《{entry.course}》{f'（{beside}）' if beside else ''}"
    more = [f"主持人{entry.host}" if entry.host else "", entry.note]
    return told + "".join(f"，{one}" for one in more if one)


def _iso(instant: datetime) -> str:
    return local(instant).isoformat()
