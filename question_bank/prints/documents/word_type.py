"""Type and page in Word: paper sizes, columns, heads and feet, lines of text, tables, lines to write on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

_SONG, HEI, _LATIN = "宋体", "黑体", "Times New Roman"


def set_up(word: Any, *, wide: bool) -> None:
    """A3 across in two columns, or A4; the type of everything that says nothing else."""
    section = word.sections[0]
    if wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(420), Mm(297)
        section.left_margin, section.right_margin = Mm(38), Mm(18)
        _two_columns(section)
    else:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(20), Mm(18)
    section.top_margin, section.bottom_margin = Mm(18), Mm(20)
    style = word.styles["Normal"]
    style.font.name, style.font.size = _LATIN, Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _SONG)
    language = OxmlElement("w:lang")  # without it full stops are set as in Taiwan
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.rPr.append(language)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.35


def frame(word: Any, above: str, below: str) -> None:
    """The serial in the head, page numbers and digest in the foot."""
    head = word.sections[0].header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    head.add_run(above).font.size = Pt(9)
    foot = word.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.style.font.size = Pt(9)
    for text, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES")):
        foot.add_run(text)
        _add_field(foot, field)
    foot.add_run(f" 页　　{below}").font.size = Pt(9)


def add_line(word: Any, text: str, size: float = 10.5) -> Any:
    """A paragraph of one text, `size` in points."""
    paragraph = word.add_paragraph()
    paragraph.add_run(text).font.size = Pt(size)
    return paragraph


def add_centred(word: Any, text: str, size: float) -> Any:
    """The same in the middle."""
    paragraph = add_line(word, text, size)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def font(run: Any, name: str) -> None:
    """A run in this Chinese type, its Latin letters as everywhere."""
    run.font.name = _LATIN
    run._r.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), name)


def add_table(word: Any, widths: Sequence[int], *, rows: int = 0) -> Any:
    """A table of lines whose columns are exactly so wide, whatever stands in them."""
    table = word.add_table(rows=rows, cols=len(widths))
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table


def add_ruled(word: Any) -> None:
    """An empty line to write on; those that follow each other share a border between them."""
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(6)
    properties = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    for place in ("bottom", "between"):
        border = OxmlElement(f"w:{place}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "999999")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _add_field(paragraph: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _two_columns(section: Any) -> None:
    columns = section._sectPr.find(qn("w:cols"))
    if columns is None:
        columns = OxmlElement("w:cols")
        section._sectPr.append(columns)
    columns.set(qn("w:num"), "2")
    columns.set(qn("w:space"), str(int(Mm(18).pt * 20)))
