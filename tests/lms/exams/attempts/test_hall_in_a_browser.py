"""What the hall is told reaches the page within ten seconds; a full disk does not stop anybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from lms.exams.attempts.actions import collecting, steering
from lms.ground import db
from lms.ground.audit.actions import System
from lms.ground.clock import now
from tests.lms.exams.attempts.browser_hall import (
    SOON,
    Hall,
    all_saved,
    choose,
    launch_chromium,
    open_hall,
)

pytestmark = pytest.mark.journey
__all__ = ["launch_chromium", "open_hall"]
TEN_SECONDS = 10_000


def test_a_message_reaches_the_page_and_is_seen_once(hall: Hall) -> None:
    page = hall.enter(hall.device())
    expect(page.locator("body[data-phase=running]")).to_be_visible()
    with hall.app.app_context(), db.transaction():
        steering.tell([hall.attempt_id], text="第三题更正：“乙”改为“已”", by=System(), at=now())
    expect(page.locator("#message-text")).to_have_text(
        "第三题更正：“乙”改为“已”", timeout=TEN_SECONDS
    )
    page.get_by_role("button", name="知道了").click()
    page.reload()
    expect(page.locator(".slot")).to_have_count(5, timeout=SOON)
    page.wait_for_timeout(1500)
    expect(page.locator("#message")).to_be_hidden()


def test_a_pause_and_its_end_reach_the_page(hall: Hall) -> None:
    page = hall.enter(hall.device())
    expect(page.locator("body[data-phase=running]")).to_be_visible()
    with hall.app.app_context(), db.transaction():
        steering.pause([hall.attempt_id], reason="停电", by=System(), at=now())
    expect(page.locator("#pause-dialog")).to_be_visible(timeout=TEN_SECONDS)
    expect(page.locator("#timer")).to_have_text("已暂停")
    with hall.app.app_context(), db.transaction():
        steering.resume([hall.attempt_id], by=System(), at=now())
    expect(page.locator("#pause-dialog")).to_be_hidden(timeout=TEN_SECONDS)
    choose(page, 1, "乙")
    all_saved(page)
    assert hall.answers() == {1: "B"}


def test_who_was_handed_in_by_mistake_is_back_at_the_paper(hall: Hall) -> None:
    page = hall.enter(hall.device())
    choose(page, 1, "乙")
    all_saved(page)
    page.get_by_role("button", name="交卷").first.click()
    page.locator("#submit-yes").click()
    expect(page.get_by_text("已交卷")).to_be_visible(timeout=SOON)
    with hall.app.app_context(), db.transaction():
        collecting.reopen([hall.attempt_id], minutes=0, reason="误点交卷", by=System(), at=now())
    expect(page.locator("body[data-phase=running]")).to_be_visible(timeout=2 * TEN_SECONDS)
    choose(page, 3, "错误")
    all_saved(page)
    assert hall.answers() == {1: "B", 3: "false"}


def test_a_full_disk_is_told_and_answers_reach_the_server_all_the_same(hall: Hall) -> None:
    device = hall.device()
    device.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }"
    )
    page = hall.enter(device)
    choose(page, 1, "乙")
    expect(page.locator("#warning")).to_contain_text("不允许在本机留存作答")
    choose(page, 3, "错误")
    all_saved(page)
    assert hall.answers() == {1: "B", 3: "false"}
