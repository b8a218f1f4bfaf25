"""What a candidate's sheet shows: the order of options by seed, and nothing that is a key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
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


def option_orders(content: Mapping[str, Any], seed: int) -> dict[str, list[int]]:
    """For every slot ("7") and part ("7.2") with options: original indexes as they are shown."""
    orders = {}
    for slot in slots(content):
        name = str(slot["number"])
        orders[name] = _order(slot, seed, name)
        for position, part in enumerate(slot.get("parts") or (), start=1):
            orders[f"{name}.{position}"] = _order(part, seed, f"{name}.{position}")
    return {name: order for name, order in orders.items() if order}


def _order(slot: Mapping[str, Any], seed: int, name: str) -> list[int]:
    options: Sequence[str] = slot.get("options") or ()
    order = list(range(len(options)))
    if slot["kind"] not in _SHUFFLED or any(_REFERS_TO_OTHERS.search(one) for one in options):
        return order
    return sorted(order, key=lambda index: _lot(seed, name, index))


def _lot(seed: int, name: str, index: int) -> bytes:
    """A lot that stays the same in every version of Python, for as long as sheets are kept."""
    return hashlib.sha256(f"{seed}:{name}:{index}".encode()).digest()
