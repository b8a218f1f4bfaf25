"""复核登记表 as an Excel workbook."""

from __future__ import annotations

from collections.abc import Sequence

from lms.exams.rechecks.queries import Line
from lms.exams.rechecks.rules import GROUND_NAMES, STANDING_NAMES
from lms.ground.clock import local
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook

_COLUMNS = (
    Column("序号", 6),
    Column("班次", 22),
    Column("考试", 22),
    Column("学号", 14),
    Column("姓名", 10),
    Column("申请时间", 16),
    Column("复核事项", 16),
    Column("理由", 30),
    Column("原成绩", 8),
    Column("状态", 16),
    Column("核查情况", 30),
    Column("复核人", 10),
    Column("结论时间", 16),
    Column("现成绩", 8),
)


def register(lines: Sequence[Line]) -> bytes:
    """All rechecks with their verdicts, one a row."""
    rows = [_row(number, line) for number, line in enumerate(lines, start=1)]
    return workbook(
        [SheetSpec("成绩复核登记表", _COLUMNS, rows, title="成绩复核登记表", landscape=True)]
    )


def _row(number: int, line: Line) -> list[Cell]:
    one = line.recheck
    decided = None if one.decided_at is None else f"{local(one.decided_at):%Y-%m-%d %H:%M}"
    return [
        number,
        one.exam.cohort.title,
        one.exam.title,
        one.enrolment.learner_number,
        one.enrolment.person.name,
        f"{local(one.asked_at):%Y-%m-%d %H:%M}",
        GROUND_NAMES[one.ground],
        one.reason,
        one.result.score,
        STANDING_NAMES[line.standing],
        one.findings,
        one.decided_by,
        decided,
        None if line.now is None else line.now.score,
    ]
