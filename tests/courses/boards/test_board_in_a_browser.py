"""The board by keyboard, by mouse and by touch, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from courses.faculty.queries import get_instructor
from courses.faculty.rules import InstructorState
from lms.ground import db
from tests import live, make
from tests.courses.boards.test_board import DAY, Here, here, office, times  # noqa: F401

pytestmark = pytest.mark.journey
# ruff: noqa: F811
TUESDAY, WEDNESDAY = DAY, DAY + timedelta(days=1)


@dataclass(frozen=True)
class Hall:
    """The house as a server, a browser, and the cookie of the office."""

    browser: Browser
    address: str
    cookie: str

    @contextmanager
    def board(self, **options: Any) -> Iterator[Page]:
        """The board of the first week, with whatever the browser is to be."""
        context = self.browser.new_context(**options)
        context.add_cookies([{"name": "fengxue", "value": self.cookie, "url": self.address}])
        page = context.new_page()
        page.goto(f"{self.address}/boards/?week={DAY}")
        yield page
        context.close()


@pytest.fixture
def hall(app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    """The server runs in this process: what is stored can be looked at."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    cookie = office.get_cookie("fengxue")
    assert cookie is not None
    with live.serving(app) as address, live.chromium("--disable-gpu") as browser:
        yield Hall(browser, address, cookie.value)


def test_a_lesson_is_moved_by_keyboard_and_taken_back(app: Flask, hall: Hall, here: Here) -> None:
    with hall.board() as page:
        card = page.locator(f'[data-lesson="{here.lesson}"]')
        card.focus()
        page.keyboard.press("Space")
        expect(page.locator("td.refuse").first).to_be_visible()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        expect(page.locator("#told")).to_contain_text("星期三 下午")
        expect(page.locator("#told")).to_contain_text("可以放在这里")
        page.keyboard.press("Enter")
        expect(page.locator("#told")).to_contain_text("改为2026年12月2日（星期三）下午 14:30–17:30")
        assert times(app, here.lesson) == "12-02 14:30"
        page.get_by_role("button", name="撤销").click()
        expect(page.locator("#told")).to_contain_text("已撤销")
        assert times(app, here.lesson) == "12-01 08:30"


def test_escape_puts_it_back(app: Flask, hall: Hall, here: Here) -> None:
    with hall.board() as page:
        page.locator(f'[data-lesson="{here.lesson}"]').focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
        expect(page.locator("#told")).to_have_text("已放回原处。")
        expect(page.locator("td.place")).to_have_count(0)
    assert times(app, here.lesson) == "12-01 08:30"


def test_a_lesson_is_dragged_into_the_tray_and_out_again(
    app: Flask, hall: Hall, here: Here
) -> None:
    with hall.board(viewport={"width": 1280, "height": 900}) as page:
        page.locator(f'[data-lesson="{here.lesson}"]').drag_to(page.locator(".board-tray"))
        expect(page.locator("#told")).to_contain_text("取消：")
        expect(page.locator(".board-card.waiting")).to_contain_text("6 学时")
        cell = page.locator(f'[data-cell="{here.cohort}|{WEDNESDAY}|morning"]')
        page.locator(".board-card.waiting").drag_to(cell)
        expect(page.locator("#told")).to_contain_text("新增：")
        expect(cell).to_contain_text("党章")
        expect(page.locator(".board-card.waiting")).to_contain_text("2 学时")


def test_a_doubtful_place_asks_for_a_reason(app: Flask, hall: Hall, here: Here) -> None:
    with app.app_context(), db.transaction():
        make.pool_step(get_instructor(here.instructor), InstructorState.PAUSED)
    with hall.board() as page:
        page.locator(f'[data-lesson="{here.lesson}"]').click()
        cell = page.locator(f'[data-cell="{here.cohort}|{WEDNESDAY}|morning"]')
        expect(cell).to_have_class("place reason")
        cell.click()
        expect(page.get_by_role("dialog")).to_contain_text("不是“在库”")
        page.get_by_role("textbox", name="理由").fill("临时请他代课")
        page.get_by_role("button", name="放下").click()
        expect(cell).to_contain_text("党章")
    assert times(app, here.lesson) == "12-02 08:30"


def test_a_finger_moves_a_lesson_on_a_narrow_screen(app: Flask, hall: Hall, here: Here) -> None:
    phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    with hall.board(**phone) as page:
        page.locator(f'[data-lesson="{here.lesson}"]').tap()
        expect(page.locator("td.refuse").first).to_be_attached()
        page.locator(f'[data-cell="{here.cohort}|{TUESDAY}|evening"]').tap()
        expect(page.locator("#told")).to_contain_text("晚上 19:30–22:30")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert times(app, here.lesson) == "12-01 19:30"
