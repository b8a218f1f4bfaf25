"""Comparing Vietnamese: what is the same word written otherwise, and what kind of slip a slip is.

Tone placement in open oa, oe, uy has two current styles, both right (QĐ 1989/QĐ-BGDĐT of 2018
binds school books alone); tones and diacritics make other words of a word.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_DIACRITICS = "\u0302\u0306\u031b"
_LOOKALIKES = str.maketrans({"ð": "đ", "Ð": "Đ", "Ɖ": "Đ", "ɖ": "đ"})
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\u00ad")
_FOLDED = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "‐": "-", "‑": "-"}
)
_CLUSTERS = (("o", "a"), ("o", "e"), ("u", "y"))
_NEW_STYLE = {
    unicodedata.normalize("NFC", a + tone + b): unicodedata.normalize("NFC", a + b + tone)
    for a, b in _CLUSTERS
    for tone in _TONES
}
# Only where the cluster ends the syllable, and never the glide of qu (quý).
_OPEN = re.compile(rf"(?<!q)(?:{'|'.join(_NEW_STYLE)})(?![^\W\d_])")


class Difference(IntEnum):
    """How far a given text is from an accepted one, the best first."""

    EXACT = 0
    VARIANT = 1
    TONE = 2
    DIACRITIC = 3
    OTHER = 4


DIFFERENCE_NAMES = {
    Difference.EXACT: "正确",
    Difference.VARIANT: "正确（写法不同，视为相同）",
    Difference.TONE: "仅声调不同",
    Difference.DIACRITIC: "仅变音符号不同",
    Difference.OTHER: "不正确",
}


def is_vietnamese(text: str) -> bool:
    """Does it bear a mark of Vietnamese: a tone, ă â ê ô ơ ư, or đ?"""
    marks = set(unicodedata.normalize("NFD", _clean(text)))
    return bool(marks & set(_TONES + _DIACRITICS + "đĐ"))


def difference(accepted: str, given: str) -> Difference:
    """The class of the difference; without any mark where marks belong it is OTHER (no credit)."""
    if _clean(accepted) == _clean(given):
        return Difference.EXACT
    wanted, got = comparison_key(accepted), comparison_key(given)
    if wanted == got:
        return Difference.VARIANT
    if not got or (_bare(got) == got and _bare(wanted) != wanted):
        return Difference.OTHER
    if _without(wanted, _TONES) == _without(got, _TONES):
        return Difference.TONE
    return Difference.DIACRITIC if _bare(wanted) == _bare(got) else Difference.OTHER


def comparison_key(text: str) -> str:
    """NFC, one case, one style of tone placement, no closing punctuation. Never stored."""
    key = _clean(text).translate(_FOLDED).replace("…", "...").lower()
    key = key.strip().rstrip(".!?;,").rstrip()
    return _OPEN.sub(lambda cluster: _NEW_STYLE[cluster[0]], key)


def _clean(text: str) -> str:
    """The same text without what nobody sees."""
    plain = unicodedata.normalize("NFC", text.translate(_INVISIBLE)).translate(_LOOKALIKES)
    return " ".join(plain.split())


def _bare(key: str) -> str:
    return _without(key, _TONES + _DIACRITICS).replace("đ", "d")


def _without(key: str, marks: str) -> str:
    apart = unicodedata.normalize("NFD", key)
    return unicodedata.normalize("NFC", "".join(char for char in apart if char not in marks))
