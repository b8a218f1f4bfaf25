"""The allotment of places as an Excel file."""

from __future__ import annotations

from collections.abc import Sequence

from courses.cohorts.models import Cohort
from courses.quotas.rules import Share
from lms.ground.sheets.writing import Column, SheetSpec, workbook

_COLUMNS = (Column("单位", 30), Column("名额", 8), Column("已报", 8), Column("未报", 8))


def allotment(cohort: Cohort, shares: Sequence[Share]) -> bytes:
    """What every unit was given, has named, and has left, as .xlsx."""
    rows = [(one.unit, one.places, one.named, one.left) for one in shares]
    return workbook([SheetSpec("名额分配", _COLUMNS, rows, f"{cohort.title}名额分配表")])
