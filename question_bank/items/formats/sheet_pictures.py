"""Pictures of .xlsx sheets: which cell each hangs on, also the ones that WPS keeps inside cells."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import replace

from lxml import etree

from question_bank.items.formats import package
from question_bank.items.rules.lines import Row, Table
from question_bank.items.rules.runs import private

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_IN_CELL = re.compile(r'=?(?:_xlfn\.)?DISPIMG\("([^"]+)"[^)]*\)')
Cells = dict[tuple[int, int], list[str]]
"""(row from 1, column from 0) → names of pictures."""


def placed(tables: list[Table], opened: zipfile.ZipFile) -> list[Table]:
    """The tables with a private character (see runs) for every picture in the cell it hangs on."""
    anchored = _anchored(opened)
    inside = _inside(opened)
    if not any(anchored.values()) and not inside:
        return tables
    ordinals: dict[str, int] = {}
    return [_table(table, anchored.get(table.name, {}), inside, ordinals) for table in tables]


def _table(table: Table, cells: Cells, inside: dict[str, str], ordinals: dict[str, int]) -> Table:
    numbers = [row.number for row in table.rows]
    at_row: dict[int, dict[int, list[str]]] = {}
    for (number, column), names in sorted(cells.items()):
        above = max((n for n in numbers if n <= number), default=None)
        if above is not None:
            at_row.setdefault(above, {}).setdefault(column, []).extend(names)
    rows = tuple(_row(row, at_row.get(row.number, {}), inside, ordinals) for row in table.rows)
    return replace(table, rows=rows)


def _row(
    row: Row, pictures: dict[int, list[str]], inside: dict[str, str], ordinals: dict[str, int]
) -> Row:
    cells, media = list(row.cells), []
    last = max([len(cells) - 1, *pictures])
    cells += [""] * (last + 1 - len(cells))
    for column, cell in enumerate(cells):
        names = list(pictures.get(column, ()))
        for match in _IN_CELL.finditer(cell):
            names.append(inside.get(match[1], ""))
        text = _IN_CELL.sub("", cell).rstrip()
        for name in names:
            media.append(name)
            text += private(ordinals.setdefault(name, len(ordinals)))
        cells[column] = text
    if not media:
        return row
    return replace(
        row, cells=tuple(cells), media=tuple(media), doubts=("picture_aside",) if pictures else ()
    )


def _anchored(opened: zipfile.ZipFile) -> dict[str, Cells]:
    """Sheet name → its pictures by cell."""
    book = package.xml(opened, "xl/workbook.xml")
    if book is None:
        return {}
    parts = _targets(opened, "xl/workbook.xml")
    found: dict[str, Cells] = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        part = parts.get(sheet.get(f"{_REL}id", ""), "")
        drawings = [t for t in _targets(opened, part).values() if "/drawings/drawing" in t]
        cells: Cells = {}
        for drawing in drawings:
            _read_drawing(opened, drawing, cells)
        found[sheet.get("name", "")] = cells
    return found


def _read_drawing(opened: zipfile.ZipFile, part: str, cells: Cells) -> None:
    root = package.xml(opened, part)
    names = _targets(opened, part)
    for anchor in root if root is not None else ():
        start = anchor.find(f"{_XDR}from")
        if start is None:
            continue
        row = int(start.findtext(f"{_XDR}row", "0")) + 1
        column = int(start.findtext(f"{_XDR}col", "0"))
        for blip in anchor.iter(_BLIP):
            name = names.get(blip.get(f"{_REL}embed", ""), "")
            cells.setdefault((row, column), []).append(name)


def _inside(opened: zipfile.ZipFile) -> dict[str, str]:
    """Id of a picture in a cell → its name, as WPS keeps them."""
    root = package.xml(opened, "xl/cellimages.xml")
    if root is None:
        return {}
    names = _targets(opened, "xl/cellimages.xml")
    found: dict[str, str] = {}
    for picture in root.iter(f"{_XDR}pic"):
        shown = picture.find(f".//{_XDR}cNvPr")
        blip = next(picture.iter(_BLIP), None)
        if shown is not None and blip is not None:
            found[shown.get("name", "")] = names.get(blip.get(f"{_REL}embed", ""), "")
    return found


def _targets(opened: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Relationship id → part, of what a part refers to inside the package."""
    folder, name = posixpath.split(part)
    root = package.xml(opened, f"{folder}/_rels/{name}.rels")
    return {
        rel.get("Id", ""): _resolved(folder, rel)
        for rel in (root if root is not None else ())
        if isinstance(rel.tag, str)
    }


def _resolved(folder: str, rel: etree._Element) -> str:
    if rel.get("TargetMode") == "External":
        return ""
    return posixpath.normpath(posixpath.join(folder, rel.get("Target", ""))).lstrip("/")
