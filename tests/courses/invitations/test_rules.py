"""What becomes of an invitation, and when somebody is reminded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from courses.invitations.rules import (
    TOKEN_LENGTH,
    Answer,
    Facts,
    InvitationState,
    answer_faults,
    asks_again,
    expiry,
    looks_like_token,
    reminds,
    state_of,
)

S = InvitationState
NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ASKED = Facts(expires_at=NOW + DAY)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (ASKED, S.WAITING),
        (Facts(expires_at=NOW), S.EXPIRED),
        (replace(ASKED, answer=Answer.ACCEPTED), S.ACCEPTED),
        (Facts(expires_at=NOW - DAY, answer=Answer.ACCEPTED), S.ACCEPTED),
        (replace(ASKED, answer=Answer.DECLINED), S.DECLINED),
        (replace(ASKED, still_fits=False), S.OUTDATED),
        (replace(ASKED, answer=Answer.ACCEPTED, still_fits=False), S.OUTDATED),
        (replace(ASKED, answer=Answer.DECLINED, still_fits=False), S.DECLINED),
        (replace(ASKED, revoked=True, answer=Answer.ACCEPTED), S.REVOKED),
        (replace(ASKED, withdrawn=True, answer=Answer.ACCEPTED), S.WITHDRAWN),
    ],
)
def test_where_an_invitation_stands(facts: Facts, state: InvitationState) -> None:
    assert state_of(facts, at=NOW) is state


def test_an_answer_is_given_once_and_a_refusal_says_why() -> None:
    assert answer_faults(S.WAITING, Answer.ACCEPTED, "") == []
    assert answer_faults(S.WAITING, Answer.DECLINED, "出差") == []
    assert answer_faults(S.WAITING, Answer.DECLINED, "") == [
        "请写一句不能来的原因，方便学校另作安排。"
    ]
    told = [answer_faults(state, Answer.ACCEPTED, "") for state in S if state is not S.WAITING]
    assert [len(one) for one in told] == [1] * (len(S) - 1)


def test_an_invitation_is_not_open_beyond_its_lesson() -> None:
    assert expiry(at=NOW, days=7, lesson_starts_at=NOW + 30 * DAY) == NOW + 7 * DAY
    assert expiry(at=NOW, days=7, lesson_starts_at=NOW + 2 * DAY) == NOW + 2 * DAY


@pytest.mark.parametrize(
    ("state", "waited", "asked_again", "due"),
    [
        (S.WAITING, 3 * DAY, False, True),
        (S.WAITING, 3 * DAY - timedelta(seconds=1), False, False),
        (S.WAITING, 5 * DAY, True, False),
        (S.ACCEPTED, 5 * DAY, False, False),
    ],
)
def test_an_answer_is_asked_for_once_more(
    state: InvitationState, waited: timedelta, asked_again: bool, due: bool
) -> None:
    sent = NOW - waited
    assert asks_again(state, sent_at=sent, asked_again=asked_again, days=3, at=NOW) is due


@pytest.mark.parametrize(
    ("state", "until", "reminded", "due"),
    [
        (S.ACCEPTED, 2 * DAY, False, True),
        (S.ACCEPTED, 2 * DAY + timedelta(seconds=1), False, False),
        (S.ACCEPTED, DAY, True, False),
        (S.ACCEPTED, -DAY, False, False),
        (S.WAITING, DAY, False, False),
    ],
)
def test_who_accepted_is_reminded_once(
    state: InvitationState, until: timedelta, reminded: bool, due: bool
) -> None:
    assert reminds(state, starts_at=NOW + until, reminded=reminded, days=2, at=NOW) is due


@pytest.mark.parametrize(
    ("text", "could_be"),
    [("0f" * (TOKEN_LENGTH // 2), True), ("0F" * 16, False), ("", False), ("a" * 33, False)],
)
def test_nonsense_is_no_token(text: str, could_be: bool) -> None:
    assert looks_like_token(text) is could_be
