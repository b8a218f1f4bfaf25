"""打乱: the order in which a candidate sees options and items, by seed alone.

The lot of an index is a hash of seed, name and index, so it is the same in every version of
Python for as long as sheets are kept. An order is a list of the original indexes as they are
shown. Names are those of `Variant.answers`: "7" a slot, "7.2" a part, "s1" a section.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

_SHUFFLED = frozenset({"single", "multiple", "ordering"})
# "以上都对" speaks of all that stand before it: it is shown last, and the others may change.
_SUMS_UP = re.compile(r"以上|上述|前述|[都均皆]不?[是对正]")
# "A和B都对" or "前两项" speaks of places: then nothing may change.
_NAMES_PLACES = re.compile(
    r"前[两二三四几]项|[A-H]\s*[项]?\s*[和与及、]\s*[A-H]|第[一二三四1-4]项|[A-H]项"
)


def candidate_seed(paper_seed: int, candidate: str | int) -> int:
    """The seed of a candidate's sheet, from the paper's and the candidate's number."""
    told = f"{paper_seed}:{candidate}".encode()
    return int.from_bytes(hashlib.sha256(told).digest()[:4]) >> 1


def drawn(choices: int, *, seed: int, name: str, wanted: int) -> list[int]:
    """`wanted` of the indexes 0 … choices - 1, drawn by lot, in their own order."""
    return sorted(sorted(range(choices), key=lambda index: _lot(seed, name, index))[:wanted])


def option_orders(content: Mapping[str, Any], seed: int) -> dict[str, list[int]]:
    """For every slot and part with options, the order in which they are shown."""
    shuffles = content.get("shuffle", {}).get("options", True)
    orders: dict[str, list[int]] = {}
    for section in content["sections"]:
        for slot in section["slots"]:
            name, keeps = str(slot["number"]), not shuffles or slot.get("keeps_order", False)
            orders[name] = option_order(slot, seed, name, keeps=keeps)
            for position, part in enumerate(slot.get("parts") or (), start=1):
                inner = f"{name}.{position}"
                orders[inner] = option_order(part, seed, inner, keeps=keeps)
    return {name: order for name, order in orders.items() if order}


def option_order(
    asked: Mapping[str, Any], seed: int, name: str, *, keeps: bool = False
) -> list[int]:
    """The order of the options of one slot or part; `keeps`: the author's own."""
    options: Sequence[str] = asked.get("options") or ()
    order = list(range(len(options)))
    if keeps or asked["kind"] not in _SHUFFLED:
        return order
    if any(_NAMES_PLACES.search(option) for option in options):
        return order
    last = [index for index in order if _SUMS_UP.search(options[index])]
    if last != order[len(order) - len(last) :]:
        return order  # it sums up what stands before it, and something stands behind it
    free = order[: len(order) - len(last)]
    return sorted(free, key=lambda index: _lot(seed, name, index)) + last


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
