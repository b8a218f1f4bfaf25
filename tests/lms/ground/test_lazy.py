"""Modules that load themselves when they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lms.ground import config
from lms.ground.lazy import lazily

HEAVY = (
    *(
        "alembic",
        "mako",
        "pypdf",
        "weasyprint",
        "fontTools",
        "ortools",
        "pandas",
        "numpy",
        "openpyxl",
    ),
    "datasketch",
)


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=config.ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_module_is_loaded_by_the_first_look_at_it() -> None:
    assert python(
        "import sys; from lms.ground.lazy import lazily; calendar = lazily('calendar')\n"
        "print('datetime' in sys.modules, calendar.isleap(2028), 'datetime' in sys.modules)"
    ) == "False True True\n"  # fmt: skip


def test_many_threads_may_look_first() -> None:
    assert python(
        "import threading; from lms.ground.lazy import lazily; tree = lazily('xml.dom.minidom')\n"
        "def look(): tree.parseString('<a/>'); print('seen ', end='')\n"
        "threads = [threading.Thread(target=look) for _ in range(8)]\n"
        "for thread in threads: thread.start()"
    ).split() == ["seen"] * 8  # fmt: skip


def test_a_module_that_does_not_exist_is_missed_at_once() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        lazily("no_such_module")


def test_a_web_process_loads_nothing_that_only_commands_and_workers_use() -> None:
    code = f"""
import os, sys, tempfile, pathlib
with tempfile.TemporaryDirectory() as folder:
    os.environ["VAR_DIR"] = folder
    import app
    app.create_app()
print([name for name in {HEAVY} if any(known.startswith(name + ".") for known in sys.modules)])
"""
    assert python(code) == "[]\n"
