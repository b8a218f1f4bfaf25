"""The exam page for eyes, ears and keyboards of all kinds, and on a device whose clock is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from lms.exams.attempts.models import Attempt
from lms.ground import db
from lms.ground.clock import now
from tests.lms.exams.attempts.browser_hall import (
    SOON,
    Hall,
    choose,
    launch_chromium,
    open_hall,
    until,
)

pytestmark = pytest.mark.journey
__all__ = ["launch_chromium", "open_hall"]

# What a control is called for whoever does not see it.
NAMELESS = """() => [...document.querySelectorAll("button, input, textarea, select, meter, audio[controls]")]
    .filter((one) => one.checkVisibility() && !one.getAttribute("aria-label") && !one.textContent.trim()
        && !(one.labels && [...one.labels].some((label) => label.textContent.trim())))
    .map((one) => one.outerHTML)"""
HELPED = """() => [...document.querySelectorAll("#paper input[type=text], #paper textarea")]
    .map((one) => [one.spellcheck, one.autocomplete, one.getAttribute("autocorrect"), one.getAttribute("autocapitalize")].join(" "))"""


def height(page: Page, selector: str) -> float:
    found = page.locator(selector).bounding_box()
    assert found is not None
    return found["height"]


def test_large_letters_on_a_narrow_screen_leave_room_for_the_paper(hall: Hall) -> None:
    device = hall.device()
    page = hall.enter(device)
    page.set_viewport_size({"width": 390, "height": 800})
    for _ in range(2):
        page.get_by_role("button", name="字号").click()
    page.get_by_role("button", name="高对比").click()
    device.set_offline(True)
    choose(page, 3, "正确")
    expect(page.locator("#offline")).to_be_visible(timeout=SOON)
    page.locator("#slot-5").scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    stays = page.locator(".now").evaluate("one => one.getBoundingClientRect().top")
    assert stays == 0
    # What stays over the paper takes less than half of the screen, and nothing runs out of it.
    assert height(page, ".now") + height(page, ".notices") < 400
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_size_and_contrast_outlive_a_reload(hall: Hall) -> None:
    page = hall.enter(hall.device())
    page.get_by_role("button", name="字号").click()
    page.get_by_role("button", name="高对比").click()
    page.reload()
    expect(page.locator(".slot")).to_have_count(5)
    dressed = page.evaluate("({ ...document.documentElement.dataset })")
    assert dressed == {"size": "2", "contrast": "high"}
    page.get_by_role("button", name="高对比").click()
    assert page.evaluate("document.documentElement.dataset.contrast") == "normal"


def test_every_control_has_a_name_and_no_field_is_helped_by_the_browser(hall: Hall) -> None:
    page = hall.enter(hall.device())
    choose(page, 1, "乙")
    assert page.evaluate(NAMELESS) == []
    assert set(page.evaluate(HELPED)) == {"false off off off"}


def test_ears_hear_that_the_paper_is_there_and_how_little_time_is_left(hall: Hall) -> None:
    page = hall.enter(hall.device())
    expect(page.locator("#announcement")).to_have_text("试卷已打开，共 5 题。")
    with hall.app.app_context(), db.transaction():
        sheet = db.session.get_one(Attempt, hall.attempt_id)
        sheet.started_at = now() - timedelta(minutes=55, seconds=5)
    page.reload()
    expect(page.locator("#announcement")).to_have_text("距离考试结束还有 5 分钟。", timeout=SOON)
    assert page.locator("#timer").get_attribute("aria-live") == "off"


@pytest.mark.parametrize("wrong", [-3 * 3600_000, 3 * 3600_000])
def test_the_clock_of_the_device_changes_nothing(hall: Hall, wrong: int) -> None:
    device = hall.device()
    device.add_init_script(f"const told = Date.now; Date.now = () => told.call(Date) + {wrong};")
    page = hall.enter(device)
    minutes, _, _ = page.locator("#timer").inner_text().rpartition(":")
    assert minutes in ("1:00", "59")
    until(page, 2)
    device.set_offline(True)
    choose(page, 1, "乙")
    page.reload()
    expect(page.locator("#slot-1 input:checked")).to_have_count(1, timeout=SOON)
    minutes, _, _ = page.locator("#timer").inner_text().rpartition(":")
    assert minutes in ("1:00", "59")
