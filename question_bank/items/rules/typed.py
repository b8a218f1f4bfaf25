"""Options, keys and rubrics as people type them into a text area, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from question_bank.items.kinds.catalogue import KINDS
from question_bank.items.kinds.credits import cut_note, with_credits
from question_bank.items.kinds.gaps import gap_of, gaps
from question_bank.items.kinds.protocol import letter
from question_bank.items.rules.characters import narrow

WITH_OPTIONS = frozenset({"single", "multiple", "matching", "ordering"})
WITH_PARTS = frozenset({"case", "listening"})
CREDITED = frozenset({"single", "multiple", "matching", "ordering"})
WITH_RUBRIC = frozenset({"short", "essay", "speaking"})
WITH_RECORDING = frozenset({"listening", "speaking"})
_LETTERED = re.compile(r"\s*[A-Z]\s*[.．、:：)）]\s*(?=\S)")
_TRUE = {"正确", "对", "√", "true", "t", "是", "y"}
_FALSE = {"错误", "错", "×", "false", "f", "否", "n", "x"}
_POINTS_FIRST = re.compile(r"\s*[（(]?\s*(\d+(?:\.\d+)?)\s*分?\s*[)）]?\s*[:：、.\s]\s*(\S.*)")
_PAIR = re.compile(r"(\d+)\s*[-—:：=→]?\s*([A-Z])")
_ONE_GROUP = "1"


def options_of(text: str) -> list[str]:
    """One option per line; letters typed before all of them in order are no part of them."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lettered = [_LETTERED.match(narrow(line)) for line in lines]
    if lines and all(
        match is not None and match[0].strip()[0] == letter(at) for at, match in enumerate(lettered)
    ):
        return [line[match.end() :] for line, match in zip(lines, lettered, strict=True) if match]
    return lines


def key_of(kind: str, text: str, *, any_order: bool = False) -> list[Any]:
    """The key that a text says for an item of this kind; what it does not say is left out.

    Blanks: one line per blank, accepted texts between |. Matching: 1-B 2-A. Behind the key stands
    what else earns points: `C【B 50%】`, `1822【±2】`. The checks of the kind tell what is missing.
    """
    if kind in CREDITED:
        bare, shares = cut_note(_upper(text))
        return list(with_credits(_answer(kind, bare), shares))
    plain = narrow(text).strip()
    match kind:
        case "truth":
            word = plain.casefold()
            return ["true"] if word in _TRUE else ["false"] if word in _FALSE else []
        case "blank":
            return _blanks(text, any_order)
        case _:
            return [text.strip()] if text.strip() else []


def _upper(text: str) -> str:
    return narrow(text).upper()


def _answer(kind: str, plain: str) -> list[Any]:
    """The key that letters and pairs say."""
    match kind:
        case "ordering":
            return [ord(one) - ord("A") for one in re.findall("[A-Z]", plain)]
        case "matching":
            return [[int(left) - 1, ord(right) - ord("A")] for left, right in _PAIR.findall(plain)]
        case _:
            return sorted(set(re.findall("[A-Z]", plain)))


def _blanks(text: str, any_order: bool) -> list[Any]:
    lines = [
        [one.strip() for one in re.split(r"[|｜]", line) if one.strip()]
        for line in text.splitlines()
        if line.strip()
    ]
    made = [gap_of(line, _ONE_GROUP if any_order else "").entry() for line in lines]
    return [list(one) if isinstance(one, tuple) else one for one in made]


def key_text(kind: str, key: Sequence[Any]) -> str:
    """The key as it would be typed."""
    if kind == "blank":
        return "\n".join(" | ".join(gap.texts) for gap in gaps(key))
    return KINDS[kind].show_key(key) if kind in KINDS else "".join(map(str, key))


def is_any_order(kind: str, key: Sequence[Any]) -> bool:
    """Do the blanks swap freely?"""
    return kind == "blank" and any(gap.group for gap in gaps(key))


def rubric_of(text: str) -> list[dict[str, Any]]:
    """One 采分点 per line, its points first: `2 写出两项原则`. Without points it is 0, a fault."""
    rows = []
    for line in filter(str.strip, text.splitlines()):
        match = _POINTS_FIRST.match(narrow(line))
        points = Decimal(match[1]) if match else Decimal(0)
        rows.append(
            {"text": line[match.start(2) :].strip() if match else line.strip(), "points": points}
        )
    return rows


def rubric_text(rubric: Iterable[Mapping[str, Any]]) -> str:
    """The rubric as it would be typed."""
    return "\n".join(f"{row['points']} {row['text']}" for row in rubric)


def points_of(text: str) -> Decimal | None:
    """A number of points, None for no text or no number."""
    try:
        return Decimal(narrow(text).strip().removesuffix("分"))
    except InvalidOperation:
        return None


def topic_path(text: str) -> list[str]:
    """`公务员法 > 录用` as names from the top down."""
    return [name for name in (" ".join(one.split()) for one in re.split(r"[>›＞/]", text)) if name]
