"""Asking for a job, cancelling it, and asking again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs.handlers import check_call
from lms.ground.jobs.models import Job
from lms.ground.jobs.rules import OVER, REPEATABLE, JobState


def enqueue(kind: str, *, owner_id: int, at: datetime, **arguments: Any) -> Job:
    """Ask for a job in the transaction of the request: no commit, no job.

    `arguments` are plain JSON values; a kind or arguments that no handler takes is a bug
    and raised here (KeyError, TypeError), not hours later in a worker.
    """
    check_call(kind, arguments)
    job = Job(kind=kind, arguments=arguments, owner_id=owner_id, created_at=at)
    session.add(job)
    session.flush()
    return job


def cancel(job: Job, *, at: datetime) -> None:
    """End a waiting job at once; ask a running one to stop at its next step. Refused when over."""
    waiting = Job.state == JobState.QUEUED
    if _change(job, waiting, state=JobState.CANCELLED, finished_at=at, message=""):
        return
    if not _change(job, Job.state == JobState.RUNNING, cancel_asked=True):
        raise Refused("这项任务已经结束，不能再取消。")


def retry(job: Job) -> None:
    """Queue a failed or cancelled job again, from its beginning: what it read may have changed."""
    fresh: dict[str, Any] = dict.fromkeys(
        ("error_id", "checkpoint", "result_upload_id", "started_at", "heartbeat_at", "finished_at")
    )
    fresh |= {"state": JobState.QUEUED, "progress": 0, "total": 0, "message": "", "tries": 0}
    if not _change(job, Job.state.in_(REPEATABLE), cancel_asked=False, **fresh):
        ended = "已经完成" if job.state in OVER else "还没有结束"
        raise Refused(f"这项任务{ended}，不需要重试。")


def _change(job: Job, condition: Any, **values: Any) -> bool:
    """Write if the row is still as `condition` says: a worker may change it at any moment."""
    changed = session.scalar(
        update(Job)
        .where(Job.id == job.id, condition)
        .values(**values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(job)
    return changed is not None
