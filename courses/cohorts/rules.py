"""The words for cohorts, what a step needs, and how learners are numbered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.ground.words import word


class CohortStage(StrEnum):
    """From the plan to the end; each step is a row with who and when."""

    PLANNED = "planned"
    APPROVED = "approved"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"


STAGE_NAMES = {
    CohortStage.PLANNED: word("计划"),
    CohortStage.APPROVED: word("已批准"),
    CohortStage.OPEN: word("报名中"),
    CohortStage.RUNNING: word("在办"),
    CohortStage.CLOSED: word("已结班"),
}
STAGE_ORDER = tuple(CohortStage)
STEP_NAMES = {
    CohortStage.APPROVED: word("批准办班"),
    CohortStage.OPEN: word("开始报名"),
    CohortStage.RUNNING: word("开班"),
    CohortStage.CLOSED: word("结班"),
}


@dataclass(frozen=True)
class CohortDraft:
    """A cohort as it is planned; `capacity` in learners."""

    number: int
    title: str
    starts_on: date
    ends_on: date
    capacity: int
    purpose: str = ""
    audience: str = ""
    sponsor: str = ""
    adviser_id: int | None = None


@dataclass(frozen=True)
class Naming:
    """Which cohort it is: a programme, its number there, and the title that goes with both."""

    programme_id: int
    number: int | None
    title: str


@dataclass(frozen=True)
class Standing:
    """Where a cohort stands, as far as its next step depends on it."""

    stage: CohortStage
    starts_on: date
    courses: int
    learners: int
    has_adviser: bool


def next_stage(stage: CohortStage) -> CohortStage | None:
    """The stage after this one; None after the last."""
    after = STAGE_ORDER.index(stage) + 1
    return STAGE_ORDER[after] if after < len(STAGE_ORDER) else None


def step_faults(standing: Standing, to: CohortStage, *, on: date) -> list[str]:
    """Why a cohort cannot come to stage `to` on a day, as sentences; none when it can."""
    following = next_stage(standing.stage)
    if to is not following:
        told = f"下一步只能是“{STAGE_NAMES[following]}”" if following else "已经没有下一步"
        return [f"班次现在是“{STAGE_NAMES[standing.stage]}”，{told}。"]
    faults = []
    if to is CohortStage.APPROVED and not standing.courses:
        faults.append("教学计划里还没有课程，请先安排课程再报批。")
    if to is CohortStage.RUNNING:
        if not standing.learners:
            faults.append("还没有学员，请先报名或导入名册再开班。")
        if not standing.has_adviser:
            faults.append("还没有确定班主任，请先在班次信息里填写再开班。")
        if on < standing.starts_on:
            day = standing.starts_on
            faults.append(f"开班日期是{day.year}年{day.month}月{day.day}日，还没有到。")
    return faults


def draft_faults(draft: CohortDraft) -> list[str]:
    """What is wrong with a plan, as sentences."""
    faults = []
    if draft.ends_on < draft.starts_on:
        faults.append("结束日期不能早于开始日期。")
    if draft.capacity < 1:
        faults.append("名额至少是1人。")
    return faults


def cohort_title(programme: str, number: int) -> str:
    """知行学堂第六期: as schools write it, in Chinese numerals."""
    return f"{programme}第{chinese_number(number)}期"


def chinese_number(number: int) -> str:
    """A number from 1 to 999 in Chinese numerals: 六, 十, 十二, 二十, 一百零三."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    told = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        told += f"{_DIGITS[tens] if tens > 1 or hundreds else ''}十"
    elif hundreds and ones:
        told += "零"
    return told + (_DIGITS[ones] if ones else "")


_DIGITS = "零一二三四五六七八九"


def renamed(typed: Naming, proposed: Naming, fresh: Naming) -> Naming:
    """What a form shows once another programme is chosen, whose next cohort is `fresh`.

    Number and title that were `proposed` give way to the fresh ones; what somebody typed stays.
    """
    return Naming(
        programme_id=fresh.programme_id,
        number=fresh.number if typed.number in (None, proposed.number) else typed.number,
        title=fresh.title if typed.title in ("", proposed.title) else typed.title,
    )


def learner_number(programme_code: str, cohort_number: int, place: int) -> str:
    """学号: programme, cohort in two digits, place in three, such as zhixing07012."""
    return f"{programme_code}{cohort_number:02d}{place:03d}"


def place_of(number: str) -> int:
    """The place that a learner number ends in."""
    digits = number[-3:]
    return int(digits) if digits.isdigit() else 0
