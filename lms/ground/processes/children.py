"""Processes of the house: forked, forked again with growing pauses, stopped together.

A fork shares what the supervisor has loaded: the four processes of a house take hardly more memory
than one of them alone, and one that was killed is there again at once.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkProcess

import click

from lms.ground import clock

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
GRACE = 10.0
# <linux/prctl.h>
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


@dataclass
class Child:
    """One process, leader of a process group of its own; it must always run when it is tended.

    `task` is what it does; `title` is what lists of processes call it, 15 letters at most.
    """

    name: str
    title: str
    task: Callable[[], object]
    process: ForkProcess | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    failures: int = 0


def tend(children: Sequence[Child]) -> None:
    """Start whoever is due and take note of whoever ended."""
    at = clock.monotonic()
    for child in children:
        if child.process is None:
            if at >= child.due_at:
                start(child, at)
        elif child.process.exitcode is not None:
            _note_end(child, child.process, at)


def start(child: Child, at: float) -> None:
    """Start it now, at the time `at` of `clock.monotonic`."""
    child.started_at = at
    child.process = multiprocessing.get_context("fork").Process(
        target=_become, args=(child, os.getpid())
    )
    # A signal that comes before the child is itself waits until it is.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        child.process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


def _become(child: Child, parent: int) -> None:
    """In the fork: stop being the supervisor, and do what the child is for."""
    os.setsid()
    if sys.platform == "linux":
        _end_with_parent(child.title)
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    if os.getppid() == parent:
        child.task()


def _end_with_parent(title: str) -> None:
    """The kernel ends the children of a supervisor that was killed and could not do it itself."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    libc.prctl(_PR_SET_NAME, title.encode())


def pause_after(failures: int) -> float:
    """Seconds to wait before the next start: 0.5, 1, 2, … up to 30."""
    return min(0.5 * 2.0 ** min(failures - 1, 6), LONGEST_PAUSE)


def stop(children: Sequence[Child]) -> None:
    """Ask all to end, wait at most GRACE seconds for all together, then end them."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        _signal_group(process, signal.SIGTERM)
    deadline = clock.monotonic() + GRACE
    for process in running:
        process.join(max(0.0, deadline - clock.monotonic()))
        if process.exitcode is None:
            click.echo("有进程没有按时停止，已强制结束。", err=True)
        _signal_group(process, signal.SIGKILL)
        process.join()


def _note_end(child: Child, process: ForkProcess, at: float) -> None:
    # What a killed server leaves behind would hold its port and its database.
    _signal_group(process, signal.SIGKILL)
    ran_steadily = at - child.started_at >= STEADY_AFTER
    child.failures = 1 if ran_steadily else child.failures + 1
    child.process = None
    child.due_at = at + pause_after(child.failures)
    click.echo(
        f"{child.name}意外停止（退出码 {process.exitcode}），"
        f"{pause_after(child.failures):g} 秒后重新启动。",
        err=True,
    )


def _signal_group(leader: ForkProcess, number: signal.Signals) -> None:
    assert leader.pid is not None
    with suppress(ProcessLookupError):
        try:
            os.killpg(leader.pid, number)
        except ProcessLookupError:
            # Either it is gone with its group, or so young that it has none yet.
            if leader.exitcode is None:
                os.kill(leader.pid, number)
