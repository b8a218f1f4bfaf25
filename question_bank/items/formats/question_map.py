"""JSON maps of questions to answers, as answer tools keep them, read as a table."""

from __future__ import annotations

import json
from pathlib import Path

from question_bank.items.formats import text
from question_bank.items.formats.unreadable import Unreadable
from question_bank.items.rules.characters import plain
from question_bank.items.rules.lines import Row, Table

_MOST_OPTIONS = 12


def table(path: Path) -> Table:
    """`{"stem|option|option": "answer"}` or `{"stem": ["option", "option√"]}` as rows with a header."""
    try:
        loaded = json.loads(text.decode(path.read_bytes()))
    except (ValueError, RecursionError) as error:
        raise Unreadable("JSON 文件的格式有误，读不出来。") from error
    if not isinstance(loaded, dict) or not loaded:
        raise Unreadable("这个 JSON 文件不是“题目到答案”的对照表，没有读取。")
    entries = [_entry(str(question), answer) for question, answer in loaded.items()]
    header = Row(1, ("题干", "答案", *(chr(ord("A") + i) for i in range(_MOST_OPTIONS))))
    return Table("", (header, *(Row(number, cells) for number, cells in enumerate(entries, 2))))


def _entry(question: str, answer: object) -> tuple[str, ...]:
    if isinstance(answer, list) and all(isinstance(option, str) for option in answer):
        cells = (question, "", *answer)
    elif isinstance(answer, str):
        stem, *options = question.split("|")
        cells = (stem, answer, *options)
    else:
        raise Unreadable("这个 JSON 文件不是“题目到答案”的对照表，没有读取。")
    if len(cells) > _MOST_OPTIONS + 2:
        raise Unreadable(f"JSON 文件里有一道题的选项超过{_MOST_OPTIONS}个，没有读取。")
    return tuple(plain(cell).strip() for cell in cells)
