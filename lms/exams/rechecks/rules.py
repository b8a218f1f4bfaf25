"""Rules of rechecks: what can be asked, for how long, and how one stands."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from lms.ground.words import word


class Ground(StrEnum):
    """What a learner may have checked; how strictly was marked is not among it."""

    MISSED = "missed"
    ADDED = "added"
    ENTERED = "entered"


class Verdict(StrEnum):
    """What the check found."""

    UPHELD = "upheld"
    WRONG = "wrong"


class Standing(StrEnum):
    """How far a recheck has come."""

    OPEN = "open"
    UPHELD = "upheld"
    WRONG = "wrong"
    CORRECTED = "corrected"


GROUND_NAMES = {
    Ground.MISSED: word("有题漏评"),
    Ground.ADDED: word("合分有误"),
    Ground.ENTERED: word("登分有误（如记为缺考）"),
}
VERDICT_NAMES = {
    Verdict.UPHELD: word("维持原成绩"),
    Verdict.WRONG: word("成绩有误，应当更正"),
}
STANDING_NAMES = {
    Standing.OPEN: word("待处理"),
    Standing.UPHELD: word("维持原成绩"),
    Standing.WRONG: word("应当更正，待重新公布"),
    Standing.CORRECTED: word("已更正公布"),
}


def last_day(released_on: date, days: int) -> date:
    """The last day on which a recheck can be asked for: `days` days after that of the release."""
    return released_on + timedelta(days=days)


def standing_of(verdict: Verdict | None, *, released_again: bool) -> Standing:
    """`released_again`: a run that was scored since the verdict is released; an earlier one cannot
    have what was corrected after it."""
    if verdict is None:
        return Standing.OPEN
    if verdict is Verdict.UPHELD:
        return Standing.UPHELD
    return Standing.CORRECTED if released_again else Standing.WRONG


def ask_faults(*, today: date, last: date, reason: str) -> list[str]:
    """Why a recheck cannot be asked for, as sentences."""
    faults = []
    if today > last:
        faults.append(f"申请复核的期限到{last.year}年{last.month}月{last.day}日为止，已经过了。")
    if not reason:
        faults.append("请写明哪一题、哪一处有误。")
    return faults
