"""What an item is found by, what was asked for, and where in a text it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from question_bank.items.kinds.protocol import Content
from question_bank.items.rules.characters import squeezed
from question_bank.items.rules.terms import Cognition, Difficulty, ItemState, Kind

Member = TypeVar("Member", bound=StrEnum)
MOST_WORDS = 8
LONGEST_TAG = 30
MOST_TAGS = 20
_LEAD = 20
_BETWEEN_TAGS = re.compile(r"[,，、;；|\s]+")


@dataclass(frozen=True, slots=True)
class Search:
    """What a list of items is narrowed to; None or "" is no condition."""

    text: str = ""
    bank_id: int | None = None
    kind: Kind | None = None
    topic_id: int | None = None
    difficulty: Difficulty | None = None
    cognition: Cognition | None = None
    state: ItemState | None = None
    tag: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words of `text` as texts are kept: every one of them has to be there."""
        found = (squeezed(word) for word in self.text.split()[:MOST_WORDS])
        return tuple(dict.fromkeys(word for word in found if word))

    def as_json(self) -> dict[str, Any]:
        """The conditions that are set, as plain values."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in values.items() if value not in (None, "")}


def search_of(source: Mapping[str, Any]) -> Search:
    """The search that plain values say, as from an address; nonsense is no condition."""
    return Search(
        text=str(source.get("text", "")),
        bank_id=_number(source, "bank_id"),
        kind=_member(source, "kind", Kind),
        topic_id=_number(source, "topic_id"),
        difficulty=_member(source, "difficulty", Difficulty),
        cognition=_member(source, "cognition", Cognition),
        state=_member(source, "state", ItemState),
        tag=str(source.get("tag", "")),
    )


def _member(source: Mapping[str, Any], name: str, kind: type[Member]) -> Member | None:
    value = source.get(name)
    return kind(value) if value in set(kind) else None


def _number(source: Mapping[str, Any], name: str) -> int | None:
    """`bank_id` as such, or as an address says it: `bank`."""
    value = str(source.get(name) or source.get(name.removesuffix("_id")) or "")
    return int(value) if value.isdigit() else None


def face_of(content: Content) -> str:
    """What stands on a paper: stem, options and parts, one after another."""
    return "\n".join(squeezed(text) for text in _face(content) if text.strip())


def inside_of(content: Content) -> str:
    """What only those read who may know the key: keys in words, rubrics, rationales."""
    return "\n".join(squeezed(text) for text in _inside(content) if text.strip())


def _face(content: Content) -> Iterator[str]:
    yield content.stem
    yield from content.options
    for part in content.parts:
        yield from _face(part)


def _inside(content: Content) -> Iterator[str]:
    yield content.rationale
    yield content.transcript
    yield from (str(row["text"]) for row in content.rubric)
    if content.kind in ("blank", "short", "essay", "speaking"):
        yield from _texts(content.key)
    for part in content.parts:
        yield from _inside(part)


def _texts(key: Sequence[Any]) -> Iterator[str]:
    for entry in key:
        if isinstance(entry, dict):
            yield from _texts(entry.get("accepted", ()))
        elif isinstance(entry, (list, tuple)):
            yield from _texts(entry)
        else:
            yield str(entry)


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """`text` in pieces, each with whether it is one of `words` (as of Search.words)."""
    if not words:
        return [(text, False)] if text else []
    kept = [(at, folded) for at, char in enumerate(text) for folded in _folded(char)]
    plain = "".join(folded for _, folded in kept)
    hits = {
        place
        for word in words
        for start in _starts(plain, word)
        for place in range(kept[start][0], kept[start + len(word) - 1][0] + 1)
    }
    return _pieces(text, hits)


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    """A character as texts are kept: nothing for a blank, several for a ligature."""
    return squeezed(char)


def _starts(plain: str, word: str) -> Iterator[int]:
    start = plain.find(word)
    while start >= 0:
        yield start
        start = plain.find(word, start + 1)


def _pieces(text: str, hits: set[int]) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    for at, char in enumerate(text):
        hit = at in hits
        if pieces and pieces[-1][1] is hit:
            pieces[-1] = (pieces[-1][0] + char, hit)
        else:
            pieces.append((char, hit))
    return pieces


def excerpt(text: str, words: Sequence[str], *, length: int = 80) -> list[tuple[str, bool]]:
    """At most `length` characters of `text` around the first of `words`, in pieces."""
    first = _first(marked(text, words))
    start = 0 if first < length - _LEAD else first - _LEAD
    shown = marked(text[start : start + length], words)
    before = [("…", False)] if start else []
    after = [("…", False)] if start + length < len(text) else []
    return [*before, *shown, *after]


def _first(pieces: Sequence[tuple[str, bool]]) -> int:
    """Where the first hit begins; 0 without one."""
    passed = 0
    for piece, hit in pieces:
        if hit:
            return passed
        passed += len(piece)
    return 0


def tag_of(text: str) -> str:
    """One free word made of a text, whatever signs stand in it; "" for no text."""
    return _BETWEEN_TAGS.sub("-", text.strip())[:LONGEST_TAG]


def tags_of(text: str) -> list[str]:
    """The free words that a text says, each once, in their order."""
    words = (word[:LONGEST_TAG] for word in _BETWEEN_TAGS.split(text) if word)
    return list(dict.fromkeys(words))[:MOST_TAGS]
