"""How an instructor's state changes."""

from __future__ import annotations

from datetime import date

import pytest

from courses.faculty.rules import (
    TRANSITIONS,
    InstructorCategory,
    InstructorDraft,
    InstructorState,
    term_fault,
    transition_fault,
)

S = InstructorState


@pytest.mark.parametrize(
    ("state", "to", "fault"),
    [
        (S.CANDIDATE, S.TRIAL, ""),
        (S.CANDIDATE, S.IN_POOL, "现在是“候选”，只能变为“试讲”、“出库”。"),
        (S.TRIAL, S.IN_POOL, ""),
        (S.IN_POOL, S.PAUSED, ""),
        (S.IN_POOL, S.IN_POOL, "现在是“在库”，只能变为“暂停”、“出库”。"),
        (S.PAUSED, S.IN_POOL, ""),
        (S.OUT, S.IN_POOL, "现在是“出库”，只能变为“候选”。"),
        (S.OUT, S.CANDIDATE, ""),
    ],
)
def test_states_follow_one_another(state: InstructorState, to: InstructorState, fault: str) -> None:
    assert transition_fault(state, to) == fault


def test_every_state_has_a_way_on() -> None:
    assert {state for state, following in TRANSITIONS.items() if following} == set(S)


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        (None, None, False),
        (date(2026, 1, 1), None, False),
        (date(2026, 1, 1), date(2027, 12, 31), False),
        (date(2026, 1, 1), date(2025, 12, 31), True),
    ],
)
def test_a_term_ends_after_it_begins(first: date | None, last: date | None, wrong: bool) -> None:
    draft = InstructorDraft(InstructorCategory.EXPERT, appointed_from=first, appointed_to=last)
    assert bool(term_fault(draft)) is wrong
