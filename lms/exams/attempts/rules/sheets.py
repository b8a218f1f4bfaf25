"""What a candidate's sheet shows: the order of options by seed, and nothing that is a key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Names that stand in Variant.answers and must never stand in Variant.content.
SECRETS = frozenset({"key", "keys", "answer", "answers", "rubric", "rationale", "provenance"})

# Options that speak of other options stay where the author put them.
_REFERS_TO_OTHERS = re.compile(
    r"以上|上述|前述|前[两二三四]项|[A-H]\s*[和与及、]\s*[A-H]|[都均]不?[是对正]"
)
_SHUFFLED = frozenset({"single", "multiple", "ordering"})


def slots(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every slot of a variant's content, in its order."""
    for section in content["sections"]:
        yield from section["slots"]


def secrets_in(content: Any) -> list[str]:
    """Every name in `content` that a candidate must not see; none when the paper is sound."""
    if isinstance(content, Mapping):
        own = [name for name in content if name in SECRETS]
        return own + [found for one in content.values() for found in secrets_in(one)]
    if isinstance(content, list):
        return [found for one in content for found in secrets_in(one)]
    return []


@dataclass(frozen=True, slots=True)
class Choice:
    """A slot ("7") or part ("7.2") with options: how many, and whether their order is drawn."""

    name: str
    count: int
    is_shuffled: bool


def choices(content: Mapping[str, Any]) -> list[Choice]:
    """Every choice of a variant's content."""
    found = []
    for slot in slots(content):
        name = str(slot["number"])
        found.append(_choice(slot, name))
        for position, part in enumerate(slot.get("parts") or (), start=1):
            found.append(_choice(part, f"{name}.{position}"))
    return [one for one in found if one.count]


def option_orders(choices: Iterable[Choice], seed: int) -> dict[str, list[int]]:
    """For every choice by name: original indexes as they are shown."""
    return {one.name: _order(one, seed) for one in choices}


def _choice(slot: Mapping[str, Any], name: str) -> Choice:
    options: Sequence[str] = slot.get("options") or ()
    stays = slot["kind"] not in _SHUFFLED or any(_REFERS_TO_OTHERS.search(one) for one in options)
    return Choice(name, len(options), not stays)


def _order(choice: Choice, seed: int) -> list[int]:
    order = list(range(choice.count))
    if not choice.is_shuffled:
        return order
    # Lots that stay the same in every version of Python, for as long as sheets are kept.
    lots = [hashlib.sha256(f"{seed}:{choice.name}:{index}".encode()).digest() for index in order]
    return sorted(order, key=lots.__getitem__)
