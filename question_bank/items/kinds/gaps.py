"""The gaps of a blank item: what each accepts, and what else earns a share of its points.

An entry of the key is a list of accepted texts, or {"accepted": [...], "group": "…", "graded":
[{"text", "credit", "margin"}]}: the blanks of one group may be filled in any order; a graded text
earns a share of the points, with a margin every number as near to it. People read and type that
behind the text: `1822【±2 50%】`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from question_bank.items.kinds.credits import share_of, share_text
from question_bank.items.kinds.numerals import with_digits
from question_bank.items.kinds.vietnamese import Difference, difference, is_vietnamese

_IGNORED = re.compile(
    r"[\s\"'“”‘’「」《》〈〉。，、；;！!？?·•_()（）]"
    r"|,(?=\d{3}(?!\d))|(?<!\d)[.,:\-–—]|[.,:\-–—](?!\d)"  # 1.5 is not 15, and 8:30 not 830
)


WHOLE = Fraction(1)
_GRADE = re.compile(
    r"(.*?)\s*【\s*(?:±\s*(\d+(?:\.\d+)?))?[\s，,]*(-?\d+(?:\.\d+)?%|-?\d+/[1-9]\d*)?\s*】\s*",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Graded:
    """A text that earns a share of the points; with a margin, every number as near to it."""

    text: str
    credit: Fraction = WHOLE
    margin: Decimal | None = None

    def earns(self, given: str) -> bool:
        """Whether a given text counts as this one."""
        if self.margin is None:
            return compare(self.text, given) <= Difference.VARIANT
        wanted, number = number_of(self.text), number_of(given)
        return wanted is not None and number is not None and abs(number - wanted) <= self.margin

    @property
    def shown(self) -> str:
        """`1822【±2 50%】`."""
        margin = "" if self.margin is None else f"±{self.margin:f}"
        credit = "" if margin and self.credit == WHOLE else share_text(self.credit)
        return f"{self.text}【{' '.join(filter(None, [margin, credit]))}】"

    def as_json(self) -> dict[str, str]:
        margin = "" if self.margin is None else f"{self.margin:f}"
        return {"text": self.text, "credit": str(self.credit), "margin": margin}


@dataclass(frozen=True, slots=True)
class Gap:
    """One entry of the key; gaps of the same non-empty group swap freely."""

    accepted: tuple[str, ...]
    group: str = ""
    graded: tuple[Graded, ...] = ()

    @property
    def texts(self) -> list[str]:
        """All that earns points, as people read and type it; an accepted number with its margin."""
        near = {
            one.text: one for one in self.graded if one.margin is not None and one.credit == WHOLE
        }
        first = [near[one].shown if one in near else _told(one) for one in self.accepted]
        kept = [
            one for one in self.graded if near.get(one.text) != one or one.text not in self.accepted
        ]
        return [*first, *(one.shown for one in kept)]

    def entry(self) -> Any:
        """What stands for it in a key."""
        if not self.group and not self.graded:
            return self.accepted
        graded = {"graded": [one.as_json() for one in self.graded]} if self.graded else {}
        return {
            "accepted": self.accepted,
            **({"group": self.group} if self.group else {}),
            **graded,
        }


def gap_of(texts: Sequence[str], group: str = "") -> Gap:
    """The gap that texts say, as `Gap.texts` has them; every text counts once, with its widest margin."""
    accepted: dict[str, None] = {}
    near: dict[str, Graded] = {}
    others: dict[str, Graded] = {}
    for said in texts:
        match = _GRADE.fullmatch(said)
        if match is None or not (match[2] or match[3]):
            accepted[said] = None
            continue
        one = Graded(
            match[1].strip(),
            share_of(match[3]) if match[3] else WHOLE,
            Decimal(match[2]) if match[2] else None,
        )
        if one.credit == WHOLE:
            accepted[one.text] = None
        if one.credit != WHOLE:
            others[one.shown] = one
        elif one.margin is not None:
            near[one.text] = max(one, near.get(one.text, one), key=lambda each: each.margin or 0)
    first = [near[text] for text in accepted if text in near]
    return Gap(tuple(accepted), group, (*first, *others.values()))


def _told(accepted: str) -> str:
    """An accepted text; one that ends as if it were graded says that it earns everything."""
    return f"{accepted}【100%】" if _GRADE.fullmatch(accepted) else accepted


def number_of(text: str) -> Decimal | None:
    """The number that a text is, in digits or Chinese numerals; None for any other text."""
    bare = with_digits(unicodedata.normalize("NFKC", text)).strip().replace("−", "-")
    try:
        number = Decimal(re.sub(r",(?=\d{3}(?!\d))", "", bare))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def gaps(key: Sequence[Any]) -> list[Gap]:
    """The key entry by entry, in both of its forms."""
    return [
        Gap(tuple(entry["accepted"]), str(entry.get("group", "")), _graded(entry))
        if isinstance(entry, dict)
        else Gap(tuple(entry) if isinstance(entry, (list, tuple)) else (str(entry),))
        for entry in key
    ]


def _graded(entry: dict[str, Any]) -> tuple[Graded, ...]:
    return tuple(
        Graded(
            str(one["text"]),
            Fraction(one["credit"]),
            Decimal(one["margin"]) if one["margin"] else None,
        )
        for one in entry.get("graded", ())
    )


def compare(accepted: str, given: str) -> Difference:
    """How far `given` is from one accepted text: folded as Chinese, or judged as Vietnamese."""
    if not given.strip():
        return Difference.OTHER
    if accepted.strip() == given.strip():
        return Difference.EXACT
    if is_vietnamese(accepted) or is_vietnamese(given):
        return difference(accepted, given)
    return Difference.VARIANT if folded(accepted) == folded(given) else Difference.OTHER


def folded(text: str) -> str:
    """A key for comparing: no spaces or punctuation, narrow, one case, numbers in digits."""
    plain = with_digits(unicodedata.normalize("NFKC", text).casefold())
    return _IGNORED.sub("", plain) or plain.strip()
