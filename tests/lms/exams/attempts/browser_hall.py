"""A hall in a real browser: a server with one candidate, whose devices can be opened and cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lms.exams.attempts import queries
from lms.exams.attempts.models import Attempt
from lms.ground import db
from lms.ground.people.queries import get_person_of
from tests import cast, live, make
from tests.conftest import log_in

SOON = 15_000


@dataclass
class Hall:
    """A server with one candidate, and a browser in which the candidate is logged in."""

    app: Flask
    address: str
    browser: Browser
    attempt_id: int
    cookie: str

    def device(self, *, worker: bool = True) -> BrowserContext:
        """A browser; without its service worker where a test cuts single requests off, which go
        past the test once the worker has the page."""
        context = self.browser.new_context(service_workers="allow" if worker else "block")
        context.add_cookies([{"name": "fengxue", "value": self.cookie, "url": self.address}])
        return context

    def enter(self, context: BrowserContext) -> Page:
        """Open the paper, beginning where it has not begun."""
        page = context.new_page()
        page.goto(f"{self.address}/attempts/{self.attempt_id}")
        page.wait_for_selector("body[data-phase=open], .slot")
        if page.locator("body").get_attribute("data-phase") == "open":
            page.get_by_role("button", name="开始作答").click()
        expect(page.locator(".slot")).to_have_count(5)
        # The paper is drawn before the page takes keys and clicks.
        page.wait_for_selector("body[data-phase=running]")
        return page

    def answers(self) -> dict[int, Any]:
        with self.app.app_context():
            return queries.responses([self.attempt_id])[self.attempt_id]

    def name(self) -> str:
        with self.app.app_context():
            return get_person_of(cast.learner()).name

    def attempt(self) -> Attempt:
        with self.app.app_context():
            return db.session.get_one(Attempt, self.attempt_id)


PAPER = {
    "title": "测试卷",
    "minutes": 60,
    "total": "30",
    "sections": [
        {
            "title": "一、单项选择题",
            "kind": "single",
            "points": "2",
            "slots": [
                {"number": 1, "kind": "single", "stem": "第一题", "options": ["甲", "乙", "丙"]},
                {"number": 2, "kind": "multiple", "stem": "第二题", "options": ["子", "丑", "寅"]},
            ],
        },
        {
            "title": "二、其他",
            "kind": "short",
            "points": "10",
            "slots": [
                {"number": 3, "kind": "truth", "stem": "第三题", "options": []},
                {"number": 4, "kind": "blank", "stem": "译成越南语：____和____", "blanks": 2},
                {"number": 5, "kind": "essay", "stem": "第五题"},
            ],
        },
    ],
}
for _section in PAPER["sections"]:  # type: ignore[attr-defined]
    for _slot in _section["slots"]:
        _slot.update(
            {"points": "2", "media": [], "parts": [], **{"options": [], "blanks": 0, **_slot}}
        )


SECRET = "机密答案"
_ANSWER = {"kind": "short", "key": [SECRET], "points": "2", "policy": "S0@1", "rationale": SECRET}


@pytest.fixture(scope="module", name="chromium")
def launch_chromium() -> Iterator[Browser]:
    # A microphone that beeps, and nobody to be asked for it.
    with live.chromium(
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"
    ) as browser:
        yield browser


@pytest.fixture(name="hall")
def open_hall(app: Flask, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client, answers = app.test_client(), dict.fromkeys("12345", _ANSWER)
    with app.app_context(), db.transaction():
        log_in(client, cast.learner())
        sheet = make.attempt(get_person_of(cast.learner()), make.variant(PAPER, answers=answers))
        attempt_id = sheet.id
    cookie = client.get_cookie("fengxue")
    assert cookie is not None
    with live.serving(app) as address:
        yield Hall(app, address, chromium, attempt_id, cookie.value)
        for context in chromium.contexts:
            context.close()


def choose(page: Page, number: int, *texts: str) -> None:
    for text in texts:
        page.locator(f"#slot-{number}").get_by_text(text, exact=True).click()


def all_saved(page: Page) -> None:
    expect(page.locator("#sync")).to_have_text("作答已全部保存到服务器", timeout=SOON)


def answer_everything(page: Page) -> None:
    choose(page, 1, "乙")
    choose(page, 2, "子", "寅")
    choose(page, 3, "正确")
    page.locator("#slot-4 input").nth(0).fill("越南")
    page.locator("#slot-4 input").nth(1).fill("Việt Nam")
    page.locator("#slot-5 textarea").fill("论述\n第二行“引号”")


EVERYTHING = {
    1: "B",
    2: ["A", "C"],
    3: "true",
    4: ["越南", "Việt Nam"],
    5: "论述\n第二行“引号”",
}


def kept(page: Page) -> list[str]:
    """The paths below this page and of its last script that the cache has."""
    found: list[str] = page.evaluate(
        "async () => (await (await caches.open('fengxue-exam-1')).keys()).map(({url}) => "
        "new URL(url).pathname).filter((path) => path.startsWith(location.pathname) "
        "|| path.endsWith('/sha2.js'))"
    )
    return found


def until(page: Page, wanted: int) -> None:
    """Wait until so much of the page is in the cache, and the worker in charge."""
    for _ in range(600):
        if len(kept(page)) == wanted and page.evaluate("!!navigator.serviceWorker.controller"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(kept(page))
