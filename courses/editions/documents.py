"""The printed 课程表, as PDF and as Word."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from flask import render_template

from courses.editions.rules import Sheet
from lms.ground import pdf

_SONG, _HEI, _LATIN = "宋体", "黑体", "Times New Roman"
_WIDTH, _DAY = 269, 27  # millimetres of the page between its margins, and of the column of days


def as_pdf(sheet: Sheet) -> bytes:
    """A4 landscape; the head of the table on every page."""
    html = render_template("editions/print.html", sheet=sheet, sans=pdf.SANS_STACK)
    return pdf.render(html, title=sheet.title)


def as_word(sheet: Sheet) -> bytes:
    """The same page for whoever has to change a line."""
    document = Document()
    _set_up(document)
    _paragraph(document, sheet.title, 18, font=_HEI, centred=True)
    _paragraph(document, sheet.edition, 9, centred=True)
    _paragraph(document, "　　".join(f"{name}：{value}" for name, value in sheet.facts), 10.5)
    _table(document, sheet)
    for name, value in sheet.notes:
        _paragraph(document, f"{name}：{value}", 9)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _set_up(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(14)
    section.top_margin = section.bottom_margin = Mm(13)
    style = document.styles["Normal"]
    style.font.name, style.font.size = _LATIN, Pt(9)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _SONG)
    style.paragraph_format.space_after = Pt(0)


def _table(document: Any, sheet: Sheet) -> None:
    table = document.add_table(rows=1, cols=1 + len(sheet.halves), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _write(table.rows[0].cells[0], [("日期",)], bold=True)
    for cell, half in zip(table.rows[0].cells[1:], sheet.halves, strict=True):
        _write(cell, [tuple(half.split("\n"))], bold=True)
    _repeat(table.rows[0])
    for day, cells in sheet.rows:
        row = table.add_row()
        _keep_whole(row)
        _write(row.cells[0], [tuple(day.split("\n"))], bold=True)
        for cell, lessons in zip(row.cells[1:], cells, strict=True):
            _write(cell, lessons)
    wide = (_WIDTH - _DAY) / len(sheet.halves)
    for at, column in enumerate(table.columns):
        column.width = Mm(wide if at else _DAY)
        for cell in column.cells:
            cell.width = column.width


def _write(cell: Any, lessons: Sequence[Sequence[str]], *, bold: bool = False) -> None:
    """Every lesson a paragraph of its own; its first line stands out."""
    for number, lines in enumerate(lessons):
        paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
        if bold:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for at, line in enumerate(lines):
            run = paragraph.add_run(line)
            run.bold = bold or at == 0
            if at < len(lines) - 1:
                run.add_break()


def _paragraph(
    document: Any, text: str, size: float, *, font: str = _SONG, centred: bool = False
) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
