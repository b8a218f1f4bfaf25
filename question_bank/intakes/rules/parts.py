"""The parts of a case: questions numbered in brackets below one material."""

from __future__ import annotations

import re

from question_bank.intakes.rules.fields import Fields

_PART = re.compile(r"^\s*[（(]\s*(\d{1,2})\s*[)）]\s*", re.MULTILINE)


def split(fields: Fields, answer: str) -> str:
    """Give a case its parts, each with its share of the answer; returns the answer left over.

    Where the numbers of the answer are not those of the questions, it stays with the whole.
    """
    stem, asked = _numbered(fields.stem)
    if not asked:
        return answer
    before, said = _numbered(answer)
    fitting = len(said) == len(asked) and not before.strip()
    if answer and not fitting:
        fields.report("parts_differ", f"有{len(asked)}个小题，答案却分成{len(said)}份，请核对。")
    fields.stem = stem.strip()
    for number, question in enumerate(asked, 1):
        given = [said[number - 1]] if fitting else []
        fields.parts.append(Fields(fields.place, number, "short", question, answers=given))
    return "" if fitting else answer


def _numbered(text: str) -> tuple[str, list[str]]:
    """The text before （1）, and the texts behind （1）, （2） …; [] if the numbers do not run on."""
    marks = list(_PART.finditer(text))
    if [int(mark[1]) for mark in marks] != list(range(1, len(marks) + 1)) or not marks:
        return text, []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found = [text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)]
    return text[: marks[0].start()], found
