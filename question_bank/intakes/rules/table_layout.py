"""The layout of a table: rows in, drafts out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from question_bank.intakes.rules import counted_keys
from question_bank.intakes.rules.columns import (
    Columns,
    by_content,
    column_name,
    header,
    mapped,
    signature,
)
from question_bank.intakes.rules.resolve import resolve_all
from question_bank.intakes.rules.row_layout import fields_of, option_cells, place_in
from question_bank.items.rules.draft import Draft, Place, Problem
from question_bank.items.rules.lines import Row, Table

_HEADER_AMONG = 15


def read_table(
    table: Table, file: str, mappings: Mapping[str, Mapping[str, int]] | None = None
) -> tuple[list[Draft], list[Problem]] | None:
    """The items of a table and what concerns it as a whole; None if it holds no items.

    `mappings` say by the signatures of headers what their columns are (see columns.mapped).
    """
    found = _as_said(table.rows, mappings or {}) or header(table.rows)
    problems: list[Problem] = []
    if found is not None:
        at, columns = found
        rows = table.rows[at + 1 :]
        problems += _left_out(columns, table.rows[at], rows, place_in(table, file))
        problems += _by_cells(columns, place_in(table, file))
    else:
        guessed = _headless(table.rows)
        if guessed is None:
            return None
        columns, rows = guessed
        problems.append(_guess(columns, place_in(table, file)))
    rows = _with_merged(rows, columns)
    items = [fields_of(row, columns, table, file) for row in _merged(rows, columns)]
    problems += counted_keys.in_letters(items, place_in(table, file))
    return resolve_all(items), problems


def _headless(rows: tuple[Row, ...]) -> tuple[Columns, tuple[Row, ...]] | None:
    """The columns of a table without a header that is known, and its rows below titles and the like."""
    for at in range(min(4, len(rows))):
        columns = by_content(rows[at:])
        if columns is not None:
            return columns, rows[at:]
    return None


def _by_cells(columns: Columns, place: Place) -> list[Problem]:
    """What was told by the cells: a stem for information, a key to be looked at."""
    return [
        Problem(
            "column_told",
            f"“{name[:12]}”列按内容当作{'题干' if role == 'stem' else '答案'}读入，请核对。",
            place,
            notice=role == "stem",
        )
        for role, name in columns.told.items()
    ]


def _as_said(
    rows: tuple[Row, ...], mappings: Mapping[str, Mapping[str, int]]
) -> tuple[int, Columns] | None:
    """The position of a header of which a person said what its columns are, and the columns."""
    for at, row in enumerate(rows[:_HEADER_AMONG] if mappings else ()):
        said = mappings.get(signature(row))
        if said is not None:
            return at - (said.get("header", 1) == 0), mapped(said)
    return None


def outline(table: Table) -> dict[str, Any]:
    """What a person must see of a table to say what its columns are."""
    found = header(table.rows)
    at = found[0] if found else 0
    rows = table.rows[at : at + 4]
    return {
        "name": table.name,
        "signature": signature(rows[0]) if rows else "",
        "header": list(rows[0].cells) if rows else [],
        "rows": [[cell[:60] for cell in row.cells] for row in rows[1:]],
    }


def _guess(columns: Columns, place: Place) -> Problem:
    shown = "，".join(
        f"{column_name(at)}列＝{ {'stem': '题干', 'key': '答案', 'kind': '题型', 'number': '序号', 'rationale': '解析'}[role] }"
        for role, at in columns.roles.items()
    )
    shown += "".join(
        f"，{column_name(at)}列＝选项{letter}" for letter, at in columns.options.items()
    )
    return Problem("no_header", f"表格没有表头，按内容推断：{shown}，请核对。", place)


def _left_out(columns: Columns, head: Row, rows: tuple[Row, ...], place: Place) -> list[Problem]:
    """Columns that hold something and have no place in the bank, told once."""
    used = [
        at for at in columns.unknown if any(at < len(row.cells) and row.cells[at] for row in rows)
    ]
    names = [head.cells[at][:12] for at in used]
    if not names:
        return []
    return [Problem("column_left_out", f"“{'”“'.join(names)}”列没有读入。", place, notice=True)]


def _with_merged(rows: tuple[Row, ...], columns: Columns) -> tuple[Row, ...]:
    """The rows with the kind, topic, points and level of a merged cell in every row that it spans."""
    spread = {columns.roles.get(role) for role in ("kind", "topic", "tags", "points", "difficulty")}
    made: list[Row] = []
    for row in rows:
        gone_on = row.merged & {at for at in spread if at is not None}
        cells = list(row.cells)
        for at in gone_on:
            if made and at < len(cells) and at < len(made[-1].cells) and not cells[at]:
                cells[at] = made[-1].cells[at]
        made.append(replace(row, cells=tuple(cells)) if gone_on else row)
    return tuple(made)


def _merged(rows: tuple[Row, ...], columns: Columns) -> list[list[Row]]:
    """Rows by items: a row with options but no stem goes on with the item above (one option per row)."""
    single = columns.roles.get("options")
    made: list[list[Row]] = []
    for row in rows:
        filled = [at for at, cell in enumerate(row.cells) if cell]
        one_more = single is not None and filled == [single]
        below = columns.roles.get("stem") in row.merged and not columns.options
        if made and (one_more or below):
            made[-1].append(row)
        elif any(columns.cell(row, role) for role in ("stem", "key", "kind")) or option_cells(
            row, columns
        ):
            made.append([row])
    return made
