"""`make torture` in small: that its house stands, that it finds the way back, and what it says."""

from __future__ import annotations

import re
import subprocess
import sys

from lms.ground.config import ROOT


def test_two_rounds_are_survived_and_told() -> None:
    command = [sys.executable, "-m", "tests.torture.exam", "--rounds", "2", "--only", "sqlite"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "sqlite: 2 rounds in" in done.stdout
    assert int(re.search(r"(\d+) operations acknowledged", done.stdout)[1]) > 50
    told = "missing 0, doubled 0, never sent 0, digests unequal 0, unexpected answers 0"
    assert told in done.stdout
