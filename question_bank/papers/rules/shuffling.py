"""打乱: the order in which a candidate sees options and items, by seed alone.

The lot of an index is a hash of seed, name and index, so it is the same in every version of
Python for as long as sheets are kept. An order is a list of the original indexes as they are
shown. Names are those of `Variant.answers`: "7" a slot, "7.2" a part, "s1" a section.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SHUFFLED = frozenset({"single", "multiple", "ordering"})
# "以上都对" speaks of all that stand before it: it is shown last, and the others may change.
_SUMS_UP = re.compile(r"以上|上述|前述|[都均皆]不?[是对正]")
# "A和B都对" or "前两项" speaks of places: then nothing may change.
_NAMES_PLACES = re.compile(
    r"前[两二三四几]项|[A-H]\s*[项]?\s*[和与及、]\s*[A-H]|第[一二三四1-4]项|[A-H]项"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A slot or part with `count` options, of which the first `moving` change places."""

    name: str
    count: int
    moving: int


def choices(content: Mapping[str, Any]) -> list[Choice]:
    """Every slot and part of a paper that has options: looked at once, for all candidates."""
    shuffles = content.get("shuffle", {}).get("options", True)
    found = []
    for section in content["sections"]:
        for slot in section["slots"]:
            name, keeps = str(slot["number"]), not shuffles or slot.get("keeps_order", False)
            found.append(choice(slot, name, keeps=keeps))
            for position, part in enumerate(slot.get("parts") or (), start=1):
                found.append(choice(part, f"{name}.{position}", keeps=keeps))
    return [one for one in found if one.count]


def choice(asked: Mapping[str, Any], name: str, *, keeps: bool = False) -> Choice:
    """Which options of a slot or part change places; `keeps`: none."""
    options: Sequence[str] = asked.get("options") or ()
    still = keeps or asked["kind"] not in _SHUFFLED
    if still or any(_NAMES_PLACES.search(option) for option in options):
        return Choice(name, len(options), 0)
    last = [index for index, option in enumerate(options) if _SUMS_UP.search(option)]
    first_last = len(options) - len(last)
    # Where something stands behind what sums up, nothing may move.
    moving = first_last if last == list(range(first_last, len(options))) else 0
    return Choice(name, len(options), moving)


def option_orders(choices: Iterable[Choice], seed: int) -> dict[str, list[int]]:
    """For every choice by name, the order in which its options are shown."""
    return {one.name: option_order(one, seed) for one in choices}


def option_order(choice: Choice, seed: int) -> list[int]:
    """The original indexes as they are shown."""
    free = sorted(range(choice.moving), key=lambda index: _lot(seed, choice.name, index))
    return free + list(range(choice.moving, choice.count))


def item_orders(content: Mapping[str, Any], seed: int) -> list[list[int]]:
    """For every section the numbers of its slots as they are shown.

    Only items of one section change places: a candidate's first number is everybody's.
    """
    shuffles = content.get("shuffle", {}).get("items", False)
    return [
        _item_order([slot["number"] for slot in section["slots"]], seed, f"s{at}", shuffles)
        for at, section in enumerate(content["sections"], start=1)
    ]


def _item_order(numbers: list[int], seed: int, name: str, shuffles: bool) -> list[int]:
    return sorted(numbers, key=lambda number: _lot(seed, name, number)) if shuffles else numbers


def _lot(seed: int, name: str, index: int) -> bytes:
    return hashlib.sha256(f"{seed}:{name}:{index}".encode()).digest()
