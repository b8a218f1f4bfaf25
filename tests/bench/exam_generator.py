"""The candidates' process, as the benchmark gives it orders."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.bench.exam_house import ROOT, House


class Generator:
    """One process of candidates; leases and counters stay there between the orders."""

    def __init__(self, house: House, port: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.exam_load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._say({"port": port, "browsers": str(house.browsers)})

    def order(self, what: str, **details: Any) -> dict[str, Any]:
        """Carry one order out and tell its figures."""
        self._say({"do": what, **details})
        assert self._process.stdout is not None
        figures: dict[str, Any] = json.loads(self._process.stdout.readline())
        return figures

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _say(self, line: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
