"""The words for courses, after the seed report's three kinds and five forms."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lms.ground.words import word


class CourseKind(StrEnum):
    """必修课 (政治理论), 专业课 (能力提升), 特色课 (本土资源)."""

    REQUIRED = "required"
    PROFESSIONAL = "professional"
    LOCAL = "local"


class CourseForm(StrEnum):
    """How a course is taught."""

    LECTURE = "lecture"
    CASE_TEACHING = "case_teaching"
    DISCUSSION = "discussion"
    FIELD = "field"
    SIMULATION = "simulation"
    OUTCOME = "outcome"


class CourseTheme(StrEnum):
    """The units of a teaching plan (教学计划), whose shares of the hours are watched."""

    THEORY = "theory"
    SPIRIT = "spirit"
    ABILITY = "ability"
    KNOWLEDGE = "knowledge"


COURSE_KIND_NAMES = {
    CourseKind.REQUIRED: word("必修课"),
    CourseKind.PROFESSIONAL: word("专业课"),
    CourseKind.LOCAL: word("特色课"),
}
COURSE_FORM_NAMES = {
    CourseForm.LECTURE: word("专题讲授"),
    CourseForm.CASE_TEACHING: word("案例教学"),
    CourseForm.DISCUSSION: word("交流研讨"),
    CourseForm.FIELD: word("现场教学"),
    CourseForm.SIMULATION: word("情景模拟"),
    CourseForm.OUTCOME: word("成果检验"),
}
COURSE_THEME_NAMES = {
    CourseTheme.THEORY: word("党的理论教育"),
    CourseTheme.SPIRIT: word("党性教育"),
    CourseTheme.ABILITY: word("能力培训"),
    CourseTheme.KNOWLEDGE: word("知识培训"),
}
# A slip of the pen, not a norm.
MOST_HOURS = 200
QUARTER = Decimal("0.25")


@dataclass(frozen=True)
class CourseDraft:
    """A course as it is entered; `hours` are 学时 in quarter steps."""

    title: str
    kind: CourseKind
    form: CourseForm
    hours: Decimal
    theme: CourseTheme | None = None
    summary: str = ""


def hour_faults(hours: Decimal) -> list[str]:
    """What is wrong with a number of 学时, as sentences; whatever a Decimal can be made from."""
    if hours.is_nan() or hours > MOST_HOURS:
        return [f"学时须是数字，最多{MOST_HOURS}。"]
    if hours <= 0:
        return ["学时须大于0。"]
    return [] if hours % QUARTER == 0 else ["学时以0.25为最小单位，例如3.75。"]
