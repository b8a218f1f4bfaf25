"""Lines, total, vetoes and the grade that arithmetic proposes; what a decision needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms.appraisal.reviews.rules.facts import Facts, Limits, leave_share, shown_day, shown_exactly
from lms.appraisal.reviews.rules.lines import Line, line
from lms.appraisal.schemes.rules import PartDraft
from lms.exams.results.rules import Band, band_of, rounded
from question_bank.items.kinds.protocol import shown


@dataclass(frozen=True, slots=True)
class Proposal:
    """What arithmetic proposes for one learner."""

    lines: tuple[Line, ...]
    total: Decimal
    grade: str
    vetoes: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(sentence for one in self.lines for sentence in one.missing)


def propose(
    parts: Sequence[PartDraft],
    bands: Sequence[Band],
    facts: Facts,
    limits: Limits,
    *,
    step: Fraction,
) -> Proposal:
    """Lines by the scheme's parts, the total to the nearest `step`, the grade by its bands.

    A veto proposes the last grade whatever the total; a person decides.
    """
    lines = tuple(line(part, facts, limits) for part in parts)
    total = rounded(sum((one.points for one in lines), Fraction(0)), step)
    vetoed = vetoes(facts, limits)
    grade = bands[-1].name if vetoed else band_of(Fraction(total), bands)
    return Proposal(lines, total, grade, vetoed)


def vetoes(facts: Facts, limits: Limits) -> tuple[str, ...]:
    """Why the last grade is proposed whatever the total, each with the text it rests on."""
    found = []
    share = leave_share(facts.presence)
    if share > limits.leave.value:
        found.append(
            f"累计请假 {shown(facts.presence.leave_hours)} 学时，占总学时的 {share}，"
            f"超过 {limits.leave.value}。依据：{limits.leave.basis}。"
        )
    days = Fraction(facts.presence.absent_hours) / limits.hours_per_day
    if days and days >= limits.absent_days.value:
        found.append(
            f"旷课 {shown(facts.presence.absent_hours)} 学时，折合 {shown_exactly(days)} 天，"
            f"达到 {shown(limits.absent_days.value)} 天。依据：{limits.absent_days.basis}。"
        )
    breaches = [remark for remark in facts.remarks if remark.is_breach]
    if breaches and len(breaches) >= limits.breaches.value:
        told = "".join(f"{shown_day(one.day)}违纪：{one.sentence}" for one in breaches)
        found.append(f"{told.rstrip('。')}。依据：{limits.breaches.basis}。")
    return tuple(found)


def decision_faults(
    grade: str, *, bands: Sequence[Band], proposed: str, decided: str | None, reason: str
) -> list[str]:
    """Why a decision can't stand; other than proposed, or once decided, it needs a reason."""
    found = []
    if grade not in {band.name for band in bands}:
        found.append("请从方案的等次中选一个。")
    if grade != proposed and not reason:
        found.append("评定等次与系统建议不同，请写明理由。")
    elif decided is not None and not reason:
        found.append("已经评定过，改变评定请写明理由。")
    return found


def over_share(grades: Sequence[str], best: str, limit: Fraction) -> str:
    """A sentence when more learners have the best grade than `limit` of them; "" otherwise."""
    number = sum(grade == best for grade in grades)
    if not grades or Fraction(number, len(grades)) <= limit:
        return ""
    most = int(limit * len(grades))
    return f"{len(grades)}人中有{number}人为“{best}”，超过{limit}（最多{most}人），请斟酌。"
