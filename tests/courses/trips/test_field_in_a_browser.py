"""The organiser's phone in a real browser: no signal, a closed tab, two phones, and one count."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from courses.trips import queries
from courses.trips.models import TripCheck
from courses.trips.rules import Moment, present
from lms.ground import db
from lms.ground.db import session
from tests import cast
from tests.conftest import log_in
from tests.courses.trips.outing import outing, planned

SOON = 20_000


@dataclass
class Road:
    """A server with one trip of three learners, and a browser for phones."""

    app: Flask
    address: str
    browser: Browser
    trip: int
    cookie: str

    def phone(self) -> BrowserContext:
        context = self.browser.new_context(viewport={"width": 390, "height": 844})
        context.set_default_timeout(SOON)
        context.add_cookies([{"name": "fengxue", "value": self.cookie, "url": self.address}])
        return context

    def open(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.goto(f"{self.address}/trips/{self.trip}/field")
        expect(page.locator("#signal")).to_have_text("已全部上传", timeout=SOON)
        return page

    def boarded(self) -> int:
        with self.app.app_context():
            return len(present(queries.checks(self.trip)).get((Moment.BOARD, 0), set()))

    def rows(self) -> int:
        with self.app.app_context():
            return session.query(TripCheck).count()


@pytest.fixture(scope="module", name="chromium")
def launch_chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(name="road")
def set_out(app: Flask, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Road]:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    client = app.test_client()
    with app.app_context(), db.transaction():
        log_in(client, cast.adviser())
        trip = planned(outing()).id
    cookie = client.get_cookie("fengxue")
    assert cookie is not None
    yield Road(app, f"http://127.0.0.1:{server.server_port}", chromium, trip, cookie.value)
    for context in chromium.contexts:
        context.close()
    server.shutdown()
    thread.join()


def test_checks_without_signal_survive_a_closed_tab_and_count_once(road: Road) -> None:
    phone = road.phone()
    page = road.open(phone)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.wait_for_function(
        "caches.match(location.href, {ignoreVary: true}).then((found) => found !== undefined)"
    )
    phone.set_offline(True)
    page.get_by_role("button", name="学员70").click()
    page.get_by_role("button", name="学员71").click()
    expect(page.locator("#count")).to_have_text("2 / 3")
    expect(page.locator("#signal")).to_contain_text("还有2条没有补传")
    page.get_by_role("button", name="人数清点完毕，出发").click()
    expect(page.locator("#why")).to_have_text("还差1人，请写明去向")
    page.close()
    again = phone.new_page()
    again.goto(f"{road.address}/trips/{road.trip}/field")
    expect(again.locator("#count")).to_have_text("2 / 3")
    again.get_by_label("没到的人的去向").fill("请假")
    again.get_by_role("button", name="人数清点完毕，出发").click()
    expect(again.locator("#departed")).to_have_text("已出发：点到2人（请假）")
    assert (road.boarded(), road.rows()) == (0, 0)
    phone.set_offline(False)
    expect(again.locator("#signal")).to_have_text("已全部上传", timeout=SOON)
    assert (road.boarded(), road.rows()) == (2, 2)
    with road.app.app_context():
        left = [(one.counted, one.note) for one in queries.departures(road.trip)]
    assert left == [(2, "请假")]


def test_an_answer_that_is_lost_is_asked_for_again_and_two_phones_agree(road: Road) -> None:
    first, second = road.phone(), road.phone()
    page, other = road.open(first), road.open(second)
    # The house takes the check, but the phone never hears of it: it sends the same again.
    lost = []

    def swallow(route: object) -> None:
        if not lost:
            lost.append(route.fetch())  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/operations", swallow)
    page.get_by_role("button", name="学员70").click()
    expect(page.locator("#signal")).to_contain_text("没有信号")
    assert road.rows() == 1
    other.get_by_role("button", name="学员70").click()
    other.get_by_role("button", name="学员72").click()
    expect(other.locator("#signal")).to_have_text("已全部上传", timeout=SOON)
    expect(page.locator("#signal")).to_have_text("已全部上传", timeout=SOON)
    assert (road.boarded(), road.rows()) == (2, 3)
    expect(page.locator("#count")).to_have_text("2 / 3", timeout=SOON)
