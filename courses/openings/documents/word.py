"""Application and notice as Word, in the layout of GB/T 9704-2012."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from courses.openings.rules import (
    BOTTOM_MM,
    LEFT_MM,
    LINE_PT,
    RIGHT_MM,
    SIZE_PT,
    SPACING_PT,
    TOP_MM,
    Line,
    LineKind,
    Notice,
)

# The standard's fonts by the names under which offices have them; none is shipped.
FANGSONG, HEITI, BIAOSONG, SONGTI = "仿宋_GB2312", "黑体", "方正小标宋简体", "宋体"
_RED = RGBColor(0xE6, 0x00, 0x12)
_TITLE_PT, _ISSUER_PT, _PAGE_PT = 22, 44, 14


def notice(letter: Notice) -> bytes:
    """A call-up notice: red head, number, title, text, signature, and the allotment attached."""
    word = _page()
    _issuer(word, letter.issuer)
    _line(word, letter.number, align="center", rule=True)
    _line(word, "")
    _line(word, letter.title, font=BIAOSONG, size=_TITLE_PT, align="center", pitch=Decimal(33))
    _line(word, "")
    if letter.addressees:
        _line(word, f"{letter.addressees.rstrip('：:')}：")
    for one in letter.lines:
        _paragraph(word, one)
    _line(word, "")
    _line(word, letter.signed, align="right", right=2)
    _line(word, letter.issued_on, align="right", right=4)
    if letter.quotas:
        _attachment(word, letter)
    return _written(word)


def application(title: str, cells: Sequence[tuple[str, str]], opinions: Sequence[str]) -> bytes:
    """The application as a table; `opinions` of finance, leaders and department, to be signed."""
    word = _page()
    _line(word, title, font=BIAOSONG, size=_TITLE_PT, align="center", pitch=Decimal(40))
    table = _table(word, columns=(Mm(38), Mm(118)))
    for label, text in cells:
        _row(table, (label, text), size=12)
    for label, text in zip(("财务审核意见", "主要领导意见", "组织部意见"), opinions, strict=True):
        _row(
            table,
            (label, text or "\n\n　　　　　　　　　　　　（签章）　　　年　　月　　日"),
            size=12,
        )
    return _written(word)


def _page() -> Any:
    word = Document()
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(LEFT_MM), Mm(RIGHT_MM)
    section.footer_distance = Mm(BOTTOM_MM - 7 - 5)
    section.different_first_page_header_footer = False
    word.settings.odd_and_even_pages_header_footer = True
    style = word.styles["Normal"]
    _font(style, FANGSONG, SIZE_PT)
    _draw_closer(style)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    _grid(section)
    _page_number(section.footer, "right")
    _page_number(section.even_page_footer, "left")
    return word


def _grid(section: Any) -> None:
    """22 lines to the page: their pitch in twips."""
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(int(LINE_PT * 20)))


def _draw_closer(style: Any) -> None:
    """28 characters to the line, by the distance between them in twips."""
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(int(SPACING_PT * 20)))
    style.element.get_or_add_rPr().append(spacing)


def _page_number(footer: Any, side: str) -> None:
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = _ALIGN[side]
    for kind, text in (("", "— "), ("begin", ""), ("code", "PAGE"), ("end", ""), ("", " —")):
        run = paragraph.add_run(text if not kind else "")
        _font(run, SONGTI, _PAGE_PT)
        if kind == "code":
            code = OxmlElement("w:instrText")
            code.text = text
            run._r.append(code)
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _issuer(word: Any, issuer: str) -> None:
    """The red head: its upper edge 35 mm below that of the type area."""
    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = Mm(35)
    paragraph.paragraph_format.space_after = Pt(float(LINE_PT * 2))
    run = paragraph.add_run(f"{issuer}文件")
    _font(run, BIAOSONG, min(_ISSUER_PT, 440 // (len(issuer) + 2)))
    run.font.color.rgb = _RED


def _paragraph(word: Any, line: Line) -> None:
    if line.kind is LineKind.ATTACHMENT:
        _line(word, "")
    font = HEITI if line.kind is LineKind.HEADING else FANGSONG
    _line(word, line.text, font=font, indent=2)


def _attachment(word: Any, letter: Notice) -> None:
    word.add_page_break()
    _line(word, "附件", font=HEITI)
    _line(word, "名额分配表", font=BIAOSONG, size=_TITLE_PT, align="center", pitch=Decimal(40))
    table = _table(word, columns=(Mm(110), Mm(46)))
    _row(table, ("单位", "名额"), size=14, font=HEITI)
    for unit, places in letter.quotas:
        _row(table, (unit, str(places)), size=14)
    _row(table, ("合计", str(sum(places for _, places in letter.quotas))), size=14)


def _line(
    word: Any,
    text: str,
    *,
    font: str = FANGSONG,
    size: int = SIZE_PT,
    align: str = "left",
    indent: int = 0,
    right: int = 0,
    pitch: Decimal = LINE_PT,
    rule: bool = False,
) -> None:
    paragraph = word.add_paragraph()
    paragraph.alignment = _ALIGN[align]
    look = paragraph.paragraph_format
    look.line_spacing_rule, look.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(float(pitch))
    look.first_line_indent = Pt(indent * size) if indent else None
    look.right_indent = Pt(right * size) if right else None
    look.keep_with_next = font == HEITI
    if rule:
        _red_rule(paragraph)
    _font(paragraph.add_run(text), font, size)


def _red_rule(paragraph: Any) -> None:
    """The red line 4 mm under the number."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "11"), ("color", "E60012")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def _table(word: Any, *, columns: tuple[Any, ...]) -> Any:
    table = word.add_table(rows=0, cols=len(columns))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, columns, strict=True):
        column.width = width
    return table


def _row(table: Any, texts: tuple[str, ...], *, size: int, font: str = FANGSONG) -> None:
    row = table.add_row()
    for cell, column, text in zip(row.cells, table.columns, texts, strict=True):
        cell.width = column.width
        look = cell.paragraphs[0].paragraph_format
        look.line_spacing_rule, look.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size * 1.5)
        _font(cell.paragraphs[0].add_run(text), font, size)


def _font(styled: Any, font: str, size: int) -> None:
    styled.font.name, styled.font.size = "Times New Roman", Pt(size)
    element = styled.element if hasattr(styled, "element") else styled._r
    element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _written(word: Any) -> bytes:
    memory = io.BytesIO()
    word.save(memory)
    return memory.getvalue()


_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
