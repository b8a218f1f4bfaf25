"""Which column is what, as people choose it from lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lms.ground.words import word
from question_bank.intakes.rules.columns import header
from question_bank.items.rules.lines import Row

_LETTERS = "ABCDEFGHIJKL"
ROLE_NAMES = {
    "stem": word("题干"),
    "key": word("答案"),
    "kind": word("题型"),
    "options": word("全部选项（在一格里）"),
    **{letter: f"选项{letter}" for letter in _LETTERS},
    "rationale": word("解析"),
    "points": word("分值"),
    "difficulty": word("难度"),
    "topic": word("知识点"),
    "tags": word("标签"),
    "provenance": word("出处"),
    "number": word("题号"),
}
_FIELD = re.compile(r"column-(\d{1,3})")


def said_columns(form: Mapping[str, str]) -> dict[str, int]:
    """What a form says of each column (`column-3` → role), by role. A role that is given twice
    keeps a place of its own, so that the check of the columns tells of it."""
    made: dict[str, int] = {}
    for name, role in form.items():
        match = _FIELD.fullmatch(name)
        if match and role:
            made[role if role not in made else f"{role} "] = int(match[1])
    return {**made, **({"header": 0} if form.get("headless") else {})}


def guessed(names: Sequence[str]) -> dict[str, int]:
    """What the names of a header say by themselves; nothing where they are no header."""
    found = header([Row(1, tuple(names))])
    if found is None:
        return {}
    columns = found[1]
    sources = {"provenance": columns.provenance[0]} if columns.provenance else {}
    return {**columns.roles, **columns.options, **sources}
