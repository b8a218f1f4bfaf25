"""答题纸: what a candidate fills in, section by section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RULES = (
    "1. 先填写单位、姓名、学号和座位号。2. 选择题、判断题用2B铅笔把方框涂满，改动时擦净。"
    "3. 其他题用黑色签字笔在框内作答，写在框外、试卷和草稿纸上无效。"
)
_LETTERED = ("single", "multiple")
_BRACKET = re.compile(r"[（(]\s*[)）]")


@dataclass(frozen=True, slots=True)
class Field:
    """What is filled in for a slot or a part: `boxes` to choose from, `blanks` lines, or `lines`
    of writing."""

    label: str
    points: str
    boxes: tuple[str, ...] = ()
    blanks: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """A section of the sheet; `compact`: all its fields are boxes."""

    title: str
    fields: tuple[Field, ...]

    @property
    def compact(self) -> bool:
        return all(field.boxes for field in self.fields)

    @property
    def widest(self) -> int:
        """The most boxes that a field has."""
        return max((len(field.boxes) for field in self.fields), default=0)


def wants_bracket(asked: Mapping[str, Any]) -> bool:
    """Whether a judgement has no bracket of its own that it could be written into."""
    return asked["kind"] == "truth" and not _BRACKET.search(asked["stem"])


def answer_parts(content: Mapping[str, Any]) -> list[AnswerPart]:
    """The sections of the sheet of a variant's content."""
    return [
        AnswerPart(
            section["title"],
            tuple(field for slot in section["slots"] for field in _fields(slot)),
        )
        for section in content["sections"]
    ]


def _fields(slot: Mapping[str, Any]) -> list[Field]:
    label = f"{slot['number']}"
    if slot["kind"] in ("case", "listening"):
        return [
            _field(f"{label}（{position}）", part)
            for position, part in enumerate(slot["parts"], start=1)
        ]
    return [_field(label, slot)]


def _field(label: str, asked: Mapping[str, Any]) -> Field:
    kind, points = asked["kind"], str(asked["points"])
    if kind in _LETTERED:
        letters = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(asked["options"])])
        return Field(label, points, boxes=letters)
    if kind == "truth":
        return Field(label, points, boxes=("√", "×"))
    if kind == "blank":
        return Field(label, points, blanks=max(1, int(asked.get("blanks") or 1)))
    if kind == "speaking":
        return Field(f"{label}（口语，由考官记分）", points, blanks=1)
    if kind in ("matching", "ordering"):
        return Field(label, points, blanks=1)
    return Field(label, points, lines=22 if kind == "essay" else 7)
