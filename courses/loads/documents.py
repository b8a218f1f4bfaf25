"""The teaching of a semester as an Excel file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from courses.faculty.models import Instructor
from courses.faculty.rules import CATEGORY_NAMES
from courses.loads.queries import Load
from courses.loads.rules import Semester
from lms.ground.clock import local
from lms.ground.sheets.writing import Column, SheetSpec, workbook

_COLUMNS = (
    Column("姓名", 10), Column("类别", 10), Column("单位", 24), Column("学期课次", 10),
    Column("学期学时", 10), Column("最近一次课", 14),
)  # fmt: skip


def loads(
    instructors: Sequence[Instructor], found: Mapping[int, Load], semester: Semester
) -> bytes:
    """Who gives how much, the longest without a lesson first."""
    rows = [
        [
            one.person.name,
            CATEGORY_NAMES[one.category],
            one.person.unit.name if one.person.unit else "",
            found[one.id].lessons,
            found[one.id].hours,
            local(last).date() if (last := found[one.id].last_at) else "从未授课",
        ]
        for one in instructors
    ]
    return workbook([SheetSpec("授课统计", _COLUMNS, rows, f"{semester.name}授课统计")])
