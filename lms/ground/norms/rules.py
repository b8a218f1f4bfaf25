"""Rules of norms: their groups, and how a value is read and follows an earlier one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from lms.ground.errors import Refused
from lms.ground.words import word

# The first part of a code says what a norm is about.
GROUP_NAMES = {
    "login": word("登录"),
    "password": word("密码"),
    "code": word("一次性登录码"),
    "leave": word("请假与考勤"),
    "hours": word("学时"),
    "quota": word("年度学时要求"),
    "exam": word("考试"),
    "score": word("计分"),
    "items": word("试题"),
    "papers": word("试卷"),
    "analysis": word("试题分析"),
    "marking": word("阅卷"),
    "results": word("成绩"),
    "appraisal": word("考核鉴定"),
    "teaching": word("教学安排"),
    "timetable": word("课程表"),
    "faculty": word("师资"),
    "invitations": word("授课邀请"),
    "courseware": word("课件落实"),
    "loads": word("授课统计"),
    "fees": word("课酬"),
    "trips": word("现场教学"),
    "map": word("地图服务"),
    "evaluation": word("评教"),
    "retention": word("保管期限"),
    "archive": word("归档"),
    "certificate": word("结业证书"),
    "notices": word("通知"),
    "audit": word("审计"),
}


@dataclass(frozen=True)
class NormDraft:
    """A value as it is entered: either `value` or `text` is set."""

    code: str
    name: str
    value: Decimal | None
    text: str | None
    unit: str
    basis: str
    verified: bool
    valid_from: date
    scope: str = ""


def group_of(code: str) -> str:
    """The Chinese name of what a norm is about."""
    prefix = code.partition(".")[0]
    return GROUP_NAMES.get(prefix, prefix)


def parse_number(text: str) -> Decimal:
    """A finite number as it was typed, full-width digits too; Refused for anything else."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**12:
        raise Refused(f"“{text}”不是数值，请只填数字，例如 60 或 7.5。")
    return number


def parse_fraction(text: str) -> Fraction:
    """`1/7` or `0.15` as an exact number; Refused for anything else."""
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise Refused(f"“{text}”不是数值，请写成分数（如 1/7）或小数（如 0.15）。") from None


def is_fraction(text: str) -> bool:
    """Is this one number over another, as 1/7?"""
    return re.fullmatch(r"\s*\d+\s*/\s*\d+\s*", text) is not None


def check_draft(draft: NormDraft) -> None:
    """Raise Refused with everything that is wrong with a new value."""
    reasons = []
    if (draft.value is None) == (draft.text is None):
        reasons.append("数值和文字内容须填一项，且只填一项。")
    if draft.value is not None and draft.value != round(draft.value, 4):
        reasons.append("数值最多保留四位小数。")
    if not draft.basis:
        reasons.append("请写明依据：文件名称和条款，或本校的决定。")
    if reasons:
        raise Refused(*reasons)


def check_succession(starts: Sequence[date], valid_from: date) -> None:
    """Raise Refused when a value would begin before or with one that is already entered."""
    latest = max(starts, default=None)
    if latest is not None and valid_from <= latest:
        raise Refused(
            f"已有一个自{latest.year}年{latest.month}月{latest.day}日起的值，"
            "新值的生效日期须晚于它（已经生效的值保留备查，不能覆盖）。"
        )
