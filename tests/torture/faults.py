"""What is done to a house while people sit an exam in it."""

from __future__ import annotations

import json
import os
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import psycopg

from lms.ground.processes.__main__ import web_options
from lms.ground.processes.address import Address
from tests.bench.exam_house import ROOT, House, family, free_port
from tests.torture.jumping import OFFSET

_NO_SPACE = """
CREATE OR REPLACE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$
"""


class Processes:
    """Web server and scheduler of a house, started again whenever they are gone."""

    def __init__(self, house: House) -> None:
        self.house, self.port = house, free_port()
        options = web_options(Address("127.0.0.1", self.port))
        late_or_early = "tests.torture.jumping:create_app"
        web = [sys.executable, "-m", "granian", *options[:-1], late_or_early]
        scheduler = [sys.executable, "-m", "flask", "--app", late_or_early, "jobs", "schedule"]
        self._commands = {"web": web, "scheduler": scheduler}
        self._running: dict[str, int] = {}
        self.log = (house.folder / "processes.log").open("ab")
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.zygote"], cwd=ROOT, env=house.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True,
        )  # fmt: skip

    def tend(self) -> None:
        """Start what does not run."""
        for name, command in self._commands.items():
            if name not in self._running or _is_dead(self._running[name]):
                assert self._zygote.stdin is not None and self._zygote.stdout is not None
                self._zygote.stdin.write(json.dumps(command) + "\n")
                self._zygote.stdin.flush()
                self._running[name] = int(self._zygote.stdout.readline())

    def kill(self, name: str) -> None:
        """At once, with everything that it started."""
        pids = family(self._running[name])
        for pid in pids:
            _kill(pid)
        while not all(_is_dead(pid) for pid in pids):
            time.sleep(0.005)

    def worker(self) -> int:
        """The process that writes."""
        return family(self._running["web"])[-1]

    def stop(self) -> None:
        """End everything."""
        for name in self._running:
            self.kill(name)
        assert self._zygote.stdin is not None
        self._zygote.stdin.close()
        self._zygote.wait()
        self.log.close()


class Postgres:
    """The throw-away server that deploy/postgres.sh started, by the files of its folder."""

    def __init__(self) -> None:
        self.folder = Path(os.environ["PGHOST"])

    def kill_backend(self, chance: Random) -> None:
        """One session is killed: the server throws all out, recovers, and goes on."""
        sessions = [pid for pid in family(self._postmaster())[1:] if _is_session(pid)]
        if sessions:
            _kill(chance.choice(sessions))

    def kill_all(self) -> None:
        """Everything at once, then started again as it was started before."""
        pids = family(self._postmaster())
        for pid in pids:
            _kill(pid)
        while not all(_is_dead(pid) for pid in pids):
            time.sleep(0.01)
        # Of a dead server whose number nobody has taken back yet, its files say that it lives.
        for lock in (self.folder / "data" / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            lock.unlink()
        command = shlex.split((self.folder / "data" / "postmaster.opts").read_text())
        as_owner = ["runuser", "--user", "postgres", "--"] if os.getuid() == 0 else []
        with (self.folder / "torture.log").open("ab") as log:
            subprocess.Popen(
                [*as_owner, *command], cwd="/", stdout=log, stderr=log, start_new_session=True
            )

    def _postmaster(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])


class Faults:
    """Faults by name; each leaves a house that can recover."""

    def __init__(self, house: House, processes: Processes, chance: Random) -> None:
        self.house, self.processes, self.chance = house, processes, chance
        self.postgres = None if house.config.is_sqlite else Postgres()
        self.known: dict[str, Callable[[], None]] = {
            "server killed": lambda: processes.kill("web"),
            "scheduler killed": lambda: processes.kill("scheduler"),
            "disk full": self.fill_disk,
            "clock jumps": self.jump,
            "time is up for a moment": self.jump_far,
        }
        if self.postgres is not None:
            self.known["session of the database killed"] = self.kill_backend
            self.known["database killed"] = self.postgres.kill_all

    def strike(self) -> str:
        """One of them; killing comes most often."""
        names = list(self.known)
        weights = [4 if name.endswith("killed") and "sched" not in name else 1 for name in names]
        name = self.chance.choices(names, weights)[0]
        self.known[name]()
        return name

    def end(self) -> None:
        """What does not end by itself."""
        self._set_clock(0)

    def kill_backend(self) -> None:
        assert self.postgres is not None
        self.postgres.kill_backend(self.chance)

    def fill_disk(self) -> None:
        """For half a second no file may grow (SQLite), or no row be added (PostgreSQL)."""
        if self.postgres is None:
            self._limit_files()
        else:
            self._refuse_rows()

    def jump(self) -> None:
        """By up to an hour, either way."""
        self._set_clock(self.chance.uniform(-3600, 3600))

    def jump_far(self) -> None:
        """Over every deadline and back."""
        self._set_clock(36_000)
        time.sleep(0.3)
        self._set_clock(0)

    def _set_clock(self, seconds: float) -> None:
        file = self.house.folder / OFFSET
        draft = file.with_suffix(".new")
        draft.write_text(str(seconds))
        draft.replace(file)

    def _limit_files(self) -> None:
        wal = Path(f"{self.house.folder / 'fengxue.sqlite3'}-wal")
        size = self.chance.randint(0, wal.stat().st_size if wal.exists() else 4096)
        worker = self.processes.worker()
        _, most = resource.prlimit(worker, resource.RLIMIT_FSIZE)
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (size, most))
        time.sleep(0.5)
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (most, most))

    def _refuse_rows(self) -> None:
        url = self.house.environment["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_NO_SPACE)
            connection.execute(
                "CREATE TRIGGER full_disk BEFORE INSERT ON step EXECUTE FUNCTION no_space()"
            )
            time.sleep(0.5)
            connection.execute("DROP TRIGGER full_disk ON step")


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _is_session(pid: int) -> bool:
    try:
        return b"fengxue" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
