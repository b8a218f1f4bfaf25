"""The menu and the quick way in a real browser: by mouse, by keyboard, on a phone, without script."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Page, expect

from lms.ground import db
from tests import cast, make
from tests.live import chromium, serving, window


def _opened(page: Page) -> list[str | None]:
    groups = page.locator(".menu details[open]").all()
    return [group.get_attribute("data-group") for group in groups]


def test_groups_are_remembered_and_the_keyboard_goes_anywhere(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cohort_id = make.cohort(title="知行学堂第九期").id
    with serving(app) as address, chromium() as browser:
        page = window(app, address, browser, cast.office).new_page()
        page.goto(f"{address}/venues/")
        page.locator("summary", has_text="考核与档案").focus()
        page.keyboard.press("Enter")
        assert _opened(page) == ["staff", "file"]
        page.goto(f"{address}/norms/")
        assert _opened(page) == ["file", "system"]
        page.locator("summary", has_text="考核与档案").click()
        page.reload()
        assert _opened(page) == ["system"]

        page.locator("main input").first.click()
        page.keyboard.press("/")
        expect(page.locator("#goto")).to_be_hidden()
        page.locator("h1").click()
        page.keyboard.press("/")
        expect(page.locator("#goto a", has_text="排课板")).to_be_visible()
        page.keyboard.type("第九")
        expect(page.locator("#goto a")).to_have_count(1)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/cohorts/{cohort_id}")
        page.keyboard.press("Control+k")
        page.keyboard.type("排课")
        expect(page.locator("#goto a")).to_have_count(1)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/boards/")
        browser.close()


def test_a_phone_opens_the_menu_and_a_browser_without_script_shows_it(app: Flask) -> None:
    with serving(app) as address, chromium() as browser:
        phone = window(app, address, browser, cast.office, width=390)
        page = phone.new_page()
        page.goto(f"{address}/venues/")
        entry = page.locator(".menu a", has_text="课程专题")
        expect(entry).to_be_hidden()
        page.get_by_role("button", name="打开菜单").click()
        expect(entry).to_be_visible()
        plain = browser.new_context(
            java_script_enabled=False,
            storage_state=phone.storage_state(),
            viewport={"width": 390, "height": 844},
        ).new_page()
        plain.goto(f"{address}/venues/")
        expect(plain.locator(".menu a", has_text="课程专题")).to_be_visible()
        plain.locator("summary", has_text="考试").click()
        plain.locator(".menu a", has_text="阅卷").click()
        expect(plain.locator("h1")).to_have_text("阅卷")
        browser.close()
