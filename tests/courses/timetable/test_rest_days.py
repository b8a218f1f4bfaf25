"""Days without lessons: weekdays off, holidays, days worked in return."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from courses.cohorts.queries import get_cohort
from courses.timetable.queries import checks
from courses.timetable.rules import day_span
from courses.timetable.rules.conflicts import Conflict, ConflictKind, Severity
from courses.timetable.rules.rest import NO_REST, rest_days
from lms.ground.clock import now
from lms.ground.norms.actions import load_baseline
from tests import cast, make

YEAR = rest_days(
    "一、二三四五", "2026-10-01至2026-10-07 国庆节；上班 2026-10-10;\n2026-06-19 端午节"
)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 9, 30), ""),
        (date(2026, 10, 1), "国庆节放假"),
        (date(2026, 10, 7), "国庆节放假"),
        (date(2026, 10, 8), ""),
        (date(2026, 10, 10), ""),
        (date(2026, 10, 11), "不是排课的日子"),
        (date(2026, 6, 19), "端午节放假"),
    ],
)
def test_a_day_is_free_by_holiday_or_weekday_unless_it_is_worked(day: date, why: str) -> None:
    assert YEAR.why(day) == why


def test_teaching_days_leave_them_out() -> None:
    days = YEAR.taught_between(date(2026, 9, 30), date(2026, 10, 12))
    assert days == [date(2026, 9, 30), *(date(2026, 10, day) for day in (8, 9, 10, 12))]


@pytest.mark.parametrize("calendar", ["", "国庆节", "2026-13-01 国庆", "2026-01-01至2027-01-01 错"])
def test_what_is_not_written_so_counts_for_nothing(calendar: str) -> None:
    assert rest_days("", calendar) == NO_REST


def test_a_lesson_on_a_holiday_is_told_and_allowed(context: None) -> None:
    load_baseline(at=now())
    course, day = make.course("党章"), date(2026, 10, 1)
    made = make.cohort(course, starts_on=day)
    found = checks.conflicts_of(
        cohort=get_cohort(made.id, cast.office()),
        course=course,
        span=day_span(day, time(8, 30), time(11, 30)),
        hours=Decimal(3),
        venue=None,
        instructor=None,
    )
    told = "2026年10月1日（星期四）国庆节放假。"
    assert found == [Conflict(ConflictKind.REST_DAY, told)]
    assert found[0].severity is Severity.TELL
