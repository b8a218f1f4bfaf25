"""The words for reflections."""

from __future__ import annotations

from enum import StrEnum

from lms.ground.words import word


class ReflectionGrade(StrEnum):
    """优秀, 良好, 合格, 不合格."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASS = "pass"
    FAIL = "fail"


REFLECTION_GRADE_NAMES = {
    ReflectionGrade.EXCELLENT: word("优秀"),
    ReflectionGrade.GOOD: word("良好"),
    ReflectionGrade.PASS: word("合格"),
    ReflectionGrade.FAIL: word("不合格"),
}
LONGEST = 50_000


def writing_faults(title: str, text: str) -> list[str]:
    """What is wrong with a reflection, as sentences."""
    faults = [] if title else ["请填写题目。"]
    if not text:
        faults.append("请填写正文。")
    if len(text) > LONGEST:
        faults.append(f"正文最多{LONGEST}字，现在有{len(text)}字。")
    return faults


def count_characters(text: str) -> int:
    """字数: all signs but blanks."""
    return sum(not sign.isspace() for sign in text)
