"""How a claim on time is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from courses.venues.rules import Booked, Claimed, clash, when
from lms.ground.spans import Span

MORNING = Span(datetime(2026, 12, 1, 0, 30, tzinfo=UTC), datetime(2026, 12, 1, 3, 30, tzinfo=UTC))
LESSON = "“知行学堂第6期”的《党章》"


@pytest.mark.parametrize(
    ("hours_later", "length", "told"),
    [
        (0, 3, "2026年12月1日（星期二）上午 8:30–11:30"),
        (6, 3, "2026年12月1日（星期二）下午 14:30–17:30"),
        (11, 2, "2026年12月1日（星期二）晚上 19:30–21:30"),
        (14, 3, "2026年12月1日（星期二）晚上 22:30–次日1:30"),
        (0, 51, "2026年12月1日（星期二）上午 8:30–2026年12月3日（星期四）11:30"),
    ],
)
def test_a_span_is_told_by_the_clock_of_the_school(
    hours_later: int, length: int, told: str
) -> None:
    start = MORNING.start + timedelta(hours=hours_later)
    assert when(Span(start, start + timedelta(hours=length))) == told


@pytest.mark.parametrize(
    ("name", "booked", "sentence"),
    [
        (
            "王某（授课教师）",
            Booked(Claimed.PERSON, 1, "王某", MORNING, LESSON, "lesson", "党建实务操作室", ("王某",)),
            "王某（授课教师）2026年12月1日（星期二）上午 8:30–11:30 "
            "已在党建实务操作室上“知行学堂第6期”的《党章》，时间重叠。",
        ),
        (
            "冯监",
            Booked(Claimed.PERSON, 1, "冯监", MORNING, "“结业考试”", "sitting"),
            "冯监2026年12月1日（星期二）上午 8:30–11:30 已监考“结业考试”，时间重叠。",
        ),
        (
            "党建实务操作室",
            Booked(Claimed.VENUE, 1, "党建实务操作室", MORNING, LESSON, "lesson", "", ("王某",)),
            "党建实务操作室2026年12月1日（星期二）上午 8:30–11:30 "
            "已安排“知行学堂第6期”的《党章》（王某），时间重叠。",
        ),
        (
            "“知行学堂第6期”",
            Booked(Claimed.COHORT, 1, "", MORNING, LESSON, "lesson", "第一教室", ("王某",)),
            "“知行学堂第6期”2026年12月1日（星期二）上午 8:30–11:30 "
            "已安排“知行学堂第6期”的《党章》（王某，第一教室），时间重叠。",
        ),
        (
            "“知行学堂第6期”",
            Booked(Claimed.COHORT, 1, "", MORNING, LESSON, "lesson", "", ("王某",)),
            "“知行学堂第6期”2026年12月1日（星期二）上午 8:30–11:30 "
            "已安排“知行学堂第6期”的《党章》（王某，场地未定），时间重叠。",
        ),
        (
            "第一教室",
            Booked(Claimed.VENUE, 1, "第一教室", MORNING, "“结业考试”"),
            "第一教室2026年12月1日（星期二）上午 8:30–11:30 已安排“结业考试”，时间重叠。",
        ),
    ],
)  # fmt: skip
def test_a_clash_says_who_where_and_when(name: str, booked: Booked, sentence: str) -> None:
    assert clash(name, booked) == sentence
