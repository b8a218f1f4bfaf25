"""Whether the clock of the machine can be trusted."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from lms.ground import clock
from lms.ground.jobs import scheduler
from lms.ground.jobs.handlers import Entry
from tests.clocks import set_clock


@pytest.mark.parametrize(
    ("seconds", "told"), [(29, 0), (-29, 0), (31, 31), (-31, -31), (28_800, 28_800)]
)
def test_a_leap_is_told_once_and_by_how_much(
    monkeypatch: pytest.MonkeyPatch, seconds: int, told: int
) -> None:
    watch = clock.Watch()
    set_clock(monkeypatch, timedelta(seconds=seconds))
    assert round(watch.look().total_seconds()) == told
    assert watch.look() == timedelta()


def test_a_clock_that_was_set_is_trusted_again_after_ten_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch, elapsed = clock.Watch(), clock.monotonic()
    assert watch.is_settled()
    set_clock(monkeypatch, timedelta(hours=8))
    assert not watch.is_settled()
    monkeypatch.setattr(clock, "monotonic", lambda: elapsed + clock.SETTLING + 20)
    set_clock(monkeypatch, timedelta(hours=8, seconds=clock.SETTLING + 20))
    assert watch.is_settled()


def test_timed_work_does_not_wait_for_an_instant_that_a_clock_set_back_made_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = Entry("test.soon", lambda: None, minutes=1)
    monkeypatch.setattr(scheduler, "entries", lambda: [entry])
    monkeypatch.setattr(scheduler, "LOOK", 0.01)
    timer = BackgroundScheduler(timezone=UTC)
    timer.start()
    far = datetime.now(UTC) + timedelta(hours=8)
    timer.add_job(entry.task, DateTrigger(far), id=entry.name)
    over = Event()
    follower = Thread(target=scheduler.follow_clock, args=(timer, over))
    follower.start()
    time.sleep(0.1)
    assert timer.get_job(entry.name).next_run_time == far
    set_clock(monkeypatch, -timedelta(hours=8))
    until = time.monotonic() + 10
    while timer.get_job(entry.name).next_run_time == far and time.monotonic() < until:
        time.sleep(0.01)
    assert timer.get_job(entry.name).next_run_time < datetime.now(UTC) + timedelta(minutes=2)
    over.set()
    follower.join()
    timer.shutdown()
