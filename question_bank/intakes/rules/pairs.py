"""Matching and ordering items: their columns, entries and keys, as they stand in a text."""

from __future__ import annotations

import re

from question_bank.intakes.rules.fields import Fields, Option
from question_bank.items.rules.characters import narrow

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫"
_LETTERS = "ABCDEFGHIJKL"
# The number of an entry: （1） 1. 1、 1) ①.
_HEAD = r"(?:[（(]\s*\d{1,2}\s*[)）]|\d{1,2}\s*[.．、)）]|[①-⑫])"
_ENTRY = re.compile(rf"(?:^|(?<=[\s；;：:，,。])){_HEAD}\s*(?=\S)", re.MULTILINE)
_BESIDE = re.compile(r"(?:\s{2,}|\t|\s*[-—－]{2,}\s*)[（(]?([A-L])[)）]?\s*[.．、:：]\s*(\S.*)$")
_JOIN = r"\s*[)）.．、]?\s*(?:[-—–~～－>→:：=对连]|配|对应)*\s*"
_NUMBER_FIRST = re.compile(rf"[（(]?\s*(\d{{1,2}}|[①-⑫]){_JOIN}([A-L])(?![A-Za-z])\s*[)）]?")
_LETTER_FIRST = re.compile(rf"(?<![A-Za-z])([A-L]){_JOIN}[（(]?\s*(\d{{1,2}}|[①-⑫])\s*[)）]?")
_BETWEEN = re.compile(r"[\s,，、;；.。|/]*")
_STEPS = re.compile(r"\s*(?:[-—–－]+>?|[→>＞,，、;；\s]+)\s*")


def matching_key(fields: Fields, answer: str) -> tuple[tuple[int, int], ...]:
    """Give a matching item its two columns and return its pairs by index from 0; () with a
    problem where the columns or the pairs are not beyond doubt."""
    _split_columns(fields)
    left, right = len(fields.parts), len(fields.options)
    if left < 2 or right < 2:
        fields.report("columns_unsplit", "连线题的左右两栏没有分清，请核对。")
    if not answer.strip():
        return ()
    found = _pairs(answer)
    whole = sorted(a for a, _ in found) == list(range(left))
    if not whole or any(b >= right for _, b in found):
        fields.report("key_unread", f"连线题的答案“{answer.strip()[:30]}”对不上左右两栏，请核对。")
        return ()
    return tuple(sorted(found))


def _split_columns(fields: Fields) -> None:
    """The entries of the left column out of the stem; those of the right are options, which may
    stand behind them on the same lines."""
    stem, entries = entries_of(fields.stem)
    rights: dict[str, str] = {}
    lefts: list[str] = []
    for entry in entries:
        beside = _BESIDE.search(entry)
        if beside:
            rights[beside[1]] = beside[2].strip()
            entry = entry[: beside.start()]
        lefts.append(entry.strip())
    if rights and not fields.options and sorted(rights) == list(_LETTERS[: len(rights)]):
        fields.options = [Option(letter, rights[letter]) for letter in sorted(rights)]
    elif rights:
        return
    if lefts:
        fields.stem = stem
        fields.parts = [
            Fields(fields.place, number, "matching", text) for number, text in enumerate(lefts, 1)
        ]


def is_entry(line: str) -> bool:
    """Whether a line opens an entry of the left column."""
    return re.match(rf"\s*{_HEAD}\s*\S", line) is not None


def entries_of(text: str) -> tuple[str, list[str]]:
    """What stands before （1） or ①, and the texts behind the numbers; [] if they do not run on."""
    marks = list(_ENTRY.finditer(text))
    numbers = [_number(mark[0]) for mark in marks]
    if len(marks) < 2 or numbers != list(range(1, len(marks) + 1)):
        return text, []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found = [
        text[mark.end() : end].strip(" \n\t；;") for mark, end in zip(marks, ends, strict=True)
    ]
    return text[: marks[0].start()].strip(), found


def _number(said: str) -> int:
    circled = next((c for c in said if c in _CIRCLED), "")
    return _CIRCLED.index(circled) + 1 if circled else int(re.sub(r"\D", "", said) or 0)


def _pairs(answer: str) -> list[tuple[int, int]]:
    """`1-B 2-A`, `①B②A`, `（1）—B`, `A-2`; [] if anything else is left over."""
    text = narrow(answer).strip()
    for pattern, letter_at in ((_NUMBER_FIRST, 2), (_LETTER_FIRST, 1)):
        found = list(pattern.finditer(text))
        rest = pattern.sub("", text)
        if found and _BETWEEN.fullmatch(rest):
            return [
                (_number(match[3 - letter_at]) - 1, _LETTERS.index(match[letter_at]))
                for match in found
            ]
    return []


def ordering_key(fields: Fields, answer: str) -> tuple[int, ...]:
    """Give an ordering item its entries as options and return their order by index from 0; ()
    with a problem where it is not an order of all of them."""
    if not fields.options:
        stem, entries = entries_of(fields.stem)
        if entries:
            fields.stem = stem
            fields.options = [
                Option(_LETTERS[i], text) for i, text in enumerate(entries[: len(_LETTERS)])
            ]
    if not answer.strip():
        return ()
    order = _order(answer)
    if sorted(order) != list(range(len(fields.options))):
        fields.report(
            "key_unread", f"排序题的答案“{answer.strip()[:30]}”不是各项的一种排法，请核对。"
        )
        return ()
    return tuple(order)


def _order(answer: str) -> list[int]:
    steps = [step.strip("()（） ") for step in _STEPS.split(narrow(answer).strip(" 。.\n")) if step]
    if len(steps) == 1:
        steps = list(steps[0])
    if all(step in _LETTERS and len(step) == 1 for step in steps):
        return [_LETTERS.index(step) for step in steps]
    if all(step in _CIRCLED and len(step) == 1 for step in steps):
        return [_CIRCLED.index(step) for step in steps]
    return [int(step) - 1 for step in steps] if all(step.isdigit() for step in steps) else []
