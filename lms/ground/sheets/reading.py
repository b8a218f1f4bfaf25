"""Reading .xlsx, .xls and .csv as rows of trimmed text that know where they stand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError
from python_calamine import SheetTypeEnum as SheetType
from python_calamine import SheetVisibleEnum as Visible

from lms.ground.errors import Refused
from lms.ground.sheets.encodings import decode
from lms.ground.sheets.limits import MOST_CELLS, WIDE_RANGE, survey

Value = str | int | float | bool | date | datetime | time | timedelta
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "文件加了打开密码，请在 Excel 里去掉密码后重新上传。"
_EXCEL_DIGITS = 15
_SEPARATORS = ",\t;|"


@dataclass(frozen=True)
class Row:
    """One row that is not blank: its number as Excel shows it, and its cells from column A."""

    number: int
    cells: tuple[str, ...]

    def text(self, column: int) -> str:
        """The text of a column (0 is A); nothing where the row ends before."""
        return self.cells[column] if column < len(self.cells) else ""

    def reference(self, column: int) -> str:
        """What the cell is called in Excel, such as C7."""
        return f"{column_name(column)}{self.number}"


@dataclass(frozen=True)
class Table:
    """A visible sheet that holds something; `sheet` is empty for a CSV file.

    `problems`: sentences about cells whose content was lost before it came here.
    """

    sheet: str
    rows: tuple[Row, ...]
    problems: tuple[str, ...] = ()


def read(content: bytes) -> list[Table]:
    """All tables of a file, whatever its name says.

    Dates are ISO, whole numbers have no `.0`, formulas are the values they had when the
    file was saved, blank rows are left out and still counted. Raises Refused with one
    sentence for what is locked, damaged, oversized, empty, or no table at all.
    """
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        tables = _read_workbook(content, survey(content))
    elif content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused(_LOCKED)
        tables = _read_workbook(content, {})
    else:
        tables = [_read_csv(content)]
    filled = [table for table in tables if table.rows]
    if not filled:
        raise Refused("文件里没有内容，请检查是否选错了文件。")
    return filled


def column_name(column: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    name = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        name = chr(ord("A") + letter) + name
        column -= 1
    return name


def _read_workbook(content: bytes, errors: dict[str, tuple[str, ...]]) -> list[Table]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            return [
                _read_sheet(workbook.get_sheet_by_name(sheet.name), errors.get(sheet.name, ()))
                for sheet in workbook.sheets_metadata
                if sheet.visible == Visible.Visible and sheet.typ == SheetType.WorkSheet
            ]
    except PasswordError as error:
        raise Refused(_LOCKED) from error
    except CalamineError as error:
        raise Refused(
            "文件不是 Excel 工作簿或已损坏，请用 Excel 打开后另存为 .xlsx 再上传。"
        ) from error


def _read_sheet(sheet: CalamineSheet, errors: tuple[str, ...]) -> Table:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise Refused(WIDE_RANGE)
    values: Sequence[Sequence[Value]] = sheet.to_python(skip_empty_area=False)
    lost = [f"{cell} 单元格是公式错误，没有值。" for cell in errors]
    lost += [
        f"{column_name(column)}{number} 单元格的数字超过 {_EXCEL_DIGITS} 位，Excel 已丢失后面的数位，"
        "请把这一列设为文本格式后重新填写。"
        for number, row in enumerate(values, 1)
        for column, value in enumerate(row)
        if isinstance(value, float) and abs(value) >= 10**_EXCEL_DIGITS
    ]
    return Table(
        sheet.name, _rows([as_text(value) for value in row] for row in values), tuple(lost)
    )


def as_text(value: Value) -> str:
    """A cell as it reads in Excel with a plain format."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return _number(value)
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")
        case time():
            return value.isoformat(timespec="seconds" if value.second else "minutes")
        case timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()


def _number(value: float) -> str:
    """With the 15 digits that Excel keeps: 0.1 + 0.2 is 0.3, and 3.0 is 3."""
    exact = Decimal(f"{value:.{_EXCEL_DIGITS}g}")
    return format(exact.to_integral_value() if exact == exact.to_integral_value() else exact, "f")


def _rows(rows: Iterable[Iterable[str]]) -> tuple[Row, ...]:
    numbered = ((number, tuple(row)) for number, row in enumerate(rows, 1))
    return tuple(Row(number, cells) for number, cells in numbered if any(cells))


def _read_csv(content: bytes) -> Table:
    """Strictly: a quote that is never closed would swallow the rest of the file."""
    text = decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        return Table("", _rows([cell.strip() for cell in row] for row in reader))
    except csv.Error as error:
        raise Refused(
            f"第 {reader.line_num} 行附近的引号不成对或内容过长，请检查后重新上传，或另存为 .xlsx。"
        ) from error


def _separator(text: str) -> str:
    """The mark that splits most of the first lines into the same, largest number of cells."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:20]

    def how_well(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines if line.count(mark)]
        return (len(counts), max((counts.count(count) for count in counts), default=0))

    return max(_SEPARATORS, key=how_well)
