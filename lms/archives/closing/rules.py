"""结班: what must be there before a cohort is closed, each line with its sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from courses.cohorts.rules import STAGE_NAMES, CohortStage
from lms.exams.results.rules import CELL_NAMES, CellState
from lms.ground.words import word

SHOWN_NAMES = 10


class Severity(StrEnum):
    """Does an open line keep the cohort from being closed, or is it only said?"""

    BLOCKS = "blocks"
    WARNS = "warns"


class Where(StrEnum):
    """The page on which an open line gets done."""

    COHORT = "cohort"
    LEARNERS = "learners"
    TIMETABLE = "timetable"
    ATTENDANCE = "attendance"
    EXAMS = "exams"
    RESULTS = "results"
    REVIEWS = "reviews"
    REFLECTIONS = "reflections"


SEVERITY_NAMES = {Severity.BLOCKS: word("须先办理"), Severity.WARNS: word("提醒")}


@dataclass(frozen=True)
class Sat:
    """A result of a learner in a released exam of some courses; `came` False: absent.

    `exam` is its number, or for a make-up that of the exam it makes up; `required`: no quiz.
    """

    courses: frozenset[str]
    came: bool
    passed: bool
    exam: int | None = None
    required: bool = True


@dataclass(frozen=True)
class LearnerFacts:
    """What closing asks of one learner who has not left; `reflections`: is each one graded?

    `excused` are the courses of exams that the learner missed: with an exemption, or as a hole
    that is named for itself.
    """

    name: str
    results: tuple[Sat, ...]
    reflections: tuple[bool, ...]
    is_reviewed: bool
    is_decided: bool
    excused: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ExamFacts:
    """An exam of the cohort and the courses that it examines; `absent`: who missed it, by name.

    `required`: a concluding exam, not a quiz; `arranged`: it has a sitting. A missed exam with
    an approved exemption or a make-up is not in `absent`; `unsettled`: whose turn is still to
    come though it was released, and how they stand.
    """

    title: str
    courses: frozenset[str]
    released: bool
    required: bool = True
    arranged: bool = True
    absent: tuple[str, ...] = ()
    unsettled: tuple[tuple[str, CellState], ...] = ()


@dataclass(frozen=True)
class ClosingFacts:
    """Everything that the list is made from.

    `unmarked`: half-days as people call them with the number of learners without a mark;
    `courses` are those of plan and timetable, `uncovered` those that no exam examines and nobody
    has exempted (逢学必考), with why an exam that they are in does not count.
    """

    stage: CohortStage
    lessons: int
    lessons_ahead: int
    timetable_released: bool
    timetable_changes: int
    unmarked: tuple[tuple[str, int], ...]
    courses: tuple[str, ...]
    uncovered: tuple[tuple[str, str], ...]
    exams: tuple[ExamFacts, ...]
    learners: tuple[LearnerFacts, ...]


@dataclass(frozen=True)
class Check:
    """One line of the list; without sentences it is fulfilled."""

    code: str
    title: str
    severity: Severity
    sentences: tuple[str, ...]
    where: Where

    @property
    def is_done(self) -> bool:
        return not self.sentences

    def plain(self) -> dict[str, Any]:
        """As the closure keeps it."""
        return {
            "code": self.code,
            "title": self.title,
            "severity": self.severity.value,
            "sentences": list(self.sentences),
        }


def checks(facts: ClosingFacts) -> list[Check]:
    """The whole list in the order of the work."""
    blocks, warns = Severity.BLOCKS, Severity.WARNS
    return [
        Check("stage", "班次已开班", blocks, _stage(facts), Where.COHORT),
        Check("learners", "有学员", blocks, _learners(facts), Where.LEARNERS),
        Check("timetable", "课程表已发布", blocks, _timetable(facts), Where.TIMETABLE),
        Check("changes", "课程表发布后没有改动", warns, _changes(facts), Where.TIMETABLE),
        Check("lessons", "课都上完了", blocks, _lessons(facts), Where.TIMETABLE),
        Check("attendance", "考勤齐全", blocks, _attendance(facts), Where.ATTENDANCE),
        Check("released", "成绩已公布", blocks, _released(facts), Where.RESULTS),
        Check("examined", "逢学必考", blocks, _examined(facts), Where.EXAMS),
        Check("results", "学员都有成绩", blocks, _without_result(facts), Where.EXAMS),
        Check("absences", "没有缺考", blocks, _absences(facts), Where.EXAMS),
        Check("unsettled", "都已考完", blocks, _unsettled(facts), Where.EXAMS),
        Check("failed", "没有不合格", warns, _failed(facts), Where.RESULTS),
        Check("reviews", "鉴定都已评定", blocks, _reviews(facts), Where.REVIEWS),
        Check("reflections", "心得体会齐全", warns, _reflections(facts), Where.REFLECTIONS),
    ]


def blocking(found: Iterable[Check]) -> list[str]:
    """Every sentence that keeps the cohort from being closed."""
    return [
        sentence
        for check in found
        if check.severity is Severity.BLOCKS
        for sentence in check.sentences
    ]


def _stage(facts: ClosingFacts) -> tuple[str, ...]:
    if facts.stage in (CohortStage.RUNNING, CohortStage.CLOSED):
        return ()
    return (f"班次现在是“{STAGE_NAMES[facts.stage]}”，开班之后才能结班。",)


def _learners(facts: ClosingFacts) -> tuple[str, ...]:
    return () if facts.learners else ("班次里没有学员。",)


def _timetable(facts: ClosingFacts) -> tuple[str, ...]:
    if not facts.lessons:
        return ("课程表上还没有课次。",)
    return () if facts.timetable_released else ("课程表还没有发布过。",)


def _changes(facts: ClosingFacts) -> tuple[str, ...]:
    if not facts.timetable_released or not facts.timetable_changes:
        return ()
    return (f"课程表发布之后有{facts.timetable_changes}处改动还没有发布。",)


def _lessons(facts: ClosingFacts) -> tuple[str, ...]:
    return (f"还有{facts.lessons_ahead}次课没有上完。",) if facts.lessons_ahead else ()


def _attendance(facts: ClosingFacts) -> tuple[str, ...]:
    return tuple(f"{place}还有{number}人没有考勤记录。" for place, number in facts.unmarked)


def _released(facts: ClosingFacts) -> tuple[str, ...]:
    return tuple(
        f"“{exam.title}”还没有公布成绩。"
        if exam.arranged
        else f"“{exam.title}”还没有安排场次：请安排，或撤销这场考试。"
        for exam in facts.exams
        if not exam.released
    )


def _examined(facts: ClosingFacts) -> tuple[str, ...]:
    """A concluding exam, and every course covered by one or exempt with approver and reason."""
    required = any(exam.required for exam in facts.exams)
    none = () if required else ("没有安排结业考试：每个班次至少要有一次闭卷的结业考试。",)
    return none + tuple(
        f"《{course}》没有考试，也没有批准不单独考试。{short}" for course, short in facts.uncovered
    )


def _without_result(facts: ClosingFacts) -> tuple[str, ...]:
    """Of a course that several exams cover (补考), a result in one of them is enough."""
    released = [exam for exam in facts.exams if exam.released]
    wanted = frozenset[str]().union(*(exam.courses for exam in released))
    lacking: dict[tuple[str, ...], list[str]] = {}
    for learner in facts.learners:
        has = learner.excused.union(*(one.courses for one in learner.results))
        missing = tuple(course for course in facts.courses if course in wanted - has)
        if missing or (released and not learner.results and not learner.excused):
            lacking.setdefault(missing, []).append(learner.name)
    return tuple(
        f"{_names(names)}没有{''.join(f'《{course}》' for course in courses)}{'的' if courses else ''}考试成绩。"
        for courses, names in lacking.items()
    )


def _absences(facts: ClosingFacts) -> tuple[str, ...]:
    """Everybody who missed a concluding exam, exam by exam: no cohort closes over a hole."""
    return tuple(
        f"“{exam.title}”缺考：{'、'.join(exam.absent)}。请安排补考，或由组织部门批准免考。"
        for exam in facts.exams
        if exam.absent
    )


def _unsettled(facts: ClosingFacts) -> tuple[str, ...]:
    """Who was seated after an exam was released, or sat it since, exam by exam."""
    return tuple(
        f"“{exam.title}”还有{len(exam.unsettled)}人没有成绩："
        + "、".join(f"{name}（{CELL_NAMES[state]}）" for name, state in exam.unsettled)
        + "。"
        for exam in facts.exams
        if exam.unsettled
    )


def _failed(facts: ClosingFacts) -> tuple[str, ...]:
    """Who has passed none of the exams of some course; a make-up that is passed heals it."""
    absent, failed = [], []
    for learner in facts.learners:
        open_ = [one for one in learner.results if not _healed(one, learner.results)]
        if any(one.came for one in open_):
            failed.append(learner.name)
        elif any(not one.required for one in open_):
            absent.append(learner.name)
    told = [f"{_names(absent)}缺考随堂测验。"] if absent else []
    return tuple(
        told + ([f"{_names(failed)}考试不合格，请安排补考或在鉴定中说明。"] if failed else [])
    )


def _healed(result: Sat, results: Sequence[Sat]) -> bool:
    again = (one for one in results if one.exam is not None and one.exam == result.exam)
    if result.passed or any(one.passed for one in again):
        return True
    passed = frozenset[str]().union(*(one.courses for one in results if one.passed))
    return bool(result.courses) and result.courses <= passed


def _reviews(facts: ClosingFacts) -> tuple[str, ...]:
    without = [one.name for one in facts.learners if not one.is_reviewed]
    waiting = [one.name for one in facts.learners if one.is_reviewed and not one.is_decided]
    told = [f"{_names(without)}还没有鉴定。"] if without else []
    return tuple(told + ([f"{_names(waiting)}的鉴定还没有评定等次。"] if waiting else []))


def _reflections(facts: ClosingFacts) -> tuple[str, ...]:
    without = [one.name for one in facts.learners if not one.reflections]
    waiting = [one.name for one in facts.learners if not all(one.reflections)]
    told = [f"{_names(without)}没有提交心得体会。"] if without else []
    return tuple(told + ([f"{_names(waiting)}的心得体会还没有评等次。"] if waiting else []))


def _names(names: Sequence[str]) -> str:
    """甲、乙、丙等12人: at most ten by name."""
    shown = "、".join(names[:SHOWN_NAMES])
    return f"{shown}等{len(names)}人" if len(names) > SHOWN_NAMES else shown
