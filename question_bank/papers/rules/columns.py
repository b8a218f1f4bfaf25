"""How many options of an item fit on a line of paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# Full-width characters that a line of an A4 paper takes beside the number of the item.
_LINE = 40


def option_columns(options: Sequence[str]) -> int:
    """4, 2 or 1 options on a line, by the longest of them with its letter."""
    longest = max((width(option) + 2 for option in options), default=0)
    return next((columns for columns in (4, 2) if longest <= _LINE / columns - 1), 1)


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
