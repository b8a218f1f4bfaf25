"""Speaking into the exam page in a real browser, whose microphone beeps."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from lms.exams.recordings import queries
from lms.exams.recordings.models import Recording
from lms.ground import db
from lms.ground.people.queries import get_person_of
from lms.ground.uploads import delivery
from tests import cast, make
from tests.lms.exams.attempts.browser_hall import SOON, Hall, all_saved, launch_chromium, open_hall

pytestmark = pytest.mark.journey
__all__ = ["launch_chromium", "open_hall"]

_PLAIN = {"points": "5", "options": [], "media": [], "blanks": 0, "parts": []}
SPOKEN: dict[str, Any] = {
    "title": "口语卷",
    "minutes": 60,
    "total": "10",
    "sections": [
        {
            "title": "一、口语",
            "kind": "speaking",
            "points": "10",
            "slots": [
                {"number": 1, "kind": "speaking", "stem": "请用越南语介绍自己", **_PLAIN,
                 "spoken": {"seconds": 3, "tries": 2}},
                {"number": 2, "kind": "essay", "stem": "再写几句", **_PLAIN},
            ],
        }
    ],
}  # fmt: skip


def speak(hall: Hall, *, worker: bool = True) -> tuple[Hall, Page]:
    """The paper that is spoken, begun."""
    with hall.app.app_context(), db.transaction():
        sheet = make.attempt(get_person_of(cast.learner()), make.variant(SPOKEN)).id
    spoken = replace(hall, attempt_id=sheet)
    page = spoken.device(worker=worker).new_page()
    page.goto(f"{hall.address}/attempts/{sheet}")
    page.get_by_role("button", name="试一试麦克风").click()
    expect(page.locator("#microphone [role=status]")).to_have_text(
        "听到声音了，麦克风正常。", timeout=SOON
    )
    page.get_by_role("button", name="开始作答").click()
    expect(page.locator("#slot-1 .hint").last).to_have_text("还可以录 2 次（共 2 次）")
    return spoken, page


def recordings(hall: Hall) -> list[Recording]:
    with hall.app.app_context():
        return queries.of_sheet(hall.attempt_id)


def recorded(page: Page, told: str) -> None:
    """Record until the limit of three seconds ends it."""
    page.locator("#slot-1").get_by_role("button", name="录音").first.click()
    expect(page.locator("#slot-1 .hint").last).to_contain_text("正在录音")
    expect(page.locator("#slot-1 .hint").last).to_have_text(told, timeout=SOON)


def test_a_spoken_answer_is_kept_heard_said_anew_and_handed_in_with_its_hash(hall: Hall) -> None:
    spoken, page = speak(hall)
    recorded(page, "录音已在服务器。还可以录 1 次（共 2 次）")
    expect(page.locator("#slot-1 audio")).to_be_visible()
    page.locator("#slot-1 audio").evaluate("one => one.play()")
    recorded(page, "录音已在服务器。已录 2 次，不能再录")
    expect(page.get_by_role("button", name="重新录音")).to_be_disabled()
    all_saved(page)
    first, second = recordings(spoken)
    assert spoken.answers() == {1: f"sha256:{second.sha256}"}
    assert (second.seconds, second.standing, second.number) == (3, "counts", 1)
    assert (second.measured, second.remark) == (3, "")
    with (
        hall.app.app_context(),
        delivery.open_bytes(queries.get_upload(spoken.attempt_id, second.sha256, 1)) as file,
    ):
        content = file.read()
    assert content[:4] == b"\x1aE\xdf\xa3"
    assert sha256(content).hexdigest() == second.sha256 != first.sha256
    page.reload()
    expect(page.locator("#slot-1 .hint").last).to_have_text("录音已在服务器。已录 2 次，不能再录")
    page.get_by_role("button", name="交卷", exact=True).click()
    page.get_by_role("button", name="确定交卷").click()
    expect(page.locator(".receipt .code")).to_be_visible(timeout=SOON)


def test_handing_in_waits_for_the_recording_and_says_what_is_missing(hall: Hall) -> None:
    spoken, page = speak(hall, worker=False)

    def cut(route: Route) -> None:
        route.abort()

    page.route("**/recordings/**", cut)
    recorded(page, "录音在本机，待上传。还可以录 1 次（共 2 次）")
    expect(page.locator("#slot-1").locator("xpath=..").locator(".state")).to_have_text(
        "已存本机，待上传"
    )
    expect(page.locator("#sync")).to_have_text("1 题待上传", timeout=SOON)
    page.get_by_role("button", name="交卷", exact=True).click()
    page.get_by_role("button", name="确定交卷").click()
    expect(page.locator("#warning")).to_contain_text("第 1 题的录音没有全部送达", timeout=SOON)
    assert (spoken.attempt().submitted_at, recordings(spoken)) == (None, [])
    page.unroute("**/recordings/**")
    all_saved(page)
    page.get_by_role("button", name="交卷", exact=True).click()
    page.get_by_role("button", name="确定交卷").click()
    expect(page.locator(".receipt .code")).to_be_visible(timeout=SOON)
    assert [one.standing for one in recordings(spoken)] == ["counts"]


def test_a_tab_that_dies_while_it_records_gives_back_what_was_said(hall: Hall) -> None:
    spoken, page = speak(hall)
    page.locator("#slot-1").get_by_role("button", name="开始录音").click()
    expect(page.locator("#slot-1 .hint").first).to_contain_text("2 / 3 秒", timeout=SOON)
    page.goto("about:blank")
    page.goto(f"{hall.address}/attempts/{spoken.attempt_id}")
    expect(page.locator("#slot-1 .hint").last).to_have_text(
        "录音已在服务器。还可以录 1 次（共 2 次）", timeout=SOON
    )
    all_saved(page)
    (one,) = recordings(spoken)
    assert spoken.answers() == {1: f"sha256:{one.sha256}"}


def test_a_page_without_https_says_so_and_the_log_does_too(hall: Hall) -> None:
    with hall.app.app_context(), db.transaction():
        hall.attempt_id = make.attempt(get_person_of(cast.learner()), make.variant(SPOKEN)).id
    page = hall.device().new_page()
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {get: () => false})")
    page.goto(f"{hall.address}/attempts/{hall.attempt_id}")
    expect(page.locator("#microphone [role=status]")).to_contain_text("make tls")
    with page.expect_request("**/report") as told:
        page.get_by_role("button", name="开始作答").click()
        expect(page.locator("#slot-1 .hint").last).to_contain_text("不是用 https:// 打开的")
    expect(page.get_by_role("button", name="开始录音")).to_be_disabled()
    (report,) = told.value.post_data_json["reports"]
    assert report["kind"] == "no_recording"
    assert report["detail"] == "本页不是用 https:// 打开的，浏览器不允许录音"
