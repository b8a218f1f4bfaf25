"""What a release says, what a later one changes, and where there is room."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from courses.timetable.rules import HalfDay, day_span, days_between, week_of
from courses.timetable.rules.releases import (
    Entry,
    changes,
    first_free,
    from_json,
    grid,
    to_json,
)

DAY, NEXT = date(2026, 12, 1), date(2026, 12, 2)
SPAN = day_span(DAY, time(8, 30), time(11, 30))
ONE = Entry(1, SPAN.start, SPAN.end, "党章", "专题讲授", "3", "第一教室", "王某", 5)
TOLD = "2026年12月1日（星期二）上午 8:30–11:30《党章》（王某，第一教室）"


def test_an_entry_survives_its_release() -> None:
    assert from_json(to_json(ONE)) == ONE


@pytest.mark.parametrize(
    ("before", "after", "sentences", "people"),
    [
        ([], [], [], []),
        ([ONE], [ONE], [], []),
        ([ONE], [replace(ONE, cohort="改名")], [], []),
        ([], [ONE], [f"新增：{TOLD}。"], [{5}]),
        ([ONE], [], [f"取消：{TOLD}。"], [{5}]),
        (
            [ONE],
            [replace(ONE, instructor="李某", instructor_person_id=6)],
            [f"调整：{TOLD}，改为{TOLD.replace('王某', '李某')}。"],
            [{5, 6}],
        ),
        (
            [ONE],
            [replace(ONE, venue="", instructor="", instructor_person_id=None)],
            [f"调整：{TOLD}，改为{TOLD.removesuffix('（王某，第一教室）')}。"],
            [{5}],
        ),
    ],
)
def test_changes_say_what_and_concern_whom(
    before: list[Entry], after: list[Entry], sentences: list[str], people: list[set[int]]
) -> None:
    found = changes(before, after)
    assert [one.sentence for one in found] == sentences
    assert [set(one.person_ids) for one in found] == people


def test_changes_come_in_order_of_time() -> None:
    later = replace(ONE, lesson_id=2, starts_at=SPAN.end, ends_at=SPAN.end.replace(hour=9))
    assert [one.sentence[:2] for one in changes([later], [ONE])] == ["新增", "取消"]


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ([], (DAY, HalfDay.MORNING)),
        ([(DAY, HalfDay.MORNING)], (DAY, HalfDay.AFTERNOON)),
        ([(DAY, HalfDay.MORNING), (DAY, HalfDay.AFTERNOON)], (NEXT, HalfDay.MORNING)),
        (
            [(day, half) for day in (DAY, NEXT) for half in HalfDay],
            (DAY, HalfDay.MORNING),
        ),
    ],
)
def test_a_new_lesson_is_offered_the_first_free_half_day(
    taken: list[tuple[date, HalfDay]], free: tuple[date, HalfDay]
) -> None:
    assert first_free(dict.fromkeys(taken), [DAY, NEXT]) == free


def test_a_timetable_is_laid_out_by_half_days() -> None:
    assert grid([ONE]) == {(DAY, HalfDay.MORNING): [ONE]}
    assert week_of(NEXT) == days_between(date(2026, 11, 30), date(2026, 12, 6))
