"""The house's own workbook: one item a row, the parts of a case on rows of their own below it."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook

from question_bank.items.formats import package, sheets, template
from question_bank.items.formats.escapes import unescaped
from question_bank.items.formats.protocol import Loss
from question_bank.items.formats.tags import groups_text, source_of, source_text
from question_bank.items.formats.unreadable import Unreadable
from question_bank.items.kinds.protocol import letter
from question_bank.items.rules.characters import narrow
from question_bank.items.rules.draft import (
    Draft,
    Place,
    Problem,
    Reading,
    limits_said,
    limits_text,
)
from question_bank.items.rules.finding import tags_of
from question_bank.items.rules.terms import KIND_NAMES, Kind

SUFFIX = ".xlsx"
SHEET, GUIDE = "试题", "填写说明"
_BEFORE = ("题号", "小题", "题型", "题干", "左栏")
_BEHIND = ("答案", "可换序", "采分点", "解析", "分值", "难度", "认知层次", "知识点", "标签", "出处", "播放次数",
           "录音文字", "录音秒数", "录音次数")  # fmt: skip
_LATER = {
    "标签",
    "录音秒数",
    "录音次数",
}  # templates that were handed out before have no such columns
_FEWEST, _MOST = 6, 26
_WIDTHS = {"题号": 6, "小题": 6, "题型": 11, "题干": 48, "左栏": 16, "答案": 16, "采分点": 24, "解析": 30,
           "知识点": 18, "出处": 24}  # fmt: skip
_LONGEST = 32_767
_FILES_LOST = "图片和录音不会写入"


def recognises(path: Path) -> bool:
    """Whether a workbook has the two sheets of the template, and its header in the first."""
    with package.opened(path) as opened:
        book = package.part(opened, "xl/workbook.xml") or b""
    if not all(f'name="{name}"'.encode() in book for name in (SHEET, GUIDE)):
        return False
    sheets.guard(path)
    return _columns(_rows(path)) is not None


def read(path: Path) -> Reading:
    rows = _rows(path)
    columns = _columns(rows)
    if columns is None:
        raise Unreadable("“试题”工作表的表头改动过，认不出各列，请用原来的模板填写。")
    drafts: list[Draft] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = _Cells(
            path.name, number, {name: row[at] for name, at in columns.items() if at < len(row)}
        )
        if not any(cells.values.values()):
            continue
        draft = _draft(cells)
        if cells["小题"] and drafts:
            drafts[-1] = replace(drafts[-1], parts=(*drafts[-1].parts, draft))
        elif cells["小题"]:
            problems.append(
                Problem("part_first", "第一行就是小题，它上面没有案例题。", cells.place)
            )
        else:
            drafts.append(draft)
    return Reading(tuple(drafts), tuple(problems), "xlsx:template")


def files(path: Path, names: Collection[str]) -> dict[str, bytes]:
    return {}


def _rows(path: Path) -> list[list[str]]:
    """The cells of the sheet of items as they stand: not even their blanks are folded."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable("表格已损坏，打不开，请在 Excel 里重新保存一次再上传。") from error
    return [[_shown(value) for value in row] for row in rows]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "正确" if value else "错误"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (datetime, date)):
        return f"\x00{value.isoformat()}"
    return str(value).replace("\r\n", "\n").strip()


def _columns(rows: Sequence[Sequence[str]]) -> dict[str, int] | None:
    """The place of every column; None unless the first row names all of the template's."""
    header = {name: at for at, name in enumerate(rows[0])} if rows else {}
    lettered = [name for name in header if re.fullmatch("选项[A-Z]", name)]
    wanted = {*_BEFORE, *_BEHIND, "选项A", "选项B"} - _LATER
    known = {*wanted, *lettered, *_LATER, ""}
    return header if wanted <= set(header) <= known else None


class _Cells:
    """The cells of a row by the names of their columns."""

    def __init__(self, file: str, row: int, values: dict[str, str]) -> None:
        self.place = Place(file, cell=f"{SHEET}!A{row}")
        self.dated = [name for name, value in values.items() if value.startswith("\x00")]
        self.values = {name: value.removeprefix("\x00") for name, value in values.items()}

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def options(self) -> tuple[str, ...]:
        found = [self[f"选项{letter(at)}"] for at in range(_MOST)]
        while found and not found[-1]:
            found.pop()
        return tuple(found)


def _draft(cells: _Cells) -> Draft:
    told: list[tuple[str, str]] = []
    kind = template.kind_of(cells["题型"])
    if not kind:
        told.append(("kind_unknown", f"题型“{cells['题型'][:20]}”不认识，请选择模板里的题型。"))
    key, strange = template.key_said(kind, cells["答案"])
    told += [("key_unread", strange)] if strange else []
    draft = Draft(
        number=template.number_of(cells["小题"] or cells["题号"]),
        kind=kind,
        stem=cells["题干"],
        options=cells.options(),
        key=key,
        source=cells.place,
        rationale=cells["解析"],
        topic=cells["知识点"],
        tags=tuple(tags_of(cells["标签"])),
        difficulty=cells["难度"],
        cognition=cells["认知层次"],
        transcript=cells["录音文字"],
    )
    draft = _further(draft, cells, told)
    told += [
        ("date_cell", f"“{name}”一栏是日期“{cells[name]}”，请核对原来写的是什么。")
        for name in cells.dated
    ]
    problems = tuple(Problem(code, sentence, cells.place) for code, sentence in told)
    return replace(draft, problems=problems)


def _further(draft: Draft, cells: _Cells, told: list[tuple[str, str]]) -> Draft:
    """What takes more than a look: left column, groups, rubric, points, sources, plays."""
    left = template.list_said(cells["左栏"])
    parts = tuple(Draft(at, "", one, (), (), cells.place) for at, one in enumerate(left, start=1))
    rows = [(line, template.row_said(line)) for line in cells["采分点"].split("\n") if line.strip()]
    told += [
        ("rubric", f"采分点“{line[:20]}”没有写分值，应写成“2分：……”。")
        for line, row in rows
        if not row
    ]
    rubric = tuple({**row, "text": unescaped(row["text"])} for _, row in rows if row)
    points = _points(cells["分值"])
    if cells["分值"] and points is None:
        told.append(("points", f"分值“{cells['分值'][:20]}”不是数字。"))
    sources = [(line, source_of(line)) for line in cells["出处"].split("\n") if line.strip()]
    told += [("source", f"出处“{line[:30]}”没有看懂。") for line, one in sources if one is None]
    if cells["可换序"]:
        key, strange = template.grouped(draft, cells["可换序"])
        told += [("groups", strange)] if strange else []
        draft = replace(draft, key=key)
    limits, strange_limits = limits_said(cells.values)
    told += strange_limits
    return replace(
        draft, parts=parts, rubric=rubric, points=points,
        sources=tuple(one for _, one in sources if one is not None),
        **limits,
    )  # fmt: skip


def _points(text: str) -> Decimal | None:
    try:
        points = Decimal(narrow(text).strip().removesuffix("分"))
    except InvalidOperation:
        return None
    return points if points.is_finite() and points >= 0 else None


def losses(draft: Draft) -> list[Loss]:
    """A cell holds 32,767 characters and no file."""
    one = (draft, *draft.parts)
    if any(len(cell) > _LONGEST for part in one for cell in _cells(part, "").values()):
        return [Loss(draft.number, "有一处文字超过一个单元格的长度", whole=True)]
    if any(len(part.options) > _MOST or not all(part.options) for part in one):
        return [Loss(draft.number, "选项有空的，或者超过26个", whole=True)]
    told = [_FILES_LOST] if draft.media else []
    if any(part.kind in template.WRITTEN and len(part.key) > 1 for part in one):
        told.append("几份参考答案会合成一份")
    return [Loss(draft.number, sentence) for sentence in told]


def write(drafts: Sequence[Draft], files: Mapping[str, bytes], guide: Sequence[str] = ()) -> bytes:
    """The workbook; `guide` are the lines of its second sheet."""
    count = max(
        [_FEWEST, *(len(part.options) for draft in drafts for part in (draft, *draft.parts))]
    )
    header = [*_BEFORE, *(f"选项{letter(at)}" for at in range(count)), *_BEHIND]
    memory = io.BytesIO()
    with Workbook(memory, {"constant_memory": True}) as book:
        plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = book.add_format(
            {"bold": True, "bg_color": "#EEEEEE", "border": 1, "align": "center"}
        )
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 4)
        for at, name in enumerate(header):
            sheet.set_column(at, at, _WIDTHS.get(name, 14 if name.startswith("选项") else 9), plain)
            sheet.write_string(0, at, name, bold)
        _choices(sheet, header)
        for row, cells in enumerate(_all_cells(drafts), start=1):
            for at, name in enumerate(header):
                if cells.get(name):
                    sheet.write_string(row, at, cells[name], plain)
        told = book.add_worksheet(GUIDE)
        told.set_column(0, 0, 110, plain)
        for row, line in enumerate(guide or ("由逢学导出，可以原样再导入。",)):
            told.write_string(row, 0, line, plain)
    return memory.getvalue()


def _choices(sheet: Any, header: Sequence[str]) -> None:
    """The words that a column may hold, offered as a list; others may be typed and are told."""
    offered = {
        "题型": list(KIND_NAMES.values()),
        "难度": ["易", "中", "难"],
        "认知层次": ["识记", "理解", "应用"],
    }
    for name, words in offered.items():
        at = header.index(name)
        sheet.data_validation(1, at, 20_000, at, {
            "validate": "list", "source": words, "error_type": "warning"})  # fmt: skip


def _all_cells(drafts: Sequence[Draft]) -> Iterator[dict[str, str]]:
    for number, draft in enumerate(drafts, start=1):
        yield {**_cells(draft, ""), "题号": str(draft.number or number)}
        if draft.kind in ("case", "listening"):
            for at, part in enumerate(draft.parts, start=1):
                yield _cells(part, str(at))


def _cells(draft: Draft, part: str) -> dict[str, str]:
    """The texts of a row by the names of their columns."""
    left = [one.stem for one in draft.parts] if draft.kind == "matching" else []
    rubric = [{**row, "text": template.list_text([row["text"]])} for row in draft.rubric]
    return {
        "小题": part,
        "题型": KIND_NAMES[Kind(draft.kind)] if draft.kind else "",
        "题干": draft.stem,
        "左栏": template.list_text(left),
        **{f"选项{letter(at)}": option for at, option in enumerate(draft.options[:_MOST])},
        "答案": template.key_text(draft) if draft.kind else "".join(map(str, draft.key)),
        "可换序": groups_text(draft),
        "采分点": "\n".join(map(template.row_text, rubric)),
        "解析": draft.rationale,
        "分值": "" if draft.points is None else f"{draft.points:f}",
        "难度": draft.difficulty,
        "认知层次": draft.cognition,
        "知识点": draft.topic,
        "标签": "、".join(draft.tags),
        "出处": "\n".join(map(source_text, draft.sources)),
        **limits_text(draft),
        "录音文字": draft.transcript,
    }
