"""Tables: .xlsx, .xls and .ods through calamine, .csv and .tsv as text; cells come out as text."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from question_bank.items.formats import package, pictures, sheet_pictures, text
from question_bank.items.formats.unreadable import Unreadable
from question_bank.items.rules.characters import plain
from question_bank.items.rules.lines import Row, Table

# calamine lays out the whole rectangle between the outermost cells: one cell far away is a bomb too.
MOST_CELLS = 4_000_000
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')
_DAMAGED = "表格已损坏，打不开，请在 Excel 里重新保存一次再上传。"


def workbook(path: Path) -> list[Table]:
    """The sheets of a workbook; a formula counts by the value stored with it, nothing is computed."""
    packed = zipfile.is_zipfile(path)
    if packed:
        guard(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        tables = [_sheet(book, name) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        if "assword" in str(error):
            raise Unreadable("表格设有密码，请去掉密码后再上传。") from error
        raise Unreadable(_DAMAGED) from error
    if not packed:
        return tables
    with package.opened(path) as opened:
        shown = pictures.refused(sheet_pictures.placed(tables, opened), opened)
    return [table for table in shown if isinstance(table, Table)]


def guard(path: Path) -> None:
    """Unpack every part once, to the limit, and look how far the cells of each sheet reach."""
    with package.opened(path) as opened:
        for name in opened.namelist():
            data = package.part(opened, name) if name.endswith((".xml", ".rels")) else None
            if data is None:
                continue
            if b"<!DOCTYPE" in data[:4096]:
                raise Unreadable("文件里有不该出现的外部声明，为安全起见没有读取。")
            if "/worksheets/" in name and _area(data) > MOST_CELLS:
                raise Unreadable("表格的范围过大，请删去题目以外的空行空列再上传。")


def _area(data: bytes) -> int:
    rows = columns = 0
    for letters, digits in set(_CELL.findall(data)):
        rows = max(rows, int(digits))
        columns = max(columns, _column_number(letters.decode()))
    return rows * columns


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _sheet(book: CalamineWorkbook, name: str) -> Table:
    sheet = book.get_sheet_by_name(name)
    merged = _merged(sheet)
    rows = sheet.to_python(skip_empty_area=False)
    made = [_row(number, row, merged.get(number)) for number, row in enumerate(rows, 1)]
    return Table(name, tuple(row for row in made if any(row.cells)))


def _merged(sheet: CalamineSheet) -> dict[int, frozenset[int]]:
    """Row from 1 → the columns from 0 whose cells go on with the cell above."""
    found: dict[int, set[int]] = {}
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in range(top + 1, min(bottom, top + 10_000) + 1):
            found.setdefault(row + 1, set()).add(left)
    return {row: frozenset(columns) for row, columns in found.items()}


def _row(number: int, values: Sequence[object], merged: frozenset[int] | None) -> Row:
    dated = frozenset(at for at, value in enumerate(values) if isinstance(value, datetime.date))
    cells = tuple(_shown(value) for value in values)
    return Row(number, cells, dated, merged=merged or frozenset())


def _shown(value: object) -> str:
    """A cell as a person sees it: 3.0 is 3, a date is a date."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    return plain(str(value)).replace("\r\n", "\n").replace("_x000D_", "").strip()


def delimited(path: Path) -> list[Table]:
    """The one table of a .csv or .tsv file, whichever of tab, comma or semicolon parts its cells."""
    whole = text.decode(path.read_bytes())
    delimiter = _delimiter(whole)
    csv.field_size_limit(1 << 24)
    try:
        rows = list(csv.reader(io.StringIO(whole, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable("CSV 文件的格式有误，读不成表格。") from error
    shown = [tuple(plain(cell).strip() for cell in row) for row in rows]
    return [
        Table("", tuple(Row(number, cells) for number, cells in enumerate(shown, 1) if any(cells)))
    ]


def _delimiter(whole: str) -> str:
    """The sign that parts the first lines into the most cells, equally many in each."""
    head = whole[:20_000].splitlines(keepends=True)[:30]

    def width(sign: str) -> tuple[int, int]:
        rows = [len(row) for row in csv.reader(head, delimiter=sign) if any(row)]
        usual = max(set(rows), key=rows.count) if rows else 0
        return (rows.count(usual) if usual > 1 else 0, usual)

    return max(("\t", ",", ";", "，"), key=width)
