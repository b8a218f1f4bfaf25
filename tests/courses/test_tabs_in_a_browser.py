"""The pages of a cohort in a real browser: two rows on a desk, one on a phone, by keyboard."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms.ground import db
from lms.ground.web.tabs import OF_A_COHORT
from tests import cast, make
from tests.live import chromium, serving, window

ROW = 48
"""Pixels: a row is lower, two are higher."""


@pytest.mark.parametrize(
    ("language", "name"), [("zh_Hans_CN", "班次的各页"), ("en", "Pages of the class")]
)
def test_tabs_are_one_row_on_a_phone_whichever_page_is_open(
    app: Flask, language: str, name: str
) -> None:
    with app.app_context(), db.transaction():
        cohort_id = make.cohort().id
    with serving(app) as address, chromium() as browser:
        context = window(app, address, browser, cast.office, width=390)
        context.request.post(f"{address}/accounts/language", form={"language": language})
        page = context.new_page()
        page.goto(f"{address}/cohorts/{cohort_id}")
        tabs = page.get_by_role("navigation", name=name)
        links = [one.get_attribute("href") for one in tabs.locator("details a").all()]
        assert len(links) >= 20
        high = {}
        for link in links:
            page.goto(f"{address}{link}")
            box = tabs.bounding_box()
            assert box is not None
            wide = page.evaluate("document.documentElement.scrollWidth")
            if box["height"] > ROW or wide > 390 or tabs.locator("[aria-current]:visible").count():
                high[link] = (box["height"], wide)
        assert high == {}


def test_groups_open_and_close_by_keyboard_and_by_clicking_elsewhere(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cohort_id = make.cohort().id
    with serving(app) as address, chromium() as browser:
        page = window(app, address, browser, cast.office).new_page()
        page.goto(f"{address}/cohorts/{cohort_id}/courses")
        tabs = page.get_by_role("navigation", name="班次的各页")
        expect(tabs.locator("[aria-current]:visible")).to_have_text("教学计划")
        expect(tabs.locator("summary:visible")).to_have_count(len(OF_A_COHORT) - 1)
        opened = tabs.locator("details[open]")
        tabs.locator("summary:visible", has_text="学员").focus()
        page.keyboard.press("Enter")
        expect(opened).to_have_count(1)
        page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
        expect(tabs.locator("summary:visible", has_text="学员")).to_be_focused()
        tabs.locator("summary:visible", has_text="结班").click()
        page.locator("h1").click()
        expect(opened).to_have_count(0)
        tabs.locator("summary:visible", has_text="结班").click()
        opened.get_by_role("link", name="结班检查").click()
        page.wait_for_url(f"{address}/closing/{cohort_id}")
        expect(tabs.locator("[aria-current]:visible")).to_have_text("结班检查")
