"""One part of a scheme at a time: its raw score of 100, its points, and why, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms.appraisal.reviews.rules.facts import (
    ExamScore,
    Facts,
    Graded,
    Limit,
    Limits,
    Presence,
    Remark,
    leave_share,
    shown_day,
    shown_exactly,
)
from lms.appraisal.schemes.rules import AbsenceRule, Part, PartDraft
from lms.exams.results.rules import ABSENT
from question_bank.items.kinds.protocol import shown

FULL = Fraction(100)


@dataclass(frozen=True, slots=True)
class Line:
    """One part: raw score of 100, weight in points of 100, points, why, and what is missing."""

    part: Part
    weight: Decimal
    raw: Fraction
    why: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def points(self) -> Fraction:
        return self.raw * Fraction(self.weight) / 100


def line(
    part: PartDraft,
    facts: Facts,
    limits: Limits,
    absence: AbsenceRule = AbsenceRule.PART_ZERO,
) -> Line:
    """What one part of a scheme comes to for a learner; `absence`: what a missed exam costs."""
    match part.part:
        case Part.ATTENDANCE:
            raw, why, missing = _attendance(facts.presence, part.rates, limits)
        case Part.EXAM:
            raw, why, missing = _exams(facts, absence)
        case Part.CONDUCT:
            raw, why, missing = _conduct(facts.remarks, part.rates)
        case Part.REFLECTION:
            raw, why, missing = _reflections(facts.reflections, part.rates)
    points = raw * Fraction(part.weight) / 100
    sum_up = f"{shown_exactly(raw)} 分 × {shown(part.weight)}% = {shown_exactly(points)} 分。"
    return Line(part.part, part.weight, raw, (*why, sum_up), tuple(missing))


def _attendance(
    presence: Presence, rates: Mapping[str, Decimal], limits: Limits
) -> tuple[Fraction, list[str], list[str]]:
    if not presence.hours_total:
        return Fraction(0), [], ["考勤：课程表上还没有学时。"]
    why = [_attendance_sentence(presence, limits.leave)]
    taken = [
        (f"迟到{presence.late}次", Decimal(presence.late), rates["late"]),
        (f"早退{presence.left_early}次", Decimal(presence.left_early), rates["left_early"]),
        (f"请假{shown(presence.leave_hours)}学时", presence.leave_hours, rates["leave_hour"]),
        (f"旷课{shown(presence.absent_hours)}学时", presence.absent_hours, rates["absent_hour"]),
    ]
    counted = [(label, Fraction(number * rate)) for label, number, rate in taken if number * rate]
    raw = max(FULL - sum((points for _label, points in counted), Fraction(0)), Fraction(0))
    if counted:
        told = "，".join(f"{label}扣 {shown(points)} 分" for label, points in counted)
        why.append(f"基础分 100，{told}，得 {shown(raw)} 分。")
    else:
        why.append("基础分 100，没有扣分。")
    missing = []
    if presence.unmarked_hours > 0:
        missing.append(f"考勤：还有 {shown(presence.unmarked_hours)} 学时没有登记。")
    return raw, why, missing


def _attendance_sentence(presence: Presence, limit: Limit) -> str:
    leave = f"请假 {shown(presence.leave_hours)} 学时"
    if presence.leave_hours:
        share = leave_share(presence)
        over = "超过" if share > limit.value else "未超过"
        leave += f"（占 {share}，{over} {limit.value}）"
    return (
        f"总学时 {shown(presence.hours_total)}，旷课 {shown(presence.absent_hours)} 学时，{leave}，"
        f"迟到 {presence.late} 次，早退 {presence.left_early} 次。"
    )


def _exams(facts: Facts, absence: AbsenceRule) -> tuple[Fraction, list[str], list[str]]:
    """The mean of all exams but those with an approved exemption; a missed one counts 0.

    By the scheme a missed concluding exam takes the whole part with it (逢学必考).
    """
    missing = [f"考试：“{title}”没有已公布的本人成绩。" for title in facts.unreleased]
    if not facts.exams:
        return Fraction(0), [], missing or ["考试：这个班次没有考试。"]
    why = [_exam_sentence(one) for one in facts.exams]
    counted = [one for one in facts.exams if not one.is_exempt]
    if not counted:
        return Fraction(0), why, [*missing, "考试：各场都已批准免考，没有成绩可以计入。"]
    shares = [max(one.counts.share, Fraction(0)) for one in counted]
    raw = sum(shares, Fraction(0)) / len(shares)
    if len(shares) > 1:
        each = " + ".join(shown_exactly(share) for share in shares)
        why.append(f"平均（{each}）÷ {len(shares)} = {shown_exactly(raw)} 分。")
    if absence is not AbsenceRule.EXAM_ZERO and any(one.is_missed for one in counted):
        return Fraction(0), [*why, "按考核方案，结业考试有缺考的，考试整项计 0 分。"], missing
    return raw, why, missing


def _exam_sentence(one: ExamScore) -> str:
    if one.is_exempt:
        return f"“{one.title}”{ABSENT}，{one.exemption}，不计入。"
    if one.is_missed:
        return f"“{one.title}”{ABSENT}，没有批准的免考，也没有补考成绩，计 0 分。"
    told = _score_sentence(one)
    if one.counts is one:
        return f"{told}。"
    return f"{told}；{_score_sentence(one.counts)}，以补考成绩计。"


def _score_sentence(one: ExamScore) -> str:
    if one.score is None:
        return f"“{one.title}”{ABSENT}" + ("" if one.make_ups else "，计 0 分")
    told = f"“{one.title}”{shown(one.score)} 分（满分 {shown(one.full)}）"
    return told if one.full == 100 else f"{told}，折合百分制 {shown_exactly(one.share)} 分"


def _conduct(
    remarks: Iterable[Remark], rates: Mapping[str, Decimal]
) -> tuple[Fraction, list[str], list[str]]:
    counted = [remark for remark in remarks if remark.points]
    total = Fraction(rates["base"]) + sum(
        (Fraction(remark.points) for remark in counted), Fraction(0)
    )
    raw = min(max(total, Fraction(0)), FULL)
    why = [
        f"{shown_day(remark.day)}{remark.kind}“{remark.sentence}”{_signed(remark.points)} 分。"
        for remark in counted
    ]
    if not counted:
        return raw, [f"没有加减分，基础分 {shown(raw)} 分。"], []
    each = "".join(f" {_signed(remark.points, ' ')}" for remark in counted)
    capped = "" if raw == total else f"，限于 0 到 100 分，计 {shown(raw)} 分"
    return raw, [*why, f"基础分 {shown(rates['base'])}{each} = {shown(total)} 分{capped}。"], []


def _reflections(
    reflections: Sequence[Graded], rates: Mapping[str, Decimal]
) -> tuple[Fraction, list[str], list[str]]:
    missing = [f"心得体会：“{one.title}”还没有评等次。" for one in reflections if not one.grade]
    values = [(one, Fraction(rates[one.grade])) for one in reflections if one.grade]
    if not values:
        return Fraction(0), [], missing or ["心得体会：没有提交。"]
    raw = sum((value for _one, value in values), Fraction(0)) / len(values)
    why = [f"“{one.title}”{one.called}，折合 {shown(value)} 分。" for one, value in values]
    if len(values) > 1:
        why.append(f"{len(values)} 篇平均 {shown_exactly(raw)} 分。")
    return raw, why, missing


def _signed(points: Decimal, gap: str = "") -> str:
    return f"{'+' if points > 0 else '−'}{gap}{shown(abs(points))}"
