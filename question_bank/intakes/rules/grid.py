"""The preview of an intake: what may come in, what waits for a person, what is set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from lms.ground.words import word
from question_bank.items.kinds import catalogue
from question_bank.items.kinds.protocol import Content, content_of
from question_bank.items.rules.finding import MOST_TAGS
from question_bank.items.rules.identity import content_hash
from question_bank.items.rules.terms import COGNITION_NAMES, Cognition, Difficulty, Source
from question_bank.items.rules.typed import WITH_OPTIONS, topic_path

_EASY = ("易", "易难", "较易", "容易", "简单", "低", "easy")
_HARD = ("难", "较难", "困难", "高", "hard")
_ONE_PART = "请根据材料作答。"
LONGEST_TOPIC = 60
# Codes of what the preview itself tells, beside those of the reader.
FAULT, TWIN, NEAR, PICTURE = "fault", "twin", "near", "picture_missing"
# What the checks of the kinds see as well: they tell it anew after every correction.
_TOLD_BY_CHECKS = frozenset(
    {
        "no_stem", "few_options", "empty_option", "same_options", "no_key", "key_beyond",
        "key_empty", "single_many",
    }
)  # fmt: skip


class Decision(StrEnum):
    """What a person said of an item that has problems."""

    ACCEPTED = "accepted"
    ASIDE = "aside"


class Standing(StrEnum):
    """Where an item of the preview stands, the most urgent first."""

    FAULTY = "faulty"
    DOUBTFUL = "doubtful"
    READY = "ready"
    ASIDE = "aside"


STANDING_NAMES = {
    Standing.FAULTY: word("须改正"),
    Standing.DOUBTFUL: word("待核对"),
    Standing.READY: word("可入库"),
    Standing.ASIDE: word("已搁置"),
}


@dataclass(frozen=True, slots=True)
class Like:
    """Another item that says the same (TWIN) or nearly the same (NEAR), and the sentence on it.

    `other` names it for good: "row3" by its position in the file, "item7" by its number.
    """

    code: str
    other: str
    sentence: str

    @property
    def mark(self) -> str:
        """What a decision remembers of having been shown it."""
        return f"{self.code} {self.other}"


@dataclass(frozen=True, slots=True)
class Row:
    """An item of the preview. `faults` must be corrected; `doubts` a person may dismiss.

    A decision covers what was seen with it: what is found to be alike afterwards is open again.
    """

    index: int
    item: Mapping[str, Any]
    content: Content
    hash: str
    faults: tuple[str, ...]
    doubts: tuple[str, ...]
    notices: tuple[str, ...]
    codes: tuple[str, ...]
    """The codes of the faults and doubts that are open, each once."""
    likes: tuple[str, ...]
    """The marks of what is alike, as IntakeRow.said["seen"] keeps them."""

    @property
    def decision(self) -> str:
        return str(self.item.get("decision", ""))

    @property
    def standing(self) -> Standing:
        if self.decision == Decision.ASIDE:
            return Standing.ASIDE
        if self.faults:
            return Standing.FAULTY
        return Standing.DOUBTFUL if self.codes else Standing.READY

    @property
    def place(self) -> str:
        """第12行 or B7, as the file has it."""
        source = self.item.get("source") or {}
        cell, line = source.get("cell"), source.get("line")
        return str(cell) if cell else f"第{line}行" if line else ""

    @property
    def media(self) -> list[str]:
        """The names of its pictures, in the order of the signs ［图1］, ［图2］ … in its texts."""
        return list(self.item.get("media", ()))

    @property
    def difficulty(self) -> Difficulty:
        return difficulty_of(str(self.item.get("difficulty", "")))

    @property
    def cognition(self) -> Cognition:
        """What the file says, else 识记: an author decides."""
        said = {name: level for level, name in COGNITION_NAMES.items()}
        return said.get(str(self.item.get("cognition", "")), Cognition.RECALL)

    @property
    def sources(self) -> list[Source]:
        return [_source(one) for one in self.item.get("sources", ())]

    @property
    def tags(self) -> list[str]:
        """The free words that the file gives the item."""
        return list(self.item.get("tags", ()))[:MOST_TAGS]

    @property
    def topic_path(self) -> list[str]:
        return topic_path(str(self.item.get("topic", "")))


def rows(reading: Mapping[str, Any], known: Mapping[str, int]) -> list[Row]:
    """Every item of a reading in the order of its file; `known` maps the content hashes that the
    bank has to the numbers of its items."""
    seen: dict[str, int] = {}
    found = []
    files = reading.get("files", {})
    for index, item in enumerate(reading.get("items", [])):
        content = content_from(item)
        digest = hash_of(item, content, reading)
        twin = same(digest, index, known, seen)
        found.append(row(index, item, content, digest, likes=[twin] if twin else [], files=files))
        if item.get("decision") != Decision.ASIDE:
            seen.setdefault(digest, index)
    return found


def hashes(reading: Mapping[str, Any]) -> list[str]:
    """The content hash of every item of a reading."""
    return [hash_of(item, content_from(item), reading) for item in reading.get("items", [])]


def hash_of(item: Mapping[str, Any], content: Content, reading: Mapping[str, Any]) -> str:
    """The content hash of an item of a reading, whose `prints` are name of a picture → its SHA-256."""
    prints = reading.get("prints", {})
    return content_hash(content, [prints.get(name, name) for name in item.get("media", ())])


def same(
    digest: str, index: int, known: Mapping[str, int], first: Mapping[str, int]
) -> Like | None:
    """Who says exactly the same: an item of the bank (hash → number), else an earlier row of the
    file (hash → first position)."""
    if digest in known:
        number = known[digest]
        return Like(TWIN, f"item{number}", f"题库里已有内容相同的试题（第{number}号）。")
    earlier = first.get(digest, index)
    return Like(TWIN, f"row{earlier}", same_as(earlier)) if earlier < index else None


def same_as(index: int) -> str:
    """The sentence on an item that an earlier one, at `index` from 0, says already."""
    return f"与本文件第{index + 1}题内容相同。"


def row(
    index: int,
    item: Mapping[str, Any],
    content: Content,
    digest: str,
    *,
    likes: Sequence[Like],
    files: Mapping[str, Any],
) -> Row:
    """One item checked: `likes` are others that say the same or nearly the same, `files` the names
    of the pictures that could be taken in."""
    problems = _problems(item)
    doubts = [(code, sentence) for code, sentence, notice in problems if not notice]
    if any(name not in files for name in item.get("media", ())):
        doubts.append((PICTURE, "题里的图片没有随文件读入，请核对没有图是否还能作答。"))
    faults = catalogue.check(replace(content, media=tuple(item.get("media", ()))))
    if any(len(name) > LONGEST_TOPIC for name in topic_path(str(item.get("topic", "")))):
        faults.append(f"知识点名称超过{LONGEST_TOPIC}个字。")
    notices = tuple(sentence for _, sentence, notice in problems if notice)
    told = [*(sentence for _, sentence in doubts), *(one.sentence for one in likes)]
    return Row(
        index, item, content, digest, tuple(faults), tuple(dict.fromkeys(told)), notices,
        codes=_codes(item, faults, [code for code, _ in doubts], likes),
        likes=tuple(one.mark for one in likes),
    )  # fmt: skip


def _codes(
    item: Mapping[str, Any], faults: Sequence[str], doubts: Sequence[str], likes: Sequence[Like]
) -> tuple[str, ...]:
    """What is open of an item. The reader's word on a fault counts until the item is corrected."""
    found = []
    settled = item.get("decision") == Decision.ACCEPTED
    if faults:
        read = [str(one.get("code", "")) for one in item.get("problems", [])]
        found = [code for code in read if code in _TOLD_BY_CHECKS and not settled] or [FAULT]
    # Decisions of before these marks were kept cover everything.
    seen = item.get("seen", [one.mark for one in likes]) if settled else ()
    found += [] if settled else doubts
    found += [one.code for one in likes if one.mark not in seen]
    return tuple(dict.fromkeys(found))


def _problems(item: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    own = [
        (str(one.get("code", "")), one["sentence"], bool(one.get("notice")))
        for one in item.get("problems", [])
        if one.get("code") not in _TOLD_BY_CHECKS
    ]
    for number, part in enumerate(item.get("parts", []), start=1):
        own += [
            (code, f"第{number}小题：{sentence}", notice)
            for code, sentence, notice in _problems(part)
        ]
    return own


def content_from(item: Mapping[str, Any]) -> Content:
    """The content of a draft. A case that is one text with one answer gets one part for it."""
    if item.get("kind") == "case" and not item.get("parts") and item.get("key"):
        part = {"kind": "essay", "stem": _ONE_PART, "key": item["key"]}
        item = {**item, "key": [], "parts": [part]}
    kind = str(item.get("kind", ""))
    options = item.get("options", []) if kind in WITH_OPTIONS else []
    return content_of(kind, {**item, "options": options, "points": _points(item), "media": []})


def _points(item: Mapping[str, Any]) -> Decimal:
    """What the file says, else the sum of the parts, else 1: a paper's blueprint decides later."""
    own = Decimal(str(item.get("points") or 0))
    of_parts = [Decimal(str(part.get("points") or 0)) for part in item.get("parts", [])]
    return own or sum(of_parts, Decimal(0)) or Decimal(1)


def difficulty_of(word: str) -> Difficulty:
    """易, 中 or 难, by the words that people use; in the middle when it says nothing known."""
    plain = word.strip().casefold()
    if plain in _EASY:
        return Difficulty.EASY
    return Difficulty.HARD if plain in _HARD else Difficulty.MEDIUM


def _source(said: Mapping[str, str]) -> Source:
    start, end = (
        date.fromisoformat(day) if day else None for day in (said["valid_from"], said["valid_to"])
    )
    return Source(said["document"], said["article"], said["edition"], start, end)


def tally(shown: Sequence[Row]) -> dict[Standing, int]:
    """How many items stand where."""
    counts = dict.fromkeys(Standing, 0)
    for row in shown:
        counts[row.standing] += 1
    return counts
