"""What attendance adds up to, and how certificates are numbered and checked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from courses.attendance.rules import HalfDay, Presence
from lms.archives.certificates.rules import (
    CHECK_ALPHABET,
    Place,
    certificate_number,
    half_day_hours,
    masked_name,
    obstacle,
    percent,
    plain_code,
    shown_code,
    tally,
)
from lms.ground.errors import Refused
from lms.ground.spans import Span

MONDAY, TUESDAY = date(2026, 12, 28), date(2026, 12, 29)
NEW_YEAR = date(2027, 1, 4)
MORNING, AFTERNOON = HalfDay.MORNING, HalfDay.AFTERNOON
HOURS: dict[Place, Decimal] = {
    (MONDAY, MORNING): Decimal(4),
    (MONDAY, AFTERNOON): Decimal(3),
    (TUESDAY, MORNING): Decimal(4),
    (NEW_YEAR, MORNING): Decimal("3.5"),
}


def test_half_days_add_up_the_hours_of_their_lessons_in_order() -> None:
    def span(hour: int, until: int) -> Span:
        return Span(
            datetime(2026, 12, 28, hour, tzinfo=UTC), datetime(2026, 12, 28, until, tzinfo=UTC)
        )

    lessons = [(span(7, 9), Decimal(2)), (span(0, 2), Decimal(2)), (span(2, 4), Decimal("1.75"))]
    assert list(half_day_hours(lessons).items()) == [
        ((MONDAY, MORNING), Decimal("3.75")),
        ((MONDAY, AFTERNOON), Decimal(2)),
    ]


def test_attendance_is_counted_in_half_days_and_in_hours() -> None:
    marks = {
        (MONDAY, MORNING): Presence.PRESENT,
        (MONDAY, AFTERNOON): Presence.OFFICIAL_LEAVE,
        (TUESDAY, MORNING): Presence.ABSENT,
        (NEW_YEAR, MORNING): Presence.LATE,
        (NEW_YEAR, AFTERNOON): Presence.PRESENT,  # a lesson that was moved away
    }
    made = tally(HOURS, marks)
    assert (made.hours, made.present_hours) == (Decimal("14.5"), Decimal("7.5"))
    assert (made.leave_hours, made.absent_hours, made.unmarked_hours) == (3, 4, 0)
    assert (made.half_days, made.attended, made.rate) == (4, 2, Fraction(1, 2))
    assert made.by_year == {2026: Decimal(4), 2027: Decimal("3.5")}
    assert made.leave_share == Fraction(6, 29)
    assert made.signs[Presence.LATE] == 1


def test_half_days_without_a_mark_are_neither_attended_nor_missed() -> None:
    made = tally(HOURS, {(MONDAY, MORNING): Presence.LEFT_EARLY})
    assert (made.attended, made.unmarked_hours) == (1, Decimal("10.5"))
    assert (made.leave_hours, made.absent_hours) == (0, 0)


def test_from_the_day_on_which_somebody_left_only_what_is_marked_counts() -> None:
    marks = {(MONDAY, MORNING): Presence.PRESENT}
    made = tally(HOURS, marks, until=TUESDAY)
    assert (made.hours, made.half_days, made.attended) == (Decimal(7), 2, 1)
    made = tally(HOURS, {**marks, (TUESDAY, MORNING): Presence.PRESENT}, until=TUESDAY)
    assert (made.hours, made.half_days, made.attended) == (Decimal(11), 3, 2)


def test_without_lessons_there_is_no_rate() -> None:
    made = tally({}, {})
    assert (made.rate, made.leave_share, percent(made.rate)) == (None, Fraction(0), "—")


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (Fraction(1), "100%"),
        (Fraction(23, 24), "95.8%"),
        (Fraction(1, 2000), "0.1%"),
        (Fraction(1, 7), "14.3%"),
    ],
)
def test_shares_are_told_to_one_decimal_place(share: Fraction, told: str) -> None:
    assert percent(share) == told


@pytest.mark.parametrize(
    ("withdrawn", "decided", "told"),
    [
        (True, "优秀", "已退出班次"),
        (False, None, "鉴定还没有评定"),
        (False, "不合格", "鉴定等次为“不合格”"),
        (False, "合格", ""),
    ],
)
def test_who_gets_no_certificate_and_why(withdrawn: bool, decided: str | None, told: str) -> None:
    assert obstacle(withdrawn=withdrawn, decided_grade=decided, failing_grade="不合格") == told


def number(pattern: str) -> str:
    return certificate_number(
        pattern, school="党校", year=2026, programme="zhixing", number=7, seq=12
    )


def test_a_certificate_is_numbered_by_the_pattern() -> None:
    assert number("{school}{year}-{programme}-{number:02d}-{seq:03d}") == "党校2026-zhixing-07-012"


@pytest.mark.parametrize(
    "pattern",
    ["{school}{year}", "{seq}{name}", "{seq.real}", "{seq", "{seq:q}", "{0}{seq}", "{}{seq}"],
)
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(Refused, match="证书编号格式"):
        number(pattern)


def test_strangers_read_the_first_character_of_a_name() -> None:
    assert [masked_name(name) for name in ("王小明", "𬱖", "Nguyễn")] == ["王**", "𬱖**", "N**"]


def test_a_check_code_is_read_however_it_is_typed() -> None:
    kept = CHECK_ALPHABET[:12]
    assert {plain_code(typed) for typed in (kept, kept.lower(), shown_code(kept))} == {kept}
    assert shown_code(kept) == "2345-6789-ABCD"
