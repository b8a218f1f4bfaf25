"""Who runs which job: taking one, staying its owner, giving it back. Every write is conditional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from lms.ground.db import database, session
from lms.ground.jobs.models import Job
from lms.ground.jobs.rules import OVER, STALE, JobState


@dataclass(frozen=True)
class Claim:
    """A job in the hands of one worker; `tries` is its fencing number."""

    job_id: int
    kind: str
    arguments: dict[str, Any]
    owner_id: int
    tries: int
    checkpoint: dict[str, Any]
    cancel_asked: bool


@dataclass(frozen=True)
class Outcome:
    """How a worker's hold on a job ended."""

    state: JobState
    message: str = ""
    error_id: str | None = None
    upload_id: int | None = None


def find_waiting(at: datetime) -> int | None:
    """The oldest job that nobody runs, by a reader: a worker with nothing to do locks nobody."""
    with database().open(writes=False) as reader:
        return reader.scalar(select(Job.id).where(_is_free(at)).order_by(Job.id).limit(1))


def take(job_id: int, at: datetime) -> Claim | None:
    """Claim the job; None when another worker was faster. Of several, exactly one gets it."""
    taken = session.execute(
        update(Job)
        .where(Job.id == job_id, _is_free(at))
        .values(state=JobState.RUNNING, tries=Job.tries + 1, started_at=at, heartbeat_at=at)
        .returning(
            Job.kind, Job.arguments, Job.owner_id, Job.tries, Job.checkpoint, Job.cancel_asked
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        return None
    return Claim(
        job_id,
        taken.kind,
        taken.arguments,
        taken.owner_id,
        taken.tries,
        taken.checkpoint or {},
        taken.cancel_asked,
    )


def report(job_id: int, tries: int, /, **values: Any) -> bool | None:
    """Write columns of a job that is still ours; has cancelling been asked? None: not ours."""
    return session.scalar(
        update(Job)
        .where(Job.id == job_id, Job.tries == tries, Job.state == JobState.RUNNING)
        .values(**values)
        .returning(Job.cancel_asked)
        .execution_options(synchronize_session=False)
    )


def settle(claim: Claim, outcome: Outcome, at: datetime) -> None:
    """Write how it ended; nothing when the job is another worker's by now.

    A job given back to the queue is not counted as tried: its worker was told to stop.
    """
    given_back = outcome.state is JobState.QUEUED
    values: dict[str, Any] = {
        "state": outcome.state,
        "error_id": outcome.error_id,
        "result_upload_id": outcome.upload_id,
        "tries": claim.tries - 1 if given_back else claim.tries,
        "finished_at": at if outcome.state in OVER else None,
    }
    if outcome.message or outcome.state is JobState.DONE:
        values["message"] = outcome.message
    report(claim.job_id, claim.tries, **values)


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(
        Job.state == JobState.QUEUED,
        and_(Job.state == JobState.RUNNING, Job.heartbeat_at < at - STALE),
    )
