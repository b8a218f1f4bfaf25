"""The words for conduct, and what an entry has to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from lms.ground.words import word


class ConductKind(StrEnum):
    """日常表现 is commended or criticised; a breach is a discipline entry with consequences."""

    COMMENDATION = "commendation"
    CRITICISM = "criticism"
    BREACH = "breach"


CONDUCT_KIND_NAMES = {
    ConductKind.COMMENDATION: word("表扬"),
    ConductKind.CRITICISM: word("提醒批评"),
    ConductKind.BREACH: word("违纪"),
}
LIGHTEST, HEAVIEST = Decimal("0.5"), Decimal(10)


@dataclass(frozen=True)
class EntryDraft:
    """What is written of a learner; `points` are above zero for a commendation, else below."""

    kind: ConductKind
    day: date
    points: Decimal
    sentence: str


def entry_faults(draft: EntryDraft, *, first: date, on: date) -> list[str]:
    """What is wrong with an entry made on a day for a cohort that began on `first`."""
    faults = []
    if not draft.sentence:
        faults.append("请写明具体事实。")
    if not LIGHTEST <= abs(draft.points) <= HEAVIEST:
        faults.append(f"分值应在{LIGHTEST}到{HEAVIEST}之间。")
    if draft.kind is ConductKind.COMMENDATION and draft.points < 0:
        faults.append("表扬的分值应为正数。")
    if draft.kind is not ConductKind.COMMENDATION and draft.points > 0:
        faults.append("批评和违纪的分值应为负数。")
    if not first <= draft.day <= on:
        faults.append("日期应在开班以后、今天以前。")
    return faults


def signed(kind: ConductKind, points: Decimal) -> Decimal:
    """The points with the sign of their kind: people write 2 and mean two less."""
    return abs(points) if kind is ConductKind.COMMENDATION else -abs(points)
