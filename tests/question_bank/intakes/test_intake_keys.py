"""The preview by keyboard, in a real browser."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from lms.ground.jobs.worker import run_pending
from tests import cast, live

pytestmark = pytest.mark.journey
TEXT = """一、单选题
1. 甲是什么（ ）。
A. 一
B. 二
答案：D
2. 乙是什么（ ）。
A. 三
B. 四
答案：D
二、多选题
3. 丙有哪些（ ）。
A. 五
B. 六
C. 七
答案：A
4. 丁有哪些（ ）。
A. 八
B. 九
C. 十
答案：B
三、判断题
5. 戊是对的。
答案：正确
"""


@pytest.fixture
def preview(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The preview of the file above, opened by an instructor."""
    client = cast.browser(app, cast.instructor)
    file = (io.BytesIO(TEXT.encode()), "题.txt")
    data = {"bank_id": "", "bank_name": "键盘", "file": file}
    where = client.post("/intakes/", data=data).location
    run_pending(app)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    cookie = client.get_cookie("fengxue")
    assert cookie is not None
    with live.serving(app) as address, live.chromium() as browser:
        context = browser.new_context()
        context.add_cookies([{"name": "fengxue", "value": cookie.value, "url": address}])
        page = context.new_page()
        page.goto(address + where)
        yield page


def _standings(page: Page) -> dict[int, str]:
    return {
        int(card.get_attribute("data-row") or -1): card.get_attribute("data-standing") or ""
        for card in page.locator(".intake-row").all()
    }


def test_a_file_is_worked_through_without_a_mouse(preview: Page) -> None:
    page = preview
    press = page.keyboard.press
    press("?")
    expect(page.locator("#keys")).to_be_visible()
    press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    press("j")
    expect(page.locator("#row-0")).to_be_focused()
    press("2")
    expect(page.locator("#row-0[data-standing=ready]")).to_be_focused()
    press("ArrowDown")
    press("Enter")
    expect(page.locator("#row-1 [name=stem]")).to_be_focused()
    press("Escape")
    expect(page.locator("#row-1[data-standing=faulty]")).to_be_focused()
    press("e")
    page.locator("#row-1 [name=key]").fill("A")
    press("Control+Enter")
    expect(page.locator("#row-2")).to_be_focused()
    press("Shift+C")
    # A row is in use when it has the focus again, a moment after it came.
    expect(page.locator('#row-2[data-key="A,C"]')).to_be_focused()
    press("j")
    press("x")
    expect(page.locator("#row-4")).to_be_focused()
    press("k")
    press("u")
    expect(page.locator("#row-3[data-standing=doubtful]")).to_be_focused()
    press("a")
    expect(page.locator("#row-4")).to_be_focused()
    assert _standings(page) == dict.fromkeys(range(5), "ready")
    expect(page.get_by_role("button", name="全部入库")).to_be_visible()
