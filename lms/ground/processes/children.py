"""Processes of the house: started, started again with growing pauses, stopped together."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import click

from lms.ground import clock, config

LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
GRACE = 10.0


@dataclass
class Child:
    """One process, leader of a process group of its own; it must always run when it is tended."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
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
        elif child.process.poll() is not None:
            _note_end(child, child.process, at)


def start(child: Child, at: float) -> None:
    """Start it now, at the time `at` of `clock.monotonic`."""
    child.started_at = at
    child.process = subprocess.Popen(
        [*dies_with_parent(), *child.command], cwd=config.ROOT, start_new_session=True
    )


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
        try:
            process.wait(timeout=max(0.0, deadline - clock.monotonic()))
        except subprocess.TimeoutExpired:
            click.echo("有进程没有按时停止，已强制结束。", err=True)
        _signal_group(process, signal.SIGKILL)


def dies_with_parent() -> tuple[str, ...]:
    """The kernel ends the children of a supervisor that was killed and could not do it itself."""
    return ("setpriv", "--pdeathsig", "TERM", "--") if shutil.which("setpriv") else ()


def _note_end(child: Child, process: subprocess.Popen[bytes], at: float) -> None:
    # What a killed server leaves behind would hold its port and its database.
    _signal_group(process, signal.SIGKILL)
    ran_steadily = at - child.started_at >= STEADY_AFTER
    child.failures = 1 if ran_steadily else child.failures + 1
    child.process = None
    child.due_at = at + pause_after(child.failures)
    click.echo(
        f"{child.name}意外停止（退出码 {process.returncode}），"
        f"{pause_after(child.failures):g} 秒后重新启动。",
        err=True,
    )


def _signal_group(leader: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader.pid, number)
