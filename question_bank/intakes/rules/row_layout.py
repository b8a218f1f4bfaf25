"""The fields of one item in a table: its cells by their columns, options in cells of their own or in one."""

from __future__ import annotations

import re

from question_bank.intakes.rules import marks, options
from question_bank.intakes.rules.columns import Columns, column_name
from question_bank.intakes.rules.fields import Fields, Option
from question_bank.intakes.rules.kind_words import kind_of
from question_bank.items.rules.characters import narrow
from question_bank.items.rules.draft import Place
from question_bank.items.rules.lines import Line, Row, Table

_OWN_LETTER = re.compile(
    r"\s*[（(【\[]?\s*([A-LＡ-Ｌ])\s*(?:[)）\]】]\s*[.、．:：]?|[.．、]|[:：](?!\\)|[,，](?=\D))\s*"
)
_LISTING = re.compile(r"\s*[A-LＡ-Ｌ]\s*[、,，]\s*[A-LＡ-Ｌ](?![A-Za-z.．])")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨"
_LIST_SIGNS = ("$;$", "||", "|", "¦", "；", ";", "\t")
_STEM_NUMBER = re.compile(r"\s*(?:第\s*(\d{1,4})\s*题|Câu\s*(\d{1,4}))\s*[.:：、]?\s*(?=\S)")
_COUNTED = re.compile(r"(?:第|Câu|Question|No\.?)?\s*(\d{1,9})\s*[题.、]?", re.IGNORECASE)
_NOTHING = {"无", "-", "—", "/", "暂无", "null", "none", "nan"}


def place_in(table: Table, file: str, row: int = 1, column: int = 0) -> Place:
    """Where a cell of a table stands."""
    name = f"{column_name(column)}{row}"
    return Place(file, cell=f"{table.name}!{name}" if table.name else name)


def fields_of(rows: list[Row], columns: Columns, table: Table, file: str) -> Fields:
    row = rows[0]
    number = columns.cell(row, "number")
    counted = _COUNTED.fullmatch(number)
    said = columns.cell(row, "kind")
    fields = Fields(
        place_in(table, file, row.number, columns.roles.get("stem", 0)),
        number=int(counted[1]) if counted else number or None,
        kind=kind_of(said),
        stem=columns.cell(row, "stem"),
        answers=[
            columns.cell(row, "key"),
            *(row.cells[at] for at in columns.more_keys if at < len(row.cells)),
        ],
        rationale=_meant(columns.cell(row, "rationale")),
        points=columns.cell(row, "points"),
        topic=_meant(columns.cell(row, "topic")),
        tags=_meant(columns.cell(row, "tags")),
        difficulty=_meant(columns.cell(row, "difficulty")),
    )
    numbered = _STEM_NUMBER.match(fields.stem) if fields.number is None else None
    if numbered:
        fields.number = int(numbered[1] or numbered[2])
        fields.stem = fields.stem[numbered.end() :]
    if said and not fields.kind:
        fields.report("kind_unknown", f"题型“{said[:20]}”不认识，按选项和答案推断，请确认。")
    fields.source = "\n".join(" | ".join(filter(None, one.cells)) for one in rows)
    fields.doubt(doubt for one in rows for doubt in one.doubts)
    _options(fields, rows, columns)
    _dates(fields, row, columns)
    _provenance(fields, row, columns)
    return fields


def _dates(fields: Fields, row: Row, columns: Columns) -> None:
    """A cell that holds a date may be typed as something else: 1-2 becomes a day in January."""
    used = {columns.roles.get("stem"), columns.roles.get("key"), *columns.options.values()}
    for at in sorted(row.dated & {at for at in used if at is not None}):
        fields.report(
            "date_cell",
            f"{column_name(at)}{row.number}单元格是日期，读作“{row.cells[at]}”，请核对。",
        )


def _meant(text: str) -> str:
    return "" if text.strip().casefold() in _NOTHING else text


def _provenance(fields: Fields, row: Row, columns: Columns) -> None:
    shown = " ".join(
        row.cells[at] for at in columns.provenance if at < len(row.cells) and row.cells[at]
    )
    if shown:
        fields.rationale = f"{fields.rationale}\n出处：{shown}".strip()


def _mend(fields: Fields, text: str) -> str:
    """The text of options, in which a letter torn off by a break is put back and doubted."""
    mended = options.mended(text)
    if mended != text:
        fields.report(
            "option_continued", "有一行以前一个选项的字母开头，当作上一个选项的末尾，请核对选项。"
        )
    return mended


def _options(fields: Fields, rows: list[Row], columns: Columns) -> None:
    """Options from their columns, or from one cell or the rows below it."""
    if columns.options:
        cells = option_cells(rows[0], columns)
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            _options_in_stem(fields)
            return
        lettered = sum(_has_own_letter(cell) for cell in cells) > 1
        fields.options = [
            _option(fields, letter, cell, lettered=lettered)
            for letter, cell in zip(columns.options, cells, strict=False)
        ]
        _print(fields.options, rows[0], list(columns.options.values()))
        marks.take_stars(fields)
        marks.drop_crosses(fields)
        return
    cells = [columns.cell(row, "options") for row in rows if columns.cell(row, "options")]
    if not cells:
        _options_in_stem(fields)
        return
    fields.options = _split(_mend(fields, "\n".join(cells)), len(cells) > 1)
    if len(fields.options) < 2:
        fields.report("options_unsplit", "选项栏里的文字分不成几个选项，请核对。")
    marks.take_stars(fields)
    marks.drop_crosses(fields)


def _print(made: list[Option], row: Row, places: list[int]) -> None:
    """Give options the marks of their cells, where these were looked at."""
    for option, at in zip(made, places, strict=False):
        option.marks = row.marks[at] if at < len(row.marks) else frozenset()


def _has_own_letter(cell: str) -> bool:
    """Whether a letter stands before the text of an option; that of `A、B两项` is text."""
    return _OWN_LETTER.match(cell) is not None and _LISTING.match(cell) is None


def _option(fields: Fields, letter: str, cell: str, *, lettered: bool) -> Option:
    """A cell without the letter that people put before its text; another letter is a problem.

    `lettered` says that options of its row have letters of their own."""
    text, ticked = options.cleaned(cell)
    own = _OWN_LETTER.match(text)
    if own is None or not (lettered or _has_own_letter(text)):
        return Option(letter, text, ticked)
    said = chr(ord(own[1]) - 0xFEE0) if own[1] > "Z" else own[1]
    if said == letter:
        return Option(letter, text[own.end() :], ticked)
    fields.report("option_letters", f"选项{letter}一栏里写的是“{text[:12]}”，字母对不上，请核对。")
    return Option(letter, text, ticked)


def _options_in_stem(fields: Fields) -> None:
    """Options that stand in the cell of the stem, on lines below it or behind it."""
    fields.stem = _mend(fields, fields.stem)
    lines = fields.stem.split("\n")
    starts = [
        len("\n".join(lines[:i]))
        for i in range(1, len(lines))
        if options.split(Line(lines[i], 0), "A", set())
    ]
    behind = options.opening(fields.stem)
    # Statements (a), (b) … may stand above: the last run of letters to the very end are options.
    for start in [*reversed(starts), *([] if behind is None else [behind])]:
        found = _lettered(fields.stem[start:].strip())
        if len(found) > 1 and all(option.text for option in found):
            fields.stem, fields.options = fields.stem[:start].rstrip(), found
            return


def _split(text: str, several: bool) -> list[Option]:
    """The options in one cell: by their letters, else by lines, else by a sign between them."""
    lettered = _lettered(text)
    if lettered:
        return lettered
    lines = [line for line in text.split("\n") if line.strip()]
    plain = _counted(text) or (lines if len(lines) > 1 or several else _by_sign(text))
    return [Option(chr(ord("A") + i), *options.cleaned(piece)) for i, piece in enumerate(plain)]


def _counted(text: str) -> list[str]:
    """The options of a text that begins with ① and counts on; [] for any other."""
    pieces = re.split(f"([{_CIRCLED}])", text.strip())
    signs = "".join(pieces[1::2])
    counts = len(signs) > 1 and not pieces[0] and _CIRCLED.startswith(signs)
    return [piece.strip(" \n\t；;，,、.．") for piece in pieces[2::2]] if counts else []


def _lettered(text: str) -> list[Option]:
    """The options of a text by their letters; [] unless they run on from its first line to its last."""
    lettered: list[Option] = []
    lines = [line for line in text.split("\n") if line.strip()]
    for at, line in enumerate(lines):
        expected = chr(ord("A") + len(lettered))
        later = {m[1] for other in lines[at + 1 :] if (m := _OWN_LETTER.match(other))}
        pieces = options.split(Line(line, 0), expected, later)
        if not pieces:
            return _in_any_order(lines)
        lettered += [Option(letter, *options.cleaned(piece.text)) for letter, piece in pieces]
    return lettered if len(lettered) > 1 else []


def _in_any_order(lines: list[str]) -> list[Option]:
    """One option per line, in the order of their letters if these run on; [] if they are no options."""
    heads = [_OWN_LETTER.match(line) for line in lines]
    if len(lines) < 2 or not all(heads):
        return []
    made = [
        Option(narrow(head[1]), *options.cleaned(line[head.end() :]))
        for head, line in zip(heads, lines, strict=True)
        if head
    ]
    letters = sorted(option.letter for option in made)
    run = [chr(ord("A") + i) for i in range(len(made))]
    if letters == run:
        return sorted(made, key=lambda option: option.letter)
    # A letter typed twice is told when the letters are checked.
    return made if made[0].letter == "A" and len(made) > 2 else []


def _by_sign(text: str) -> list[str]:
    for sign in _LIST_SIGNS:
        pieces = [piece.strip() for piece in text.split(sign)]
        if len(pieces) > 1:
            return [piece for piece in pieces if piece]
    return [text]


def option_cells(row: Row, columns: Columns) -> list[str]:
    """The cells of a row that hold options, in the order of their letters."""
    return [row.cells[at] if at < len(row.cells) else "" for at in columns.options.values()]
