"""Rules of appraisal schemes: parts, weights, the rates they reckon with, bands and dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from lms.exams.results.rules import Band
from lms.ground.words import word

HUNDRED = Decimal(100)


class Part(StrEnum):
    """What an appraisal is made of."""

    ATTENDANCE = "attendance"
    EXAM = "exam"
    CONDUCT = "conduct"
    REFLECTION = "reflection"


PART_NAMES = {
    Part.ATTENDANCE: word("考勤纪律"),
    Part.EXAM: word("结业考试"),
    Part.CONDUCT: word("日常表现"),
    Part.REFLECTION: word("心得体会"),
}


class AbsenceRule(StrEnum):
    """What a missed concluding exam costs, unless the learner was exempt or made it up."""

    PART_ZERO = "part_zero"
    EXAM_ZERO = "exam_zero"
    LAST_GRADE = "last_grade"


ABSENCE_RULE_NAMES = {
    AbsenceRule.PART_ZERO: word("考试整项计 0 分"),
    AbsenceRule.EXAM_ZERO: word("缺考的那一场计 0 分，再与其他考试平均"),
    AbsenceRule.LAST_GRADE: word("考试整项计 0 分，并建议评为最末等次"),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A number that a part reckons with: its name, what it is called, what it is by default."""

    name: str
    label: str
    default: Decimal


RATES: dict[Part, tuple[Rate, ...]] = {
    Part.ATTENDANCE: (
        Rate("late", "每迟到一次扣分", Decimal(2)),
        Rate("left_early", "每早退一次扣分", Decimal(2)),
        Rate("leave_hour", "每请假1学时扣分", Decimal(0)),
        Rate("absent_hour", "每旷课1学时扣分", Decimal(5)),
    ),
    Part.EXAM: (),
    Part.CONDUCT: (Rate("base", "日常表现基础分", Decimal(80)),),
    Part.REFLECTION: (
        Rate("excellent", "心得体会“优秀”折合", Decimal(95)),
        Rate("good", "心得体会“良好”折合", Decimal(85)),
        Rate("pass", "心得体会“合格”折合", Decimal(70)),
        Rate("fail", "心得体会“不合格”折合", Decimal(40)),
    ),
}


@dataclass(frozen=True, slots=True)
class PartDraft:
    """One part as it is entered; `rates` by the names of `RATES`."""

    part: Part
    weight: Decimal
    rates: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class SchemeDraft:
    """A scheme as it is entered."""

    name: str
    programme_id: int | None
    valid_from: date
    basis: str
    bands: tuple[Band, ...]
    parts: tuple[PartDraft, ...]
    absence: AbsenceRule = AbsenceRule.PART_ZERO


def default_rates(part: Part) -> dict[str, Decimal]:
    """What a part reckons with unless the school says otherwise."""
    return {rate.name: rate.default for rate in RATES[part]}


def faults(draft: SchemeDraft) -> list[str]:
    """Everything that is wrong with a scheme, as sentences."""
    found = []
    total = sum((part.weight for part in draft.parts), Decimal(0))
    if total != HUNDRED:
        found.append(f"各项权重合计须为 100，现在是 {total.normalize():f}。")
    if any(part.weight <= 0 for part in draft.parts):
        found.append("计入考核的每一项权重须大于 0，不计入的留空。")
    for part in draft.parts:
        labels = {rate.name: rate.label for rate in RATES[part.part]}
        found += [
            f"“{labels[name]}”须在 0 到 100 之间，最多两位小数。"
            for name, value in part.rates.items()
            if not 0 <= value <= HUNDRED or value != round(value, 2)
        ]
        if part.weight != round(part.weight, 2):
            found.append(f"“{PART_NAMES[part.part]}”的权重最多两位小数。")
    if not draft.basis:
        found.append("请写明依据：文件名称和条款，或本校的决定。")
    return found


def succession_faults(starts: Sequence[date], valid_from: date) -> list[str]:
    """Why a scheme can't begin on a day, given when the others of its line begin."""
    latest = max(starts, default=None)
    if latest is None or valid_from > latest:
        return []
    told = f"{latest.year}年{latest.month}月{latest.day}日"
    return [f"已有一个自{told}起的方案，新方案的生效日期须晚于它（以前的方案保留备查）。"]
