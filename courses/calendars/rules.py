"""What a calendar is of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from courses.timetable.rules.releases import Entry
from lms.ground.words import word


class FeedKind(StrEnum):
    """Whose time a calendar shows."""

    PERSON = "person"
    COHORT = "cohort"
    VENUE = "venue"


KIND_NAMES = {
    FeedKind.PERSON: word("本人"),
    FeedKind.COHORT: word("班次"),
    FeedKind.VENUE: word("场地"),
}


@dataclass(frozen=True)
class Released:
    """A released timetable: version, when, what it says."""

    cohort_id: int
    number: int
    at: datetime
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Appointment:
    """One lesson as a calendar shows it, with the release that says so."""

    entry: Entry
    number: int
    at: datetime


def of_person(
    released: Iterable[Released], person_id: int, cohort_ids: frozenset[int]
) -> list[Appointment]:
    """All lessons of the cohorts that somebody learns in or looks after, and those he teaches."""
    return [
        Appointment(entry, one.number, one.at)
        for one in released
        for entry in one.entries
        if one.cohort_id in cohort_ids or entry.instructor_person_id == person_id
    ]


def of_cohort(released: Iterable[Released], cohort_id: int) -> list[Appointment]:
    """All lessons of a cohort."""
    return [
        Appointment(entry, one.number, one.at)
        for one in released
        if one.cohort_id == cohort_id
        for entry in one.entries
    ]


def of_venue(released: Iterable[Released], venue_id: int, name: str) -> list[Appointment]:
    """All lessons in a venue; early releases know it by its name only."""
    return [
        Appointment(entry, one.number, one.at)
        for one in released
        for entry in one.entries
        if entry.venue_id == venue_id or (entry.venue_id is None and entry.venue == name)
    ]


def wanted(text: str) -> tuple[FeedKind, int] | None:
    """`cohort-7` as kind and number; None for what no page offers."""
    kind, _, number = text.partition("-")
    if kind not in set(FeedKind) or not number.isdecimal():
        return None
    return FeedKind(kind), int(number)
