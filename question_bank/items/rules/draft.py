"""The drafts that a reading of a file yields, and the JSON in which they travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from question_bank.items.rules.terms import Source

# Letters of a choice, ("true",) or ("false",), one tuple of accepted texts per blank or a mapping with
# its group, reference texts, pairs of a matching or the order of an ordering by index from 0.
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands: a line (a paragraph in Word), or a cell."""

    file: str
    line: int | None = None
    cell: str | None = None

    def as_json(self) -> dict[str, Any]:
        if self.cell is not None:
            return {"file": self.file, "cell": self.cell}
        return {"file": self.file, "line": self.line}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person must look at: a stable code and one clear Chinese sentence.

    `notice` marks what a person should know and need not decide.
    """

    code: str
    sentence: str
    place: Place | None = None
    notice: bool = False

    def as_json(self) -> dict[str, Any]:
        position = self.place.as_json() if self.place else {}
        return {"code": self.code, "sentence": self.sentence, "notice": self.notice, **position}


LIMITS = {"播放次数": "plays", "录音秒数": "seconds", "录音次数": "tries"}
"""How often it may be heard; how long and how often an answer may be spoken: as files call it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One item as the file has it; `kind` is "" where nothing in the file tells it."""

    number: int | str | None
    kind: str
    stem: str
    options: tuple[str, ...]
    key: Key
    source: Place
    parts: tuple[Draft, ...] = ()
    media: tuple[str, ...] = ()
    rationale: str = ""
    points: Decimal | None = None
    topic: str = ""
    tags: tuple[str, ...] = ()
    difficulty: str = ""
    cognition: str = ""
    rubric: tuple[Mapping[str, Any], ...] = ()
    sources: tuple[Source, ...] = ()
    plays: int | None = None
    seconds: int | None = None
    tries: int | None = None
    transcript: str = ""
    problems: tuple[Problem, ...] = ()
    told: str = ""
    """What the file has for it, as it stands there."""

    @property
    def ready(self) -> bool:
        """Whether nothing in it, or in its parts, waits for a person's decision."""
        return all(p.notice for p in self.problems) and all(part.ready for part in self.parts)

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "kind": self.kind,
            "stem": self.stem,
            "options": list(self.options),
            "key": [list(k) if isinstance(k, tuple) else k for k in self.key],
            "parts": [part.as_json() for part in self.parts],
            "media": list(self.media),
            "rationale": self.rationale,
            "points": _number(self.points),
            "topic": self.topic,
            "difficulty": self.difficulty,
            "source": {**self.source.as_json(), "text": self.told},
            "problems": [problem.as_json() for problem in self.problems],
            **self._further(),
        }

    def _further(self) -> dict[str, Any]:
        """What only files of the house's own templates and of other systems can say."""
        told: dict[str, Any] = {"cognition": self.cognition} if self.cognition else {}
        if self.rubric:
            told["rubric"] = [
                {"text": row["text"], "points": str(row["points"])} for row in self.rubric
            ]
        told |= {
            name: said for name in LIMITS.values() if (said := getattr(self, name)) is not None
        }
        if self.transcript:
            told["transcript"] = self.transcript
        if self.tags:
            told["tags"] = list(self.tags)
        if self.sources:
            told["sources"] = [source.as_json() for source in self.sources]
        return told


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from a file: the items, what concerns the file as a whole, its layout."""

    items: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    layout: str
    tables: tuple[Mapping[str, Any], ...] = ()
    """Of each table its name, signature, header and first rows: which column is what may be said."""

    @property
    def media(self) -> list[str]:
        """The names of all files that items show, each once."""
        return list(dict.fromkeys(name for item in self.items for name in item.media))

    @property
    def ready(self) -> bool:
        """Whether every item may be taken over as it stands."""
        return all(item.ready for item in self.items) and all(p.notice for p in self.problems)

    def as_json(self) -> Mapping[str, Any]:
        """The contract of `flask items preview FILE --json`."""
        return {
            "items": [item.as_json() for item in self.items],
            "problems": [problem.as_json() for problem in self.problems],
            "layout": self.layout,
            **({"tables": [dict(table) for table in self.tables]} if self.tables else {}),
        }


def _number(points: Decimal | None) -> int | float | None:
    """JSON knows no Decimal; this is the edge where points are only shown."""
    if points is None:
        return None
    return int(points) if points == points.to_integral_value() else float(points)


def limits_text(draft: Draft) -> dict[str, str]:
    """The limits of a draft as files have them; empty where there is none."""
    said = {name: getattr(draft, field) for name, field in LIMITS.items()}
    return {name: "" if limit is None else str(limit) for name, limit in said.items()}


def limits_said(
    said: Mapping[str, str],
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The limits that a file says, by their fields; and what is no number, as code and sentence."""
    given = {name: said.get(name, "") for name in LIMITS}
    wrong = [
        (LIMITS[name], f"{name}“{text[:20]}”不是整数。")
        for name, text in given.items()
        if text and not text.isdecimal()
    ]
    found = {LIMITS[name]: int(text) for name, text in given.items() if text.isdecimal()}
    return {field: found.get(field) for field in LIMITS.values()}, wrong


def limits_in(content: Mapping[str, Any]) -> dict[str, Any]:
    """The limits of an item's content, by their fields."""
    return {name: content.get(name) for name in LIMITS.values()}
