"""Who used the cores while something was measured, and what the machine is."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from pathlib import Path
from typing import Any

from tests.bench.exam_house import Server

BUSY = 0.9  # of a core


class Meter:
    """Cores used by a server, by the rest of the machine, and waited for the disk."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.server = self.machine = self.disk = 0.0

    def __enter__(self) -> Meter:
        self._at, self._used, self._all = time.perf_counter(), self._server.cpu_s(), _jiffies()
        return self

    def __exit__(self, *_: object) -> None:
        took = time.perf_counter() - self._at
        tick = os.sysconf("SC_CLK_TCK")
        self.server = (self._server.cpu_s() - self._used) / took
        used = [after - before for before, after in zip(self._all, _jiffies(), strict=True)]
        self.disk = used[4] / tick / took
        self.machine = (sum(used) - used[3] - used[4]) / tick / took
        self._server.note_memory()

    def print(self, line: str, told: dict[str, Any]) -> None:
        """The line, with the shares of the cores."""
        print(
            f"{line}; cores: server {self.server:.2f}, generator {told['generator_cores']:.2f},"
            f" machine {self.machine:.2f} of {os.cpu_count()}, waiting for the disk {self.disk:.2f}",
            flush=True,
        )

    def saturated(self, told: dict[str, Any]) -> str:
        """The first resource that had no more to give."""
        if told["generator_cores"] >= BUSY:
            return "the generator"
        if self.machine >= BUSY * (os.cpu_count() or 1):
            return "the cores of the machine"
        if self.server >= BUSY:
            return "the one core that a Python process can use"
        return "the disk (a commit waits for it)"


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "cores": os.cpu_count(),
        "processor": model[0] if model else platform.machine(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def _jiffies() -> list[int]:
    return [int(one) for one in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
