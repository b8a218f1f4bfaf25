"""What a step of a cohort needs, and how learners are numbered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from courses.cohorts.rules import (
    CohortDraft,
    CohortStage,
    Naming,
    Standing,
    chinese_number,
    cohort_title,
    draft_faults,
    learner_number,
    next_stage,
    place_of,
    renamed,
    step_faults,
)

DAY = date(2026, 12, 1)
S = CohortStage
READY = Standing(S.PLANNED, DAY, courses=2, learners=30, has_adviser=True)


@pytest.mark.parametrize(
    ("standing", "to", "faults"),
    [
        (READY, S.APPROVED, []),
        (replace(READY, courses=0), S.APPROVED, ["教学计划里还没有课程，请先安排课程再报批。"]),
        (READY, S.RUNNING, ["班次现在是“计划”，下一步只能是“已批准”。"]),
        (replace(READY, stage=S.APPROVED), S.OPEN, []),
        (replace(READY, stage=S.OPEN), S.RUNNING, []),
        (
            Standing(S.OPEN, date(2026, 12, 2), courses=1, learners=0, has_adviser=False),
            S.RUNNING,
            [
                "还没有学员，请先报名或导入名册再开班。",
                "还没有确定班主任，请先在班次信息里填写再开班。",
                "开班日期是2026年12月2日，还没有到。",
            ],
        ),
        (replace(READY, stage=S.RUNNING), S.CLOSED, []),
        (replace(READY, stage=S.CLOSED), S.PLANNED, ["班次现在是“已结班”，已经没有下一步。"]),
    ],
)
def test_a_step_says_everything_that_is_missing(
    standing: Standing, to: CohortStage, faults: list[str]
) -> None:
    assert step_faults(standing, to, on=DAY) == faults


def test_stages_follow_one_another() -> None:
    assert [next_stage(stage) for stage in S] == [*list(S)[1:], None]


@pytest.mark.parametrize(
    ("code", "number", "place", "written"),
    [("zhixing", 7, 1, "zhixing07001"), ("yueyu", 12, 123, "yueyu12123")],
)
def test_a_learner_number_tells_programme_cohort_and_place(
    code: str, number: int, place: int, written: str
) -> None:
    assert learner_number(code, number, place) == written
    assert place_of(written) == place


@pytest.mark.parametrize(
    ("days", "capacity", "faults"),
    [
        ((DAY, DAY), 1, []),
        ((DAY, date(2026, 11, 30)), 0, ["结束日期不能早于开始日期。", "名额至少是1人。"]),
    ],
)
def test_a_plan_has_to_make_sense(
    days: tuple[date, date], capacity: int, faults: list[str]
) -> None:
    assert draft_faults(CohortDraft(1, "班", *days, capacity=capacity)) == faults


@pytest.mark.parametrize(
    ("number", "told"),
    [(1, "一"), (6, "六"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五"), (100, "一百"),
     (103, "一百零三"), (110, "一百一十"), (217, "二百一十七"), (999, "九百九十九")],
)  # fmt: skip
def test_numbers_are_told_in_chinese(number: int, told: str) -> None:
    assert (chinese_number(number), cohort_title("知行学堂", number)) == (
        told,
        f"知行学堂第{told}期",
    )


BEFORE, AFTER = Naming(1, 7, "知行学堂第七期"), Naming(2, 3, "越语学堂第三期")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (BEFORE, AFTER),
        (Naming(2, 7, ""), AFTER),
        (Naming(2, None, "知行学堂第七期"), AFTER),
        (Naming(2, 9, "知行学堂第七期"), Naming(2, 9, "越语学堂第三期")),
        (Naming(2, 7, "越语提高班"), Naming(2, 3, "越语提高班")),
        (Naming(2, 9, "越语提高班"), Naming(2, 9, "越语提高班")),
    ],
)
def test_what_was_proposed_follows_the_programme_and_what_was_typed_stays(
    typed: Naming, wanted: Naming
) -> None:
    assert renamed(typed, BEFORE, AFTER) == wanted
