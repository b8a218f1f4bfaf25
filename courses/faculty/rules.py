"""The words for the faculty pool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.ground.words import word


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
    InstructorCategory.SCHOOL: word("党校教师"),
    InstructorCategory.LEADER: word("党政领导"),
    InstructorCategory.EXPERT: word("技术专家"),
    InstructorCategory.LOCAL_TALENT: word("乡土人才"),
}
INSTRUCTOR_STATE_NAMES = {
    InstructorState.CANDIDATE: word("候选"),
    InstructorState.TRIAL: word("试讲"),
    InstructorState.IN_POOL: word("在库"),
    InstructorState.PAUSED: word("暂停"),
    InstructorState.OUT: word("出库"),
}

# 动态管理: candidates are tried before they join; who has left may be proposed again.
TRANSITIONS: dict[InstructorState, tuple[InstructorState, ...]] = {
    InstructorState.CANDIDATE: (InstructorState.TRIAL, InstructorState.OUT),
    InstructorState.TRIAL: (InstructorState.IN_POOL, InstructorState.OUT),
    InstructorState.IN_POOL: (InstructorState.PAUSED, InstructorState.OUT),
    InstructorState.PAUSED: (InstructorState.IN_POOL, InstructorState.OUT),
    InstructorState.OUT: (InstructorState.CANDIDATE,),
}


@dataclass(frozen=True)
class InstructorDraft:
    """What is written of an instructor; `course_ids` are the courses that he or she can teach."""

    category: InstructorCategory
    title: str = ""
    subjects: str = ""
    languages: str = ""
    appointed_from: date | None = None
    appointed_to: date | None = None
    course_ids: tuple[int, ...] = ()


def transition_fault(state: InstructorState, to: InstructorState) -> str:
    """Why an instructor cannot go from one state to the other; empty when it is possible."""
    if to in TRANSITIONS[state]:
        return ""
    allowed = "、".join(f"“{INSTRUCTOR_STATE_NAMES[one]}”" for one in TRANSITIONS[state])
    return f"现在是“{INSTRUCTOR_STATE_NAMES[state]}”，只能变为{allowed}。"


def term_fault(draft: InstructorDraft) -> str:
    """What is wrong with the term of appointment; empty when nothing is."""
    if draft.appointed_from and draft.appointed_to and draft.appointed_to < draft.appointed_from:
        return "聘期的结束日期不能早于开始日期。"
    return ""
