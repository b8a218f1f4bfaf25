"""The words for reflections."""

from __future__ import annotations

from enum import StrEnum


class ReflectionGrade(StrEnum):
    """优秀, 良好, 合格, 不合格."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASS = "pass"
    FAIL = "fail"


REFLECTION_GRADE_NAMES = {
    ReflectionGrade.EXCELLENT: "优秀",
    ReflectionGrade.GOOD: "良好",
    ReflectionGrade.PASS: "合格",
    ReflectionGrade.FAIL: "不合格",
}
