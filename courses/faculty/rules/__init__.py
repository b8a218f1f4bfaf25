"""The words for the faculty pool, after the register form of facts (师资入库登记表)."""

from __future__ import annotations

from dataclasses import dataclass
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


class Origin(StrEnum):
    """Where an instructor comes from."""

    SCHOOL = "school"
    COUNTY = "county"
    OUTSIDE = "outside"


class TitleLevel(StrEnum):
    """The levels by which 财行〔2016〕540号 caps what a lecture is paid; others by reference."""

    NONE = "none"
    ASSOCIATE = "associate"
    PROFESSOR = "professor"
    ACADEMICIAN = "academician"


class ExitCause(StrEnum):
    """Why somebody leaves the pool."""

    TERM_OVER = "term_over"
    LOW_SCORES = "low_scores"
    IDLE = "idle"
    OWN_WISH = "own_wish"
    HEALTH = "health"
    TRANSFER = "transfer"
    NOT_SUITED = "not_suited"
    FRAUD = "fraud"
    MISCONDUCT = "misconduct"


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
ORIGIN_NAMES = {
    Origin.SCHOOL: word("校内"),
    Origin.COUNTY: word("县内"),
    Origin.OUTSIDE: word("县外"),
}
TITLE_LEVEL_NAMES = {
    TitleLevel.NONE: word("副高级以下或无职称"),
    TitleLevel.ASSOCIATE: word("副高级"),
    TitleLevel.PROFESSOR: word("正高级"),
    TitleLevel.ACADEMICIAN: word("院士、全国知名专家"),
}
EXIT_CAUSE_NAMES = {
    ExitCause.TERM_OVER: word("聘期届满不再续聘"),
    ExitCause.LOW_SCORES: word("评估分数低"),
    ExitCause.IDLE: word("长期未授课"),
    ExitCause.OWN_WISH: word("本人申请"),
    ExitCause.HEALTH: word("健康原因"),
    ExitCause.TRANSFER: word("工作调动"),
    ExitCause.NOT_SUITED: word("试讲未通过或不适合"),
    ExitCause.FRAUD: word("弄虚作假"),
    ExitCause.MISCONDUCT: word("言论不当或违纪违法"),
}


@dataclass(frozen=True)
class InstructorDraft:
    """What is written of an instructor; `course_ids` are the courses that he or she can teach."""

    category: InstructorCategory
    origin: Origin | None = None
    title: str = ""
    title_level: TitleLevel = TitleLevel.NONE
    title_basis: str = ""
    subjects: str = ""
    methods: str = ""
    languages: str = ""
    recommendation: str = ""
    vetting: str = ""
    honours: str = ""
    course_ids: tuple[int, ...] = ()
