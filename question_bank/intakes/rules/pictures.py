"""Taking pictures away from an item: their signs leave its texts, the signs of others count anew."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from question_bank.items.rules.runs import sign

_SIGN = re.compile(r"［图(\d{1,3})］")
_TEXTS = ("stem", "options", "key", "rationale", "parts")


def without(item: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The fields of an item that change when the pictures of these names go."""
    media = list(item.get("media", ()))
    kept = [name for name in media if name not in names]
    if len(kept) == len(media):
        return {}
    signs = {
        at + 1: sign(kept.index(name)) if name in kept else "" for at, name in enumerate(media)
    }
    made = {name: _anew(item[name], signs) for name in _TEXTS if name in item}
    return {**made, "media": kept}


def _anew(value: Any, signs: Mapping[int, str]) -> Any:
    if isinstance(value, str):
        return _SIGN.sub(lambda match: signs.get(int(match[1]), match[0]), value)
    if isinstance(value, Mapping):
        return {name: _anew(one, signs) if name in _TEXTS else one for name, one in value.items()}
    if isinstance(value, Sequence):
        return [_anew(one, signs) for one in value]
    return value
