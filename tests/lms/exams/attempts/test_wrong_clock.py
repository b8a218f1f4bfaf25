"""The clock of the machine is set while people sit an exam: nobody's sheet is handed in for that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from lms.exams.attempts import jobs, queries
from lms.exams.attempts.models import Attempt
from lms.ground import clock, db
from lms.ground.audit.models import AuditEntry
from tests.clocks import set_clock, watch_anew
from tests.lms.exams.attempts.browser_hall import (
    SOON,
    Hall,
    all_saved,
    choose,
    launch_chromium,
    open_hall,
)
from tests.lms.exams.attempts.hall import seat

__all__ = ["launch_chromium", "open_hall"]
HOURS = timedelta(hours=10)


def test_who_asks_for_the_sheet_just_after_a_leap_is_told_to_wait(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = seat(app)
    one.open()
    one.save(n1="A")
    watch_anew(monkeypatch)
    set_clock(monkeypatch, HOURS)
    refused = one.submit({1: "A"})
    assert refused.status_code == 409
    assert refused.get_json()["errors"] == [
        "服务器的时钟刚刚变动过，暂不收卷。作答都保存着，请告诉监考人。"
    ]
    assert one.save(n2="B").get_json()["set_aside"] == {"2": "late"}
    set_clock(monkeypatch, timedelta())
    assert one.save(n3="C").get_json()["acknowledged"] == [3]
    assert one.submit({1: "A", 3: "C"}).status_code == 200


def sweep(app: Flask) -> int:
    """One run by the clock; how many sheets are handed in after it."""
    with app.app_context(), db.transaction():
        jobs.sweep()
    with app.app_context():
        return len(
            db.session.scalars(select(Attempt.id).where(Attempt.submitted_at.is_not(None))).all()
        )


def test_the_sweeper_waits_until_the_clock_can_be_trusted(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = seat(app)
    one.open()
    since_boot = clock.SETTLING + 10
    monkeypatch.setattr(clock, "monotonic", lambda: since_boot)
    watch_anew(monkeypatch)
    set_clock(monkeypatch, HOURS)
    assert sweep(app) == 0
    monkeypatch.setattr(clock, "monotonic", lambda: since_boot + clock.SETTLING)
    set_clock(monkeypatch, HOURS + timedelta(seconds=clock.SETTLING))
    assert sweep(app) == 1


def test_a_machine_that_was_just_started_collects_nothing_yet(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = seat(app)
    one.open()
    monkeypatch.setattr(clock, "monotonic", lambda: clock.SETTLING - 1)
    set_clock(monkeypatch, HOURS)
    watch_anew(monkeypatch)
    assert sweep(app) == 0


def test_a_leap_stands_in_the_trail_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "seen", clock.Watch())
    set_clock(monkeypatch, -HOURS)
    for _ in range(2):
        with app.app_context(), db.transaction():
            jobs.note_leap()
    with app.app_context():
        wanted = select(AuditEntry.sentence).where(AuditEntry.action == "attempts.note_leap")
        assert db.session.scalars(wanted).all() == ["服务器的系统时钟被拨慢了 36000 秒"]


@pytest.mark.journey
def test_the_page_hands_nobody_in_and_goes_on_when_the_clock_is_right_again(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = hall.enter(hall.device())
    choose(page, 1, "乙")
    all_saved(page)
    watch_anew(monkeypatch)
    set_clock(monkeypatch, HOURS)
    choose(page, 3, "正确")
    expect(page.locator("#warning")).to_contain_text("服务器的时钟刚刚变动过", timeout=SOON)
    expect(page.locator("#timer")).to_have_text("0:00")
    choose(page, 2, "子")
    page.wait_for_timeout(4000)
    assert hall.attempt().submitted_at is None
    page.reload()
    expect(page.locator("body[data-phase=over]")).to_be_visible(timeout=SOON)
    page.wait_for_timeout(1000)
    assert hall.attempt().submitted_at is None
    set_clock(monkeypatch, timedelta())
    expect(page.locator("body[data-phase=running]")).to_be_visible(timeout=3 * SOON)
    page.locator("#slot-5 textarea").fill("继续")
    all_saved(page)
    assert hall.answers() == {1: "B", 5: "继续"}
    with hall.app.app_context():
        assert queries.progress([hall.attempt_id])[hall.attempt_id].set_aside == 2


TOLD = """async ([server, device]) => {
    const { Clock } = await import("/static/exam/clock.js");
    const clock = new Clock(1e12);
    const own = Date.now;
    Date.now = () => own() + device;
    const sentAt = performance.now();
    clock.observe(1e12 + server, sentAt);
    Date.now = own;
    return [Math.round((clock.now() - 1e12) / 6e4), Math.round((clock.unset() - 1e12) / 6e4)];
}"""


@pytest.mark.journey
@pytest.mark.parametrize(
    ("server", "device", "now", "unset"),
    [(0, 0, 0, 0), (60, 0, 60, 0), (-60, 0, -60, 0), (60, 60, 60, 60), (0, 60, 0, 0)],
    ids=["nothing", "ahead", "back", "the device slept", "the device was set"],
)
def test_the_page_tells_a_clock_that_was_set_from_a_device_that_slept(
    hall: Hall, server: int, device: int, now: int, unset: int
) -> None:
    page = hall.device().new_page()
    page.goto(f"{hall.address}/accounts/login")
    assert page.evaluate(TOLD, [server * 60_000, device * 60_000]) == [now, unset]
