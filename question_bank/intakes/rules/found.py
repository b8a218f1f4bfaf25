"""Where in the source text of an item its stem, its options and its key were found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from question_bank.items.kinds.protocol import Content
from question_bank.items.rules.characters import narrow, plain
from question_bank.items.rules.typed import key_of

Piece = tuple[str, str]
STEM, OPTION, KEY, REST = "stem", "option", "key", ""
_GAP = re.compile(r"[（(]\s*[)）]|_{2,}|［图\d*］")
_KEY = re.compile(
    r"[（(【\[]([\sA-Z、,，;；√×✓对错正确误]{1,12})[)）】\]]|答案\s*[】\]]?\s*[:：]?\s*([^\s【][^\n【]*)"
)
_WITH_KEY = frozenset({"single", "multiple", "truth"})


def pieces(told: str, content: Content) -> tuple[Piece, ...]:
    """The source text in pieces, each with what was found in it; REST for what nobody asked for.

    Only what stands there word for word is marked: a guess would mislead.
    """
    marks = [REST] * len(told)
    squeezed, places = _squeezed(told)
    at = 0
    for chunk in filter(None, _GAP.split(content.stem)):
        at = _mark(marks, squeezed, places, chunk, STEM, at)
    for option in content.options:
        at = _mark(marks, squeezed, places, option, OPTION, at)
    _mark_key(marks, told, content)
    return tuple(_joined(told, marks))


def _squeezed(text: str) -> tuple[str, list[int]]:
    """A text without blanks, and where each of its characters stands."""
    plainer = narrow(plain(text))
    source = plainer if len(plainer) == len(text) else narrow(text)
    places = [at for at, char in enumerate(source) if not char.isspace()]
    return "".join(source[at] for at in places), places


def _mark(
    marks: list[str], squeezed: str, places: list[int], wanted: str, name: str, start: int
) -> int:
    """Mark the next place of `wanted` from `start` on; where to go on looking."""
    sought = _squeezed(wanted)[0]
    found = squeezed.find(sought, start) if sought else -1
    if found < 0:
        return start
    for at in range(places[found], places[found + len(sought) - 1] + 1):
        marks[at] = name
    return found + len(sought)


def _mark_key(marks: list[str], told: str, content: Content) -> None:
    if content.kind not in _WITH_KEY or not content.key:
        return
    for match in _KEY.finditer(narrow(told)):
        group = 1 if match[1] is not None else 2
        if key_of(content.kind, match[group].strip(" 。.")) == list(content.key):
            start, end = match.span(group)
            marks[start:end] = [KEY] * (end - start)


def _joined(told: str, marks: Sequence[str]) -> Iterator[Piece]:
    start = 0
    for at in range(1, len(told) + 1):
        if at == len(told) or marks[at] != marks[start]:
            yield marks[start], told[start:at]
            start = at
