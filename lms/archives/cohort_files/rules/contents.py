"""卷内目录: what belongs into the file of a cohort, what is there, and why the rest is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Where(StrEnum):
    """The page on which something that is missing gets done."""

    COHORT = "cohort"
    TIMETABLE = "timetable"
    ATTENDANCE = "attendance"
    MATERIALS = "materials"
    REFLECTIONS = "reflections"
    EXAMS = "exams"
    RESULTS = "results"
    REVIEWS = "reviews"
    CERTIFICATES = "certificates"


# 一班一档 after the practice of party schools and the rule 一期一档; the order is that of the file.
ENTRIES: dict[int, str] = {
    1: "年度计划、办班请示与批复、经费预算",
    2: "开班通知及附件",
    3: "报名回执、名额分配",
    4: "培训方案、教学计划",
    5: "课程表（各版本）",
    6: "学员名册",
    7: "学员守则、请假制度、告知书",
    8: "学员登记表",
    9: "考勤表、请假条、考勤通报",
    10: "师资邀请函、讲稿和课件（审定版）",
    11: "开班和结业主持词、领导讲话",
    12: "分组研讨记录、现场教学方案及安全预案",
    13: "心得体会、调研报告汇编",
    14: "试卷、答案、答卷、成绩册",
    15: "课程与班次质量评估表及汇总",
    16: "学员鉴定表、优秀学员名单",
    17: "结业证书发放登记",
    18: "总结、简报、影像",
    19: "课酬表、决算与票据清单",
    20: "学员在校情况反馈表",
    21: "归档移交清单",
}
RULES = 7
"""Where the standing texts of a cohort (班规) are filed."""
_OUTSIDE = "系统外形成，请上传扫描件"


@dataclass(frozen=True)
class ExamFacts:
    """An exam of the cohort: is its result out, and how many sheets were handed in."""

    title: str
    released: bool
    sheets: int


@dataclass(frozen=True)
class FileFacts:
    """How much there is of everything that a cohort file holds."""

    learners: int = 0
    courses: int = 0
    rosters: int = 0
    full_id: bool = False
    timetables: int = 0
    lessons: int = 0
    unmarked: int = 0
    materials: int = 0
    materials_open: int = 0
    reflections: int = 0
    without_reflection: int = 0
    exams: tuple[ExamFacts, ...] = ()
    reviewed: int = 0
    undecided: int = 0
    certificates: int = 0
    units: int = 0
    enclosures: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """One line of the 卷内目录: what is there, and sentences for what is not."""

    number: int
    title: str
    present: tuple[str, ...]
    missing: tuple[str, ...]
    where: Where | None = None


def contents(facts: FileFacts) -> list[Heading]:
    """All lines in their order."""
    return [_heading(number, title, facts) for number, title in ENTRIES.items()]


def _heading(number: int, title: str, facts: FileFacts) -> Heading:
    enclosed = tuple(facts.enclosures.get(number, ()))
    judge = _JUDGES.get(number)
    if judge is None:
        return Heading(number, title, enclosed, () if enclosed else (_OUTSIDE,))
    present, missing, where = judge(facts)
    return Heading(number, title, (*present, *enclosed), missing, where if missing else None)


Judged = tuple[tuple[str, ...], tuple[str, ...], Where | None]


def _rosters(facts: FileFacts) -> Judged:
    if facts.rosters and not facts.full_id:
        told = "报名名册原件含完整身份证号，按政策参数 archive.full_id 未收入"
        return (), (told,), None
    if facts.rosters:
        return (f"报名名册原件{facts.rosters}份",), (), None
    return (), ("没有通过名册文件报名；如有回执，请上传扫描件",), None


def _plan(facts: FileFacts) -> Judged:
    if not facts.courses:
        return (), ("教学计划里还没有课程",), Where.COHORT
    return (f"教学计划（{facts.courses}门课程）",), (), Where.COHORT


def _timetables(facts: FileFacts) -> Judged:
    if not facts.timetables:
        return (), ("课程表还没有发布",), Where.TIMETABLE
    return (f"课程表{facts.timetables}个版本",), (), Where.TIMETABLE


def _learners(document: str) -> Callable[[FileFacts], Judged]:
    def judge(facts: FileFacts) -> Judged:
        if not facts.learners:
            return (), ("还没有学员",), Where.COHORT
        return (f"{document}（{facts.learners}人）",), (), Where.COHORT

    return judge


def _attendance(facts: FileFacts) -> Judged:
    if not facts.lessons or not facts.learners:
        return (), ("还没有可以考勤的课程",), Where.TIMETABLE
    missing = (f"有{facts.unmarked}人次的考勤没有登记",) if facts.unmarked else ()
    return ("考勤表",), missing, Where.ATTENDANCE


def _materials(facts: FileFacts) -> Judged:
    present = (f"审定的课件{facts.materials}份",) if facts.materials else ()
    if facts.materials_open:
        return present, (f"有{facts.materials_open}份课件还没有审定，未收入",), Where.MATERIALS
    return present, () if present else ("没有审定的课件",), Where.MATERIALS


def _reflections(facts: FileFacts) -> Judged:
    present = (f"心得体会汇编（{facts.reflections}篇）",) if facts.reflections else ()
    short = facts.without_reflection
    return present, (f"有{short}人没有心得体会",) if short else (), Where.REFLECTIONS


def _exams(facts: FileFacts) -> Judged:
    if not facts.exams:
        return (), ("没有安排考试（逢学必考）",), Where.EXAMS
    out = [exam for exam in facts.exams if exam.released]
    present = [f"“{exam.title}”试卷及答案、测试卷{exam.sheets}份" for exam in out]
    waiting = tuple(
        f"“{exam.title}”还没有公布成绩，试卷和答卷未收入"
        for exam in facts.exams
        if not exam.released
    )
    return (*(["成绩册"] if out else []), *present), waiting, Where.RESULTS


def _evaluations(_facts: FileFacts) -> Judged:
    return (), ("本系统还没有评教记录；如有纸质评估表，请上传扫描件",), None


def _reviews(facts: FileFacts) -> Judged:
    present = (f"学员鉴定表（{facts.reviewed}人）",) if facts.reviewed else ()
    missing = (f"有{facts.undecided}人的鉴定还没有评定",) if facts.undecided else ()
    return present, missing, Where.REVIEWS


def _certificates(facts: FileFacts) -> Judged:
    if not facts.certificates:
        return (), ("还没有发结业证书",), Where.CERTIFICATES
    return (f"发放登记（{facts.certificates}本）",), (), Where.CERTIFICATES


def _feedback(facts: FileFacts) -> Judged:
    if not facts.reviewed:
        return (), ("学员鉴定还没有评定，不能反馈",), Where.REVIEWS
    return (f"反馈表（{facts.units}个单位）",), (), Where.REVIEWS


def _handover(_facts: FileFacts) -> Judged:
    return ("卷内目录、文件校验清单",), (), Where.COHORT


_JUDGES: dict[int, Callable[[FileFacts], Judged]] = {
    3: _rosters,
    4: _plan,
    5: _timetables,
    6: _learners("学员名册"),
    8: _learners("学员登记表"),
    9: _attendance,
    10: _materials,
    13: _reflections,
    14: _exams,
    15: _evaluations,
    16: _reviews,
    17: _certificates,
    20: _feedback,
    21: _handover,
}
