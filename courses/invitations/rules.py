"""What becomes of an invitation, and when somebody is reminded of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms.ground.words import word

TOKEN_LENGTH = 32
_TOKEN = re.compile(rf"[0-9a-f]{{{TOKEN_LENGTH}}}")


class Answer(StrEnum):
    """What the instructor said."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class InvitationState(StrEnum):
    """Where an invitation stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    OUTDATED = "outdated"


ANSWER_NAMES = {
    Answer.ACCEPTED: word("接受"),
    Answer.DECLINED: word("谢绝"),
}
INVITATION_STATE_NAMES = {
    InvitationState.WAITING: word("待答复"),
    InvitationState.ACCEPTED: word("已接受"),
    InvitationState.DECLINED: word("已谢绝"),
    InvitationState.EXPIRED: word("已过期"),
    InvitationState.REVOKED: word("已收回"),
    InvitationState.WITHDRAWN: word("已退出"),
    InvitationState.OUTDATED: word("课已调整"),
}
# An invitation in one of these asks or binds; a second one for the same lesson would confuse.
STANDING = frozenset({InvitationState.WAITING, InvitationState.ACCEPTED})


@dataclass(frozen=True)
class Facts:
    """What is known of an invitation; `still_fits`: the lesson is his or hers, at that time."""

    expires_at: datetime
    answer: Answer | None = None
    revoked: bool = False
    withdrawn: bool = False
    still_fits: bool = True


def state_of(facts: Facts, *, at: datetime) -> InvitationState:
    """Where it stands: who took it back counts first, then what was said, then the clock."""
    if facts.revoked:
        return InvitationState.REVOKED
    if facts.withdrawn:
        return InvitationState.WITHDRAWN
    if facts.answer is Answer.DECLINED:
        return InvitationState.DECLINED
    if not facts.still_fits:
        return InvitationState.OUTDATED
    if facts.answer is Answer.ACCEPTED:
        return InvitationState.ACCEPTED
    return InvitationState.EXPIRED if facts.expires_at <= at else InvitationState.WAITING


def answer_faults(state: InvitationState, answer: Answer, note: str) -> list[str]:
    """Why an invitation cannot be answered so, as sentences."""
    if state is not InvitationState.WAITING:
        return [_CLOSED[state]]
    if answer is Answer.DECLINED and not note:
        return ["请写一句不能来的原因，方便学校另作安排。"]
    return []


_CLOSED = {
    InvitationState.ACCEPTED: "您已经接受了这次邀请，不需要再答复；如有变化请与学校联系。",
    InvitationState.DECLINED: "您已经谢绝了这次邀请，不需要再答复；如有变化请与学校联系。",
    InvitationState.EXPIRED: "答复的期限已过，请与学校联系。",
    InvitationState.REVOKED: "学校已收回这次邀请，请与学校联系。",
    InvitationState.WITHDRAWN: "这次课已另作安排，请与学校联系。",
    InvitationState.OUTDATED: "这次课的时间或教师已经调整，请与学校联系。",
}


def expiry(*, at: datetime, days: int, lesson_starts_at: datetime) -> datetime:
    """An invitation is open for some days, and never longer than until its lesson begins."""
    return min(at + timedelta(days=days), lesson_starts_at)


def asks_again(
    state: InvitationState, *, sent_at: datetime, asked_again: bool, days: int, at: datetime
) -> bool:
    """Is it time to ask for the answer that has not come? Once only."""
    waited = at - sent_at >= timedelta(days=days)
    return state is InvitationState.WAITING and waited and not asked_again


def reminds(
    state: InvitationState, *, starts_at: datetime, reminded: bool, days: int, at: datetime
) -> bool:
    """Is it time to remind whoever accepted of the lesson? Once only."""
    soon = at < starts_at <= at + timedelta(days=days)
    return state is InvitationState.ACCEPTED and soon and not reminded


def looks_like_token(text: str) -> bool:
    """Could this be what stands in a link? Saves asking the database for nonsense."""
    return bool(_TOKEN.fullmatch(text))
