"""The house that the exam benchmark runs against: candidates in bulk, and servers on it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, url_for
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import delete, func, insert, select

from app import create_app
from lms.exams.attempts.models import Attempt, Step
from lms.exams.sittings.models import Sitting
from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts.models import Account, Grant
from lms.ground.clock import now
from lms.ground.config import Config, from_environment
from lms.ground.people.models import Person
from lms.ground.processes.__main__ import WORKER_TITLE, WORKERS, web_options
from lms.ground.processes.address import Address
from tests import make
from tests.bench.exam_bare import insert_steps
from tests.bench.exam_sittings import hold

ROOT = Path(__file__).resolve().parents[2]
SLOTS = 50
RUSH = 1_000


def database_url(postgres: str, name: str) -> str:
    """A new database on that server; nothing, which means SQLite, where there is none."""
    if not postgres:
        return ""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{postgres.rpartition('/')[0]}/{name}"


class House:
    """A folder, a database in it or beside it, and as many candidates as will ever be needed."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.environment = {**os.environ, "VAR_DIR": str(folder), "DATABASE_URL": database_url}
        os.environ.update(VAR_DIR=str(folder), DATABASE_URL=database_url)
        self.config: Config = from_environment()
        self.app: Flask = create_app(self.config)
        self.attempts: list[int] = []

    @property
    def browsers(self) -> Path:
        return self.folder / "browsers.json"

    def build(self, count: int) -> None:
        """Tables, one paper of 50 items, and `count` candidates with their sheets and cookies; the
        first thousand of them sit where consoles look on, and are scored in the end."""
        with self.app.app_context():
            done = self.app.test_cli_runner().invoke(args=["schema", "upgrade"])
            assert done.exit_code == 0, done.output
            with db.transaction() as session:
                variant_id = make.variant(slots=SLOTS, answers=_keys()).id
                accounts = _accounts(count)
                people = _people(accounts)
                self.attempts = _sheets(people, variant_id)
                exam = hold(people[:RUSH], self.attempts[:RUSH], variant_id)
                self.exam_id = exam.id
                sittings = session.scalars(select(Sitting.id).where(Sitting.exam == exam)).all()
                watcher = make.account(Role.OFFICE, login="watcher").id
        self.forget(())
        rows = [
            (attempt_id, *_browser(self.app, account_id))
            for attempt_id, account_id in zip(self.attempts, accounts, strict=True)
        ]
        with self.app.test_request_context():
            paths = [url_for("invigilation.console_rows", sitting_id=one) for one in sittings]
        consoles = [(path, *_browser(self.app, watcher)) for path in paths]
        self.browsers.write_text(json.dumps({"candidates": rows, "consoles": consoles}))

    def fill(self, wanted: int) -> None:
        """Store `wanted` operations of an earlier exam, fifty for each of its sheets."""
        with self.app.app_context(), db.transaction() as session:
            row = session.execute(select(Attempt.__table__).limit(1)).mappings().one()
            columns = {name: value for name, value in row.items() if name != "id"}
            sheets = [columns] * (wanted // SLOTS)
            made = session.scalars(insert(Attempt).returning(Attempt.id), sheets).all()
            steps = [
                (one, 1, seq, seq, '"A"', "counts", now().isoformat(" "))
                for one in made
                for seq in range(1, SLOTS + 1)
            ]
            for start in range(0, len(steps), 50_000):
                insert_steps(session.connection(), steps[start : start + 50_000])
        self.forget(())

    def forget(self, attempt_ids: Sequence[int]) -> None:
        """Drop the operations of these sheets, and tidy up behind them as a night does it."""
        with self.app.app_context():
            with db.transaction() as session:
                session.execute(delete(Step).where(Step.attempt_id.in_(attempt_ids)))
            engine = db.database().engine.execution_options(isolation_level="AUTOCOMMIT")
            if not self.config.is_sqlite:
                with engine.connect() as connection:
                    connection.exec_driver_sql("VACUUM ANALYZE")
            db.database().engine.dispose()

    def stored(self) -> int:
        """How many operations are stored."""
        with self.app.app_context():
            with db.transaction() as session:
                count = session.scalar(select(func.count()).select_from(Step)) or 0
            db.database().engine.dispose()
        return count

    @contextmanager
    def server(self, *, bare: bool = False) -> Iterator[Server]:
        """The house as `make serve` starts it, or a web server with the bare function alone."""
        port = free_port()
        options = web_options(Address("127.0.0.1", port))
        command = ["granian", *options[:-1], "tests.bench.exam_bare:create_app"]
        process = subprocess.Popen(
            [sys.executable, "-m", *(command if bare else ["lms.ground.processes"])],
            cwd=ROOT,
            env={**self.environment, "PORT": str(port)},
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(port, process)
            server = Server(process.pid, port)
            while not bare and server.workers() < len(WORKERS):
                time.sleep(0.1)
            yield server
        finally:
            process.terminate()
            process.wait()


class Server:
    """The running processes of a house; `pid` is the first of them."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid, self.port = pid, port
        self.most_mb = 0.0

    def workers(self) -> int:
        """How many of them wait for jobs."""
        return sum(_title(one) == WORKER_TITLE for one in family(self.pid))

    def note_memory(self) -> None:
        """Remember the most memory (proportional set size) that all but the workers were seen with:
        the supervisor, the web server's two processes and the scheduler."""
        used = [_pss_kb(one) for one in family(self.pid) if _title(one) != WORKER_TITLE]
        self.most_mb = max(self.most_mb, sum(used) / 1024)

    def cpu_s(self) -> float:
        """Seconds of processor time so far."""
        return sum(_cpu_s(one) for one in family(self.pid))


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in task.read_text().split():
                found += family(int(child))
    return found


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _pss_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _accounts(count: int) -> list[int]:
    rows = [
        {"login": f"candidate{number}", "name": f"考生{number}", "created_at": now()}
        for number in range(count)
    ]
    ids = list(
        db.session.scalars(
            insert(Account).returning(Account.id, sort_by_parameter_order=True), rows
        )
    )
    grants = [
        {"account_id": one, "role": Role.LEARNER, "granted_by": "系统", "granted_at": now()}
        for one in ids
    ]
    db.session.execute(insert(Grant), grants)
    return ids


def _people(accounts: list[int]) -> list[int]:
    rows = [{"name": f"考生{one}", "account_id": one, "created_at": now()} for one in accounts]
    return list(
        db.session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), rows)
    )


def _sheets(people: list[int], variant_id: int) -> list[int]:
    rows = [
        {
            "person_id": one, "variant_id": variant_id, "title": "结业考试", "seed": one,
            "slots": SLOTS, "opens_at": now() - timedelta(minutes=1),
            "closes_at": now() + timedelta(hours=6), "minutes": 300, "grace_seconds": 10,
        }
        for one in people
    ]  # fmt: skip
    return list(
        db.session.scalars(
            insert(Attempt).returning(Attempt.id, sort_by_parameter_order=True), rows
        )
    )


def _browser(app: Flask, account_id: int) -> tuple[str, str]:
    """The headers of a logged-in browser, and its cookie."""
    with app.app_context():
        sessions = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    browser = {"_user_id": f"{account_id}.1", "_fresh": True, "csrf_token": "bench"}
    token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps("bench")  # type: ignore[arg-type]
    lines = {
        "Host": "127.0.0.1",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "gzip, deflate",
        "X-CSRFToken": token,
    }
    return "".join(f"{n}: {v}\r\n" for n, v in lines.items()), f"fengxue={sessions.dumps(browser)}"


def _keys() -> dict[str, Any]:
    """Every item is a single choice worth two points."""
    one = {"kind": "single", "key": ["B"], "points": "2", "policy": "S0@1", "rubric": []}
    return {str(number): {**one, "item_version_id": number} for number in range(1, SLOTS + 1)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit("the server did not start")
