"""What a page reports of itself, in a real browser."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from lms.exams.attempts.models import Sighting
from lms.ground import db
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


def seen(hall: Hall, wanted: set[str]) -> dict[str, tuple[int, str]]:
    """`{kind: (seconds, detail)}` as soon as all that is wanted has arrived."""
    for _ in range(60):
        with hall.app.app_context():
            rows = db.session.scalars(select(Sighting).order_by(Sighting.id))
            found = {str(one.kind.value): (one.seconds, one.detail) for one in rows}
        if wanted <= set(found):
            break
        time.sleep(0.25)
    return found


def test_leaving_copying_and_resizing_are_told(hall: Hall) -> None:
    page = hall.enter(hall.device())
    expect(page.locator("body[data-phase=running]")).to_be_visible()
    began = time.monotonic()
    page.evaluate("window.dispatchEvent(new Event('blur'))")
    page.wait_for_timeout(1200)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    away = time.monotonic() - began  # longer than asked for on a machine that is busy
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#slot-1 legend'))")
    page.keyboard.press("Control+c")
    page.set_viewport_size({"width": 700, "height": 720})
    found = seen(hall, {"left", "copy", "resize"})
    seconds, detail = found.pop("left")
    assert 1 <= seconds <= round(away)
    assert detail == ""
    assert found == {"copy": (0, "copy"), "resize": (0, "1280×720 → 700×720")}


def test_a_gap_in_the_network_is_told_when_it_is_over(hall: Hall) -> None:
    device = hall.device()
    page = hall.enter(device)
    device.set_offline(True)
    choose(page, 1, "乙")
    expect(page.locator("#offline")).to_be_visible(timeout=SOON)
    page.wait_for_timeout(5500)
    device.set_offline(False)
    all_saved(page)
    found = seen(hall, {"gap"})
    assert list(found) == ["gap"]
    assert found["gap"][0] >= 5


def test_the_page_that_lost_the_paper_tells_so_and_handing_in_tells_nothing(hall: Hall) -> None:
    device = hall.device()
    first, second = hall.enter(device), hall.enter(device)
    choose(first, 1, "甲")
    expect(first.locator("#lock-dialog")).to_be_visible(timeout=SOON)
    found = seen(hall, {"lost_lease"})
    assert "lost_lease" in found
    second.get_by_role("button", name="交卷", exact=True).click()
    second.get_by_role("button", name="确定交卷").click()
    expect(second.locator(".receipt .code")).to_be_visible(timeout=SOON)
    assert "closed" not in seen(hall, {"lost_lease"})
