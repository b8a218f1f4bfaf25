"""Score policies as data: a code with its version, what it is called, and its numbers.

A code never changes its meaning; another rule is another version. Kept with every score.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

HALF = Fraction(1, 2)


class Partial(StrEnum):
    """What whoever left out right options, and chose no wrong one, still gets."""

    NOTHING = "nothing"
    EACH = "each"
    HALF = "half"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Policy:
    """`each`: points per right option (EACH); `deduct`: points per wrong option or judgement;
    `floored`: a section does not fall below 0; `tone`, `diacritic`: credit in a Vietnamese blank.
    """

    code: str
    kinds: tuple[str, ...]
    title: str
    partial: Partial = Partial.NOTHING
    each: Fraction = Fraction(0)
    deduct: Fraction = Fraction(0)
    floored: bool = False
    tone: Fraction = Fraction(0)
    diacritic: Fraction = Fraction(0)


_ALL = (
    Policy("S0@1", ("single",), "选对得满分，选错或不选不得分"),
    Policy("M0@1", ("multiple",), "全对得满分，多选、少选、错选、不选均不得分"),
    Policy(
        "M1@1",
        ("multiple",),
        "全对得满分，少选每个正确选项得0.5分，错选、多选不得分",
        partial=Partial.EACH,
        each=HALF,
    ),
    Policy(
        "M2@1",
        ("multiple",),
        "全对得满分，少选得一半分，错选、多选不得分",
        partial=Partial.HALF,
    ),
    Policy(
        "M3@1",
        ("multiple",),
        "全对得满分，少选按选对的比例得分，错选、多选不得分",
        partial=Partial.SHARE,
    ),
    Policy(
        "M4@1",
        ("multiple",),
        "每选对一项得0.5分，每选错一项扣0.5分，扣完为止，全对得满分",
        partial=Partial.EACH,
        each=HALF,
        deduct=HALF,
    ),
    Policy(
        "M5@1",
        ("multiple",),
        "不定项：全对得满分，少选得一半分，有错选不得分",
        partial=Partial.HALF,
    ),
    Policy("J0@1", ("truth",), "判断正确得满分，错误或不答不得分"),
    Policy(
        "J1@1",
        ("truth",),
        "判断正确得满分，错误扣0.5分，不答不得分，本大题扣完为止",
        deduct=HALF,
        floored=True,
    ),
    Policy("B0@1", ("blank",), "每空分值相同，与标准答案一致得分"),
    Policy(
        "B1@1",
        ("blank",),
        "每空分值相同；越南语仅声调不同得一半分，仅变音符号不同得四分之一分",
        tone=HALF,
        diacritic=Fraction(1, 4),
    ),
    Policy("P0@1", ("matching",), "每配对一项得相同的分"),
    Policy("O0@1", ("ordering",), "顺序全对得满分，否则不得分"),
    Policy("H0@1", ("short", "essay", "speaking"), "由阅卷人按采分点评阅"),
    Policy("C0@1", ("case", "listening"), "各小题按各自的题型计分"),
)
POLICIES = {policy.code: policy for policy in _ALL}
_DEFAULTS = {
    "single": "S0@1",
    "truth": "J0@1",
    "blank": "B1@1",
    "matching": "P0@1",
    "ordering": "O0@1",
    "short": "H0@1",
    "essay": "H0@1",
    "speaking": "H0@1",
    "case": "C0@1",
    "listening": "C0@1",
}


def default_policy(kind: str, *, multiple: str) -> str:
    """The code for a section of `kind`; for multiple the norm `score.multiple_policy` says it."""
    return multiple if kind == "multiple" else _DEFAULTS[kind]


def policies_for(kind: str) -> list[Policy]:
    """The policies that a section of this kind may have."""
    return [policy for policy in _ALL if kind in policy.kinds]


def section_total(code: str, points: Iterable[Fraction]) -> Fraction:
    """Σ of a section's points, not below 0 where its policy says so (J1: 本大题扣完为止)."""
    total = sum(points, Fraction(0))
    return max(total, Fraction(0)) if POLICIES[code].floored else total
