"""The log of a sitting as a file to take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lms.exams.attempts.models import Sighting
from lms.exams.attempts.rules.sightings import SIGHT_NAMES
from lms.exams.sittings.models import Candidate
from lms.ground.clock import local
from lms.ground.sheets.writing import Column, SheetSpec, workbook

_COLUMNS = (
    Column("时间", 20),
    Column("座位", 6),
    Column("姓名", 12),
    Column("情况", 24),
    Column("持续（秒）", 10),
    Column("细节", 30),
)


def as_workbook(sightings: Iterable[Sighting], candidates: Mapping[int, Candidate]) -> bytes:
    """An .xlsx of one sheet."""
    rows = [
        (
            f"{local(one.at):%Y-%m-%d %H:%M:%S}",
            candidates[one.attempt_id].seat,
            candidates[one.attempt_id].enrolment.person.name,
            SIGHT_NAMES[one.kind],
            one.seconds,
            one.detail,
        )
        for one in sightings
    ]
    return workbook([SheetSpec("考场日志", _COLUMNS, rows, landscape=True)])
