"""Answers in a grid: a row of numbers above a row of answers, as papers print them."""

from __future__ import annotations

import re
from dataclasses import replace

from question_bank.items.rules.lines import Line, Row, Table

_NUMBERS = re.compile(r"\s*(?:题号|序号|题目)\s*[:：]?\s+(\d{1,4}(?:\s+\d{1,4})+)\s*$")
_ANSWERS = re.compile(r"\s*(?:参考|正确)?答案\s*[:：]?\s+(\S+(?:\s+\S+)+)\s*$")
_HEAD = "参考答案"


def in_lines(lines: list[Line]) -> list[Line]:
    """The lines with `题号 1 2` over `答案 A B` written as a key: 参考答案, 1.A  2.B."""
    made: list[Line] = []
    at = 0
    while at < len(lines):
        below = next((i for i in range(at + 1, len(lines)) if lines[i].text.strip()), None)
        grid = None if below is None else _of_lines(lines[at], lines[below])
        if grid is None or below is None:
            made.append(lines[at])
            at += 1
            continue
        if not made or (made[-1].text.strip() != _HEAD and not _is_entries(made[-1])):
            made.append(replace(lines[at], text=_HEAD, marks=()))
        made.append(replace(lines[at], text=grid, marks=()))
        at = below + 1
    return made


def _of_lines(above: Line, below: Line) -> str | None:
    numbers, answers = _NUMBERS.match(above.text), _ANSWERS.match(below.text)
    if numbers is None or answers is None:
        return None
    return _entries(numbers[1].split(), answers[1].split())


def _is_entries(line: Line) -> bool:
    return re.match(r"\d+\.\S+  ", line.text) is not None


def _entries(numbers: list[str], answers: list[str]) -> str | None:
    if len(numbers) != len(answers) or len(numbers) < 2:
        return None
    return "  ".join(f"{number}.{answer}" for number, answer in zip(numbers, answers, strict=True))


def of_table(table: Table) -> list[str]:
    """The answers of a table of numbers over answers, one text for each pair of rows; [] if it is
    none."""
    rows = [row for row in table.rows if any(row.cells)]
    if len(rows) < 2 or len(rows) % 2:
        return []
    found = [_of_rows(above, below) for above, below in zip(rows[::2], rows[1::2], strict=True)]
    return [_HEAD, *(text for text in found if text)] if all(found) else []


def _of_rows(above: Row, below: Row) -> str | None:
    if not re.fullmatch(r"(?:题号|序号|题目)?", above.cells[0].strip()):
        return None
    if not re.fullmatch(r"(?:参考|正确)?(?:答案)?", below.cells[0].strip()):
        return None
    numbers = [cell.strip() for cell in above.cells[1:] if cell.strip()]
    answers = [cell.strip() for cell in below.cells[1:] if cell.strip()]
    return _entries(numbers, answers) if all(map(str.isdigit, numbers)) else None
