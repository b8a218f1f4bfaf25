"""What sheets add up to, and how near leave is to the limit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from courses.attendance.rules import (
    PRESENCE_NAMES,
    PRESENCE_SIGNS,
    LeaveLimits,
    Level,
    Mark,
    Presence,
    Tally,
    leave_sentence,
    level,
    tallies,
)
from courses.timetable.rules import HalfDay

P = Presence
D = Decimal
DAY, NEXT = date(2026, 12, 1), date(2026, 12, 2)
M, A = HalfDay.MORNING, HalfDay.AFTERNOON
HOURS = {(DAY, M): D("3.5"), (DAY, A): D(3), (NEXT, M): D("0.5")}
LIMITS = LeaveLimits(warn=Fraction(1, 14), alarm=Fraction(1, 10), limit=Fraction(1, 7))


@pytest.mark.parametrize(
    ("marks", "present", "leave", "absent", "late", "early", "ratio"),
    [
        ([], 0, 0, 0, 0, 0, 0),
        ([(DAY, M, P.PRESENT), (DAY, A, P.PRESENT), (NEXT, M, P.PRESENT)], 7, 0, 0, 0, 0, 0),
        ([(DAY, M, P.LATE), (DAY, A, P.LEFT_EARLY)], D("6.5"), 0, 0, 1, 1, 0),
        ([(DAY, M, P.ABSENT), (DAY, A, P.ABSENT)], 0, 0, D("6.5"), 0, 0, 0),
        ([(DAY, M, P.PERSONAL_LEAVE)], 0, D("3.5"), 0, 0, 0, Fraction(1, 2)),
        ([(DAY, A, P.SICK_LEAVE)], 0, 3, 0, 0, 0, Fraction(3, 7)),
        ([(NEXT, M, P.OFFICIAL_LEAVE)], 0, D("0.5"), 0, 0, 0, Fraction(1, 14)),
        ([(NEXT, A, P.PERSONAL_LEAVE), (NEXT, A, P.LATE)], 0, 0, 0, 1, 0, 0),
    ],
)
def test_marks_count_with_the_hours_of_their_half_day(
    marks: list[tuple[date, HalfDay, Presence]],
    present: D,
    leave: D,
    absent: D,
    late: int,
    early: int,
    ratio: Fraction,
) -> None:
    (found,) = tallies([5], HOURS, [Mark(5, *mark) for mark in marks])
    assert found == Tally(5, D(7), D(present), D(leave), D(absent), late, early, Fraction(ratio))


def test_a_cohort_without_lessons_has_no_ratio() -> None:
    (found,) = tallies([5], {}, [Mark(5, DAY, M, P.SICK_LEAVE)])
    assert (found.hours_total, found.ratio) == (D(0), Fraction(0))


def test_everybody_has_a_tally_in_the_order_given() -> None:
    found = tallies([9, 3], HOURS, [Mark(3, DAY, M, P.ABSENT), Mark(4, DAY, M, P.ABSENT)])
    assert [(one.enrolment_id, one.absent_hours) for one in found] == [(9, D(0)), (3, D("3.5"))]


@pytest.mark.parametrize(
    ("ratio", "reached"),
    [
        (Fraction(0), Level.FINE),
        (Fraction(1, 15), Level.FINE),
        (Fraction(1, 14), Level.WARN),
        (Fraction(1, 11), Level.WARN),
        (Fraction(1, 10), Level.ALARM),
        (Fraction(1, 7), Level.ALARM),
        (Fraction(1, 7) + Fraction(1, 10**9), Level.OVER),
        (Fraction(1), Level.OVER),
    ],
)
def test_exactly_a_seventh_is_still_allowed(ratio: Fraction, reached: Level) -> None:
    assert level(ratio, LIMITS) is reached


@pytest.mark.parametrize(
    ("leave", "sentence"),
    [
        (0, ""),
        (3, "已请假3学时，占总学时42的7.1%，上限是1/7。"),
        (6, "已请假6学时，占总学时42的14.3%，上限是1/7。"),
        (
            "6.25",
            "已请假6.25学时，占总学时42的14.9%，超过上限1/7，按规定应予退学，须由负责人研究决定。",
        ),
    ],
)
def test_a_warning_shows_what_it_is_computed_from(leave: D, sentence: str) -> None:
    ratio = Fraction(D(leave)) / 42
    tally = Tally(1, D(42), D(0), D(leave), D(0), 0, 0, ratio)
    assert leave_sentence(tally, LIMITS) == sentence


def test_every_presence_has_a_name_and_a_sign_of_its_own() -> None:
    assert set(PRESENCE_NAMES) == set(PRESENCE_SIGNS) == set(Presence)
    assert len(set(PRESENCE_SIGNS.values())) == len(Presence)
