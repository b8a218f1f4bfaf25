"""What learners said of a year's lessons, as an Excel file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from courses.evaluations.rules import Result
from courses.faculty.models import Instructor
from courses.faculty.rules import CATEGORY_NAMES
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook

_COLUMNS = (
    Column("姓名", 10), Column("类别", 10), Column("单位", 24), Column("课程", 30),
    Column("评课票数", 10), Column("均分", 8),
)  # fmt: skip


def listing(
    instructors: Sequence[Instructor], found: Mapping[int, Result], year: int, *, least: int
) -> bytes:
    """One row for each instructor and course, then one for all of them together."""
    rows: list[list[Cell]] = []
    for one in instructors:
        unit = one.person.unit.name if one.person.unit else ""
        who: list[Cell] = [one.person.name, CATEGORY_NAMES[one.category], unit]
        told = found[one.id]
        for group in told.groups:
            rows.append([*who, group.title, group.count, group.average])
        if told.average is None:
            rows.append([*who, f"不足{least}份，不显示", told.held_back, ""])
        else:
            rows.append([*who, "合计", told.count, told.average])
    title = f"{year}年评课结果（满分100，少于{least}份的不显示）"
    return workbook([SheetSpec("评课结果", _COLUMNS, rows, title)])
