"""Lists of lessons as Excel files."""

from __future__ import annotations

from collections.abc import Iterable

from courses.timetable.rules.releases import Entry
from lms.ground.clock import local
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook

_COLUMNS = (
    Column("日期", 12), Column("星期", 6), Column("开始", 8), Column("结束", 8), Column("班次", 22),
    Column("课程", 30), Column("形式", 12), Column("学时", 8), Column("授课人", 12),
    Column("单位职务职称", 30), Column("地点", 18), Column("主持人", 10), Column("备注", 20),
)  # fmt: skip


def lesson_list(entries: Iterable[Entry]) -> bytes:
    """One lesson a row, as .xlsx."""
    rows = [_row(entry) for entry in entries]
    return workbook([SheetSpec("课次", _COLUMNS, rows, "课次一览", landscape=True)])


def _row(entry: Entry) -> list[Cell]:
    start, end = local(entry.starts_at), local(entry.ends_at)
    return [
        start.date(),
        "一二三四五六日"[start.weekday()],
        f"{start:%H:%M}",
        f"{end:%H:%M}",
        entry.cohort,
        entry.course,
        str(entry.form),
        entry.hours,
        entry.instructor,
        entry.instructor_title,
        entry.venue,
        entry.host,
        entry.note,
    ]
