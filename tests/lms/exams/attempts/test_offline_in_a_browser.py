"""A reload without network, in a real browser: the paper comes back, and so do its answers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.lms.exams.attempts.browser_hall import (
    SECRET,
    SOON,
    Hall,
    all_saved,
    choose,
    launch_chromium,
    open_hall,
    until,
)

pytestmark = pytest.mark.journey
__all__ = ["launch_chromium", "open_hall"]


EVERYTHING_KEPT = """async () => {
  const found = [JSON.stringify(localStorage)];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(await (await cache.match(request)).text());
  }
  const asked = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const database = await asked(indexedDB.open("fengxue-exam"));
  for (const name of database.objectStoreNames) {
    found.push(JSON.stringify(await asked(database.transaction(name).objectStore(name).getAll())));
  }
  return found.join();
}"""


def test_a_reload_without_network_comes_back_to_the_paper(hall: Hall) -> None:
    device = hall.device()
    page = hall.enter(device)
    choose(page, 1, "乙")
    all_saved(page)
    until(page, 2)
    kept_here = page.evaluate(EVERYTHING_KEPT)
    assert ("第五题" in kept_here, SECRET in kept_here) == (True, False)
    device.set_offline(True)
    choose(page, 2, "子")
    page.reload()
    expect(page.locator(".slot")).to_have_count(5, timeout=SOON)
    expect(page.locator("#slot-1 input[value=B]")).to_be_checked()
    expect(page.locator("#slot-2 input[value=A]")).to_be_checked()
    expect(page.locator("#offline")).to_be_visible()
    choose(page, 3, "正确")
    page.locator("#slot-5 textarea").fill("离线时写的")
    page.reload()
    expect(page.locator("#slot-5 textarea")).to_have_value("离线时写的", timeout=SOON)
    device.set_offline(False)
    all_saved(page)
    assert hall.answers() == {1: "B", 2: ["A"], 3: "true", 5: "离线时写的"}
    expect(page.locator("#offline")).to_be_hidden()
    choose(page, 1, "丙")
    all_saved(page)
    assert hall.answers()[1] == "C"


def test_what_another_device_wrote_meanwhile_stays_and_this_one_is_set_aside(hall: Hall) -> None:
    device = hall.device()
    page = hall.enter(device)
    until(page, 2)
    device.set_offline(True)
    page.reload()
    choose(page, 1, "甲")
    other = hall.enter(hall.device())
    choose(other, 1, "丙")
    all_saved(other)
    device.set_offline(False)
    all_saved(page)
    assert hall.answers() == {1: "C"}


def test_nothing_of_a_paper_stays_on_the_device_after_handing_in(hall: Hall) -> None:
    page = hall.enter(hall.device())
    until(page, 2)
    page.get_by_role("button", name="交卷", exact=True).click()
    page.get_by_role("button", name="确定交卷").click()
    expect(page.locator(".receipt .code")).to_be_visible(timeout=SOON)
    until(page, 1)
    sheets = page.evaluate(
        "() => new Promise((resolve) => { const asked = indexedDB.open('fengxue-exam'); asked.onsuccess = () => {"
        " const all = asked.result.transaction('sheets').objectStore('sheets').count();"
        " all.onsuccess = () => resolve(all.result); }; })"
    )
    assert sheets == 0
