"""课酬发放表 (F12) as Excel and PDF, with ID numbers and bank accounts: asked for by an audited POST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import render_template

from courses.faculty.rules import TITLE_LEVEL_NAMES
from courses.fees.models import FeeLine, FeeSheet
from lms.ground import pdf
from lms.ground.clock import local
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook

Private = Mapping[int, tuple[str, str]]
"""ID number and bank account by person."""

_COLUMNS = (
    Column("序号", 6), Column("姓名", 10), Column("身份证号", 22), Column("职称依据", 22),
    Column("课程", 26), Column("日期", 12), Column("授课学时", 9), Column("计酬学时", 9),
    Column("标准（元/学时）", 10), Column("税后（元）", 12), Column("个税（元）", 12),
    Column("税前（元）", 12), Column("账号", 24), Column("说明", 36), Column("签字", 12),
)  # fmt: skip


def settlement_workbook(sheet: FeeSheet, private: Private) -> bytes:
    """The settlement sheet as .xlsx, with a last line of sums."""
    lines = paid_lines(sheet)
    rows = [_row(number, line, private) for number, line in enumerate(lines, 1)]
    rows.append(_sums(lines))
    title = f"{sheet.cohort.title}课酬发放表（第{sheet.number}张）"
    return workbook([SheetSpec("课酬发放表", _COLUMNS, rows, title, landscape=True)])


def settlement_pdf(sheet: FeeSheet, private: Private, *, school: str) -> bytes:
    """The settlement sheet as PDF, A4 across, with room to sign."""
    lines = paid_lines(sheet)
    title = f"{sheet.cohort.title}课酬发放表（第{sheet.number}张）"
    html = render_template(
        "fees/print_settlement.html",
        title=title,
        sheet=sheet,
        lines=lines,
        private=private,
        basis=basis,
        sums=sums(lines),
        school=school,
        sans=pdf.SANS_STACK,
    )
    return pdf.render(html, title=title)


def paid_lines(sheet: FeeSheet) -> list[FeeLine]:
    """The lines that pay something or take something back, by instructor and time."""
    paying = [line for line in sheet.lines if line.net]
    return sorted(paying, key=lambda line: (line.instructor_id, line.starts_at, line.id))


def basis(line: FeeLine) -> str:
    """职称依据: the title, its level, and the certificate that proves it."""
    instructor = line.instructor
    told = [instructor.title, TITLE_LEVEL_NAMES[line.level], instructor.title_basis]
    return "；".join(dict.fromkeys(one for one in told if one))


def sums(lines: Sequence[FeeLine]) -> dict[str, Decimal]:
    """Net, tax and gross of all lines."""
    return {
        name: sum((getattr(line, name) for line in lines), Decimal(0))
        for name in ("hours", "net", "tax", "gross")
    }


def _row(number: int, line: FeeLine, private: Private) -> list[Cell]:
    card, account = private.get(line.instructor.person_id, ("", ""))
    return [
        number,
        line.instructor.person.name,
        card,
        basis(line),
        line.course,
        local(line.starts_at).date(),
        line.taught_hours,
        line.hours,
        line.rate,
        line.net,
        line.tax,
        line.gross,
        account,
        "；".join(line.reasons),
        "",
    ]


def _sums(lines: Sequence[FeeLine]) -> list[Cell]:
    total: dict[str, Any] = sums(lines)
    empty: list[Cell] = [""] * len(_COLUMNS)
    empty[1] = "合计"
    for name, place in (("hours", 7), ("net", 9), ("tax", 10), ("gross", 11)):
        empty[place] = total[name]
    return empty
