"""Files of items as people write them, read into drafts: nothing is written, nothing is guessed silently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from question_bank.intakes.rules import keygrids
from question_bank.intakes.rules.placing import placed
from question_bank.intakes.rules.table_layout import outline, read_table
from question_bank.intakes.rules.text_layout import read_lines
from question_bank.items.formats import (
    docx,
    interchange,
    markdown,
    office,
    package,
    pictures,
    question_map,
    sheet_styles,
    sheets,
    text,
)
from question_bank.items.formats.unreadable import Unreadable
from question_bank.items.rules.characters import plain
from question_bank.items.rules.draft import Draft, Place, Problem, Reading
from question_bank.items.rules.lines import Line, Mark, Table

MOST_BYTES = 50 * 1024 * 1024
_SNIFFED = 8
_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
_MARKDOWN = {".md", ".markdown"}
_DELIMITED = {".csv", ".tsv"}


def read(
    path: Path,
    key_file: Path | None = None,
    mappings: Mapping[str, Mapping[str, int]] | None = None,
) -> Reading:
    """Read a file of items, with a separate file of answers if there is one.

    `mappings` are the columns of tables as people have said them, by signature.

    Raises Unreadable with one Chinese sentence if the file is of a kind, a size or an encoding that
    cannot be read, is empty, encrypted or damaged.
    """
    said = interchange.read(path) if key_file is None else None
    if said is not None:
        return said
    form, blocks = _blocks(path)
    key_lines = _flat(_blocks(key_file)[1]) if key_file else None
    file = path.name
    items, problems, layouts = _read_blocks(blocks, file, key_lines, mappings)
    if form == "xlsx" and key_lines is None and _is_unkeyed(items):
        blocks = sheet_styles.marked(path, blocks)
        items, problems, layouts = _read_blocks(blocks, file, key_lines, mappings)
    if not items:
        problems.append(
            Problem("no_items", "没有在文件里找到试题，请确认文件内容和格式。", Place(file, 1))
        )
    names = pictures.known(blocks)
    if names:
        items = [placed(item, names) for item in items]
    shown = "+".join(dict.fromkeys(layouts)) or "none"
    told = [outline(block) for block in blocks if isinstance(block, Table) and block.rows]
    return Reading(tuple(items), tuple(problems), f"{form}:{shown}", tuple(told))


def _is_unkeyed(items: list[Draft]) -> bool:
    """Whether most choices have no key: it may be told by the print of their options."""
    choices = [item for item in items if item.options]
    return sum(1 for item in choices if not item.key) * 2 > len(choices)


def files(path: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The pictures that the drafts of a file name, made safe and small; broken ones are left out."""
    names = list(names)
    if not names:
        return
    if interchange.source_of(path) is not None:
        yield from interchange.taken(path, names)
        return
    with path.open("rb") as stream:
        head = stream.read(_SNIFFED)
    legacy = ".doc" if package.is_ole(head) else ".rtf" if head.startswith(b"{\\rtf") else ""
    if head.startswith(b"PK"):
        with package.opened(path) as opened:
            legacy = ".odt" if _is_odt(path, set(opened.namelist())) else ""
    if not legacy:
        yield from pictures.taken(path, names)
        return
    with office.converted(path, legacy) as made:
        yield from pictures.taken(made, names)


def _blocks(path: Path) -> tuple[str, list[list[Line] | Table]]:
    """The kind of a file, told by its content rather than its name, and what it holds."""
    head = _checked_head(path)
    suffix = path.suffix.lower()
    if head.startswith(b"PK"):
        return _package(path)
    if package.is_ole(head):
        return _compound(path, suffix)
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"GIF8")):
        raise Unreadable("不能直接读 PDF、图片或压缩包，请上传 Word、Excel、CSV 或文本文件。")
    if head.startswith(b"{\\rtf"):
        with office.converted(path, ".rtf") as made:
            return "rtf", docx.read(made)
    return _plain_text(path, suffix)


def _checked_head(path: Path) -> bytes:
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("文件是空的。")
    if size > MOST_BYTES:
        raise Unreadable(f"文件有 {size // 1024 // 1024} MB，超过了 50 MB 的上限，请拆分后再上传。")
    with path.open("rb") as stream:
        return stream.read(_SNIFFED)


def _package(path: Path) -> tuple[str, list[list[Line] | Table]]:
    with package.opened(path) as opened:
        names = set(opened.namelist())
    if "word/document.xml" in names:
        return "docx", docx.read(path)
    if _is_odt(path, names):
        with office.converted(path, ".odt") as made:
            return "odt", docx.read(made)
    if "xl/workbook.xml" in names or "content.xml" in names or "xl/workbook.bin" in names:
        return "xlsx", list(sheets.workbook(path))
    raise Unreadable("这个压缩包不是 Word 或 Excel 文件，没有读取。")


def _is_odt(path: Path, names: set[str]) -> bool:
    if "mimetype" not in names:
        return False
    with package.opened(path) as opened:
        declared = package.part(opened, "mimetype") or b""
    return declared.strip() == b"application/vnd.oasis.opendocument.text"


def _compound(path: Path, suffix: str) -> tuple[str, list[list[Line] | Table]]:
    data = path.read_bytes()
    if package.is_encrypted_ole(data):
        raise Unreadable("文件设有密码，请去掉密码后再上传。")
    if "WordDocument".encode("utf-16-le") in data:
        with office.converted(path, ".doc") as made:
            return "doc", docx.read(made)
    return "xls", list(sheets.workbook(path))


def _plain_text(path: Path, suffix: str) -> tuple[str, list[list[Line] | Table]]:
    if suffix in _DELIMITED:
        return suffix[1:], list(sheets.delimited(path))
    if suffix in _MARKDOWN:
        return "markdown", [markdown.lines(path)]
    if suffix == ".json":
        return "json", [question_map.table(path)]
    lines = text.lines(path)
    first = next((line.text for line in lines if line.text.strip()), "")
    if first.lstrip().lower().startswith(("<html", "<!doctype", "<table", "<?xml")):
        raise Unreadable(
            "这是网页或 XML 格式的文件，请在 Excel 或 Word 里另存为 .xlsx、.docx 再上传。"
        )
    if suffix in _WORKBOOKS or (first.count("\t") > 1 and not lines[0].text.startswith("\t")):
        table = sheets.delimited(path)
        if read_table(table[0], path.name):
            return "tsv", list(table)
    return "text", [lines]


def _flat(blocks: list[list[Line] | Table]) -> list[Line]:
    """Everything as lines, tables cell by cell."""
    made: list[Line] = []
    for block in blocks:
        made += _cells(block) if isinstance(block, Table) else block
    return made


def _cells(table: Table) -> list[Line]:
    grid = keygrids.of_table(table)
    if grid:
        return [Line(text, table.line or table.rows[0].number) for text in grid]
    made: list[Line] = []
    for row in table.rows:
        if row.lines:
            made += _behind_letters(
                [line for cell in row.lines for line in cell if line.text.strip()]
            )
            continue
        for at, cell in enumerate(row.cells):
            names = row.marks[at] if row.marks else ()
            made += [
                Line(plain(piece), table.line or row.number, _printed(piece, names))
                for piece in cell.split("\n")
                if piece.strip()
            ]
    return made


def _behind_letters(lines: list[Line]) -> list[Line]:
    """The lines of a row, in which `A` alone in its cell heads the option in the next."""
    made: list[Line] = []
    for line in lines:
        if made and re.fullmatch(r"\s*[A-LＡ-Ｌ]\s*", made[-1].text):
            made[-1] = replace(line, text=f"{made[-1].text.strip()}. {line.text.strip()}", marks=())
        else:
            made.append(line)
    return made


def _printed(text: str, names: Iterable[str]) -> tuple[Mark, ...]:
    return tuple(Mark(0, len(text), name) for name in sorted(names))


def _read_blocks(
    blocks: list[list[Line] | Table],
    file: str,
    key_lines: list[Line] | None,
    mappings: Mapping[str, Mapping[str, int]] | None,
) -> tuple[list[Draft], list[Problem], list[str]]:
    """Tables with items as tables, all other tables and all lines as one text."""
    items: list[Draft] = []
    problems: list[Problem] = []
    layouts: list[str] = []
    running: list[Line] = []
    tables = [read_table(b, file, mappings) if isinstance(b, Table) else None for b in blocks]
    only_tables = all(isinstance(block, Table) for block in blocks)
    for block, found in zip(blocks, tables, strict=True):
        if not isinstance(block, Table):
            running += block
        elif found is not None:
            items += found[0]
            problems += found[1]
            layouts.append("columns")
        elif only_tables and (any(tables) or not _is_column(block)):
            problems += _skipped(block, file, notice=any(tables))
        else:
            running += _cells(block)
    if any(line.text.strip() for line in running):
        made, told, layout = read_lines(running, file, key_lines)
        items += made
        problems += told
        layouts.append(layout)
    return items, problems, layouts


def _is_column(table: Table) -> bool:
    """Whether nearly all rows have one cell: a text that somebody pasted into a sheet."""
    filled = [sum(1 for cell in row.cells if cell) for row in table.rows]
    return sum(1 for count in filled if count == 1) * 10 > len(filled) * 9


def _skipped(table: Table, file: str, *, notice: bool) -> list[Problem]:
    """A sheet without items: worth a word beside others, a problem where it is the only one."""
    if not table.rows:
        return []
    place = Place(file, cell=f"{table.name}!A1" if table.name else "A1")
    if notice:
        return [
            Problem(
                "sheet_skipped",
                f"工作表“{table.name}”里没有认出试题，没有读入。",
                place,
                notice=True,
            )
        ]
    return [
        Problem(
            "columns_unknown",
            "没有认出题干和答案在哪一列，请在表头写明“题干”“答案”“选项A”等。",
            place,
        )
    ]
