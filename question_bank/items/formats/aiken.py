"""Aiken: single choices as plain lines, `A. …` and `ANSWER: A`; read only.

Source: Moodle's documentation of the Aiken format.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from question_bank.items.formats import text
from question_bank.items.kinds.protocol import letter
from question_bank.items.rules.draft import Draft, Place, Problem, Reading

_OPTION = re.compile(r"([A-Z])[.)]\s+(\S.*)")
_ANSWER = re.compile(r"ANSWER:\s*([A-Z])\s*")
_NUMBERED = re.compile(r"\s*(?:[（(]?\d+\s*[.、．)）]|第\s*\d+\s*题)")


@dataclass(slots=True)
class _Block:
    line: int
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    key: str = ""


def recognises(whole: str) -> bool:
    """Whether a whole text is nothing but questions of Aiken; numbered ones are some layout else."""
    found = _blocks(whole)
    return bool(found) and all(
        block.key and len(block.options) > 1 and block.stem and not _NUMBERED.match(block.stem[0])
        for block in found
    )


def read(path: Path) -> Reading:
    """The questions of a text that `recognises` knows."""
    made = []
    for number, block in enumerate(_blocks(text.decode(path.read_bytes())), start=1):
        place = Place(path.name, block.line)
        stem = "\n".join(block.stem)
        problems = () if len(block.stem) == 1 else (_several_lines(place),)
        made.append(
            Draft(
                number, "single", stem, tuple(block.options), (block.key,), place, problems=problems
            )
        )
    return Reading(tuple(made), (), "aiken")


def files(path: Path, names: Collection[str]) -> dict[str, bytes]:
    return {}


def _several_lines(place: Place) -> Problem:
    sentence = "题干有好几行，Aiken 格式的题干应在一行里，请核对前面几行是不是题干。"
    return Problem("stem_lines", sentence, place)


def _blocks(whole: str) -> list[_Block]:
    """Questions as far as they go; one that breaks the form stays without its key."""
    made: list[_Block] = []
    block: _Block | None = None
    for number, line in enumerate(whole.splitlines(), start=1):
        bare = line.strip()
        if not bare:
            continue
        answer, option = _ANSWER.fullmatch(bare), _OPTION.fullmatch(bare)
        if block is None:
            block = _Block(number)
            made.append(block)
        if answer and block.options:
            known = ord(answer[1]) - ord("A") < len(block.options)
            block.key = answer[1] if known else ""
            block = None
        elif option and option[1] == letter(len(block.options)) and block.stem:
            block.options.append(option[2])
        elif block.options:
            block = _Block(number, [bare])
            made.append(block)
        else:
            block.stem.append(bare)
    return made
