"""Start the web server, the scheduler and a worker, keep them running, and stop them together.

`python -m lms.ground.processes` is what `make serve` runs; with `--demo`, what `make run` runs.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import click

from lms.ground import clock, config
from lms.ground.errors import Refused

FLASK = (sys.executable, "-m", "flask", "--app", "app")
SCHEDULER = (*FLASK, "jobs", "schedule")
WORKER = (*FLASK, "jobs", "work")

LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
GRACE = 10.0
GIVE_UP_AFTER = 5


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def is_local(self) -> bool:
        return self.host in {"127.0.0.1", "::1"}

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


@dataclass
class Child:
    """One process that must always run, in a process group of its own."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0

    def start(self) -> None:
        self.started_at = clock.monotonic()
        self.process = subprocess.Popen(
            [*_dies_with_parent(), *self.command], cwd=config.ROOT, start_new_session=True
        )

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        """To the child and to whatever it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                pass
