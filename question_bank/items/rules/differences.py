"""What changed from one version of an item to another, field by field, as people read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from question_bank.items.kinds.catalogue import KINDS
from question_bank.items.kinds.protocol import Content, letter, shown

Piece = tuple[str, str]
SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True, slots=True)
class Change:
    """A field that is not what it was: its label, and its text in pieces (SAME, GONE, NEW)."""

    label: str
    pieces: tuple[Piece, ...]


def changes(before: Content, after: Content) -> list[Change]:
    """Every field of the content that differs, in the order in which an item shows them."""
    old, new = dict(_fields(before)), dict(_fields(after))
    labels = list(dict.fromkeys([*old, *new]))
    pairs = ((label, old.get(label, ""), new.get(label, "")) for label in sorted(labels, key=_rank))
    return [Change(label, pieces(was, now)) for label, was, now in pairs if was != now]


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The two texts as one: what stayed, what went and what came, character by character."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found: list[Piece] = []
    for tag, start, end, start_after, end_after in matcher.get_opcodes():
        if tag == "equal":
            found.append((SAME, before[start:end]))
            continue
        found += [(GONE, before[start:end])] if end > start else []
        found += [(NEW, after[start_after:end_after])] if end_after > start_after else []
    return tuple(found)


_ORDER = (
    "题干",
    "选项",
    "标准答案",
    "采分点",
    "小题",
    "题分",
    "解析",
    "图片和录音",
    "播放次数",
    "录音文字",
    "口语作答最长秒数",
    "口语最多录制次数",
)


def _rank(label: str) -> tuple[int, str]:
    place = next((at for at, name in enumerate(_ORDER) if label.startswith(name)), len(_ORDER))
    return place, f"{len(label):03}{label}"


def _fields(content: Content) -> Iterator[tuple[str, str]]:
    yield "题干", content.stem
    for at, option in enumerate(content.options):
        yield f"选项{letter(at)}", option
    yield "标准答案", key_text(content)
    yield "采分点", "\n".join(f"{row['points']}分 {row['text']}" for row in content.rubric)
    yield "题分", _points(content.points)
    yield "解析", content.rationale
    yield "图片和录音", "、".join(f"第{upload}号文件" for upload in content.media)
    yield "播放次数", "" if content.plays is None else str(content.plays)
    yield "录音文字", content.transcript
    yield "口语作答最长秒数", "" if content.seconds is None else str(content.seconds)
    yield "口语最多录制次数", "" if content.tries is None else str(content.tries)
    for number, part in enumerate(content.parts, start=1):
        for label, text in _fields(part):
            yield f"小题{number} {label}", text


def key_text(content: Content) -> str:
    """The key on one line; what its kind cannot show is shown as it is kept."""
    show: Callable[[Any], str] | None = getattr(KINDS.get(content.kind), "show_key", None)
    return show(content.key) if show else "".join(map(str, content.key))


def _points(points: Decimal | None) -> str:
    return "" if points is None else f"{shown(points)}分"
