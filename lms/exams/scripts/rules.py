"""A candidate's sheet on paper: in their own order, and what stands on it as it is keyed in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lms.exams.attempts.rules.operations import Response, read_response
from lms.ground.errors import Refused
from question_bank.papers.rules.shuffling import choices, item_orders, option_orders

# The columns of a workbook by which a row finds its sheet.
SEAT, NAME = "座位号", "姓名"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TRUE = frozenset({"√", "✓", "✔", "对", "正确", "是", "T", "TRUE", "Y"})
_FALSE = frozenset({"×", "X", "✗", "✘", "错", "错误", "否", "F", "FALSE", "N"})
_BETWEEN = re.compile(r"[\s,，、;；]+")
_BLANKS = re.compile(r"[;；\n]")
_PAIR = re.compile(r"(\d{1,2})\s*[-—:：.]?\s*([A-Z])")
_WITH_PARTS = frozenset({"case", "listening"})


@dataclass(frozen=True, slots=True)
class Field:
    """Something to key in: slot `number`, of it `part` (0: the whole); `hint` says how."""

    number: int
    part: int
    kind: str
    options: int
    blanks: int
    parts: int
    hint: str

    @property
    def name(self) -> str:
        """7, or 7.2 for a part; so the orders of options are named as well."""
        return f"{self.number}.{self.part}" if self.part else str(self.number)

    @property
    def label(self) -> str:
        """第 7 题, 第 7 题（2）; so the column of a workbook is headed."""
        return f"第 {self.number} 题（{self.part}）" if self.part else f"第 {self.number} 题"


@dataclass(frozen=True)
class Script:
    """What was keyed in for one sheet, by slot; `faults` are complete sentences."""

    answers: Mapping[int, Response]
    faults: tuple[str, ...]


def as_printed(content: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """The content of a variant as a candidate with this seed sees it: items and options in order."""
    orders = option_orders(choices(content), seed)
    sections = []
    for section, numbers in zip(content["sections"], item_orders(content, seed), strict=True):
        slots = {slot["number"]: slot for slot in section["slots"]}
        sections.append({**section, "slots": [_shown(slots[one], orders) for one in numbers]})
    return {**content, "sections": sections}


def fields(content: Mapping[str, Any]) -> list[Field]:
    """Everything that can be keyed in for a variant, by number."""
    found = [
        field
        for section in content["sections"]
        for slot in section["slots"]
        for field in _fields(slot)
    ]
    return sorted(found, key=lambda field: (field.number, field.part))


def read_script(content: Mapping[str, Any], seed: int, typed: Mapping[str, str]) -> Script:
    """What stands on a sheet, from the texts keyed in by field name, letters as they were printed.

    Every slot is in the answers; None where nothing stands.
    """
    orders = option_orders(choices(content), seed)
    answers: dict[int, Response] = {}
    faults = []
    for field in fields(content):
        try:
            value = _read(field, typed.get(field.name, ""), orders.get(field.name, []))
            value = read_response(value)
        except Refused as refusal:
            faults += [f"{field.label}：{reason}" for reason in refusal.reasons]
            value = None
        if not field.part:
            answers[field.number] = value
        elif value is not None:
            answers[field.number] = {**(answers.get(field.number) or {}), str(field.part): value}
        else:
            answers.setdefault(field.number, None)
    return Script(answers, tuple(faults))


def write_script(
    content: Mapping[str, Any], seed: int, answers: Mapping[int, Response]
) -> dict[str, str]:
    """The answers of a sheet as texts by field name, letters as they are printed."""
    orders = option_orders(choices(content), seed)
    told = {}
    for field in fields(content):
        value = answers.get(field.number)
        if field.part:
            value = value.get(str(field.part)) if isinstance(value, Mapping) else None
        if value is not None:
            told[field.name] = _write(field, value, orders.get(field.name, []))
    return told


def _shown(slot: Mapping[str, Any], orders: Mapping[str, list[int]]) -> dict[str, Any]:
    name = str(slot["number"])
    parts = [
        {**part, "options": _reordered(part, orders.get(f"{name}.{at}"))}
        for at, part in enumerate(slot.get("parts") or (), start=1)
    ]
    return {**slot, "options": _reordered(slot, orders.get(name)), "parts": parts}


def _reordered(asked: Mapping[str, Any], order: list[int] | None) -> list[str]:
    options = list(asked.get("options") or ())
    return options if order is None else [options[index] for index in order]


def _fields(slot: Mapping[str, Any]) -> Iterator[Field]:
    if slot["kind"] in _WITH_PARTS:
        for at, part in enumerate(slot["parts"], start=1):
            yield _field(slot["number"], at, part)
    else:
        yield _field(slot["number"], 0, slot)


def _field(number: int, part: int, asked: Mapping[str, Any]) -> Field:
    kind, blanks = asked["kind"], int(asked.get("blanks") or 1)
    parts = len(asked.get("parts") or ())
    hints = {
        "single": "一个字母",
        "multiple": "字母，如 ABD",
        "truth": "√ 或 ×",
        "blank": f"{blanks} 空，用分号隔开" if blanks > 1 else "",
        "ordering": "字母顺序，如 CABD",
        "matching": "如 1B 2A 3C",
    }
    options = len(asked.get("options") or ())
    return Field(number, part, kind, options, blanks, parts, hints.get(kind, ""))


def _read(field: Field, typed: str, order: list[int]) -> Response:
    text = typed.strip()
    if not text:
        return None
    match field.kind:
        case "single":
            return _one(_letters(text, order))
        case "multiple":
            return sorted(_letters(text, order))
        case "ordering":
            return _whole(_letters(text, order), len(order))
        case "truth":
            return _verdict(text)
        case "blank":
            return _blanks(text, field.blanks)
        case "matching":
            return _pairs(text, order, field.parts)
        case _:
            return text


def _write(field: Field, value: Response, order: list[int]) -> str:
    def printed(letter: str) -> str:
        return LETTERS[order.index(LETTERS.index(letter))] if order else letter

    match field.kind:
        case "single":
            return printed(value)
        case "multiple":
            return "".join(sorted(printed(letter) for letter in value))
        case "ordering":
            return "".join(printed(letter) for letter in value)
        case "truth":
            return "√" if value == "true" else "×"
        case "blank":
            return "；".join(value)
        case "matching":
            return " ".join(f"{part}{printed(value[part])}" for part in sorted(value, key=int))
        case _:
            return str(value)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def _letters(text: str, order: list[int]) -> list[str]:
    """Letters as they were printed, as those of the original order."""
    marks = _BETWEEN.sub("", _plain(text))
    known = LETTERS[: len(order)]
    if wrong := "".join(sorted(set(marks) - set(known))):
        raise Refused(f"“{wrong}”不是选项，应在 {known[:1]} 至 {known[-1:]} 之间。")
    if len(set(marks)) < len(marks):
        raise Refused("同一个选项填了两次。")
    return [LETTERS[order[known.index(mark)]] for mark in marks]


def _one(letters: list[str]) -> str:
    if len(letters) != 1:
        raise Refused("单选题只能填一个字母。")
    return letters[0]


def _whole(letters: list[str], wanted: int) -> list[str]:
    if len(letters) != wanted:
        raise Refused(f"排序题应填 {wanted} 个字母。")
    return letters


def _verdict(text: str) -> str:
    plain = _plain(text)
    if plain in _TRUE or text in _TRUE:
        return "true"
    if plain in _FALSE or text in _FALSE:
        return "false"
    raise Refused("判断题填 √ 或 ×。")


def _blanks(text: str, wanted: int) -> list[str]:
    written = [one.strip() for one in _BLANKS.split(text)] if wanted > 1 else [text]
    if len(written) > wanted:
        raise Refused(f"只有 {wanted} 空，填了 {len(written)} 个，请用分号隔开每一空。")
    return written + [""] * (wanted - len(written))


def _pairs(text: str, order: list[int], parts: int) -> dict[str, str]:
    plain = _plain(text)
    pairs = _PAIR.findall(plain)
    if not pairs or _BETWEEN.sub("", _PAIR.sub("", plain)):
        raise Refused("连线题应填成 1B 2A 3C 这样。")
    if any(not 1 <= int(part) <= parts for part, _ in pairs) or len(dict(pairs)) < len(pairs):
        raise Refused(f"左边的序号应是 1 至 {parts}，每个一次。")
    return {str(int(part)): _letters(letter, order)[0] for part, letter in pairs}
