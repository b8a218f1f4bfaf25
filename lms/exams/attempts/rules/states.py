"""The words for attempts, and their state as a pure function of row and time."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from lms.ground.words import word


class AttemptState(StrEnum):
    """What a candidate can do now."""

    WAITING = "waiting"
    OPEN = "open"
    RUNNING = "running"
    OVER = "over"
    SUBMITTED = "submitted"


class Standing(StrEnum):
    """Whether a step or recording counts: late and fenced-off ones, and recordings beyond the tries
    that the item allows, wait for a person's decision."""

    COUNTS = "counts"
    LATE = "late"
    STALE_LEASE = "stale_lease"
    SURPLUS = "surplus"


class SubmittedBy(StrEnum):
    """Who ended the attempt."""

    CANDIDATE = "candidate"
    INVIGILATOR = "invigilator"
    TIME = "time"
    PAPER = "paper"


ATTEMPT_STATE_NAMES = {
    AttemptState.WAITING: word("未开考"),
    AttemptState.OPEN: word("可以开始"),
    AttemptState.RUNNING: word("作答中"),
    AttemptState.OVER: word("时间已到"),
    AttemptState.SUBMITTED: word("已交卷"),
}
SUBMITTED_BY_NAMES = {
    SubmittedBy.CANDIDATE: word("本人交卷"),
    SubmittedBy.INVIGILATOR: word("监考人代交"),
    SubmittedBy.TIME: word("到时收卷"),
    SubmittedBy.PAPER: word("纸笔作答"),
}


def deadline_of(
    *, started_at: datetime, closes_at: datetime, minutes: int, extension_minutes: int
) -> datetime:
    """min(start + duration + extension, end of the window + extension)."""
    extension = timedelta(minutes=extension_minutes)
    return min(started_at + timedelta(minutes=minutes), closes_at) + extension


def standing_still(now: datetime, paused_at: datetime | None) -> datetime:
    """The time that counts for a sheet: while it is paused, that of the pause."""
    return now if paused_at is None else min(now, paused_at)


def state_at(
    now: datetime,
    *,
    opens_at: datetime,
    closes_at: datetime,
    extension_minutes: int,
    deadline: datetime | None,
    submitted_at: datetime | None,
) -> AttemptState:
    """The state follows from the row and the time, with or without a running scheduler."""
    if submitted_at is not None:
        return AttemptState.SUBMITTED
    if deadline is not None:
        return AttemptState.RUNNING if now < deadline else AttemptState.OVER
    if now < opens_at:
        return AttemptState.WAITING
    last_start = closes_at + timedelta(minutes=extension_minutes)
    return AttemptState.OPEN if now < last_start else AttemptState.OVER
