"""The last resort in a real browser: no network until the end, a file, and the invigilator brings it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from tests import cast
from tests.lms.exams.answer_files.files import sitting_of
from tests.lms.exams.answer_files.test_taking_in import bring
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


def test_answers_of_a_device_that_never_comes_back_are_brought_by_hand(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = hall.device()
    page = hall.enter(device)
    choose(page, 1, "乙")
    all_saved(page)
    device.set_offline(True)
    choose(page, 2, "子", "寅")
    page.locator("#slot-5 textarea").fill("断网以后写的“一段话”")
    expect(page.locator("#offline")).to_be_visible(timeout=SOON)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="保存应急答卷").click()
    expect(page.locator("#warning")).to_contain_text("请交给监考人")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    # Closed in good order it would send the rest once more, on the network that it has again.
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    device.close()
    assert "断网".encode() not in file.read_bytes()
    assert hall.answers() == {1: "B"}
    monkeypatch.setitem(hall.app.config, "WTF_CSRF_ENABLED", False)
    told = bring(
        cast.browser(hall.app, cast.invigilator),
        sitting_of(hall.app, hall.attempt_id),
        file.read_bytes(),
    ).text
    assert f"{hall.name()}<div" in told
    assert hall.answers() == {1: "B", 2: ["A", "C"], 5: "断网以后写的“一段话”"}


# What browsers do that keep nothing, or no more: before the page is opened, or in the middle.
NOTHING_KEPT = "() => { indexedDB.open = () => { throw new Error('refused'); }; }"
DISK_FULL = """() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };
}"""


@pytest.mark.parametrize(
    ("before", "between"), [(NOTHING_KEPT, "() => {}"), ("() => {}", DISK_FULL)]
)
def test_what_a_browser_could_not_keep_is_in_the_file_all_the_same(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, before: str, between: str
) -> None:
    device = hall.device()
    device.add_init_script(f"({before})()")
    page = hall.enter(device)
    device.set_offline(True)
    choose(page, 1, "乙")
    expect(page.locator("#sync")).to_have_text("1 题待上传")
    page.evaluate(between)
    choose(page, 3, "正确")
    expect(page.locator("#offline")).to_be_visible(timeout=SOON)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="保存应急答卷").click()
    content = Path(waiting.value.path()).read_bytes()
    monkeypatch.setitem(hall.app.config, "WTF_CSRF_ENABLED", False)
    bring(cast.browser(hall.app, cast.invigilator), sitting_of(hall.app, hall.attempt_id), content)
    assert hall.answers() == {1: "B", 3: "true"}
