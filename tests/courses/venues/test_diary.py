"""Who is booked when, and where that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from courses.venues.rules import Claimed
from courses.venues.rules.diary import Diary, Row
from lms.ground.spans import Span

MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)
HALL, BASE, TOMB, WANG, LI, COHORT = 1, 2, 3, 11, 12, 21


def span(first: int, last: int) -> Span:
    return Span(MIDNIGHT + timedelta(hours=first), MIDNIGHT + timedelta(hours=last))


def claim(
    holder: tuple[str, int],
    first: int,
    last: int,
    *,
    venue: int | None = None,
    person: int | None = None,
    cohort: int | None = None,
) -> Row:
    when = span(first, last)
    return (
        *holder, when.start, when.end, "某事", venue, f"地点{venue}" if venue else None,
        person, f"人{person}" if person else None, cohort,
    )  # fmt: skip


LESSON, TRIP = ("lesson", 1), ("trip", 1)
DIARY = Diary(
    [
        claim(TRIP, 4, 12, person=LI, cohort=COHORT),
        claim(TRIP, 8, 10, venue=TOMB),
        claim(TRIP, 5, 7, venue=BASE, person=WANG),
        claim(LESSON, 1, 3, venue=HALL, person=WANG, cohort=COHORT),
    ]
)


@pytest.mark.parametrize(
    ("claimed", "number", "asked", "found"),
    [
        (Claimed.VENUE, HALL, span(2, 4), [(LESSON, HALL)]),
        (Claimed.VENUE, HALL, span(3, 5), []),
        (Claimed.PERSON, WANG, span(0, 12), [(LESSON, HALL), (TRIP, BASE)]),
        (Claimed.COHORT, COHORT, span(0, 12), [(LESSON, HALL), (TRIP, None)]),
        (Claimed.PERSON, LI, span(9, 10), [(TRIP, None)]),
        (Claimed.PERSON, 99, span(0, 12), []),
    ],
)
def test_a_booking_is_where_its_holder_has_a_place_at_that_time(
    claimed: Claimed, number: int, asked: Span, found: list[tuple[tuple[str, int], int | None]]
) -> None:
    met = DIARY.around(claimed, number, asked)
    holders = {"lesson": LESSON, "trip": TRIP}
    assert [(holders[one.holder_kind], one.place_id) for one in met] == found


def test_what_is_near_is_found_as_far_as_one_asks() -> None:
    hour, two = timedelta(hours=1), timedelta(hours=2)
    assert DIARY.around(Claimed.VENUE, HALL, span(4, 5), reach=hour) == []
    assert len(DIARY.around(Claimed.VENUE, HALL, span(4, 5), reach=two)) == 1


def test_ones_own_claims_do_not_stand_in_the_way() -> None:
    assert DIARY.around(Claimed.VENUE, HALL, span(1, 3), apart_from=LESSON) == []
