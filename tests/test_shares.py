"""How tests are handed out to processes: what builds something large together stays together."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import KINDS, share

FILE = "tests/courses/test_x.py"
LAST = KINDS[-1]


@pytest.mark.parametrize(
    ("nodeid", "expected"),
    [
        (f"{FILE}::test_a", FILE),
        (f"{FILE}::test_a[3-x]", FILE),
        (f"{FILE}::test_a[sqlite]", f"{FILE}-sqlite"),
        (f"{FILE}::test_a[sqlite-learner1-paper]", f"{FILE}-sqlite"),
        (f"{FILE}::test_a[3-{LAST}]", f"{FILE}-{LAST}"),
        (f"{FILE}::test_a[sqlites]", FILE),
    ],
)
def test_a_share_is_a_file_on_a_kind_of_database(nodeid: str, expected: str) -> None:
    assert share(nodeid) == expected


def test_a_share_is_run_by_one_process(tmp_path: Path) -> None:
    """By real processes: a scheduler that no longer groups says nothing and only costs time."""
    (tmp_path / "conftest.py").write_text(
        "from tests.conftest import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler\n"
    )
    file = tmp_path / "test_many.py"
    file.write_text(
        "import os, pathlib, pytest\n"
        "@pytest.mark.parametrize('n', range(8))\n"
        "def test_it(n):\n"
        "    with pathlib.Path(__file__).with_name('ran').open('a') as ran:\n"
        "        ran.write(os.environ['PYTEST_XDIST_WORKER'] + ' ')\n"
    )
    options = ["-q", "-n", "2", "--dist=load", "--rootdir", str(tmp_path), "-c", "/dev/null"]
    root = Path(__file__).resolve().parents[1]
    subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", str(file)],
        cwd=root,
        check=True,
    )
    assert len(set((tmp_path / "ran").read_text().split())) == 1
