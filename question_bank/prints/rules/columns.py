"""How many options of an item fit on a line of paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def option_columns(options: Sequence[str], line: int) -> int:
    """4, 2 or 1 options on a line of `line` full-width characters, by the longest of them."""
    longest = max((width(option) + 2 for option in options), default=0)
    return next((columns for columns in (4, 2) if longest <= line / columns - 1), 1)


def width(text: str) -> float:
    """Of a text on paper: 1 for a Chinese character, a half for a Latin letter."""
    return sum(
        1
        if unicodedata.east_asian_width(char) in "WF"
        else 0
        if unicodedata.combining(char)
        else 0.5
        for char in text
    )
