"""The cohorts as an Excel file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from courses.cohorts.models import Cohort
from courses.cohorts.rules import STAGE_NAMES
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook

_COLUMNS = (
    Column("班次", 26), Column("学堂系列", 16), Column("期数", 6), Column("开始日期", 12),
    Column("结束日期", 12), Column("阶段", 10), Column("名额", 8), Column("学员", 8),
    Column("班主任", 10), Column("培训对象", 24), Column("主办单位", 22), Column("课程门数", 10),
    Column("学时", 8),
)  # fmt: skip


def listing(cohorts: Iterable[Cohort], learners: Mapping[int, int]) -> bytes:
    """One cohort a row; `learners` by its number."""
    rows = [_row(one, learners[one.id]) for one in cohorts]
    return workbook([SheetSpec("班次", _COLUMNS, rows, "班次一览", landscape=True)])


def _row(cohort: Cohort, learners: int) -> list[Cell]:
    return [
        cohort.title,
        cohort.programme.name,
        cohort.number,
        cohort.starts_on,
        cohort.ends_on,
        STAGE_NAMES[cohort.stage],
        cohort.capacity,
        learners,
        cohort.adviser.name if cohort.adviser else "",
        cohort.audience,
        cohort.sponsor,
        len(cohort.courses),
        sum((line.hours for line in cohort.courses), Decimal(0)),
    ]
