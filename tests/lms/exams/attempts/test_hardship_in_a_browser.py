"""What browsers do to a page: its process dies, its disk fills up, its timers stand still."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from playwright.sync_api import Error, Page, expect

from lms.exams.attempts.models import Attempt
from lms.ground import db
from lms.ground.clock import now
from tests.lms.exams.attempts.browser_hall import (
    EVERYTHING,
    SOON,
    Hall,
    all_saved,
    answer_everything,
    choose,
    launch_chromium,
    open_hall,
)

pytestmark = pytest.mark.journey
__all__ = ["launch_chromium", "open_hall"]

# A transaction that reads waits for all that write before it: what it finds is on the disk.
JOURNAL = """async () => {
  const asked = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const database = await asked(indexedDB.open("fengxue-exam"));
  return (await asked(database.transaction("operations").objectStore("operations").getAll())).length;
}"""


def test_a_tab_whose_process_dies_loses_nothing(hall: Hall) -> None:
    device, cut = hall.device(worker=False), [True]
    device.route("**/save", lambda route: route.abort() if cut else route.continue_())
    page = hall.enter(device)
    answer_everything(page)
    assert page.evaluate(JOURNAL) >= 5
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    assert hall.answers() == {}
    cut.clear()
    again = hall.enter(device)
    expect(again.locator("#slot-5 textarea")).to_have_value(EVERYTHING[5])
    all_saved(again)
    assert hall.answers() == EVERYTHING


def test_a_disk_that_fills_up_on_the_way_is_told_and_nothing_is_lost(hall: Hall) -> None:
    device = hall.device()
    page, essay = device.new_page(), "长" * 50_000
    room = {"origin": hall.address, "quotaSize": 100_000}
    device.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", room)
    page.goto(f"{hall.address}/attempts/{hall.attempt_id}")
    page.get_by_role("button", name="开始作答").click()
    choose(page, 1, "乙")
    all_saved(page)
    expect(page.locator("#warning")).to_be_hidden()
    device.set_offline(True)
    page.locator("#slot-5 textarea").fill(essay)
    expect(page.locator("#warning")).to_contain_text("不允许在本机留存作答", timeout=SOON)
    assert page.evaluate(JOURNAL) == 0
    device.set_offline(False)
    all_saved(page)
    assert hall.answers() == {1: "B", 5: essay}


def seen(page: Page, state: str) -> None:
    """Bring the page to the background, or back from it."""
    page.evaluate(
        "(state) => { Object.defineProperty(document, 'visibilityState', {value: state, "
        "configurable: true}); document.dispatchEvent(new Event('visibilitychange')); }",
        state,
    )


def test_a_page_sends_as_it_goes_to_the_background_and_goes_on_as_it_comes_back(
    hall: Hall,
) -> None:
    device = hall.device()
    page = hall.enter(device)
    throttle = device.new_cdp_session(page)
    with page.expect_response("**/save") as sent:
        choose(page, 1, "乙")
        seen(page, "hidden")
        throttle.send("Page.setWebLifecycleState", {"state": "frozen"})
    assert (sent.value.status, hall.answers()) == (200, {1: "B"})
    with hall.app.app_context(), db.transaction():
        sheet = db.session.get_one(Attempt, hall.attempt_id)
        assert sheet.deadline is not None
        sheet.deadline += timedelta(minutes=20)
    page.wait_for_timeout(1500)
    throttle.send("Page.setWebLifecycleState", {"state": "active"})
    seen(page, "visible")
    expect(page.locator("#warning")).to_contain_text("延长 20 分钟", timeout=SOON)
    choose(page, 3, "正确")
    all_saved(page)
    assert hall.answers() == {1: "B", 3: "true"}
    shown = re.fullmatch(r"1:(\d\d):(\d\d)", page.locator("#timer").inner_text())
    assert shown is not None
    left = timedelta(hours=1, minutes=int(shown[1]), seconds=int(shown[2]))
    until = hall.attempt().deadline
    assert until is not None
    assert abs(until - now() - left) < timedelta(seconds=3)
