"""Paragraphs and tables written as the bytes of a Word file, a text or a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import docx
import openpyxl
from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.shared import RGBColor
from docx.text.run import Run

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16"]


@dataclass(frozen=True)
class Paragraph:
    """Pieces of text with their marks ("" for none); `depth` is its level in an automatic list."""

    pieces: tuple[tuple[str, str], ...]
    depth: int | None = None

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True)
class Grid:
    """A table in a document: a cell with a line break holds two paragraphs."""

    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Grid


def plain(text: str) -> Paragraph:
    return Paragraph(((text, ""),))


def as_text(blocks: Sequence[Block], encoding: str) -> bytes:
    """The paragraphs as lines; there are no tables in a text."""
    return "\n".join(one.text for one in blocks if isinstance(one, Paragraph)).encode(encoding)


def as_word(blocks: Sequence[Block], letters: str = "%2.") -> bytes:
    """A Word file; `letters` is the form of the second level of its automatic list."""
    document = docx.Document()
    _define_list(document, letters)
    for block in blocks:
        if isinstance(block, Grid):
            _add_table(document, block)
        else:
            _add_paragraph(document, block)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _define_list(document: Document, letters: str) -> None:
    root = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{shown}"/></w:lvl>'
        for at, (form, shown) in enumerate([("decimal", "%1."), ("upperLetter", letters)])
    )
    root.insert(0, parse_xml(f'<w:abstractNum {_W} w:abstractNumId="77">{levels}</w:abstractNum>'))
    root.append(
        parse_xml(f'<w:num {_W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>')
    )  # fmt: skip


def _add_paragraph(document: Document, block: Paragraph) -> None:
    made = document.add_paragraph()
    if block.depth is not None:
        made._p.get_or_add_pPr().append(
            parse_xml(
                f'<w:numPr {_W}><w:ilvl w:val="{block.depth}"/><w:numId w:val="77"/></w:numPr>'
            )
        )
    for text, mark in block.pieces:
        _mark(made.add_run(text), mark)


def _mark(run: Run, mark: str) -> None:
    if mark == "bold":
        run.bold = True
    elif mark == "underline":
        run.underline = True
    elif mark == "colour":
        run.font.color.rgb = RGBColor(255, 0, 0)
    elif mark == "highlight":
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _add_table(document: Document, block: Grid) -> None:
    table = document.add_table(len(block.rows), max(map(len, block.rows)))
    for row, cells in zip(table.rows, block.rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=False):
            head, *below = text.split("\n")
            cell.text = head
            for line in below:
                cell.add_paragraph(line)


def as_workbook(sheets: Sequence[tuple[str, list[list[object]]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def as_csv(rows: list[list[object]], encoding: str) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode(encoding)
