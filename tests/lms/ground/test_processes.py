"""One command starts the web server, the scheduler and a worker, and one signal stops them."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from lms.ground import config
from lms.ground.access import Role
from lms.ground.accounts.actions import open_account
from lms.ground.audit.actions import System
from lms.ground.clock import now
from lms.ground.config import ROOT
from lms.ground.db import session, transaction
from lms.ground.errors import Refused
from lms.ground.processes.__main__ import WORKERS, main, only_once, web_options
from lms.ground.processes.address import (
    Address,
    answers,
    held,
    requested_address,
    require_local,
)
from lms.ground.processes.children import Child, pause_after, stop, tend
from lms.ground.processes.database import STEPS, has_demo_accounts, has_schema
from lms.ground.processes.forks import Fork
from tests.conftest import House

SLEEP = partial(time.sleep, 60)
FAIL = partial(sys.exit, 7)


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, Address("127.0.0.1", 8000)),
        ({"HOST": "", "PORT": ""}, Address("127.0.0.1", 8000)),
        ({"HOST": "localhost", "PORT": "8080"}, Address("127.0.0.1", 8080)),
        ({"HOST": "::1"}, Address("::1", 8000)),
        ({"HOST": "192.0.2.7", "PORT": "65535"}, Address("192.0.2.7", 65535)),
    ],
)
def test_host_and_port_come_from_the_environment(
    environment: dict[str, str], address: Address
) -> None:
    assert requested_address(environment) == address


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8000 ", "８０００", "1.5"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(Refused) as refusal:
        requested_address({"PORT": port})
    assert refusal.value.reasons == (f"PORT={port} 不是端口号，请用 1 到 65535 之间的整数。",)


def test_a_busy_port_is_refused_with_one_sentence(busy_port: int) -> None:
    with pytest.raises(Refused) as refusal, held(Address("127.0.0.1", busy_port)):
        pass
    assert refusal.value.reasons == (f"端口 {busy_port} 已被别的程序占用，请用 PORT= 另选一个。",)


def test_a_host_that_is_no_address_is_refused() -> None:
    with pytest.raises(Refused) as refusal, held(Address("school.example", 8000)):
        pass
    assert refusal.value.reasons == ("HOST=school.example 不是 IP 地址。",)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Refused) as refusal, held(Address("192.0.2.7", free_port())):
        pass
    assert str(refusal.value).startswith("不能在 http://192.0.2.7:")


def test_nobody_takes_the_address_while_the_web_server_starts_or_starts_again() -> None:
    address = Address("127.0.0.1", free_port())
    place = (address.host, address.port)
    with held(address):
        with pytest.raises(OSError, match="already in use"):
            socket.create_server(place)
        with (
            socket.create_server(place, reuse_port=True) as web,
            socket.create_connection(place, timeout=5),
        ):
            web.accept()[0].close()
        with pytest.raises(OSError, match="already in use"):
            socket.create_server(place)
        assert not answers(address)
    with held(address):  # where the last connections are still closing
        pass
    socket.create_server(place).close()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_demo_accounts_are_for_this_machine_only(host: str) -> None:
    with pytest.raises(Refused) as refusal:
        require_local(Address(host, 8000))
    assert len(refusal.value.reasons) == 1
    assert str(refusal.value).startswith(f"HOST={host} 会让别的电脑也能登录演示账号")


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (Address("127.0.0.1", 8000), "http://127.0.0.1:8000/"),
        (Address("::1", 80), "http://[::1]:80/"),
    ],
)
def test_the_printed_address_can_be_opened(address: Address, url: str) -> None:
    assert address.url == url


def test_nobody_answers_on_a_free_port() -> None:
    assert not answers(Address("127.0.0.1", free_port()))


def test_the_web_server_is_one_process_with_threads() -> None:
    assert " ".join(web_options(Address("127.0.0.1", 8123))) == (
        "--log-level error --host 127.0.0.1 --port 8123 "
        "--interface wsgi --workers 1 --blocking-threads 32 "
        "--http 1 --backlog 4096 --backpressure 65536 --http1-header-read-timeout 4000 "
        "--factory app:serve"
    )


def test_one_folder_of_data_is_used_by_one_house_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "processes.lock"
    with only_once(lock), pytest.raises(Refused) as refusal, only_once(lock):
        pass
    assert str(refusal.value) == (f"这套数据（{tmp_path}）已经由另一个逢学在使用，请先停止它。")
    with only_once(lock), lock.open() as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_pauses_between_starts_grow_up_to_half_a_minute() -> None:
    pauses = [pause_after(failures) for failures in (1, 2, 3, 4, 5, 6, 7, 8, 5000)]
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_crashed_child_is_started_again(capfd: pytest.CaptureFixture[str]) -> None:
    child = Child("网站", "web", SLEEP)
    tend([child])
    first = child.process
    assert first is not None
    first.signal(signal.SIGKILL)
    assert first.join(10)
    tend([child])
    assert (child.process, child.failures) == (None, 1)
    assert capfd.readouterr().err == "网站意外停止（退出码 -9），0.5 秒后重新启动。\n"
    tend([child])
    assert child.process is None, "the pause must be kept"
    wait_until(lambda: tend([child]) is None and child.process is not None)
    assert child.process is not first
    stop([child])


def test_a_child_that_keeps_failing_waits_longer_each_time(
    capfd: pytest.CaptureFixture[str],
) -> None:
    child = Child("后台任务", "worker", FAIL)
    wait_until(lambda: tend([child]) is None and child.failures == 2)
    assert capfd.readouterr().err.splitlines() == [
        "后台任务意外停止（退出码 7），0.5 秒后重新启动。",
        "后台任务意外停止（退出码 7），1 秒后重新启动。",
    ]


def test_only_the_leader_is_asked_to_stop_and_stops_its_own(tmp_path: Path) -> None:
    """A web server that finds its worker gone before it was told to stop reports an accident."""
    ready, asked = tmp_path / "ready", tmp_path / "asked"
    body = (
        "import signal, sys, time, pathlib\n"
        "signal.signal(signal.SIGTERM, lambda *_: pathlib.Path(sys.argv[2]).touch())\n"
        "pathlib.Path(sys.argv[1]).touch()\n"
        "time.sleep(60)"
    )

    def lead() -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        subprocess.Popen([sys.executable, "-c", body, str(ready), str(asked)])
        time.sleep(60)

    child = Child("网站", "web", lead)
    tend([child])
    wait_until(ready.exists)
    stop([child])
    assert not asked.exists()


def test_stopping_ends_the_children_of_children(tmp_path: Path) -> None:
    note = tmp_path / "grandchild"

    def have_a_child() -> None:
        grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        note.write_text(str(grandchild.pid))
        time.sleep(60)

    child = Child("网站", "web", have_a_child)
    tend([child])
    wait_until(lambda: note.exists() and note.read_text() != "")
    stop([child])
    assert child.process is not None
    assert child.process.exitcode == -signal.SIGTERM
    wait_until(lambda: not is_running(int(note.read_text())))


def test_a_child_has_a_name_of_its_own_and_none_of_the_supervisors_signals() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    child = Child("网站", "fengxue-web", SLEEP)
    try:
        tend([child])
        assert child.process is not None
        names = Path(f"/proc/{child.process.pid}/comm")
        wait_until(lambda: names.read_text() == "fengxue-web\n")
        os.kill(child.process.pid, signal.SIGHUP)
        assert child.process.join(10)
        assert child.process.exitcode == -signal.SIGHUP
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        stop([child])


@pytest.mark.parametrize(
    ("task", "code", "said"),
    [
        (partial(print, "done"), 0, "done"),
        (sys.exit, 0, ""),
        (partial(sys.exit, 3), 3, ""),
        (partial(sys.exit, "why"), 1, "why"),
        (partial(int, "x"), 1, "invalid literal for int()"),
    ],
)
def test_a_fork_ends_as_its_task_ends(
    task: Callable[[], object], code: int, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    fork = Fork(task, "task")
    assert fork.join(10)
    assert fork.exitcode == code
    assert said in "".join(capfd.readouterr())


def test_a_child_that_is_stopped_as_soon_as_it_starts_ends_at_once(
    capfd: pytest.CaptureFixture[str],
) -> None:
    children = [Child(str(number), "web", SLEEP) for number in range(8)]
    tend(children)
    stop(children)
    assert [child.process and child.process.exitcode for child in children] == [-15] * 8
    assert capfd.readouterr().err == ""


def test_children_end_with_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    note = tmp_path / "child"

    def supervise() -> None:
        child = Child("网站", "web", SLEEP)
        tend([child])
        assert child.process is not None
        note.write_text(str(child.process.pid))
        time.sleep(60)

    supervisor = Child("", "supervisor", supervise)
    tend([supervisor])
    wait_until(lambda: note.exists() and note.read_text() != "")
    assert supervisor.process is not None
    wait_until(lambda: Path(f"/proc/{note.read_text()}/comm").read_text() == "web\n")
    os.kill(supervisor.process.pid, signal.SIGKILL)
    wait_until(lambda: not is_running(int(note.read_text())))
    assert supervisor.process.join(10)


def test_a_demo_school_is_refused_to_the_network_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", str(free_port()))
    assert main(["--demo"]) == 2
    assert capfd.readouterr().err.startswith("HOST=0.0.0.0 会让别的电脑也能登录演示账号")
    assert list(tmp_path.iterdir()) == []


def test_a_database_with_demo_accounts_is_refused_to_the_network_wherever_its_folder_is(
    app: Flask, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with app.app_context(), transaction():
        open_account("guest", "客人", [Role.OFFICE], by=System(), at=now(), is_demo=True)
    house.leave()
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", house.store.url)
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", str(free_port()))
    assert main([]) == 2
    assert capfd.readouterr().err.startswith("HOST=0.0.0.0 会让别的电脑也能登录演示账号")


def test_a_database_knows_its_schema_and_its_demo_accounts(app: Flask, house: House) -> None:
    config_of_house: config.Config = app.config["FENGXUE"]
    assert not has_schema(config_of_house)  # made from the models, by no migration
    assert not has_demo_accounts(config_of_house)
    newest = max(step.name for step in STEPS.glob("0*.py"))[:4]
    with app.app_context(), transaction():
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        session.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    try:
        assert not has_schema(config_of_house)
        with app.app_context(), transaction():
            session.execute(text(f"UPDATE alembic_version SET version_num = '{newest}'"))
            open_account("guest", "客人", [Role.OFFICE], by=System(), at=now(), is_demo=True)
        assert has_schema(config_of_house)
        assert has_demo_accounts(config_of_house)
    finally:
        with app.app_context(), transaction():
            session.execute(text("DROP TABLE alembic_version"))


def test_a_new_folder_has_no_schema_yet(tmp_path: Path) -> None:
    fresh = config.Config(var=tmp_path, database_url=f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert (has_schema(fresh), has_demo_accounts(fresh)) == (False, False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://school/db", "DATABASE_URL 只能是 sqlite:///… 或 postgresql://…。"),
        ("postgresql://127.0.0.1:1/db", "DATABASE_URL 指定的数据库用不了：connection failed"),
        (f"sqlite:///{__file__}", f"{__file__} 不是 SQLite 数据库，或者已经损坏。"),
    ],
)
def test_a_database_that_is_none_is_refused_with_one_sentence(
    url: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("PORT", str(free_port()))
    assert main([]) == 2
    said = capfd.readouterr().err
    assert (said.startswith(sentence), said.count("\n")) == (True, 1)


def run_commands(var: Path, *commands: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            f"from lms.ground.processes import commands as c; c.main({commands})",
        ],
        cwd=config.ROOT,
        env=os.environ | {"VAR_DIR": str(var), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_commands_run_one_after_the_other_in_one_process(tmp_path: Path) -> None:
    done = run_commands(tmp_path, "schema --help", "jobs --help")
    usages = [line for line in done.stdout.splitlines() if line.startswith("Usage:")]
    assert (done.returncode, done.stderr) == (0, "")
    assert usages == [
        "Usage: flask schema [OPTIONS] COMMAND [ARGS]...",
        "Usage: flask jobs [OPTIONS] COMMAND [ARGS]...",
    ]


def test_a_command_that_fails_is_the_last_one(tmp_path: Path) -> None:
    done = run_commands(tmp_path, "schema nonsense", "jobs --help")
    assert (done.returncode, done.stdout) == (2, "")


def start_house(var: Path, address: Address) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "lms.ground.processes"],
        cwd=config.ROOT,
        env=os.environ | {"VAR_DIR": str(var), "PORT": str(address.port), "DATABASE_URL": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_house_starts_survives_a_killed_server_and_stops_as_one(tmp_path: Path) -> None:
    address = Address("127.0.0.1", free_port())
    house = start_house(tmp_path, address)
    try:
        wait_until(lambda: len(children_of(house.pid)) == 2 + len(WORKERS), seconds=120)
        web = children_of(house.pid)[0]
        os.kill(web, signal.SIGKILL)
        wait_until(lambda: not answers(address))
        wait_until(lambda: answers(address), seconds=60)
        family = descendants_of(house.pid)
        # A terminal and make may both pass it on, and people press Ctrl-C more than once.
        for number in [signal.SIGINT, signal.SIGTERM, signal.SIGINT] * 20:
            house.send_signal(number)
        output, errors = house.communicate(timeout=90)
    finally:
        house.kill()
    assert house.returncode == 0
    norms, schemes, *admins, started = output.splitlines()
    assert (norms[:3], schemes[:3], len(admins)) == ("录入了", "录入了", 2)
    assert started == f"逢学已启动：{address.url}　按 Ctrl-C 停止"
    assert "网站意外停止（退出码 -9），0.5 秒后重新启动。" in errors.splitlines()
    assert len(family) >= 2 + len(WORKERS)
    assert [pid for pid in family if is_running(pid)] == []
    start_again_and_stop_at_once(tmp_path, address)


def start_again_and_stop_at_once(var: Path, address: Address) -> None:
    """What is there already stays, and nothing is left of a house stopped while it starts."""
    house = start_house(var, address)
    try:
        assert house.stdout is not None
        said = [house.stdout.readline() for _ in range(2)]
        house.send_signal(signal.SIGINT)
        rest, errors = house.communicate(timeout=90)
    finally:
        house.kill()
    assert said == [
        "已经有账号了。登录码遗失时，请执行 flask --app app accounts code 登录名。\n",
        f"逢学已启动：{address.url}　按 Ctrl-C 停止\n",
    ]
    assert (house.returncode, rest, errors) == (0, "", "")
    assert not answers(address)


def children_of(pid: int) -> list[int]:
    """Process ids in order of start."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sorted(int(child) for child in found)


def descendants_of(pid: int) -> list[int]:
    below = children_of(pid)
    return below + [deeper for child in below for deeper in descendants_of(child)]


HEAPS = """
import ctypes
from threading import Barrier, Thread
from lms.ground.processes.__main__ import share_heaps
{before}
libc, all_here = ctypes.CDLL(None), Barrier(9)
def take():
    libc.malloc(1000)
    all_here.wait()
    all_here.wait()
threads = [Thread(target=take) for _ in range(8)]
[one.start() for one in threads]
all_here.wait()
libc.malloc_stats()
all_here.wait()
"""


@pytest.mark.parametrize(("before", "shared"), [("share_heaps()", True), ("", False)])
def test_threads_share_two_heaps(before: str, shared: bool) -> None:
    command = [sys.executable, "-c", HEAPS.format(before=before)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    assert (told.count("Arena ") <= 2) == shared
