"""The life of an instructor in the pool: which step may follow, and what it needs (动态管理)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from courses.faculty.rules import (
    EXIT_CAUSE_NAMES,
    INSTRUCTOR_STATE_NAMES,
    ExitCause,
    InstructorState,
)
from lms.ground.words import word

S = InstructorState

# Candidates are tried before they join; who has left may be proposed again.
TRANSITIONS: dict[InstructorState, tuple[InstructorState, ...]] = {
    S.CANDIDATE: (S.TRIAL, S.OUT),
    S.TRIAL: (S.IN_POOL, S.OUT),
    S.IN_POOL: (S.PAUSED, S.OUT),
    S.PAUSED: (S.IN_POOL, S.OUT),
    S.OUT: (S.CANDIDATE,),
}
MOVE_NAMES = {
    S.CANDIDATE: word("重新列为候选"),
    S.TRIAL: word("安排试讲"),
    S.IN_POOL: word("入库"),
    S.PAUSED: word("暂停授课"),
    S.OUT: word("出库"),
}
# 一票否决: whoever left for these does not come back.
FOR_GOOD = frozenset({ExitCause.FRAUD, ExitCause.MISCONDUCT})
FULL_SCORE = Decimal(100)


@dataclass(frozen=True)
class Term:
    """A term of appointment: both days are in it."""

    starts_on: date
    ends_on: date

    def is_over(self, on: date) -> bool:
        return self.ends_on < on


@dataclass(frozen=True)
class Limits:
    """What the norms say: the least score of a trial lecture, months until somebody may return."""

    trial_score: Decimal
    return_months: int


@dataclass(frozen=True)
class Standing:
    """Where an instructor stands, as far as the next step depends on it.

    `left_on` and `left_for` are those of the last step out of the pool.
    """

    state: InstructorState
    is_vetted: bool
    courses: int
    term: Term | None = None
    left_on: date | None = None
    left_for: ExitCause | None = None


@dataclass(frozen=True)
class Move:
    """A step as it is asked for. `score` is that of the trial lecture, out of 100."""

    to: InstructorState
    reason: str
    approver: str
    score: Decimal | None = None
    term: Term | None = None
    cause: ExitCause | None = None


def asks_score(state: InstructorState, to: InstructorState) -> bool:
    """Does this step say how the trial lecture was?"""
    return (state, to) == (S.TRIAL, S.IN_POOL)


def asks_term(state: InstructorState, to: InstructorState) -> bool:
    """Does this step appoint for a term?"""
    return (state, to) == (S.TRIAL, S.IN_POOL)


def asks_cause(to: InstructorState) -> bool:
    """Does this step say why somebody leaves?"""
    return to is S.OUT


def transition_fault(state: InstructorState, to: InstructorState) -> str:
    """Why an instructor cannot go from one state to the other; empty when it is possible."""
    if to in TRANSITIONS[state]:
        return ""
    allowed = "、".join(f"“{INSTRUCTOR_STATE_NAMES[one]}”" for one in TRANSITIONS[state])
    return f"现在是“{INSTRUCTOR_STATE_NAMES[state]}”，只能变为{allowed}。"


def obstacles(standing: Standing, to: InstructorState, limits: Limits, *, on: date) -> list[str]:
    """What has to be done before this step can be asked for, as sentences."""
    found = []
    if to is S.TRIAL and not standing.is_vetted:
        found.append("还没有填写政治审核意见，请先在教师信息里填写。")
    if to is S.IN_POOL and not standing.courses:
        found.append("还没有登记主讲课程，请先在教师信息里登记。")
    resumes = standing.state is S.PAUSED and to is S.IN_POOL
    if resumes and (standing.term is None or standing.term.is_over(on)):
        found.append("聘期已满，请先续聘再恢复授课。")
    if to is S.CANDIDATE:
        found += _return_faults(standing, limits, on)
    return found


def move_faults(standing: Standing, move: Move, limits: Limits, *, on: date) -> list[str]:
    """Everything that is wrong with a step, as sentences; none when it can be taken."""
    fault = transition_fault(standing.state, move.to)
    if fault:
        return [fault]
    faults = obstacles(standing, move.to, limits, on=on)
    faults += _signature_faults(move.reason, move.approver)
    if asks_score(standing.state, move.to):
        faults += _score_faults(move.score, limits)
    if asks_term(standing.state, move.to):
        faults += term_faults(move.term, None)
    if asks_cause(move.to) and move.cause is None:
        faults.append("请选择出库的原因。")
    return faults


def renewal_faults(standing: Standing, term: Term | None, approver: str) -> list[str]:
    """Why an instructor cannot be appointed for another term, as sentences."""
    if standing.state not in (S.IN_POOL, S.PAUSED):
        return [f"现在是“{INSTRUCTOR_STATE_NAMES[standing.state]}”，只有在库或暂停的教师可以续聘。"]
    return term_faults(term, standing.term) + _signature_faults("续聘", approver)


def term_faults(term: Term | None, previous: Term | None) -> list[str]:
    """What is wrong with a term of appointment."""
    if term is None:
        return ["请填写聘期的起止日期。"]
    if term.ends_on < term.starts_on:
        return ["聘期的结束日期不能早于开始日期。"]
    if previous is not None and term.starts_on <= previous.ends_on:
        day = previous.ends_on
        return [f"上一聘期到{day.year}年{day.month}月{day.day}日，新聘期须从它之后开始。"]
    return []


def letter_number(year: int, place: int) -> str:
    """聘书编号, counted within a year: 聘〔2026〕3号."""
    return f"聘〔{year}〕{place}号"


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))


def _return_faults(standing: Standing, limits: Limits, on: date) -> list[str]:
    if standing.left_for in FOR_GOOD:
        return [f"因“{EXIT_CAUSE_NAMES[standing.left_for]}”出库的，不能再次列为候选。"]
    if standing.left_on is None:
        return []
    back = months_after(standing.left_on, limits.return_months)
    if on < back:
        return [
            f"出库未满{limits.return_months}个月，"
            f"{back.year}年{back.month}月{back.day}日起才能重新列为候选。"
        ]
    return []


def _signature_faults(reason: str, approver: str) -> list[str]:
    told = (("" if reason else "请写明理由。"), ("" if approver else "请写明由谁批准。"))
    return [one for one in told if one]


def _score_faults(score: Decimal | None, limits: Limits) -> list[str]:
    if score is None:
        return ["请填写试讲得分。"]
    if not 0 <= score <= FULL_SCORE:
        return ["试讲得分在0到100分之间。"]
    if score < limits.trial_score:
        return [
            f"试讲{score.normalize():f}分，不到{limits.trial_score.normalize():f}分，不能入库。"
        ]
    return []
