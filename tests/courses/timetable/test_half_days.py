"""How lessons fall into half-days."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from courses.timetable.rules import (
    HalfDay,
    day_span,
    half_day_of,
    half_days_of,
    hour_faults,
    session_times,
)
from lms.ground.errors import Refused

DAY, NEXT = date(2026, 12, 1), date(2026, 12, 2)
M, A, E = HalfDay.MORNING, HalfDay.AFTERNOON, HalfDay.EVENING


@pytest.mark.parametrize(
    ("starts", "half"),
    [
        ("00:00", M), ("08:30", M), ("12:59", M), ("13:00", A), ("14:30", A), ("18:29", A),
        ("18:30", E), ("19:30", E), ("23:59", E),
    ],
)  # fmt: skip
def test_a_lesson_belongs_to_the_half_day_it_begins_in(starts: str, half: HalfDay) -> None:
    start = time.fromisoformat(starts)
    assert half_day_of(day_span(DAY, start, time(start.hour, start.minute // 2 + 29))) == half


@pytest.mark.parametrize(
    ("starts", "ends", "hours", "shares"),
    [
        ("08:30", "11:30", "3", [(DAY, M, "3")]),
        ("08:30", "17:30", "7.5", [(DAY, M, "3.75"), (DAY, A, "3.75")]),
        ("08:30", "13:05", "4", [(DAY, M, "4")]),
        ("14:30", "21:00", "6", [(DAY, A, "3.75"), (DAY, E, "2.25")]),
        ("23:00", "01:00", "2", [(DAY, E, "1"), (NEXT, M, "1")]),
        ("08:30", "17:30", "0.25", [(DAY, M, "0.25")]),
        ("08:30", "09:00", "0", [(DAY, M, "0")]),
    ],
)
def test_hours_are_shared_by_time_in_quarter_steps(
    starts: str, ends: str, hours: str, shares: list[tuple[date, HalfDay, str]]
) -> None:
    span = day_span(DAY, time.fromisoformat(starts), time.fromisoformat(ends))
    found = half_days_of(span, Decimal(hours))
    assert found == [(day, half, Decimal(share)) for day, half, share in shares]


def test_a_lesson_of_no_length_is_refused() -> None:
    with pytest.raises(Refused, match="结束时间须晚于开始时间"):
        day_span(DAY, time(9), time(9))


@pytest.mark.parametrize(
    ("hours", "faults"), [("0", 0), ("3.75", 0), ("-0.25", 1), ("3.1", 1), ("0.125", 1)]
)
def test_hours_come_in_quarters(hours: str, faults: int) -> None:
    assert len(hour_faults(Decimal(hours))) == faults


@pytest.mark.parametrize("text", ["08:30-11:30", "08:30–11:30", " 08:30 - 11:30 "])
def test_session_times_are_read(text: str) -> None:
    assert session_times(text) == (time(8, 30), time(11, 30))
