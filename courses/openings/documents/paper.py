"""Application and notice as PDF, and the plan of a year as Excel."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from courses.cohorts.models import Cohort
from courses.cohorts.rules import STAGE_NAMES
from courses.openings import rules
from courses.openings.rules import Facts, Notice, OpeningDraft, period
from lms.ground import pdf
from lms.ground.sheets.writing import Cell, Column, SheetSpec, workbook

OPINIONS = ("财务审核意见", "主要领导意见", "组织部意见")
# The yearly plan's items: facts of the district notice that asks for it by 31 March.
_COLUMNS = (
    Column("序号", 6), Column("班次名称", 26), Column("培训目的", 30), Column("培训对象", 20),
    Column("培训内容", 36), Column("培训时间", 20), Column("培训地点", 16), Column("人数", 8),
    Column("经费（元）", 12), Column("经费渠道", 16), Column("阶段", 10),
)  # fmt: skip


def notice(letter: Notice) -> bytes:
    """The notice as PDF, on the page of GB/T 9704-2012 with the fonts that are here."""
    return _print("openings/print_notice.html", letter.title, letter=letter)


def application(title: str, cells: Sequence[tuple[str, str]], opinions: Sequence[str]) -> bytes:
    """The application as PDF."""
    signed = list(zip(OPINIONS, opinions, strict=True))
    return _print("openings/print_application.html", title, cells=cells, opinions=signed)


def yearly_plan(year: int, rows: Sequence[tuple[Cohort, OpeningDraft, Facts]]) -> bytes:
    """All cohorts of a year as .xlsx, an item of the plan each."""
    listed = [_item(place, *row) for place, row in enumerate(rows, 1)]
    spec = SheetSpec("年度计划", _COLUMNS, listed, f"{year}年度培训计划", landscape=True)
    return workbook([spec])


def _item(place: int, cohort: Cohort, draft: OpeningDraft, facts: Facts) -> list[Cell]:
    return [
        place,
        facts.title,
        facts.purpose,
        facts.audience,
        "；".join(title for title, _ in facts.courses),
        period(facts.starts_on, facts.ends_on),
        draft.place,
        facts.capacity,
        draft.budget,
        draft.budget_source,
        STAGE_NAMES[cohort.stage],
    ]


def _print(template: str, title: str, **values: object) -> bytes:
    html = render_template(template, title=title, page=rules, sans=pdf.SANS_STACK, **values)
    return pdf.render(html, title=title)
