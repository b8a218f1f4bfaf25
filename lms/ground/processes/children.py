"""Processes of the house: forked, forked again with growing pauses, stopped together.

A fork shares what the supervisor has loaded: the four processes of a house take hardly more memory
than one of them alone, and one that was killed is there again at once.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from lms.ground import clock
from lms.ground.processes.forks import Fork

LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
GRACE = 10.0


@dataclass
class Child:
    """One process; it must always run when it is tended. `task` and `title`: see `Fork`."""

    name: str
    title: str
    task: Callable[[], object]
    process: Fork | None = None
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
    child.process = Fork(child.task, child.title)


def pause_after(failures: int) -> float:
    """Seconds to wait before the next start: 0.5, 1, 2, … up to 30."""
    return min(0.5 * 2.0 ** min(failures - 1, 6), LONGEST_PAUSE)


def stop(children: Sequence[Child]) -> None:
    """Ask all to end, wait at most GRACE seconds for all together, then end them."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.end()
    deadline = clock.monotonic() + GRACE
    for process in running:
        if not process.join(max(0.0, deadline - clock.monotonic())):
            click.echo("有进程没有按时停止，已强制结束。", err=True)
        process.signal(signal.SIGKILL)
        process.join(GRACE)


def _note_end(child: Child, process: Fork, at: float) -> None:
    # What a killed server leaves behind would hold its port and its database.
    process.signal(signal.SIGKILL)
    ran_steadily = at - child.started_at >= STEADY_AFTER
    child.failures = 1 if ran_steadily else child.failures + 1
    child.process = None
    child.due_at = at + pause_after(child.failures)
    click.echo(
        f"{child.name}意外停止（退出码 {process.exitcode}），"
        f"{pause_after(child.failures):g} 秒后重新启动。",
        err=True,
    )
