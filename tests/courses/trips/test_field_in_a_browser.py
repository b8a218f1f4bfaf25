"""The organiser's phone in a real browser: no signal, a closed tab, two phones, and one count."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from courses.trips.models import TripCheck
from courses.trips.queries import riding
from courses.trips.rules import Moment, present
from lms.ground import db
from lms.ground.clock import now
from lms.ground.db import session
from tests import cast, live, make
from tests.courses.trips.outing import outing, planned

SOON = 20_000
KEPT = "caches.match(location.href, {ignoreVary: true}).then((found) => found !== undefined)"
_PAGES = "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name)"
GONE = (
    f"{_PAGES}.then((shelf) => shelf.keys())))).then((kept) => kept.flat()"
    ".every(({ url }) => !url.endsWith('/field')))"
)


def stored(store: str) -> str:
    """Script: everything that this store of the phone holds."""
    return (
        "new Promise((done) => { const asked = indexedDB.open('fengxue-trips');"
        " asked.onsuccess = () => { const rows = asked.result"
        f".transaction('{store}').objectStore('{store}').getAll();"
        " rows.onsuccess = () => { asked.result.close(); done(rows.result); }; }; })"
    )


@dataclass
class Road:
    """A server with one trip of three learners, and a browser for phones."""

    app: Flask
    address: str
    browser: Browser
    trip: int
    cookie: str
    other: str

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
            return len(present(riding.checks(self.trip)).get((Moment.BOARD, 0), set()))

    def rows(self) -> int:
        with self.app.app_context():
            return session.query(TripCheck).count()


@pytest.fixture(scope="module", name="chromium")
def launch_chromium() -> Iterator[Browser]:
    with live.chromium() as browser:
        yield browser


@pytest.fixture(name="road")
def set_out(app: Flask, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Road]:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    with app.app_context(), db.transaction():
        trip = planned(outing(), departs_at=now()).id
    cookies = [cast.browser(app, one).get_cookie("fengxue") for one in (cast.adviser, cast.office)]
    own, other = (cookie.value for cookie in cookies if cookie is not None)
    with live.serving(app) as address:
        yield Road(app, address, chromium, trip, own, other)
        for context in chromium.contexts:
            context.close()


def test_checks_without_signal_survive_a_closed_tab_and_count_once(road: Road) -> None:
    phone = road.phone()
    page = road.open(phone)
    _until(page, "navigator.serviceWorker.controller !== null")
    _until(page, KEPT)
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
        left = [(one.counted, one.note) for one in riding.departures(road.trip)]
    assert left == [(2, "请假")]


def test_names_leave_the_phone_at_log_out(road: Road) -> None:
    phone = road.phone()
    page = road.open(phone)
    _until(page, KEPT)
    page.get_by_role("button", name="学员70").click()
    expect(page.locator("#signal")).to_have_text("已全部上传", timeout=SOON)
    page.get_by_role("button", name="退出").click()
    expect(page.locator("h1")).to_have_text("登录")
    _until(page, GONE)
    _until(page, f"{stored('snapshots')}.then((rows) => rows.length === 0)")
    assert _opens_without_signal(phone, road) is False


def test_names_leave_the_phone_when_another_logs_in_and_roll_calls_wait_for_their_maker(
    road: Road,
) -> None:
    phone = road.phone()
    page = road.open(phone)
    _until(page, KEPT)
    phone.set_offline(True)
    page.get_by_role("button", name="学员70").click()
    expect(page.locator("#signal")).to_contain_text("还有1条没有补传")
    page.close()
    phone.set_offline(False)
    phone.add_cookies([{"name": "fengxue", "value": road.other, "url": road.address}])
    other = phone.new_page()
    other.goto(f"{road.address}/notices/")
    _until(other, GONE)
    _until(other, f"{stored('operations')}.then((rows) => rows.length === 1)")
    other.goto(f"{road.address}/trips/{road.trip}/field")
    expect(other.locator("#signal")).to_have_text("已全部上传", timeout=SOON)
    expect(other.locator("#count")).to_have_text("0 / 3")
    assert road.rows() == 0
    phone.add_cookies([{"name": "fengxue", "value": road.cookie, "url": road.address}])
    road.open(phone)
    assert road.rows() == 1


def test_names_are_not_kept_beyond_their_term(road: Road) -> None:
    with road.app.app_context(), db.transaction():
        make.norm("trips.keep_days", Decimal(-1000))
    phone = road.phone()
    page = road.open(phone)
    _until(page, KEPT)
    assert _opens_without_signal(phone, road) is False
    page.goto(f"{road.address}/notices/")
    _until(page, GONE)


def _until(page: Page, script: str) -> None:
    """Ask until the script says yes; Playwright's own way of waiting needs `eval` in the page."""
    until = time.monotonic() + SOON / 1000
    while not page.evaluate(script):
        assert time.monotonic() < until, script
        page.wait_for_timeout(100)


def _opens_without_signal(phone: BrowserContext, road: Road) -> bool:
    """Does the page for the day come back in a new tab while there is no signal?"""
    phone.set_offline(True)
    page = phone.new_page()
    try:
        page.goto(f"{road.address}/trips/{road.trip}/field")
    except Error:
        return False
    finally:
        page.close()
        phone.set_offline(False)
    return True


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
