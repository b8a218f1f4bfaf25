"""What a step of a cohort needs, and how learners are numbered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from courses.cohorts.rules import (
    CohortDraft,
    CohortStage,
    Standing,
    draft_faults,
    learner_number,
    next_stage,
    place_of,
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
