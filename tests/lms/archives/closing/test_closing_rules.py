"""The list before a cohort is closed, line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from courses.cohorts.rules import CohortStage
from lms.archives.closing.rules import (
    ClosingFacts,
    ExamFacts,
    LearnerFacts,
    Sat,
    Severity,
    blocking,
    checks,
)
from lms.exams.results.rules import CellState

BOTH = frozenset({"村务公开", "越南语入门"})
FIRST = frozenset({"村务公开"})
PASSED, FAILED = Sat(BOTH, came=True, passed=True), Sat(BOTH, came=True, passed=False)
ABSENT = Sat(BOTH, came=False, passed=False)


def learner(name: str = "甲", *results: Sat, **change: Any) -> LearnerFacts:
    whole = LearnerFacts(name, results or (PASSED,), (True,), is_reviewed=True, is_decided=True)
    return replace(whole, **change)


READY = ClosingFacts(
    stage=CohortStage.RUNNING,
    lessons=4,
    lessons_ahead=0,
    timetable_released=True,
    timetable_changes=0,
    unmarked=(),
    courses=("村务公开", "越南语入门"),
    uncovered=(),
    exams=(ExamFacts("结业考试", BOTH, released=True),),
    learners=(learner("甲"), learner("乙")),
)


def open_lines(facts: ClosingFacts) -> list[tuple[str, tuple[str, ...]]]:
    return [(check.code, check.sentences) for check in checks(facts) if not check.is_done]


def test_a_cohort_with_everything_done_can_be_closed() -> None:
    assert open_lines(READY) == []
    assert blocking(checks(READY)) == []


EXAM = READY.exams[0]
MAKE_UP = ExamFacts("补考", BOTH, released=True)


@pytest.mark.parametrize(
    ("change", "code", "sentences"),
    [
        ({"stage": CohortStage.OPEN}, "stage", ("班次现在是“报名中”，开班之后才能结班。",)),
        ({"learners": ()}, "learners", ("班次里没有学员。",)),
        ({"lessons": 0}, "timetable", ("课程表上还没有课次。",)),
        ({"timetable_released": False}, "timetable", ("课程表还没有发布过。",)),
        ({"timetable_changes": 2}, "changes", ("课程表发布之后有2处改动还没有发布。",)),
        ({"lessons_ahead": 1}, "lessons", ("还有1次课没有上完。",)),
        ({"unmarked": (("3月2日上午", 2), ("3月3日下午", 1))}, "attendance",
         ("3月2日上午还有2人没有考勤记录。", "3月3日下午还有1人没有考勤记录。")),
        ({"exams": (EXAM, ExamFacts("补考", BOTH, released=False))}, "released", ("“补考”还没有公布成绩。",)),
        ({"uncovered": (("越南语入门", "“随堂”是随堂测验，不算结业考试。"), ("村务公开", ""))}, "examined",
         ("《越南语入门》没有考试，也没有批准不单独考试。“随堂”是随堂测验，不算结业考试。",
          "《村务公开》没有考试，也没有批准不单独考试。")),
        ({"exams": (replace(EXAM, unsettled=(("甲", CellState.WAITING), ("乙", CellState.SAT))),)}, "unsettled",
         ("“结业考试”还有2人没有成绩：甲（待考）、乙（已考，待公布）。",)),
        ({"learners": (learner("甲"), learner("乙", results=()))}, "results",
         ("乙没有《村务公开》《越南语入门》的考试成绩。",)),
        ({"learners": (learner("甲", Sat(FIRST, came=True, passed=True)),)}, "results",
         ("甲没有《越南语入门》的考试成绩。",)),
        ({"exams": (replace(EXAM, absent=("甲", "乙")),), "learners": (learner("甲", ABSENT), learner("乙", ABSENT))},
         "absences", ("“结业考试”缺考：甲、乙。请安排补考，或由组织部门批准免考。",)),
        ({"learners": (learner("甲", ABSENT, excused=BOTH), learner("乙", FAILED))}, "failed",
         ("乙考试不合格，请安排补考或在鉴定中说明。",)),
        ({"learners": (learner("甲", PASSED, replace(ABSENT, courses=frozenset(), required=False)),)}, "failed",
         ("甲缺考随堂测验。",)),
        ({"exams": (EXAM, ExamFacts("误登记", BOTH, released=False, arranged=False))}, "released",
         ("“误登记”还没有安排场次：请安排，或撤销这场考试。",)),
        ({"exams": (replace(EXAM, required=False),)}, "examined",
         ("没有安排结业考试：每个班次至少要有一次闭卷的结业考试。",)),
        ({"learners": (learner("甲", is_reviewed=False, is_decided=False), learner("乙", is_decided=False))},
         "reviews", ("甲还没有鉴定。", "乙的鉴定还没有评定等次。")),
        ({"learners": (learner("甲", reflections=()), learner("乙", reflections=(True, False)))},
         "reflections", ("甲没有提交心得体会。", "乙的心得体会还没有评等次。")),
    ],
)  # fmt: skip
def test_every_open_line_says_what_is_missing(
    change: dict[str, Any], code: str, sentences: tuple[str, ...]
) -> None:
    assert open_lines(replace(READY, **change)) == [(code, sentences)]


def test_an_exam_of_no_course_asks_for_a_result_all_the_same() -> None:
    exams = (EXAM, ExamFacts("综合测试", frozenset(), released=True))
    facts = replace(READY, exams=exams, learners=(learner("甲"), learner("乙", results=())))
    assert blocking(checks(facts)) == ["乙没有《村务公开》《越南语入门》的考试成绩。"]


@pytest.mark.parametrize(
    ("results", "healed"),
    [
        ((ABSENT, PASSED), True),
        ((replace(FAILED, courses=frozenset(), exam=1), replace(PASSED, exam=1)), True),
        ((replace(FAILED, courses=frozenset(), exam=1), replace(PASSED, exam=2)), False),
        ((FAILED, PASSED), True),
        ((FAILED, Sat(FIRST, came=True, passed=True)), False),
        ((FAILED, FAILED), False),
    ],
)
def test_a_make_up_that_is_passed_heals_what_was_failed(
    results: tuple[Sat, ...], healed: bool
) -> None:
    facts = replace(READY, exams=(EXAM, MAKE_UP), learners=(learner("甲", *results),))
    assert ([code for code, _ in open_lines(facts)] == []) is healed


def test_warnings_do_not_keep_a_cohort_from_being_closed() -> None:
    facts = replace(READY, timetable_changes=1, learners=(learner("甲", FAILED, reflections=()),))
    found = checks(facts)
    assert {check.code: check.severity for check in found if not check.is_done} == {
        "changes": Severity.WARNS,
        "failed": Severity.WARNS,
        "reflections": Severity.WARNS,
    }
    assert blocking(found) == []


def test_a_learner_with_an_exemption_needs_no_result() -> None:
    exempt = learner("乙", results=(), excused=BOTH)
    assert open_lines(replace(READY, learners=(learner("甲"), exempt))) == []


def test_everybody_who_was_absent_is_named() -> None:
    absent = tuple(f"学员{number}" for number in range(12))
    [sentence] = blocking(checks(replace(READY, exams=(replace(EXAM, absent=absent),))))
    assert sentence.count("学员") == 12


def test_of_many_names_ten_are_told() -> None:
    many = tuple(learner(f"学员{number}", results=()) for number in range(12))
    [sentence] = blocking(checks(replace(READY, learners=many)))
    assert sentence.startswith("学员0、学员1、") and "学员9等12人没有" in sentence


def test_the_closure_keeps_the_lines_as_plain_values() -> None:
    kept = [check.plain() for check in checks(replace(READY, lessons_ahead=1))]
    assert kept[4] == {
        "code": "lessons",
        "title": "课都上完了",
        "severity": "blocks",
        "sentences": ["还有1次课没有上完。"],
    }
