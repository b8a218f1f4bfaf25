"""The catalogue as an Excel file."""

from __future__ import annotations

from collections.abc import Iterable

from courses.catalogue.models import Course
from courses.catalogue.rules import COURSE_FORM_NAMES, COURSE_KIND_NAMES, COURSE_THEME_NAMES
from lms.ground.sheets.writing import Column, SheetSpec, workbook

_COLUMNS = (
    Column("课程", 36), Column("类别", 10), Column("形式", 12), Column("单元", 14),
    Column("学时", 8), Column("内容", 50), Column("停用日期", 12),
)  # fmt: skip


def listing(courses: Iterable[Course]) -> bytes:
    """One course a row."""
    rows = [
        [
            one.title,
            COURSE_KIND_NAMES[one.kind],
            COURSE_FORM_NAMES[one.form],
            COURSE_THEME_NAMES[one.theme] if one.theme else "",
            one.hours,
            one.summary,
            one.retired_on,
        ]
        for one in courses
    ]
    return workbook([SheetSpec("课程专题", _COLUMNS, rows, "课程专题一览", landscape=True)])
