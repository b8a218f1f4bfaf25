"""Who is booked when: all bookings of a stretch of time, found by who or what they claim."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from courses.venues.rules import Booked, Claimed
from lms.ground.spans import Span

Holder = tuple[str, int]
_NO_REACH = timedelta(0)


class Row(NamedTuple):
    """A booking as the database gives it: of venue, person and cohort only one is set."""

    holder_kind: str
    holder_id: int
    starts_at: datetime
    ends_at: datetime
    label: str
    venue_id: int | None
    venue: str | None
    person_id: int | None
    person: str | None
    cohort_id: int | None


class Diary:
    """Bookings, which come in order of their starts, by what they claim.

    What a sentence needs of a booking is only put together when somebody asks for it.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[tuple[Claimed, int], list[Row]] = defaultdict(list)
        self._starts: dict[tuple[Claimed, int], list[datetime]] = defaultdict(list)
        self._places: dict[Holder, tuple[int, str]] = {}
        self._people: dict[Holder, list[str]] = defaultdict(list)
        self._longest = timedelta(0)
        for row in rows:
            self._enter(row)

    def _enter(self, row: Row) -> None:
        if row.venue_id is not None:
            key = Claimed.VENUE, row.venue_id
            self._places[row.holder_kind, row.holder_id] = row.venue_id, row.venue or ""
        elif row.person_id is not None:
            key = Claimed.PERSON, row.person_id
            self._people[row.holder_kind, row.holder_id].append(row.person or "")
        else:
            key = Claimed.COHORT, row.cohort_id or 0
        self._rows[key].append(row)
        self._starts[key].append(row.starts_at)
        self._longest = max(self._longest, row.ends_at - row.starts_at)

    def around(
        self,
        claimed: Claimed,
        number: int,
        span: Span,
        *,
        reach: timedelta = _NO_REACH,
        apart_from: Holder | None = None,
    ) -> list[Booked]:
        """What claims this within `span`, or up to `reach` before or after it, in order of time."""
        key = claimed, number
        rows = self._rows.get(key)
        if not rows:
            return []
        first, last = span.start - reach, span.end + reach
        found = []
        for at in range(bisect_left(self._starts[key], first - self._longest), len(rows)):
            row = rows[at]
            if row.starts_at >= last:
                break
            if row.ends_at > first and (row.holder_kind, row.holder_id) != apart_from:
                found.append(self._booked(claimed, number, row))
        return found

    def claims(self, claimed: Claimed) -> set[int]:
        """Everything of this kind that somebody has claimed."""
        return {number for kind, number in self._rows if kind is claimed}

    def _booked(self, claimed: Claimed, number: int, row: Row) -> Booked:
        holder = row.holder_kind, row.holder_id
        place_id, place = self._places.get(holder, (None, ""))
        name = row.venue or row.person or "本班次"
        people = tuple(self._people.get(holder, ()))
        span = Span(row.starts_at, row.ends_at)
        return Booked(claimed, number, name, span, row.label, holder[0], place, people, place_id)
