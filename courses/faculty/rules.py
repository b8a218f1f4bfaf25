"""The words for the faculty pool."""

from __future__ import annotations

from enum import StrEnum


class InstructorCategory(StrEnum):
    """党校教师＋党政领导＋技术专家＋乡土人才."""

    SCHOOL = "school"
    LEADER = "leader"
    EXPERT = "expert"
    LOCAL_TALENT = "local_talent"


class InstructorState(StrEnum):
    """The life of an instructor in the pool."""

    CANDIDATE = "candidate"
    TRIAL = "trial"
    IN_POOL = "in_pool"
    PAUSED = "paused"
    OUT = "out"


CATEGORY_NAMES = {
    InstructorCategory.SCHOOL: "党校教师",
    InstructorCategory.LEADER: "党政领导",
    InstructorCategory.EXPERT: "技术专家",
    InstructorCategory.LOCAL_TALENT: "乡土人才",
}
INSTRUCTOR_STATE_NAMES = {
    InstructorState.CANDIDATE: "候选",
    InstructorState.TRIAL: "试讲",
    InstructorState.IN_POOL: "在库",
    InstructorState.PAUSED: "暂停",
    InstructorState.OUT: "出库",
}
