"""Lines, total, vetoes and the grade that arithmetic proposes; what a decision needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms.appraisal.reviews.rules.facts import Facts, Limits, leave_share, shown_day, shown_exactly
from lms.appraisal.reviews.rules.lines import Line, line
from lms.appraisal.schemes.rules import AbsenceRule, Part, PartDraft
from lms.exams.results.rules import Band, band_of, rounded
from question_bank.items.kinds.protocol import shown


@dataclass(frozen=True, slots=True)
class Proposal:
    """What arithmetic proposes for one learner."""

    lines: tuple[Line, ...]
    total: Decimal
    grade: str
    vetoes: tuple[str, ...]
    absences: tuple[str, ...] = ()

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
    absence: AbsenceRule = AbsenceRule.PART_ZERO,
) -> Proposal:
    """Lines by the scheme's parts, the total to the nearest `step`, the grade by its bands.

    A veto proposes the last grade whatever the total; a person decides. Exams that were missed
    only count where the scheme has an exam part.
    """
    lines = tuple(line(part, facts, limits, absence) for part in parts)
    total = rounded(sum((one.points for one in lines), Fraction(0)), step)
    missed = absences(facts) if any(part.part is Part.EXAM for part in parts) else ()
    vetoed = vetoes(facts, limits)
    if missed and absence is AbsenceRule.LAST_GRADE:
        vetoed += ("结业考试缺考。依据：本班次适用的考核方案。",)
    grade = bands[-1].name if vetoed else band_of(Fraction(total), bands)
    return Proposal(lines, total, grade, vetoed, missed)


def absences(facts: Facts) -> tuple[str, ...]:
    """Every concluding exam missed without exemption or make-up, for a person to decide about."""
    return tuple(
        f"“{one.title}”缺考，没有批准的免考，也没有补考成绩，须逐人评定并写明理由。"
        for one in facts.exams
        if one.is_missed
    )


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
    grade: str,
    *,
    bands: Sequence[Band],
    proposed: str,
    decided: str | None,
    reason: str,
    absent: bool = False,
) -> list[str]:
    """Why a decision can't stand.

    Other than proposed, once decided, or about somebody who missed an exam, it needs a reason.
    """
    found = []
    if grade not in {band.name for band in bands}:
        found.append("请从方案的等次中选一个。")
    if grade != proposed and not reason:
        found.append("评定等次与系统建议不同，请写明理由。")
    elif decided is not None and not reason:
        found.append("已经评定过，改变评定请写明理由。")
    elif absent and not reason:
        found.append("这位学员结业考试缺考，评定请写明理由。")
    return found


def decider_faults(
    *, decider_id: int | None, proposer_id: int | None, adviser_id: int | None, may_overlap: bool
) -> list[str]:
    """Why an account can't decide: whoever proposed, or advises the cohort, leaves it to others.

    A school of few people may allow it by a norm; then the review shows that it was one person.
    """
    if may_overlap or decider_id is None:
        return []
    allowed = "人手少的学校可由政策参数“评定人可以是提出建议的人”放开，放开后会标明。"
    found = []
    if decider_id == proposer_id:
        found.append(f"鉴定建议是您提出的，须由另一人评定。{allowed}")
    if decider_id == adviser_id:
        found.append(f"您是这个班次的班主任，可以提出建议，须由教务或组织部门评定。{allowed}")
    return found


def over_share(grades: Sequence[str], best: str, limit: Fraction) -> str:
    """A sentence when more learners have the best grade than `limit` of them; "" otherwise."""
    number = sum(grade == best for grade in grades)
    if not grades or Fraction(number, len(grades)) <= limit:
        return ""
    most = int(limit * len(grades))
    return f"{len(grades)}人中有{number}人为“{best}”，超过{limit}（最多{most}人），请斟酌。"
