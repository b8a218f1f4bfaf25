"""How fast the exam engine is on this machine: starts, saves and hand-ins over real HTTP.

A first version, on SQLite only: one client process with keep-alive connections shares the
cores with the server, and its own share is part of every figure. Think time is zero:
every connection sends its next request when the answer to the last one is there.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import URLSafeTimedSerializer

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app import create_app  # noqa: E402
from lms.exams.attempts.rules.digests import digest_of  # noqa: E402
from lms.ground import db  # noqa: E402
from lms.ground.access import Role  # noqa: E402
from lms.ground.config import Config  # noqa: E402
from tests import make  # noqa: E402
from tests.conftest import log_in  # noqa: E402

CANDIDATES = 400
CONNECTIONS = 32
SECONDS = 8
SLOTS = 50


@dataclass
class Candidate:
    """A logged-in browser, reduced to what goes over the wire."""

    attempt_id: int
    headers: str
    lease: int = 0
    seq: int = 0

    def request(self, what: str, body: object) -> bytes:
        text = json.dumps(body).encode()
        head = f"POST /attempts/{self.attempt_id}/{what} HTTP/1.1\r\n{self.headers}"
        return f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text


class Line:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def open(self) -> Line:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def ask(self, request: bytes) -> tuple[int, dict[str, object], float]:
        began = time.perf_counter()
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        body = await self.reader.readexactly(length)
        return int(head[9:12]), json.loads(body), time.perf_counter() - began


def build(folder: Path) -> list[Candidate]:
    """A hall of candidates with their sheets, and the cookies of their browsers."""
    config = Config(var=folder, database_url=f"sqlite:///{folder / 'fengxue.sqlite3'}")
    app = create_app(config)
    signer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    made = []
    with app.app_context():
        db.Base.metadata.create_all(db.database().engine)
        with db.transaction():
            paper = make.variant(slots=SLOTS)
            for _ in range(CANDIDATES):
                account = make.account(Role.LEARNER)
                sheet = make.attempt(make.person(account=account), paper)
                made.append((sheet.id, account.get_id(), account))
        candidates = [
            Candidate(number, _headers(app, account, signer)) for number, _, account in made
        ]
        db.database().engine.dispose()
    return candidates


def _headers(app, account, signer) -> str:  # type: ignore[no-untyped-def]
    client = app.test_client()
    log_in(client, account)
    with client.session_transaction() as browser:
        browser["csrf_token"] = "bench"
        # As after the first answer in a browser: the cookie is not signed anew for every request.
        browser["seen_at"] = int(time.time())
    cookie = client.get_cookie("fengxue").value
    lines = {
        "Host": "127.0.0.1",
        "Cookie": f"fengxue={cookie}",
        "Content-Type": "application/json",
        "X-CSRFToken": signer.dumps("bench"),
    }
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items())


async def burst(
    port: int, jobs: list[Callable[[Line], Awaitable[float]]]
) -> tuple[float, list[float]]:
    """All jobs as fast as the lines carry them: seconds in all, and each from the common start."""
    lines = [await Line(port).open() for _ in range(CONNECTIONS)]
    queue, began = list(reversed(jobs)), time.perf_counter()
    ends: list[float] = []

    async def work(line: Line) -> None:
        while queue:
            await queue.pop()(line)
            ends.append(time.perf_counter() - began)

    await asyncio.gather(*(work(line) for line in lines))
    return time.perf_counter() - began, ends


async def start(line: Line, one: Candidate) -> float:
    status, body, took = await line.ask(one.request("open", {}))
    assert status == 200, body
    one.lease = int(body["lease"])  # type: ignore[call-overload]
    return took


async def save(line: Line, one: Candidate) -> float:
    one.seq += 1
    number = one.seq % SLOTS + 1
    operations = [{"seq": one.seq, "number": number, "value": "ABCD"[one.seq % 4]}]
    status, body, took = await line.ask(
        one.request("save", {"lease": one.lease, "operations": operations})
    )
    assert status == 200 and body["acknowledged"] == [one.seq], body
    return took


async def submit(line: Line, one: Candidate) -> float:
    answers = {seq % SLOTS + 1: "ABCD"[seq % 4] for seq in range(1, one.seq + 1)}
    body = {"lease": one.lease, "digest": digest_of(answers)}
    status, told, took = await line.ask(one.request("submit", body))
    assert status == 200, told
    return took


async def saves(port: int, candidates: list[Candidate]) -> list[float]:
    """Saves for SECONDS over all lines, each for candidates of its own."""
    until, times = time.perf_counter() + SECONDS, []

    async def work(place: int) -> None:
        line, mine, turn = await Line(port).open(), candidates[place::CONNECTIONS], 0
        while time.perf_counter() < until:
            times.append(await save(line, mine[turn % len(mine)]))
            turn += 1

    await asyncio.gather(*(work(place) for place in range(CONNECTIONS)))
    return times


async def measure(port: int, candidates: list[Candidate]) -> dict[str, float]:
    _, starts = await burst(port, [lambda line, one=one: start(line, one) for one in candidates])
    before = time.process_time()
    times = sorted(await saves(port, candidates))
    client = (time.process_time() - before) / SECONDS
    hand_in, _ = await burst(port, [lambda line, one=one: submit(line, one) for one in candidates])
    return {
        "start_p95_ms": round(1000 * statistics.quantiles(starts, n=20)[-1]),
        "saves_per_s": round(len(times) / SECONDS),
        "save_p50_ms": round(1000 * times[len(times) // 2], 1),
        "save_p99_ms": round(1000 * times[int(len(times) * 0.99)], 1),
        "save_worst_ms": round(1000 * times[-1], 1),
        "submit_all_s": round(hand_in, 2),
        "client_cores": round(client, 2),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        candidates, port = build(Path(name)), free_port()
        listen = ("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning")
        capacity = ("--interface", "wsgi", "--workers", "1", "--blocking-threads", str(CONNECTIONS))
        server = subprocess.Popen(
            [sys.executable, "-m", "granian", *listen, *capacity, "--factory", "app:create_app"],
            cwd=ROOT,
            env={**os.environ, "VAR_DIR": name, "DATABASE_URL": ""},
        )
        try:
            wait_for(port)
            figures = asyncio.run(measure(port, candidates))
        finally:
            server.terminate()
            server.wait()
    figures["rss_mb"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    machine = {"cores": os.cpu_count(), "candidates": CANDIDATES, "connections": CONNECTIONS}
    told = {"sqlite": figures, "machine": machine}
    for key, value in {**figures, **machine}.items():
        print(f"{key:16} {value}")
    out = ROOT / "var" / "bench" / "exam.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
