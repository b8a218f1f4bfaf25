"""The exam itself: three candidates at once; one offline, one who leaves, and a killed server."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser, Page, expect

from app import create_app
from lms.exams.attempts.queries import responses
from lms.ground import db
from lms.ground.clock import now
from lms.ground.config import Config
from tests.journeys.conftest import School, Seat
from tests.journeys.preparing import EXAM

ANSWERS: dict[str, dict[int, Any]] = {
    "learner1": {1: "C", 2: "A", 3: [*"ABCDE"], 4: "true", 5: "熟悉法律法规，按权限和程序办事。"},
    "learner2": {1: "B", 2: "A", 3: ["A", "B"], 4: "true", 5: "先学后做。Cần kiệm liêm chính."},
    "learner3": {1: "C", 2: "D", 3: [*"ABCDE"], 4: "false", 5: "仉氏、𬱖字也要存得住。"},
}
# By stem: variants and seeds put items and options in another order for everybody.
STEMS = {1: "试用期", 2: "并行制度", 3: "全面考核", 4: "重点考核", 5: "依法履职"}
OFFLINE_SECONDS = 60


@dataclass
class Place:
    """A candidate's browser, and which item stands at which number of this sheet."""

    login: str
    seat: Seat
    page: Page
    attempt_id: int = 0
    numbers: dict[int, int] = field(default_factory=dict)


def take_seats(browser: Browser, school: School) -> list[Place]:
    """Everybody waits in the waiting room before the start."""
    hall = []
    for login in ANSWERS:
        seat = Seat(browser, school, login)
        seat.page.goto("/attempts/")
        card = seat.page.locator(".card", has_text=EXAM)
        card.get_by_role("link", name=re.compile("进入")).click()
        expect(seat.page.get_by_text(EXAM).first).to_be_visible()
        attempt_id = int(seat.page.url.rpartition("/")[2])
        hall.append(Place(login, seat, seat.page, attempt_id))
    return hall


def sit(hall: list[Place], school: School, browser: Browser) -> None:
    """The paper comes by itself; a network is lost, a tab is closed, the server is killed."""
    for place in hall:
        begin(place)
    offline, leaver, steady = hall
    answer(offline, 1)
    expect_kept(offline, 1)
    offline.seat.context.set_offline(True)
    went_off = time.monotonic()
    for item in (2, 3, 4, 5):
        answer(offline, item)
    answer(leaver, 1)
    answer(leaver, 2)
    expect_kept(leaver, 2)
    leaver.page.close()
    answer(steady, 1)
    expect_kept(steady, 1)
    school.kill_web_server()
    for item in (2, 3):
        answer(steady, item)
    school.wait_until_it_answers()
    leaver.page = leaver.seat.context.new_page()
    leaver.page.goto(f"/attempts/{leaver.attempt_id}")
    begin(leaver)
    for item in (3, 4, 5):
        answer(leaver, item)
    for item in (4, 5):
        answer(steady, item)
    time.sleep(max(0.0, OFFLINE_SECONDS - (time.monotonic() - went_off)))
    offline.seat.context.set_offline(False)
    watch(browser, school)
    for place in hall:
        hand_in(place)


def begin(place: Place) -> None:
    """Wait for the paper, which loads at the start without a click, or after one."""
    page = place.page
    start = page.get_by_role("button", name="开始作答")
    first = page.locator("#slot-1")
    expect(start.or_(first).first).to_be_visible(timeout=120_000)
    if start.is_visible():
        start.click()
    expect(first).to_be_visible()
    place.numbers = {
        item: int((page.locator("fieldset.slot", has_text=stem).get_attribute("id") or "")[5:])
        for item, stem in STEMS.items()
    }


def answer(place: Place, item: int) -> None:
    """Give this candidate's answer to an item."""
    slot = place.page.locator(f"#slot-{place.numbers[item]}")
    value = ANSWERS[place.login][item]
    if item == 5:
        slot.locator("textarea").fill(value)
        return
    for letter in value if isinstance(value, list) else [value]:
        slot.locator(f'input[value="{letter}"]').check()


def expect_kept(place: Place, item: int) -> None:
    """Wait until the page says that the server has this answer."""
    article = place.page.locator(
        "article.item", has=place.page.locator(f"#slot-{place.numbers[item]}")
    )
    expect(article.locator(".state")).to_have_text("已存服务器", timeout=30_000)


def watch(browser: Browser, school: School) -> None:
    """The invigilator sees who is there and how far they are."""
    seat = Seat(browser, school, "invigilator")
    seat.page.goto("/sittings/")
    seat.page.get_by_role("link", name=EXAM).first.click()
    seat.page.locator("tbody a").first.click()
    seat.page.get_by_role("link", name="监考", exact=True).click()
    expect(seat.page.get_by_text("应到 5 人")).to_be_visible()
    expect(seat.page.locator(".seats .working").first).to_be_visible()
    seat.context.close()


def hand_in(place: Place) -> None:
    """Submit when all five answers are at the server; the receipt is shown."""
    for item in STEMS:
        expect_kept(place, item)
    place.page.get_by_role("button", name="交卷").first.click()
    place.page.locator("#submit-yes").click()
    expect(place.page.get_by_text("已交卷")).to_be_visible(timeout=30_000)


def every_acknowledged_answer_is_there_once(hall: list[Place], school: School) -> None:
    """What the pages said was kept is what the database holds, answer by answer."""
    url = school.environment["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
    config = Config(school.var, url or f"sqlite:///{school.var / 'fengxue.sqlite3'}")
    app = create_app(config)
    with app.app_context():
        kept = responses([place.attempt_id for place in hall])
        db.session.remove()
        db.database().engine.dispose()
    for place in hall:
        given = {place.numbers[item]: value for item, value in ANSWERS[place.login].items()}
        assert kept[place.attempt_id] == given


def nobody_sees_a_key_or_a_score_yet(hall: list[Place]) -> None:
    """Before the release there is nothing to see."""
    for place in hall:
        place.page.goto("/results/mine")
        expect(place.page.get_by_text(EXAM)).to_have_count(0)


def wait_until(instant: datetime) -> None:
    """Let the window of the sitting pass."""
    time.sleep(max(0.0, (instant - now()).total_seconds() + 11))
