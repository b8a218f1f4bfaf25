"""Benchmarks are run by hand: what they build must still be what the house understands."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select

from lms.exams.marking.models import SheetScore
from lms.ground import db
from tests.bench.exam_browsers import Console
from tests.bench.exam_hall import Hall, Line
from tests.bench.exam_house import SLOTS, House
from tests.bench.exam_scoring import scored_in


def test_the_hall_of_the_exam_bench_is_one_that_can_be_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VAR_DIR", "DATABASE_URL"):
        monkeypatch.setenv(name, "")  # what the bench sets is taken back
    hall = House(tmp_path, "")
    hall.build(3)
    assert scored_in(hall) > 0
    with hall.app.app_context():
        sheets = db.session.scalars(select(SheetScore.slots)).all()
        db.database().engine.dispose()
    assert [len(slots) for slots in sheets] == [SLOTS] * 3


def test_a_browser_that_is_hung_up_on_says_it_again_on_a_new_connection() -> None:
    hall, line = Hall(_hung_up_on_after(answers=1)), Line([Console("/", "Host: hall\r\n", "none")])
    hall.plan(0.0, line, "rows")
    asked = []

    def follow(_line: Line, now: float) -> tuple[float, str] | None:
        asked.append(now)
        return (now, "rows") if len(asked) < 3 else None

    tally = hall.run(time.perf_counter() + 10, follow)
    hall.close()
    assert (len(tally.latencies["rows"]), tally.opened, tally.sentences) == (3, 3, [])


def test_an_answer_that_never_comes_on_a_new_connection_is_an_error() -> None:
    hall, line = Hall(_hung_up_on_after(answers=0)), Line([Console("/", "Host: hall\r\n", "none")])
    hall.plan(0.0, line, "rows")
    tally = hall.run(time.perf_counter() + 10, lambda _line, _now: None)
    hall.close()
    assert tally.sentences == ["rows 0 b'connection closed'"]


def _hung_up_on_after(answers: int) -> int:
    """The port of a server that answers so often on each of three connections, and then reads a
    request without answering it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening:
            for _ in range(3):
                talking, _ = listening.accept()
                with talking:
                    for _ in range(answers):
                        talking.recv(4096)
                        talking.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    talking.recv(4096)

    Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])
