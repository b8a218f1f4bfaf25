"""Credits: shares of its points that an item itself gives to answers that are not its key.

The last entry of a key may be {"credits": {answer: share}}. An answer is a letter of a choice, the
letters of a whole choice or order, or a pair of a matching (`1-B`; WRONG for every pair not named);
a share is a fraction as text, below 0 where the answer costs points. People read and type them
behind the key: `C【B 50%，D -1/3】`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

WRONG = "错"
_SMALL = 1000
_ENTRY = re.compile(r"(\d+-[A-Z]|[A-Z]+|错)\s*[:：]?\s*([-－−]?\d+(?:\.\d+)?%|[-－−]?\d+/[1-9]\d*)")
_NOTE = re.compile(r"\s*【([^【】]*)】\s*$")
_MINUS = str.maketrans({"－": "-", "−": "-"})


def plain(key: Sequence[Any]) -> list[Any]:
    """The key without its credits."""
    return [entry for entry in key if not _is_credits(entry)]


def credits(key: Sequence[Any]) -> dict[str, Fraction]:
    """The credits of a key by answer; {} for none."""
    return {
        str(answer): Fraction(share)
        for entry in key
        if _is_credits(entry)
        for answer, share in entry["credits"].items()
    }


def with_credits(key: Sequence[Any], shares: Mapping[str, Fraction]) -> tuple[Any, ...]:
    """The key with these credits in place of its own, in the order of their names."""
    told = {answer: str(shares[answer]) for answer in sorted(shares)}
    return (*plain(key), {"credits": told}) if told else tuple(plain(key))


def faults(key: Sequence[Any]) -> list[str]:
    """What is wrong with the credits of a key, as Chinese sentences."""
    beyond = any(abs(share) > 1 for share in credits(key).values())
    return ["各项的分值比例须在-100%与100%之间。"] if beyond else []


def note(key: Sequence[Any]) -> str:
    """The credits as people read them behind a key: `【B 50%，D -1/3】`; "" for none."""
    told = "，".join(f"{answer} {share_text(share)}" for answer, share in credits(key).items())
    return f"【{told}】" if told else ""


def cut_note(text: str) -> tuple[str, dict[str, Fraction]]:
    """(the text before a note, the credits that it says); a bracket that says none stays text."""
    match = _NOTE.search(text)
    entries = [one for one in re.split(r"[，,；;]", match[1]) if one.strip()] if match else []
    found = [_ENTRY.fullmatch(one.strip()) for one in entries]
    if match is None or not found or None in found:
        return text, {}
    return text[: match.start()], {one[1]: share_of(one[2]) for one in found if one is not None}


def share_text(share: Fraction) -> str:
    """A share as percent where that is exact, else as a fraction."""
    percent = share * 100
    for places in range(6):
        if (percent * 10**places).denominator == 1:
            return f"{percent.numerator / percent.denominator:.{places}f}%"
    return str(share)


def share_of(text: str) -> Fraction:
    """The share that a text says: `50%`, `-1/3`; 33.33333% is a third."""
    bare = text.translate(_MINUS).strip()
    if not bare.endswith("%"):
        return Fraction(bare).limit_denominator(_SMALL)
    return rounded(Fraction(bare[:-1]) / 100)


def rounded(share: Fraction) -> Fraction:
    """The small fraction that a percentage of five decimals stands for."""
    exact = Fraction(round(share * 10**7), 10**7)
    near = exact.limit_denominator(_SMALL)
    return near if abs(near - exact) <= Fraction(1, 10**7) else exact


def _is_credits(entry: Any) -> bool:
    return isinstance(entry, dict) and "credits" in entry
