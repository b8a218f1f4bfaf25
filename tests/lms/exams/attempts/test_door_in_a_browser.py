"""The door of a paper in a real browser: the code of the hall, and Safe Exam Browser's keys."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from lms.exams.attempts.models import Admission, Attempt
from lms.exams.attempts.rules.doors import request_hash
from lms.ground import db
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
KEY = "ab" * 32


def put_door(hall: Hall, **asked: Any) -> None:
    with hall.app.app_context(), db.transaction():
        made = Admission(mark=secrets.token_hex(8), set_by="李教务", set_at=now(), **asked)
        db.session.add(made)
        db.session.flush()
        mine = update(Attempt).where(Attempt.id == hall.attempt_id)
        db.session.execute(mine.values(admission_id=made.id))


def test_the_code_is_typed_once_and_a_new_door_holds_nobody_up(hall: Hall) -> None:
    put_door(hall, code="ABC234")
    page = hall.device().new_page()
    page.goto(f"{hall.address}/attempts/{hall.attempt_id}")
    page.get_by_role("button", name="开始作答").click()
    expect(page.locator("#door-sentence")).to_have_text("请输入监考人公布的考场口令。")
    page.get_by_label("考场口令").fill("WRONG2")
    page.get_by_role("button", name="进入", exact=True).click()
    expect(page.locator("#door-sentence")).to_contain_text("考场口令不对")
    page.get_by_label("考场口令").fill("abc234")
    page.get_by_role("button", name="进入", exact=True).click()
    expect(page.locator(".slot")).to_have_count(5)
    put_door(hall, code="XYZ789")
    choose(page, 1, "乙")
    all_saved(page)
    assert hall.answers() == {1: "B"}
    expect(page.locator("#lock-dialog")).to_be_hidden()
    page.reload()
    page.get_by_label("考场口令").fill("xyz789")
    page.get_by_role("button", name="进入", exact=True).click()
    expect(page.locator("#slot-1 input[value=B]")).to_be_checked()


def test_another_browser_is_told_to_use_the_safe_one(hall: Hall) -> None:
    put_door(hall, config_key=KEY)
    page = hall.device().new_page()
    page.goto(f"{hall.address}/attempts/{hall.attempt_id}")
    page.get_by_role("button", name="开始作答").click()
    expect(page.locator("#door-sentence")).to_contain_text("安全考试浏览器", timeout=SOON)
    expect(page.locator("#door-launch button")).to_be_visible()


def test_the_safe_browser_tells_its_key_to_the_page(hall: Hall) -> None:
    put_door(hall, config_key=KEY)
    device = hall.device()
    told = request_hash(f"{hall.address}/attempts/{hall.attempt_id}", KEY)
    device.add_init_script(
        "window.SafeExamBrowser = {version: 'SEB_macOS_3.3', security: {updateKeys(done) {"
        f"setTimeout(() => {{ this.configKey = '{told}'; done(); }}, 50); }} }} }};"
    )
    page = hall.enter(device)
    choose(page, 3, "正确")
    all_saved(page)
    assert hall.answers() == {3: "true"}
