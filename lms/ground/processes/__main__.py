"""`python -m lms.ground.processes` is what `make serve` runs; with `--demo`, what `make run` runs."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from lms.ground import config
from lms.ground.errors import Refused
from lms.ground.processes.address import (
    Address,
    answers,
    requested_address,
    require_free,
    require_local,
)
from lms.ground.processes.children import Child, dies_with_parent, stop, tend

FLASK = (sys.executable, "-m", "flask", "--app", "app")
POLL = 0.1
GIVE_UP_AFTER = 5
# Two, so that nobody waits for the preview of a file while a whole cohort is being filed.
WORKERS = ("后台任务一", "后台任务二")


def main(arguments: Sequence[str]) -> int:
    """Run until Ctrl-C; the exit status: 0 stopped, 1 broken, 2 refused with one sentence."""
    demo = "--demo" in arguments
    try:
        address = requested_address(os.environ)
        if demo:
            require_local(address)
        require_free(address)
        with only_once(config.from_environment().var / "processes.lock"):
            prepare(address, demo)
            return supervise(address, demo)
    except Refused as refusal:
        click.echo(str(refusal), err=True)
        return 2
    except subprocess.CalledProcessError:
        click.echo("准备工作没有完成，原因见上。", err=True)
        return 1
    except KeyboardInterrupt:
        return 0


@contextmanager
def only_once(lock: Path) -> Iterator[None]:
    """Two schedulers on one database would do timed work twice; the kernel frees a dead one's lock."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"这套数据（{lock.parent}）已经由另一个逢学在使用，请先停止它。"
            ) from None
        yield


def prepare(address: Address, demo: bool) -> None:
    """Bring schema, norms and schemes up to date; load the demo school; Refused for its accounts
    in public."""
    every_start = ("schema upgrade", "norms load", "schemes load")
    _flask(*every_start, *(["demo load"] if demo else [])).check_returncode()
    if not address.is_local and demo_accounts_exist():
        require_local(address)


def demo_accounts_exist() -> bool:
    """Whether `flask demo accounts` has any log-in to print."""
    listed = _flask("demo accounts", stdout=subprocess.PIPE)
    listed.check_returncode()
    return listed.stdout.strip() != b""


def supervise(address: Address, demo: bool) -> int:
    """Keep the processes running until a signal; 1 when the web server can't be started."""
    stop_signals = note_stop_signals()
    web = Child("网站", web_command(address))
    children = [web]
    try:
        while not stop_signals:
            tend(children)
            time.sleep(POLL)
            if len(children) == 1 and answers(address):
                children += [
                    Child("定时任务", (*FLASK, "jobs", "schedule")),
                    *(Child(name, (*FLASK, "jobs", "work")) for name in WORKERS),
                ]
                announce(address, demo)
            elif len(children) == 1 and web.failures >= GIVE_UP_AFTER:
                click.echo("网站启动不了，原因见上。", err=True)
                return 1
    finally:
        stop(children)
    return 0


def note_stop_signals() -> list[int]:
    """The list to which Ctrl-C, a termination request and a closed terminal will be appended.

    Not a threading.Event: that one deadlocks when a second signal interrupts its lock.
    """
    received: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda caught, _: received.append(caught))
    return received


def web_command(address: Address) -> tuple[str, ...]:
    """Granian with one process: SQLite has one writer, and threads wait well on a database."""
    listen = ("--host", address.host, "--port", str(address.port))
    capacity = ("--interface", "wsgi", "--workers", "1", "--blocking-threads", "32")
    return (
        *(sys.executable, "-m", "granian", "--log-level", "error"),
        *(*listen, *capacity, "--factory", "app:create_app"),
    )


def announce(address: Address, demo: bool) -> None:
    """Print where the school is and who may log in."""
    click.echo(f"逢学已启动：{address.url}　按 Ctrl-C 停止")
    _flask("demo accounts" if demo else "accounts first-admin")


def _flask(*commands: str, stdout: int | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*dies_with_parent(), sys.executable, "-m", "lms.ground.processes.commands", *commands],
        cwd=config.ROOT,
        check=False,
        stdout=stdout,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
