"""The two documents of a sealed variant: what a candidate may see, and what scoring sees."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from question_bank.items.kinds import speaking
from question_bank.items.kinds.catalogue import KINDS
from question_bank.items.kinds.policies import default_policy
from question_bank.items.kinds.protocol import Content
from question_bank.items.rules.runs import unplaced
from question_bank.papers.rules.headings import divided

_WITH_PARTS = ("case", "listening")


@dataclass(frozen=True, slots=True)
class Place:
    """A slot with all that freezing needs of its item."""

    number: int
    points: Decimal
    content: Content
    item_version_id: int
    provenance: str
    keeps_order: bool = False
    recordings: frozenset[int] = frozenset()
    """Which of the content's media are heard."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Every candidate gets `take` of the places of these numbers, which are alike."""

    take: int
    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Part:
    """A 大题 with its places in order."""

    title: str
    kind: str
    policy: str
    places: Sequence[Place]
    draws: Sequence[Draw] = ()
    """What candidates draw; nothing where they get all places."""

    @property
    def points(self) -> Decimal:
        """What a candidate can earn."""
        worth = {place.number: place.points for place in self.places}
        if not self.draws:
            return sum(worth.values(), Decimal(0))
        return sum((worth[draw.numbers[0]] * draw.take for draw in self.draws), Decimal(0))


def frozen_content(
    title: str, minutes: int, parts: Sequence[Part], *, shuffle_options: bool, shuffle_items: bool
) -> dict[str, Any]:
    """All that a candidate may see, as Variant.content says it."""
    return {
        "title": title,
        "minutes": minutes,
        "total": _text(sum((part.points for part in parts), Decimal(0))),
        "shuffle": {"options": shuffle_options, "items": shuffle_items},
        "sections": [
            {
                "title": part.title,
                "kind": part.kind,
                "points": _text(part.points),
                "slots": [_slot(place) for place in part.places],
                **_draws(part),
            }
            for part in parts
        ],
    }


def frozen_answers(parts: Sequence[Part], *, multiple: str) -> dict[str, Any]:
    """What only scoring and marking see, as Variant.answers says it.

    `multiple` is the policy of multiple choice inside cases, where no section says it.
    """
    return {
        str(place.number): {
            **_answer(place.content, part.policy, place.points, multiple),
            "item_version_id": place.item_version_id,
            "provenance": place.provenance,
            "media": list(place.content.media),
            "transcript": place.content.transcript,
        }
        for part in parts
        for place in part.places
    }


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content as canonical JSON."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _draws(part: Part) -> dict[str, Any]:
    if not part.draws:
        return {}
    return {"draws": [{"take": one.take, "numbers": list(one.numbers)} for one in part.draws]}


def _slot(place: Place) -> dict[str, Any]:
    content = place.content
    face = KINDS[content.kind].face(content)
    points = _part_points(content, place.points)
    return {
        "number": place.number,
        "kind": content.kind,
        "stem": content.stem,
        "options": face["options"],
        "points": _text(place.points),
        "media": _media(content),
        "recordings": [one for one in content.media if one in place.recordings],
        "plays": content.plays,
        "blanks": face["blanks"],
        "keeps_order": place.keeps_order,
        **_spoken(content),
        "parts": [
            {
                "kind": part["kind"],
                "stem": part["stem"],
                "options": part.get("options", []),
                "points": _text(share),
                "blanks": part.get("blanks", 0),
                **_spoken(inner),
            }
            for part, inner, share in zip(face["parts"], content.parts, points, strict=True)
        ],
    }


def _spoken(content: Content) -> dict[str, Any]:
    return {"spoken": speaking.limits(content)} if content.kind == "speaking" else {}


def _media(content: Content) -> list[int | None]:
    """The media in their places; what only a rationale shows is left to the answers."""
    inside = (content, *content.parts)
    faces = [text for one in inside for text in (one.stem, *one.options)]
    unseen = set(unplaced(faces, content.media))
    untold = set(unplaced([one.rationale for one in inside], content.media))
    secret = unseen - untold
    return [None if at in secret else one for at, one in enumerate(content.media)]


def _answer(content: Content, policy: str, points: Decimal, multiple: str) -> dict[str, Any]:
    parts = content.parts if content.kind in _WITH_PARTS else ()
    return {
        "kind": content.kind,
        "policy": policy,
        "points": _text(points),
        "key": list(content.key),
        "rubric": _rubric(content, points),
        "rationale": content.rationale,
        "parts": [
            _answer(part, default_policy(part.kind, multiple=multiple), share, multiple)
            for part, share in zip(parts, _part_points(content, points), strict=False)
        ],
    }


def _part_points(content: Content, points: Decimal) -> list[Decimal]:
    """The points of the parts: as the item divides them, to the scale of the slot."""
    if not content.parts:
        return []
    given = [part.points for part in content.parts if part.points]
    weights = given if len(given) == len(content.parts) else [Decimal(1)] * len(content.parts)
    return divided(points, weights)


def _rubric(content: Content, points: Decimal) -> list[dict[str, str]]:
    """采分点 to the scale of the slot."""
    if not content.rubric:
        return []
    shares = divided(points, [Decimal(str(row["points"])) for row in content.rubric])
    return [
        {"text": row["text"], "points": _text(share)}
        for row, share in zip(content.rubric, shares, strict=True)
    ]


def _text(points: Decimal) -> str:
    return format(points.normalize() + 0, "f")
