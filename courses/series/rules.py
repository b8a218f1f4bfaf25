"""Lessons wanted together: moved to other days, repeated by the week, and what is taken of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from courses.timetable.rules.arrangement import Arrangement
from courses.timetable.rules.conflicts import Conflict, ConflictKind, Severity
from courses.venues.rules import when
from lms.ground.clock import from_local, local
from lms.ground.errors import Refused
from lms.ground.spans import Span
from lms.ground.words import word

Thing = TypeVar("Thing")
MOST = 400
"""Lessons that may be wanted together."""


class SeriesKind(StrEnum):
    """How lessons came together."""

    RERUN = "rerun"
    WEEKLY = "weekly"
    SHEET = "sheet"


SERIES_KIND_NAMES = {
    SeriesKind.RERUN: word("照往期复制"),
    SeriesKind.WEEKLY: word("每周重复"),
    SeriesKind.SHEET: word("从表格导入"),
}


class Shift(StrEnum):
    """What stays when a timetable moves to other dates."""

    WEEKDAYS = "weekdays"
    DAYS = "days"


SHIFT_NAMES = {
    Shift.WEEKDAYS: word("星期几不变（整周顺延）"),
    Shift.DAYS: word("第几天不变（逐日顺延）"),
}
_OF_VENUE = {ConflictKind.VENUE_TAKEN, ConflictKind.VENUE_CLOSED, ConflictKind.VENUE_BLOCKED}
_OF_INSTRUCTOR = {ConflictKind.INSTRUCTOR_TAKEN}


@dataclass(frozen=True)
class Proposal:
    """A lesson that somebody would like to have, and everything that stands against it.

    `key` names it among the others; `faults` are why it cannot be had at all.
    """

    key: str
    arrangement: Arrangement
    course: str
    venue: str = ""
    instructor: str = ""
    faults: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def span(self) -> Span:
        return self.arrangement.span

    @property
    def can_have_venue(self) -> bool:
        return not self._refused & _OF_VENUE

    @property
    def can_have_instructor(self) -> bool:
        return not self._refused & _OF_INSTRUCTOR

    @property
    def can_be_had(self) -> bool:
        """Could it be put on, if need be without its venue and its instructor?"""
        return not self.faults and not self._refused - _OF_VENUE - _OF_INSTRUCTOR

    @property
    def needs_reason(self) -> bool:
        return any(one.severity is Severity.REASON for one in self.conflicts)

    @property
    def is_on_rest_day(self) -> bool:
        return any(one.kind is ConflictKind.REST_DAY for one in self.conflicts)

    @property
    def _refused(self) -> set[ConflictKind]:
        return {one.kind for one in self.conflicts if one.severity is Severity.REFUSE}


@dataclass(frozen=True)
class Pointer:
    """A page where one can look before ticking: its endpoint, and the numbers in its address."""

    label: str
    endpoint: str
    numbers: Mapping[str, int]


@dataclass(frozen=True)
class Extra:
    """Something besides its lessons that a past cohort had, and that can come along.

    `key` names it among the others; `cautions` are to be known before it is taken, `faults` are
    why it cannot be; `gaps` are what of it stays open when it is taken; `see` is where to look
    at it.
    """

    key: str
    title: str
    cautions: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    see: Pointer | None = None


@dataclass(frozen=True)
class Picked:
    """Which of the proposals are taken, and which of those with their venue and instructor."""

    lessons: frozenset[str]
    venues: frozenset[str]
    instructors: frozenset[str]

    def of(self, proposals: Iterable[Proposal]) -> list[Proposal]:
        """What is taken, without the venues and instructors that are not."""
        return [self._stripped(one) for one in proposals if one.key in self.lessons]

    def _stripped(self, one: Proposal) -> Proposal:
        kept = one.arrangement
        if one.key not in self.venues:
            kept = replace(kept, venue_id=None)
        if one.key not in self.instructors:
            kept = replace(kept, instructor_id=None)
        return replace(one, arrangement=kept)


def usual(proposals: Iterable[Proposal], *, skip_rest: bool = False) -> Picked:
    """What is ticked before anybody ticks: all that can be had, as whole as it can be had."""
    able = [one for one in proposals if one.can_be_had and not (skip_rest and one.is_on_rest_day)]
    return Picked(
        frozenset(one.key for one in able),
        frozenset(one.key for one in able if one.can_have_venue),
        frozenset(one.key for one in able if one.can_have_instructor),
    )


def shift_days(first: date, new_first: date, how: Shift) -> int:
    """By how many days a timetable moves that began on `first` and is to begin on `new_first`.

    With weekdays kept by whole weeks, and never to before `new_first`.
    """
    plain = (new_first - first).days
    return -(-plain // 7) * 7 if how is Shift.WEEKDAYS else plain


def later(instant: datetime, days: int) -> datetime:
    """The same time by the school's clock, so many days later."""
    return from_local(local(instant).replace(tzinfo=None) + timedelta(days=days))


def moved(span: Span, days: int) -> Span:
    """The same times by the school's clock, so many days later."""
    start = later(span.start, days)
    return Span(start, start + span.length)


def shifted(arrangement: Arrangement, days: int) -> Arrangement:
    """The same lesson, so many days later."""
    span = moved(arrangement.span, days)
    return replace(arrangement, starts_at=span.start, ends_at=span.end)


def repeats(arrangement: Arrangement, *, until: date, every: int) -> list[Arrangement]:
    """The same lesson every `every` weeks after itself, up to the day `until`."""
    first = local(arrangement.starts_at).date()
    found: list[Arrangement] = []
    days = 7 * every
    while first + timedelta(days=days) <= until and len(found) < MOST:
        found.append(shifted(arrangement, days))
        days += 7 * every
    return found


def clashing(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The same, those marked at fault that share time with an earlier one: one cohort has them all."""
    found: list[Proposal] = []
    for one in proposals:
        other = next((was for was in found if was.span.touches(one.span)), None)
        if other is None:
            found.append(one)
        else:
            told = f"与同一批里{when(other.span)}的《{other.course}》时间重叠。"
            found.append(replace(one, faults=(*one.faults, told)))
    return found


def without(proposals: Iterable[Proposal], known: Collection[Arrangement]) -> list[Proposal]:
    """Those that are not on the timetable already: the same course at the same time."""
    there = {(one.course_id, one.starts_at, one.ends_at) for one in known}
    return [
        one
        for one in proposals
        if (one.arrangement.course_id, one.span.start, one.span.end) not in there
    ]


def all_made(wanted: Iterable[Thing], make: Callable[[Thing], int]) -> list[int]:
    """The number of everything that `make` made; Refused with what stands against each."""
    made: list[int] = []
    reasons: list[str] = []
    for one in wanted:
        try:
            made.append(make(one))
        except Refused as refusal:
            reasons += refusal.reasons
    if reasons:
        raise Refused(*reasons)
    return made


def refuse_too_many(proposals: Sequence[object]) -> None:
    """Refused where more lessons are wanted than anybody could look through."""
    if len(proposals) > MOST:
        raise Refused(f"一次最多排{MOST}次课，这里有{len(proposals)}次，请分几次。")
