"""`python -m lms.ground.processes` is what `make serve` runs; with `--demo`, what `make run` runs."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

import click
import granian.cli

from lms.ground import clock, config
from lms.ground.config import CERTIFICATE, KEY
from lms.ground.errors import Refused
from lms.ground.processes import commands
from lms.ground.processes.address import Address, answers, held, requested_address, require_local
from lms.ground.processes.children import Child, start, stop, tend
from lms.ground.processes.database import has_demo_accounts, has_schema
from lms.ground.processes.forks import STOP_SIGNALS

CONNECTIONS = 65_536
IDLE_SECONDS = 4
POLL = 0.1
M_ARENA_MAX = -8  # of mallopt(3)
WEB_TITLE, TIMER_TITLE, WORKER_TITLE = "fengxue-web", "fengxue-timer", "fengxue-worker"
GIVE_UP_AFTER = 5
# Two, so that nobody waits for the preview of a file while a whole cohort is being filed.
WORKERS = ("后台任务一", "后台任务二")


def main(arguments: Sequence[str]) -> int:
    """Run until Ctrl-C; the exit status: 0 stopped, 1 broken, 2 refused with one sentence."""
    demo = "--demo" in arguments
    try:
        settings = config.from_environment()
        address = requested_address(os.environ)
        if (settings.tls / CERTIFICATE).exists():
            address = replace(address, tls=settings.tls)
        if demo:
            require_local(address)
        with held(address), only_once(settings.var / "processes.lock"):
            if has_demo_accounts(settings):
                require_local(address)
            standing = has_schema(settings)
            return supervise(address, preparation(demo, standing), at_once=standing)
    except Refused as refusal:
        click.echo(str(refusal), err=True)
        return 2
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


def preparation(demo: bool, standing: bool) -> Child:
    """What brings schema, norms, schemes and demo school up to date, and prints who may log in."""
    upgrade = () if standing else ("schema upgrade",)
    people = ("demo load", "demo accounts") if demo else ("accounts first-admin",)
    lines = (*upgrade, "norms load", "schemes load", *people)
    return Child("准备工作", "fengxue-prepare", partial(commands.main, lines))


def lift_file_limit() -> None:
    """Let the web server hold as many connections as the system allows, not just a thousand."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def share_heaps() -> None:
    """Two heaps for all threads: glibc's own eight a core keep what busy moments left in each."""
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def supervise(address: Address, preparing: Child, *, at_once: bool) -> int:
    """Keep the processes running until a signal; 1 when the house can't be started.

    The web server starts `at_once`, beside the preparation, where that leaves the tables alone.
    """
    lift_file_limit()
    share_heaps()
    stop_signals = note_stop_signals()
    # Loaded once, for all that are forked from here: they share it.
    import_module("app").serve()
    web = Child("网站", WEB_TITLE, partial(granian.cli.cli, web_options(address)))
    others = [
        Child("定时任务", TIMER_TITLE, partial(commands.main, ["jobs schedule"])),
        *(Child(one, WORKER_TITLE, partial(commands.main, ["jobs work"])) for one in WORKERS),
    ]
    children = [web] if at_once else []
    start(preparing, clock.monotonic())
    try:
        while not stop_signals:
            tend(children)
            time.sleep(POLL)
            if others[0] in children:
                continue
            if failure := _failure(preparing, web):
                click.echo(failure, err=True)
                return 1
            if preparing.process is None and web not in children:
                children.append(web)
            elif preparing.process is None and answers(address):
                children += others
                click.echo(f"逢学已启动：{address.url}　按 Ctrl-C 停止")
    finally:
        stop([preparing, *children])
    return 0


def _failure(preparing: Child, web: Child) -> str:
    """Why the house can't be started; nothing while it can."""
    if preparing.process is not None and (status := preparing.process.exitcode) is not None:
        preparing.process = None
        if status:
            return "准备工作没有完成，原因见上。"
    return "网站启动不了，原因见上。" if web.failures >= GIVE_UP_AFTER else ""


def note_stop_signals() -> list[int]:
    """The list to which Ctrl-C, a termination request and a closed terminal will be appended.

    Not a threading.Event: that one deadlocks when a second signal interrupts its lock.
    """
    received: list[int] = []
    for number in STOP_SIGNALS:
        signal.signal(number, lambda caught, _: received.append(caught))
    return received


def web_options(address: Address) -> tuple[str, ...]:
    """For Granian with one process: SQLite has one writer, and threads wait well on a database.

    Its "backpressure" counts open connections, and every browser keeps one: a hall of people is
    let in. Prepared for HTTP/1 alone, a connection takes 9 KB and not 20; one on which nothing
    came for a while is hung up, and the browser opens another when it has something to say.
    """
    listen = ("--host", address.host, "--port", str(address.port))
    capacity = ("--interface", "wsgi", "--workers", "1", "--blocking-threads", "32")
    crowd = ("--http", "1", "--backlog", "4096", "--backpressure", str(CONNECTIONS))
    idle = ("--http1-header-read-timeout", str(1000 * IDLE_SECONDS))
    said = ("--log-level", "error")
    return (*said, *listen, *capacity, *crowd, *idle, *_tls(address), "--factory", "app:serve")


def _tls(address: Address) -> tuple[str, ...]:
    """TLS 1.2 as well: browsers of a hall are as old as its computers."""
    if address.tls is None:
        return ()
    files = ("--ssl-certificate", str(address.tls / CERTIFICATE), "--ssl-keyfile")
    return (*files, str(address.tls / KEY), "--ssl-protocol-min", "tls1.2")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
