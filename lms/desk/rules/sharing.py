"""How the items of a blueprint's row are shared out over banks."""

from __future__ import annotations

from collections import Counter
from typing import Any


def shares(
    wanted: dict[str, Any], codes: list[str], reach: dict[str, Counter[str]]
) -> dict[str, int]:
    """How many of `wanted["count"]` each bank gives: in turns, while it has any."""
    left = {code: reach[code][wanted["kind"]] for code in codes}
    shares = dict.fromkeys(codes, 0)
    for _ in range(wanted["count"]):
        code = max(codes, key=lambda one: (left[one] > 0, -shares[one]))
        shares[code] += 1
        left[code] -= 1
    return {code: count for code, count in shares.items() if count}
