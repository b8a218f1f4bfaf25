"""Writing workbooks that print well on A4 and hold data only, never formulas."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lms.ground.clock import local

Cell = str | int | Decimal | date | None
_FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
_A4 = 9
_LONGEST_NAME = 31
_LONGEST_TEXT = 32_767


@dataclass(frozen=True)
class Column:
    """A heading and its width in characters (a Chinese one counts as two)."""

    heading: str
    width: float = 12


@dataclass(frozen=True)
class SheetSpec:
    """One sheet: its name, a title over the table (or none), columns, rows in their order."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    title: str = ""
    landscape: bool = False


@dataclass(frozen=True)
class _Looks:
    title: Format
    header: Format
    text: Format
    number: Format
    day: Format
    instant: Format


def workbook(sheets: Sequence[SheetSpec]) -> bytes:
    """An .xlsx of these sheets.

    Strings are written as strings, so that an ID keeps its digits and `=1+1` stays what
    somebody typed; instants are shown on the school's clock. ValueError for a text longer
    than a cell may be (32,767): Excel would drop it without a word.
    """
    memory = io.BytesIO()
    with Workbook(memory, {"constant_memory": True}) as book:
        looks = _looks(book)
        names: set[str] = set()
        for spec in sheets:
            _fill(book.add_worksheet(_sheet_name(spec.name, names)), spec, looks)
    return memory.getvalue()


def _looks(book: Workbook) -> _Looks:
    cell = {**_FONT, "border": 1}
    return _Looks(
        title=book.add_format({**_FONT, "font_size": 16, "bold": True, "align": "center"}),
        header=book.add_format(
            {**cell, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#EEEEEE"}
        ),
        text=book.add_format({**cell, "num_format": "@", "text_wrap": True}),
        number=book.add_format({**cell, "align": "right"}),
        day=book.add_format({**cell, "num_format": "yyyy-mm-dd", "align": "center"}),
        instant=book.add_format({**cell, "num_format": "yyyy-mm-dd hh:mm", "align": "center"}),
    )


def _fill(sheet: Worksheet, spec: SheetSpec, looks: _Looks) -> None:
    for index, column in enumerate(spec.columns):
        sheet.set_column(index, index, column.width)
    header = 1 if spec.title else 0
    if spec.title:
        sheet.set_row(0, 30)
        if len(spec.columns) > 1:
            sheet.merge_range(0, 0, 0, len(spec.columns) - 1, "", looks.title)
        sheet.write_string(0, 0, spec.title, looks.title)
    for index, column in enumerate(spec.columns):
        sheet.write_string(header, index, column.heading, looks.header)
    for number, row in enumerate(spec.rows, header + 1):
        for index, value in enumerate(row):
            _write(sheet, number, index, value, looks)
    _set_up_page(sheet, header, landscape=spec.landscape)


def _write(sheet: Worksheet, row: int, column: int, value: Cell, looks: _Looks) -> None:
    match value:
        case None | "":
            sheet.write_blank(row, column, None, looks.text)
        case str():
            if len(value) > _LONGEST_TEXT:
                raise ValueError(f"a cell holds at most {_LONGEST_TEXT} characters")
            sheet.write_string(row, column, value, looks.text)
        case datetime():
            sheet.write_datetime(row, column, local(value).replace(tzinfo=None), looks.instant)
        case date():
            sheet.write_datetime(row, column, value, looks.day)
        case _:
            sheet.write_number(row, column, value, looks.number)


def _set_up_page(sheet: Worksheet, header: int, *, landscape: bool) -> None:
    sheet.freeze_panes(header + 1, 0)
    sheet.repeat_rows(0, header)
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_footer("&C第 &P 页，共 &N 页")
    if landscape:
        sheet.set_landscape()


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """What Excel takes as a name: 31 characters, none of []:*?/\\, no quote at the ends, unique."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '") or "表"
    name, number = plain[:_LONGEST_NAME], 1
    while name.casefold() in taken:
        number += 1
        suffix = f" ({number})"
        name = plain[: _LONGEST_NAME - len(suffix)] + suffix
    taken.add(name.casefold())
    return name
