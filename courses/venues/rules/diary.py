"""Who is booked when: all bookings of a stretch of time, found by who or what they claim."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from courses.venues.rules import Blocked, Booked, Claimed, blocking_fault, clash
from lms.ground.spans import Span

Holder = tuple[str, int]
_NO_REACH = timedelta(0)


Row = tuple[
    str, int, datetime, datetime, str, int | None, str | None, int | None, str | None, int | None
]
"""What a holder has booked: kind and number of the holder, start, end, label; number and name of
the venue, of the person, number of the cohort. A booking sets one of the three, a lesson all."""
_START = itemgetter(2)


class Claim(NamedTuple):
    """What a holder ("lesson", "sitting", "trip") books for a span: a venue, people and cohorts.

    `label` names the holder: “知行学堂第6期”的《…》.
    """

    holder: Holder
    span: Span
    label: str
    venue_id: int | None = None
    person_ids: Collection[int] = ()
    cohort_ids: Collection[int] = ()

    @property
    def claimed(self) -> list[tuple[Claimed, int]]:
        """All that it takes up, the venue first."""
        venue = [] if self.venue_id is None else [(Claimed.VENUE, self.venue_id)]
        people = [(Claimed.PERSON, number) for number in sorted(set(self.person_ids))]
        return venue + people + [(Claimed.COHORT, one) for one in sorted(set(self.cohort_ids))]

    def rows(self, names: Mapping[tuple[Claimed, int], str]) -> Iterator[Row]:
        """What is booked by it, a row for each thing; `names` are those of venues and people."""
        head = (*self.holder, self.span.start, self.span.end, self.label)
        for what, number in self.claimed:
            if what is Claimed.VENUE:
                yield (*head, number, names[what, number], None, None, None)
            elif what is Claimed.PERSON:
                yield (*head, None, None, number, names[what, number], None)
            else:
                yield (*head, None, None, None, None, number)


class Objection(NamedTuple):
    """Why a claim cannot have one of the things that it takes up, as a sentence."""

    claim: Claim
    what: Claimed
    number: int
    told: str


class Diary:
    """Bookings by what they claim.

    What a sentence needs of a booking is only put together when somebody asks for it.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[Claimed, dict[int, list[Row]]] = {one: {} for one in Claimed}
        # By holder and start: a trip has a place at every stop, and none for who is out all day.
        self._places: dict[tuple[Holder, datetime], tuple[int, str]] = {}
        self._people: dict[Holder, list[str]] = defaultdict(list)
        self._longest = timedelta(0)
        of_venue, of_person, of_cohort = (self._rows[one] for one in Claimed)
        for row in sorted(rows, key=_START):
            kind, holder_id, starts_at, ends_at, _, venue_id, venue, person_id, person, cohort = row
            if venue_id is not None:
                of_venue.setdefault(venue_id, []).append(row)
                self._places[(kind, holder_id), starts_at] = venue_id, venue or ""
            if person_id is not None:
                of_person.setdefault(person_id, []).append(row)
                self._people[kind, holder_id].append(person or "")
            if cohort is not None:
                of_cohort.setdefault(cohort, []).append(row)
            if ends_at - starts_at > self._longest:
                self._longest = ends_at - starts_at
        self._starts = {
            claimed: {number: [row[2] for row in rows] for number, rows in found.items()}
            for claimed, found in self._rows.items()
        }

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
        rows = self._rows[claimed].get(number)
        if not rows:
            return []
        first, last = span.start - reach, span.end + reach
        found = []
        starts = self._starts[claimed][number]
        for at in range(bisect_left(starts, first - self._longest), len(rows)):
            row = rows[at]
            if row[2] >= last:
                break
            if row[3] > first and row[:2] != apart_from:
                found.append(self._booked(claimed, number, row))
        return found

    def _booked(self, claimed: Claimed, number: int, row: Row) -> Booked:
        kind, holder_id, starts_at, ends_at, label, _, venue, _, person, _ = row
        place_id, place = self._places.get(((kind, holder_id), starts_at), (None, ""))
        names = {Claimed.VENUE: venue, Claimed.PERSON: person, Claimed.COHORT: "本班次"}
        name, span = names[claimed] or "", Span(starts_at, ends_at)
        people = tuple(self._people.get((kind, holder_id), ()))
        return Booked(claimed, number, name, span, label, kind, place, people, place_id)


def objections(
    wanted: Sequence[Claim],
    names: Mapping[tuple[Claimed, int], str],
    taken: Iterable[Row],
    blocked: Mapping[int, Sequence[Blocked]],
) -> list[Objection]:
    """Everything for which claims cannot be had, given what is taken and which venues are blocked.

    Claims of different holders clash among themselves, too.
    """
    diary = Diary([*taken, *(row for one in wanted for row in one.rows(names))])
    return [
        Objection(claim, what, number, told)
        for claim in wanted
        for what, number in claim.claimed
        for told in _against(claim, what, number, names, diary, blocked)
    ]


def _against(
    wanted: Claim,
    what: Claimed,
    number: int,
    names: Mapping[tuple[Claimed, int], str],
    diary: Diary,
    blocked: Mapping[int, Sequence[Blocked]],
) -> Iterator[str]:
    for one in diary.around(what, number, wanted.span, apart_from=wanted.holder):
        yield clash(one.name, one)
    if what is Claimed.VENUE:
        for period in blocked.get(number, ()):
            if period.span.touches(wanted.span):
                yield blocking_fault(names[what, number], period)
