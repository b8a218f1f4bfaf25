"""The list of people who were not called up, as Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from courses.callups.rules import Period
from lms.ground.people.models import Person
from lms.ground.people.rules import RANK_NAMES
from lms.ground.sheets.writing import Column, SheetSpec, workbook

_COLUMNS = (
    Column("序号", 6), Column("姓名", 10), Column("单位", 28), Column("职务", 20), Column("职级", 12),
    Column("最近一次参训", 14),
)  # fmt: skip


def not_called(period: Period, people: Sequence[Person], last: Mapping[int, date]) -> bytes:
    """A row for everybody who was in no cohort of the period."""
    rows = [
        (
            place,
            one.name,
            one.unit.name if one.unit else "",
            one.post,
            RANK_NAMES[one.rank] if one.rank else "",
            last.get(one.id, "从未"),
        )
        for place, one in enumerate(people, 1)
    ]
    return workbook([SheetSpec("未参训", _COLUMNS, rows, f"{period.label}未参加培训人员名单")])
