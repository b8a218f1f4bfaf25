"""A whole school that really runs: web server, scheduler and worker, on a folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from lms.desk.actions.log_ins import remembered
from lms.ground.config import ROOT, Config
from lms.ground.processes.__main__ import WEB_TITLE
from tests.conftest import KINDS, POSTGRES, WORKER

CHROMIUM = "/usr/bin/chromium"
# A loaded machine is slow, not wrong.
expect.set_options(timeout=30_000)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE = 180.0


@dataclass
class School:
    """The address of a running demo school, its folder, and the supervisor's process."""

    url: str
    var: Path
    environment: dict[str, str]
    supervisor: subprocess.Popen[bytes]

    @property
    def passwords(self) -> dict[str, str]:
        """The demo passwords by log-in."""
        config = Config(var=self.var, database_url="")
        return {row.login: row.password for row in remembered(config)}

    def kill_web_server(self) -> None:
        """SIGKILL to the web server and to whatever it started: no chance to say goodbye."""
        victims = [pid for pid in _below(self.supervisor.pid) if _title(pid) == WEB_TITLE]
        assert victims, "no web server to kill"
        for pid in victims:
            os.kill(pid, signal.SIGKILL)

    def wait_until_it_answers(self) -> None:
        """Raise unless the school answers within a minute."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the school does not answer")


@contextmanager
def running_school(var: Path, database_url: str = "") -> Iterator[School]:
    """`make run` without the installation, on a free port; what it says goes to var/output.log."""
    port = _free_port()
    environment = {
        **os.environ,
        "VAR_DIR": str(var),
        "PORT": str(port),
        "DATABASE_URL": database_url,
    }
    with (var / "output.log").open("wb") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "lms.ground.processes", "--demo"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    started = School(f"http://127.0.0.1:{port}", var, environment, supervisor)
    try:
        started.wait_until_it_answers()
        yield started
    finally:
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(timeout=30)


@pytest.fixture(scope="module", params=KINDS)
def school(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[School]:
    """The demo school on either database."""
    var = tmp_path_factory.mktemp("var")
    postgresql = request.param == "postgresql"
    try:
        with running_school(var, _new_database(f"journey_{WORKER}") if postgresql else "") as one:
            yield one
    finally:
        if request.node.session.testsfailed:
            sys.stderr.write((var / "output.log").read_text(errors="replace")[-4000:])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


class Seat:
    """One person at one browser, logged in."""

    def __init__(self, browser: Browser, school: School, login: str) -> None:
        self.context: BrowserContext = browser.new_context(
            locale="zh-CN", base_url=school.url, accept_downloads=True
        )
        self.context.set_default_timeout(60_000)
        self.page: Page = self.context.new_page()
        self.page.goto("/accounts/login")
        self.page.get_by_label("登录名").fill(login)
        self.page.get_by_label("密码", exact=True).fill(school.passwords[login])
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"{school.url}/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _new_database(name: str) -> str:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return POSTGRES.rpartition("/")[0] + f"/{name}"


def _below(pid: int) -> list[int]:
    """The processes that `pid` started, and those that these started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if not children.exists():
        return []
    direct = [int(child) for child in children.read_text().split()]
    return direct + [deeper for child in direct for deeper in _below(child)]


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except FileNotFoundError:
        return ""


def press(page: Page, name: str, *, exact: bool = False) -> None:
    """Send a form and wait for the page that answers it: a click alone does not wait for that."""
    with page.expect_navigation() as answered:
        page.get_by_role("button", name=name, exact=exact).click()
    assert answered.value.ok, f"{name}: {answered.value.status} {page.inner_text('body')}"


def follow(page: Page, name: str) -> None:
    """Click a link and wait for the page behind it: counting does not wait for anything."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()


def open_page_of_cohort(page: Page, group: str, name: str) -> None:
    """From any page of a cohort to another by its tabs; the groups beside the open one are lists."""
    tabs = page.get_by_role("navigation", name="班次的各页")
    lists = tabs.locator("summary:visible", has_text=group)
    if lists.count():
        lists.click()
    with page.expect_navigation():
        tabs.get_by_role("link", name=name, exact=True).click()
