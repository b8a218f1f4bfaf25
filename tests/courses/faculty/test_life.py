"""How an instructor's state changes: every step of every state, and what it needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from courses.faculty.rules import ExitCause, InstructorState
from courses.faculty.rules.life import (
    MOVE_NAMES,
    TRANSITIONS,
    Limits,
    Move,
    Standing,
    Term,
    letter_number,
    months_after,
    move_faults,
    renewal_faults,
    transition_fault,
)

S = InstructorState
TODAY = date(2026, 11, 22)
LIMITS = Limits(trial_score=Decimal(70), return_months=12)
TERM = Term(date(2026, 12, 1), date(2028, 11, 30))
OVER = Term(date(2024, 1, 1), date(2025, 12, 31))
READY = Standing(S.CANDIDATE, is_vetted=True, courses=1)


@pytest.mark.parametrize(
    ("state", "to", "fault"),
    [
        (S.CANDIDATE, S.TRIAL, ""),
        (S.CANDIDATE, S.IN_POOL, "现在是“候选”，只能变为“试讲”、“出库”。"),
        (S.TRIAL, S.IN_POOL, ""),
        (S.TRIAL, S.PAUSED, "现在是“试讲”，只能变为“在库”、“出库”。"),
        (S.IN_POOL, S.PAUSED, ""),
        (S.IN_POOL, S.IN_POOL, "现在是“在库”，只能变为“暂停”、“出库”。"),
        (S.PAUSED, S.IN_POOL, ""),
        (S.OUT, S.IN_POOL, "现在是“出库”，只能变为“候选”。"),
        (S.OUT, S.CANDIDATE, ""),
    ],
)
def test_states_follow_one_another(state: InstructorState, to: InstructorState, fault: str) -> None:
    assert transition_fault(state, to) == fault


def test_every_state_has_a_way_on_and_every_step_a_name() -> None:
    assert {state for state, following in TRANSITIONS.items() if following} == set(S)
    assert {to for following in TRANSITIONS.values() for to in following} == set(MOVE_NAMES)


def _move(to: InstructorState, **more: object) -> Move:
    return Move(to, "理由", "校务会", **more)  # type: ignore[arg-type]


TRIED = replace(READY, state=S.TRIAL)
ENTRY = _move(S.IN_POOL, score=Decimal(70), term=TERM)
GONE = Standing(S.OUT, True, 1, left_on=date(2026, 1, 31), left_for=ExitCause.TRANSFER)


@pytest.mark.parametrize(
    ("standing", "move", "faults"),
    [
        (READY, _move(S.TRIAL), []),
        (
            replace(READY, is_vetted=False),
            _move(S.TRIAL),
            ["还没有填写政治审核意见，请先在教师信息里填写。"],
        ),
        (READY, Move(S.TRIAL, "", ""), ["请写明理由。", "请写明由谁批准。"]),
        (TRIED, ENTRY, []),
        (
            replace(TRIED, courses=0),
            ENTRY,
            ["还没有登记主讲课程，请先在教师信息里登记。"],
        ),
        (TRIED, _move(S.IN_POOL), ["请填写试讲得分。", "请填写聘期的起止日期。"]),
        (TRIED, replace(ENTRY, score=Decimal("69.5")), ["试讲69.5分，不到70分，不能入库。"]),
        (TRIED, replace(ENTRY, score=Decimal(101)), ["试讲得分在0到100分之间。"]),
        (
            TRIED,
            replace(ENTRY, term=Term(date(2027, 1, 1), date(2026, 1, 1))),
            ["聘期的结束日期不能早于开始日期。"],
        ),
        (Standing(S.IN_POOL, True, 1, TERM), _move(S.PAUSED), []),
        (Standing(S.PAUSED, True, 1, TERM), _move(S.IN_POOL), []),
        (
            Standing(S.PAUSED, True, 1, OVER),
            _move(S.IN_POOL),
            ["聘期已满，请先续聘再恢复授课。"],
        ),
        (Standing(S.IN_POOL, True, 1, TERM), _move(S.OUT), ["请选择出库的原因。"]),
        (Standing(S.IN_POOL, True, 1, TERM), _move(S.OUT, cause=ExitCause.HEALTH), []),
        (
            GONE,
            _move(S.CANDIDATE),
            ["出库未满12个月，2027年1月31日起才能重新列为候选。"],
        ),
        (replace(GONE, left_on=date(2025, 11, 22)), _move(S.CANDIDATE), []),
        (
            replace(GONE, left_on=date(2020, 1, 1), left_for=ExitCause.MISCONDUCT),
            _move(S.CANDIDATE),
            ["因“言论不当或违纪违法”出库的，不能再次列为候选。"],
        ),
    ],
)
def test_what_a_step_needs(standing: Standing, move: Move, faults: list[str]) -> None:
    assert move_faults(standing, move, LIMITS, on=TODAY) == faults


@pytest.mark.parametrize(
    ("standing", "term", "approver", "faults"),
    [
        (Standing(S.IN_POOL, True, 1, OVER), TERM, "校务会", []),
        (Standing(S.PAUSED, True, 1, OVER), TERM, "", ["请写明由谁批准。"]),
        (READY, TERM, "校务会", ["现在是“候选”，只有在库或暂停的教师可以续聘。"]),
        (
            Standing(S.IN_POOL, True, 1, TERM),
            TERM,
            "校务会",
            ["上一聘期到2028年11月30日，新聘期须从它之后开始。"],
        ),
        (Standing(S.IN_POOL, True, 1, OVER), None, "校务会", ["请填写聘期的起止日期。"]),
    ],
)
def test_a_term_follows_the_last_one(
    standing: Standing, term: Term | None, approver: str, faults: list[str]
) -> None:
    assert renewal_faults(standing, term, approver) == faults


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 24, date(2028, 11, 30)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
    ],
)
def test_months_end_where_they_end(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


def test_letters_are_numbered_by_year() -> None:
    assert letter_number(2026, 3) == "聘〔2026〕3号"
