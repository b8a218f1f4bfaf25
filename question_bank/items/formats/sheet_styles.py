"""The print of .xlsx cells: bold, coloured, underlined or filled ones, by which people mark an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from lms.ground.lazy import lazily
from question_bank.items.rules.lines import Line, Row, Table

if TYPE_CHECKING:
    from openpyxl.styles.colors import Color

openpyxl: Any = lazily("openpyxl")

_AUTOMATIC = 64
_BROKEN = (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError, BadZipFile)
_DARK = {"FF000000", "00000000"}
_WHITE = {"FFFFFFFF", "00FFFFFF"}


def marked(path: Path, blocks: list[list[Line] | Table]) -> list[list[Line] | Table]:
    """The tables of a workbook with the marks of their cells (see Line), which the fast reader of
    sheets has not. What all cells of a column bear marks none of them."""
    try:
        with path.open("rb") as stream:
            book = openpyxl.load_workbook(stream, read_only=True)
            found = {sheet.title: _marks(sheet) for sheet in book.worksheets}
    except _BROKEN:
        return blocks  # not a workbook of this kind, or with styles that cannot be read
    return [
        _table(block, found.get(block.name, {})) if isinstance(block, Table) else block
        for block in blocks
    ]


def _table(table: Table, marks: dict[tuple[int, int], frozenset[str]]) -> Table:
    filled = Counter(at for row in table.rows for at, cell in enumerate(row.cells) if cell)
    common = Counter((at, name) for (_, at), names in marks.items() for name in names)
    plain = {
        (at, name)
        for (at, name), count in common.items()
        if filled[at] > 1 and count * 10 >= (filled[at] - 1) * 9
    }

    def of_row(row: Row) -> Iterator[frozenset[str]]:
        for at in range(len(row.cells)):
            names = marks.get((row.number, at), frozenset())
            yield frozenset(name for name in names if (at, name) not in plain)

    return replace(table, rows=tuple(replace(row, marks=tuple(of_row(row))) for row in table.rows))


def _marks(sheet: Any) -> dict[tuple[int, int], frozenset[str]]:
    """(row from 1, column from 0) → the marks of a cell that holds something."""
    found = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value not in (None, "") and (names := frozenset(_names(cell))):
                found[cell.row, cell.column - 1] = names
    return found


def _names(cell: Any) -> Iterator[str]:
    font, fill = cell.font, cell.fill
    if font is not None:
        if font.b:
            yield "bold"
        if font.u:
            yield "underline"
        if shade := _shade(font.color, theme=1, usual=_DARK):
            yield f"colour:{shade}"
    if fill is not None and fill.fill_type and (shade := _shade(fill.fgColor, 0, _WHITE)):
        yield f"highlight:{shade}"


def _shade(color: Color | None, theme: int, usual: set[str]) -> str:
    """A colour as text; "" for the one that everything has."""
    if color is None:
        return ""
    if color.type == "theme":
        return "" if color.theme == theme and not color.tint else f"{color.theme}/{color.tint:.2f}"
    if color.type == "indexed":
        return "" if color.indexed in (8, 9, _AUTOMATIC) else str(color.indexed)
    return "" if color.rgb in usual else str(color.rgb)
