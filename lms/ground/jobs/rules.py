"""States of a job and the numbers by which workers agree on who runs it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from lms.ground.words import word


class JobState(StrEnum):
    """Where a job is between being asked for and being over."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


STATE_NAMES: dict[JobState, str] = {
    JobState.QUEUED: word("排队中"),
    JobState.RUNNING: word("进行中"),
    JobState.DONE: word("已完成"),
    JobState.FAILED: word("失败"),
    JobState.CANCELLED: word("已取消"),
}
OVER = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})
REPEATABLE = frozenset({JobState.FAILED, JobState.CANCELLED})

HEARTBEAT = timedelta(seconds=15)
"""A running worker says this often that it lives."""
STALE = timedelta(seconds=60)
"""A job whose worker has been silent for longer is taken over."""
MOST_TRIES = 3
"""A job that took its worker down this often would take down the next one too."""


def percent(progress: int, total: int) -> int:
    """Whole percent done, rounded down: 100 is only said of what is complete."""
    return progress * 100 // total if total else 0
