"""The marking desk in a real browser: points by keyboard alone, which nothing else changes."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import expect

from lms.exams.marking.actions import marks
from lms.exams.marking.models import Mark
from lms.ground import db
from lms.ground.clock import now
from tests import cast, make
from tests.live import chromium, serving, window
from tests.lms.exams.marking import hall


def test_points_are_given_by_keyboard_and_neither_wheel_nor_arrows_change_them(app: Flask) -> None:
    with app.app_context(), db.transaction():
        people = [make.person(name, unit=make.unit(f"{name}镇")) for name in ("甲", "乙")]
        held = hall.hold(hall.cohort(), dict.fromkeys(people, hall.ALL_RIGHT))
        marks.collect(held.exam, by=cast.office(), at=now())
        desk = f"/marking/{held.exam.id}/items/{held.items[5]}"
    with serving(app) as address, chromium() as browser:
        page = window(app, address, browser, cast.marker).new_page()
        page.goto(f"{address}{desk}/next")
        first, second = page.locator("#points-0"), page.locator("#points-1")
        expect(first).to_be_focused()
        page.keyboard.type("5.5")
        page.keyboard.press("Enter")
        expect(second).to_be_focused()
        page.keyboard.type("3")
        second.hover()
        page.mouse.wheel(0, 200)
        page.keyboard.press("ArrowDown")
        expect(second).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(first).to_be_focused()
        expect(page.locator("#sum")).to_have_text("8.5")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(page.get_by_text("您已评 1 / 2")).to_be_visible()
        expect(first).to_be_focused()
    with app.app_context():
        [mark] = db.session.query(Mark).all()
        assert mark.rubric_points == ["5.5", "3"]
