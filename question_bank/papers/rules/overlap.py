"""How much of a variant may stand elsewhere too."""

from __future__ import annotations


def most_allowed(percent: int | None, size: int) -> int | None:
    """Items out of `size` that a limit in percent allows, None for no limit."""
    return None if percent is None else size * percent // 100
