"""The venues as an Excel file."""

from __future__ import annotations

from collections.abc import Iterable

from courses.venues.models import Venue
from courses.venues.rules import DATUM_NAMES, VENUE_KIND_NAMES, WEEKDAYS
from lms.ground.sheets.writing import Column, SheetSpec, workbook

_COLUMNS = (
    Column("场地", 20), Column("类别", 12), Column("座位数", 8), Column("设备", 24),
    Column("地址", 28), Column("开放时间", 36), Column("经度", 12), Column("纬度", 12),
    Column("坐标系", 22), Column("停用日期", 12),
)  # fmt: skip


def listing(venues: Iterable[Venue]) -> bytes:
    """One venue (with openings) a row."""
    rows = [
        [
            one.name,
            VENUE_KIND_NAMES[one.kind],
            one.capacity,
            one.equipment,
            one.address,
            "；".join(
                f"{WEEKDAYS[hours.weekday]} {hours.opens:%H:%M}–{hours.closes:%H:%M}"
                for hours in one.openings
            )
            or "随时",
            one.longitude,
            one.latitude,
            DATUM_NAMES[one.datum] if one.datum else "",
            one.closed_on,
        ]
        for one in venues
    ]
    return workbook([SheetSpec("场地", _COLUMNS, rows, "场地一览", landscape=True)])
