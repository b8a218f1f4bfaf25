"""What an item allows of spoken answers, and what a recording has beyond it, told to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEEWAY = 3
"""Seconds that a page may need to stop a recording."""
MOST_BYTES_A_SECOND = 64_000
"""Opus carries no more (RFC 6716: 510 kbit/s)."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """`seconds` of one recording, and how often a slot may be recorded: `tries` of all its parts."""

    seconds: int
    tries: int


def allowed_by(slot: Mapping[str, Any]) -> Allowed | None:
    """What a slot of a sheet's content allows; None where none of it is answered by speaking."""
    spoken = [one["spoken"] for one in (slot, *slot.get("parts", ())) if "spoken" in one]
    if not spoken:
        return None
    return Allowed(max(one["seconds"] for one in spoken), sum(one["tries"] for one in spoken))


def remark_on(allowed: Allowed, *, nth: int, seconds: int, size: int) -> str:
    """What a person should know of the `nth` recording of a slot; nothing where all is in order.

    `seconds` long, as measured or as the page says; `size` in bytes.
    """
    found = []
    if nth > allowed.tries:
        found.append(f"这是本题的第 {nth} 段录音，限录 {allowed.tries} 次")
    if seconds > allowed.seconds + LEEWAY:
        found.append(f"长 {seconds} 秒，限 {allowed.seconds} 秒")
    if size > (seconds + LEEWAY) * MOST_BYTES_A_SECOND:
        found.append(f"有 {size // 1000} KB，不可能只有 {seconds} 秒")
    return "；".join(found)
