"""Work by the clock: one process of its own, and never two at once."""

from __future__ import annotations

import fcntl
import logging
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from lms.ground.clock import SCHOOL_ZONE, Watch
from lms.ground.db import transaction
from lms.ground.errors import Refused
from lms.ground.jobs.handlers import Entry, entries

log = logging.getLogger(__name__)
LOOK = 5.0


def run(app: Flask) -> None:
    """Run what is registered by `every` and `daily` until a signal.

    Refused where another scheduler of this house runs: the lock is the kernel's, so a dead
    one's is free. A run that is late is made up once; one that fails is logged and runs
    again at its next time.
    """
    with _only_one(app.config["FENGXUE"].var / "schedule.lock"):
        scheduler = BlockingScheduler(timezone=SCHOOL_ZONE)
        for entry in entries():
            scheduler.add_job(
                run_entry,
                trigger(entry),
                args=(app, entry),
                id=entry.name,
                name=entry.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(0))
        Thread(target=follow_clock, args=(scheduler, Event()), daemon=True).start()
        scheduler.start()


def follow_clock(scheduler: BaseScheduler, over: Event) -> None:
    """A run is due at an instant: were it not worked out anew, nothing would run after the clock
    was set back until that instant comes again."""
    watch = Watch()
    while not over.wait(LOOK):
        leap = watch.look()
        if leap:
            log.warning("the clock was set by %s: timed work is due anew", leap)
            for entry in entries():
                scheduler.reschedule_job(entry.name, trigger=trigger(entry))


def run_entry(app: Flask, entry: Entry) -> None:
    """One run of one entry, in a context and a transaction of its own."""
    try:
        with app.app_context(), transaction():
            entry.task()
    except Exception as error:
        log.error("error %s in timed %s", secrets.token_hex(4), entry.name, exc_info=error)


def trigger(entry: Entry) -> BaseTrigger:
    """When the entry runs, by the school's clock."""
    if entry.minutes:
        return IntervalTrigger(minutes=entry.minutes, timezone=SCHOOL_ZONE)
    return CronTrigger(hour=entry.hour, minute=entry.minute, timezone=SCHOOL_ZONE)


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("这套数据已经有一个定时程序在运行，不需要再启动。") from error
        yield
