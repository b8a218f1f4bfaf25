"""Worker and scheduler as real processes: killed, told to stop, started twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select

from lms.ground import clock
from lms.ground.db import session, transaction
from lms.ground.jobs.actions import enqueue
from lms.ground.jobs.handlers import Entry
from lms.ground.jobs.models import Job
from lms.ground.jobs.rules import JobState
from lms.ground.jobs.scheduler import run_entry, trigger
from lms.ground.jobs.worker import run_pending
from lms.ground.uploads.models import Upload
from tests.lms.ground import test_jobs  # noqa: F401  (registers the task that is used here)

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import time
from app import create_app
from lms.ground.clock import now
from lms.ground.jobs import handlers, worker
from lms.ground.uploads.actions import store

def steps(work, count):
    for step in range(work.saved.get("done", 0), count):
        with work.writing():
            store(f"step {step}".encode(), name="x.txt", owner_id=1, at=now())
            work.save({"done": step + 1})
        work.advance(step + 1, count)
        time.sleep(0.05)

handlers.handles("test.steps", title="...")(steps)
worker.run(create_app())
"""


@contextmanager
def process(app: Flask, *command: str) -> Iterator[subprocess.Popen[str]]:
    config = app.config["FENGXUE"]
    environment = {
        **os.environ, "VAR_DIR": str(config.var), "DATABASE_URL": config.database_url,
    }  # fmt: skip
    started = subprocess.Popen(
        [sys.executable, *command], env=environment, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def ask_for_steps(app: Flask, count: int) -> int:
    with app.app_context(), transaction():
        return enqueue("test.steps", owner_id=7, at=clock.now(), count=count).id


def await_progress(app: Flask, job_id: int, least: int) -> None:
    for _ in range(2400):  # a loaded machine needs a minute to start a process
        with app.app_context():
            if session.scalar(select(Job.progress).where(Job.id == job_id)) >= least:
                return
        Event().wait(0.05)
    raise AssertionError("the worker did not get there")


def await_lock(file: Path) -> None:
    """Until some process holds the file; the kernel tells, so that nobody's try is disturbed."""
    for _ in range(2400):
        locks = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
        if file.exists() and str(file.stat().st_ino) in [row[5].split(":")[-1] for row in locks]:
            return
        Event().wait(0.05)
    raise AssertionError("nobody took the lock")


def steps_done(app: Flask) -> list[str]:
    with app.app_context():
        return [Path(name).name for name in session.scalars(select(Upload.sha256))]


def test_a_killed_workers_job_is_finished_by_the_next_with_every_step_done_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = ask_for_steps(app, 30)
    with process(app, "-c", WORKER) as worker:
        await_progress(app, job_id, 3)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    with app.app_context():
        killed_at = session.scalar(select(Job.progress))
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    run_pending(app)
    with app.app_context():
        job = session.scalars(select(Job)).one()
    assert (job.state, job.progress, job.tries) == (JobState.DONE, 30, 2)
    assert 3 <= killed_at < 30
    assert (len(steps_done(app)), len(set(steps_done(app)))) == (30, 30)


def test_a_worker_told_to_stop_ends_soon_and_gives_its_job_back(app: Flask) -> None:
    job_id = ask_for_steps(app, 200)
    with process(app, "-c", WORKER) as worker:
        await_progress(app, job_id, 2)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
    with app.app_context():
        job = session.scalars(select(Job)).one()
    assert (job.state, job.tries) == (JobState.QUEUED, 0)
    assert job.checkpoint == {"done": job.progress}


def test_the_worker_command_ends_when_nothing_waits(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["jobs", "work", "--once"]).exit_code == 0


def test_there_is_one_scheduler(app: Flask) -> None:
    command = ("-m", "flask", "--app", "app", "jobs", "schedule")
    lock = app.config["FENGXUE"].var / "schedule.lock"
    lock.unlink(missing_ok=True)
    with process(app, *command) as first:
        await_lock(lock)
        with process(app, *command) as second:
            assert second.wait(timeout=120) == 1
            assert second.stdout is not None
            assert second.stdout.read() == (
                "Error: 这套数据已经有一个定时程序在运行，不需要再启动。\n"
            )
        assert first.poll() is None
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=30) == 0


def test_a_timed_run_has_its_own_transaction(app: Flask) -> None:
    def ask() -> None:
        enqueue("test.steps", owner_id=7, at=clock.now(), count=1)

    run_entry(app, Entry("test.ask", ask, minutes=5))
    with app.app_context():
        assert session.scalars(select(Job.kind)).all() == ["test.steps"]


def test_a_timed_run_that_fails_is_logged_and_undone(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        enqueue("test.steps", owner_id=7, at=clock.now(), count=1)
        raise ZeroDivisionError("a bug")

    run_entry(app, Entry("test.fail", fail, minutes=5))
    assert "ZeroDivisionError: a bug" in caplog.text
    with app.app_context():
        assert session.scalars(select(Job)).all() == []


def test_times_are_the_schools() -> None:
    daily = trigger(Entry("x", lambda: None, hour=3, minute=30))
    assert str(daily) == "cron[hour='3', minute='30']"
    assert str(daily.timezone) == "Asia/Shanghai"
    assert str(trigger(Entry("x", lambda: None, minutes=5))) == "interval[0:05:00]"
