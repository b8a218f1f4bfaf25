"""The list of all lessons: found by any of its words and days, a page at a time, and as a file."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests import cast
from tests.courses.school import School, school  # noqa: F401

# ruff: noqa: F811


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param({"search": "党章"}, True, id="course"),
        pytest.param({"search": "第7期"}, True, id="cohort"),
        pytest.param({"search": "实务"}, True, id="venue"),
        pytest.param({"search": "别的"}, False, id="no such word"),
        pytest.param({"since": "today"}, False, id="from today on: it was yesterday"),
        pytest.param({"until": "first"}, True, id="up to its day"),
        pytest.param({"since": "first", "until": "first"}, True, id="its day alone"),
        pytest.param({"since": "nonsense"}, True, id="no day at all"),
    ],
)
def test_lessons_are_found_by_word_and_day(
    app: Flask, school: School, asked: dict[str, Any], found: bool
) -> None:
    today = school.first + timedelta(days=1)
    days = {"first": school.first.isoformat(), "today": today.isoformat()}
    wanted = {name: days.get(value, value) for name, value in asked.items()}
    page = cast.browser(app, cast.office).get("/timetable/lessons", query_string=wanted).text
    assert ("知行学堂第7期</a>" in page, "没有这样的课次" in page) == (found, not found)


def test_the_file_has_a_row_for_every_lesson(app: Flask, school: School) -> None:
    answer = cast.browser(app, cast.office).get("/timetable/lessons.xlsx?search=党章")
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    (row,) = [row for row in rows if row[5] == "党章"]
    assert row[2:5] == ("08:30", "11:30", "知行学堂第7期")
    assert (row[7], row[10]) == ("3", "党建实务操作室")
