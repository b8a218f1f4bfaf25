"""What every kind of item can do, and the plain data that it does it with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

# JSON as the browser sends it; whatever has the wrong shape counts as no answer.
Response = Any


@dataclass(frozen=True, slots=True)
class Content:
    """What an item says. `options` have no letters; `key` and `rubric` as in ItemVersion.

    A part of a case or a recording has no points where its item does not divide them, and a
    part of a matching item is an entry of its left column: its stem alone counts. `plays`: how
    often a recording may be heard, None for no limit; `transcript` is told after the release.
    `seconds` and `tries`: how long and how often a spoken answer may be recorded.
    """

    kind: str
    stem: str
    options: tuple[str, ...] = ()
    key: tuple[Any, ...] = ()
    rubric: tuple[Mapping[str, Any], ...] = ()
    parts: tuple[Content, ...] = ()
    media: tuple[Any, ...] = ()
    rationale: str = ""
    points: Decimal | None = None
    plays: int | None = None
    transcript: str = ""
    seconds: int | None = None
    tries: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What scoring knows of one slot or of one part: an entry of Variant.answers."""

    kind: str
    policy: str
    full: Fraction
    key: tuple[Any, ...] = ()
    parts: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """The points of a response, None where people mark, and the sentences that say why."""

    points: Fraction | None
    full: Fraction
    why: tuple[str, ...]
    parts: tuple[Scored, ...] = ()

    @property
    def fraction(self) -> Fraction | None:
        return None if self.points is None else self.points / self.full


class ItemKind(Protocol):
    """The behaviour of one kind; each module of this folder that is named after a kind has it."""

    def check(self, content: Content) -> list[str]:
        """Everything that is wrong with the content, as Chinese sentences."""

    def face(self, content: Content) -> dict[str, Any]:
        """`options`, `blanks` and `parts` as a candidate sees them: never key or rationale."""

    def blank(self, content: Content) -> Response:
        """The response of whoever answers nothing."""

    def score(self, answer: Answer, response: Response) -> Scored:
        """Points in [0, full] (below 0 only by a policy that deducts) and why."""

    def summarise(self, response: Response) -> str:
        """The response on one line, as people read it; "" for no answer."""

    def show_key(self, key: Sequence[Any]) -> str:
        """The key on one line, as people read it."""


def content_of(kind: str, source: Mapping[str, Any]) -> Content:
    """The content that JSON says (an item version, a draft of an intake, a part)."""
    points = source.get("points")
    return Content(
        kind=kind,
        stem=source.get("stem", ""),
        options=tuple(source.get("options", ())),
        key=tuple(source.get("key", ())),
        rubric=tuple(source.get("rubric", ())),
        parts=tuple(content_of(part.get("kind", ""), part) for part in source.get("parts", ())),
        media=tuple(source.get("media", ())),
        rationale=source.get("rationale", ""),
        points=None if points is None else Decimal(str(points)),
        plays=source.get("plays"),
        transcript=source.get("transcript") or "",
        seconds=source.get("seconds"),
        tries=source.get("tries"),
    )


def answer_of(source: Mapping[str, Any]) -> Answer:
    """The answer that an entry of Variant.answers says."""
    return Answer(
        kind=source["kind"],
        policy=source["policy"],
        full=Fraction(Decimal(source["points"])),
        key=tuple(source["key"]),
        parts=tuple(answer_of(part) for part in source.get("parts", ())),
    )


def missing_stem(content: Content) -> list[str]:
    """A stem may be a picture or a recording, but not nothing."""
    return [] if content.stem.strip() or content.media else ["没有题干。"]


def shown(points: Fraction | Decimal) -> str:
    """Points as people read them: at most two decimals, no needless zeros."""
    exact = Fraction(points)
    rounded = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"))
    return format(rounded.normalize() + 0, "f")


def letters(response: Response) -> tuple[str, ...]:
    """The letters A to Z of a choice in their order, each once; from "AC" or ["A", "C"]."""
    given = response if isinstance(response, (list, tuple, str)) else ()
    return tuple(
        sorted({x for x in given if isinstance(x, str) and len(x) == 1 and "A" <= x <= "Z"})
    )


def letter(position: int) -> str:
    """A for 0, B for 1 …"""
    return chr(ord("A") + position)
