"""The words for appraisal schemes."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """What an appraisal is made of."""

    ATTENDANCE = "attendance"
    EXAM = "exam"
    CONDUCT = "conduct"
    REFLECTION = "reflection"


PART_NAMES = {
    Part.ATTENDANCE: "考勤纪律",
    Part.EXAM: "结业考试",
    Part.CONDUCT: "日常表现",
    Part.REFLECTION: "心得体会",
}
