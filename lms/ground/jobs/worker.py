"""The worker process: takes jobs one after another, runs them, and writes how they ended."""

from __future__ import annotations

import logging
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError

from lms.ground import clock
from lms.ground.db import transaction
from lms.ground.errors import Conflict, Missing, Refused
from lms.ground.jobs.claims import Claim, Outcome, find_waiting, report, settle, take
from lms.ground.jobs.handlers import Handler, find_handler
from lms.ground.jobs.rules import HEARTBEAT, MOST_TRIES, JobState
from lms.ground.jobs.work import Cancelled, Interrupted, TakenOver, Work, open_reading_session

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between two looks at an empty queue."""


def run(app: Flask, *, once: bool = False) -> None:
    """Work until SIGTERM or SIGINT; with `once`, until nothing waits.

    Told to stop, it stops at the next step of the job at hand and gives the job back.
    """
    stopping = _stop_signals()
    while not stopping.is_set():
        if not _run_next(app, stopping):
            if once:
                return
            stopping.wait(POLL)


def run_pending(app: Flask) -> None:
    """Run everything that waits, here and now; the caller has committed and holds no lock."""
    while run_one(app, Event()):
        pass


def run_one(app: Flask, stopping: Event) -> bool:
    """Run the oldest waiting job; False when there is none.

    Taking, running and settling have a context and a session each, so that nothing of a
    failed run is left when its failure is written.
    """
    with app.app_context():
        waiting = find_waiting(clock.now())
        if waiting is None:
            return False
        with transaction():
            claim = take(waiting, clock.now())
    if claim is None:
        return True
    with _heartbeat(app, claim):
        outcome = _perform(app, claim, stopping)
    if outcome is not None:
        with app.app_context(), transaction():
            settle(claim, outcome, clock.now())
    return True


def _run_next(app: Flask, stopping: Event) -> bool:
    """A database that is away for a moment ends no worker."""
    try:
        return run_one(app, stopping)
    except OperationalError as error:
        log.error("the database does not answer: %s", error.orig)
        return False


def _perform(app: Flask, claim: Claim, stopping: Event) -> Outcome | None:
    """Run the task and say how it ended; None when the job is no longer ours."""
    handler = find_handler(claim.kind)
    if claim.cancel_asked:
        return Outcome(JobState.CANCELLED)
    if handler is None:
        return Outcome(JobState.FAILED, "这个版本的系统不能处理这种任务，请联系管理员。")
    if claim.tries > MOST_TRIES:
        return Outcome(
            JobState.FAILED, f"处理程序连续 {MOST_TRIES} 次中途停止，已不再尝试，请联系管理员。"
        )
    try:
        return _call(app, handler, claim, stopping)
    except Cancelled:
        return Outcome(JobState.CANCELLED)
    except Interrupted:
        return Outcome(JobState.QUEUED)
    except TakenOver:
        log.warning("job %s was taken over from this worker", claim.job_id)
        return None
    except (Refused, Missing, Conflict) as refusal:
        return Outcome(JobState.FAILED, str(refusal))
    except Exception as error:
        error_id = secrets.token_hex(4)
        log.error("error %s in job %s (%s)", error_id, claim.job_id, claim.kind, exc_info=error)
        sentence = f"处理时系统出错了，没有完成。请把错误编号 {error_id} 告诉管理员。"
        return Outcome(JobState.FAILED, sentence, error_id)


def _call(app: Flask, handler: Handler, claim: Claim, stopping: Event) -> Outcome:
    def write(**values: Any) -> bool | None:
        return report(claim.job_id, claim.tries, heartbeat_at=clock.now(), **values)

    with app.app_context():
        open_reading_session()
        work = Work(
            app,
            write,
            job_id=claim.job_id,
            owner_id=claim.owner_id,
            saved=claim.checkpoint,
            must_stop=stopping.is_set,
        )
        upload = handler.task(work, **claim.arguments)
        return Outcome(JobState.DONE, upload_id=upload.id if upload else None)


@contextmanager
def _heartbeat(app: Flask, claim: Claim) -> Iterator[None]:
    """Say from a thread that this worker lives: a single step may take minutes."""
    ended = Event()
    thread = Thread(target=_beat, args=(app, claim, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(app: Flask, claim: Claim, ended: Event) -> None:
    while not ended.wait(HEARTBEAT.total_seconds()):
        try:
            with app.app_context(), transaction():
                report(claim.job_id, claim.tries, heartbeat_at=clock.now())
        except OperationalError as error:
            log.warning("no heartbeat for job %s: %s", claim.job_id, error.orig)


def _stop_signals() -> Event:
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
