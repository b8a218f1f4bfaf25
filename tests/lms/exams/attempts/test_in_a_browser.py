"""The exam page in a real browser: networks that fail, tabs that close, storage that is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import select

from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.rules.digests import digest_of
from lms.ground import db
from lms.ground.clock import now
from lms.ground.people.queries import get_person_of
from question_bank.papers.rules.shuffling import item_orders
from tests import cast, make
from tests.lms.exams.attempts.browser_hall import (
    EVERYTHING,
    PAPER,
    SOON,
    Hall,
    all_saved,
    answer_everything,
    choose,
    launch_chromium,
    open_hall,
)

pytestmark = pytest.mark.journey
__all__ = ["launch_chromium", "open_hall"]


def test_items_stand_in_the_order_of_the_candidates_seed(hall: Hall) -> None:
    shuffled = {**PAPER, "title": "打乱的卷", "shuffle": {"items": True, "options": False}}
    seed = next(one for one in range(99) if item_orders(shuffled, one)[0] == [2, 1])
    wanted = [number for section in item_orders(shuffled, seed) for number in section]
    with hall.app.app_context(), db.transaction():
        person = get_person_of(cast.learner())
        sheet = make.attempt(person, make.variant(shuffled), seed=seed).id
    page = replace(hall, attempt_id=sheet).enter(hall.device())
    shown = page.locator(".slot").evaluate_all("slots => slots.map((slot) => slot.id)")
    assert shown == [f"slot-{number}" for number in wanted]
    page.locator("body").press("n")
    expect(page.locator(f"#slot-{wanted[1]}")).to_be_focused()
    page.locator("body").press("p")
    expect(page.locator(f"#slot-{wanted[0]}")).to_be_focused()


def test_answers_are_kept_and_handed_in_with_a_receipt(hall: Hall) -> None:
    page = hall.enter(hall.device())
    answer_everything(page)
    all_saved(page)
    assert hall.answers() == EVERYTHING
    page.get_by_role("button", name="交卷", exact=True).click()
    expect(page.locator("#submit-summary")).to_contain_text("共 5 题，已答 5 题")
    page.get_by_role("button", name="确定交卷").click()
    expect(page.locator(".receipt .code")).to_be_visible(timeout=SOON)
    assert hall.attempt().answer_digest == digest_of(EVERYTHING)
    page.get_by_role("link", name="核对回执").click()
    expect(page.get_by_text("回执属实")).to_be_visible()


def test_who_is_offline_works_on_and_everything_arrives_afterwards(hall: Hall) -> None:
    device = hall.device()
    page = hall.enter(device)
    device.set_offline(True)
    answer_everything(page)
    expect(page.locator("#offline")).to_be_visible(timeout=SOON)
    expect(page.locator("#sync")).to_have_text("5 题待上传")
    assert hall.answers() == {}
    device.set_offline(False)
    all_saved(page)
    expect(page.locator("#offline")).to_be_hidden()
    assert hall.answers() == EVERYTHING


def test_a_tab_closed_without_network_gives_its_answers_back(hall: Hall) -> None:
    device = hall.device()
    page = hall.enter(device)
    device.set_offline(True)
    answer_everything(page)
    expect(page.locator("#sync")).to_have_text("5 题待上传")
    page.close()
    device.set_offline(False)
    again = hall.enter(device)
    expect(again.locator("#slot-5 textarea")).to_have_value(EVERYTHING[5])
    all_saved(again)
    assert hall.answers() == EVERYTHING


def test_an_answer_lost_on_its_way_back_is_sent_again_and_counts_once(hall: Hall) -> None:
    page = hall.enter(hall.device(worker=False))
    lost = []

    def lose(route: Route) -> None:
        """The server has it, the browser never hears of it."""
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/save", lose)
    choose(page, 1, "丙")
    all_saved(page)
    assert lost == [200, 200]
    with hall.app.app_context():
        assert len(list(db.session.scalars(select(Step)))) == 1
    assert hall.answers() == {1: "C"}


def test_a_second_window_takes_over_and_the_first_stops(hall: Hall) -> None:
    device = hall.device()
    first = hall.enter(device)
    choose(first, 1, "甲")
    all_saved(first)
    second = hall.enter(device)
    expect(second.locator("#slot-1 input[value=A]")).to_be_checked()
    choose(first, 3, "错误")
    expect(first.locator("#lock-dialog")).to_be_visible(timeout=SOON)
    expect(first.locator("#lock-sentence")).to_contain_text("已在另一个窗口或设备上打开")
    choose(second, 2, "丑")
    all_saved(second)
    assert hall.answers() == {1: "A", 2: ["B"]}


def test_an_idle_first_window_learns_it_within_ten_seconds(hall: Hall) -> None:
    first, second = hall.enter(hall.device()), hall.enter(hall.device())
    expect(first.locator("#lock-dialog")).to_be_visible(timeout=SOON)
    expect(second.locator("#lock-dialog")).to_be_hidden()


def test_clearing_and_changing_reach_the_server(hall: Hall) -> None:
    page = hall.enter(hall.device())
    choose(page, 1, "甲")
    choose(page, 2, "子", "丑")
    all_saved(page)
    choose(page, 2, "子")
    page.locator("#slot-1").get_by_role("button", name="清除").click()
    all_saved(page)
    assert hall.answers() == {2: ["B"]}


def test_where_storage_is_refused_the_page_says_so_and_saves_all_the_same(hall: Hall) -> None:
    device = hall.device()
    device.add_init_script(
        "Object.defineProperty(window, 'indexedDB', {get() { throw new Error('refused'); }})"
    )
    page = hall.enter(device)
    expect(page.locator("#warning")).to_contain_text("不允许在本机留存作答")
    choose(page, 1, "乙")
    all_saved(page)
    assert hall.answers() == {1: "B"}


def test_the_keyboard_alone_answers_and_moves(hall: Hall) -> None:
    page = hall.enter(hall.device())
    page.locator("#slot-1").focus()
    shown = page.locator("#slot-1 input").nth(1).get_attribute("value")
    page.keyboard.press("b")
    page.keyboard.press("n")
    page.keyboard.press("1")
    page.keyboard.press("3")
    page.keyboard.press("n")
    page.keyboard.press("2")
    page.keyboard.press("f")
    order = [page.locator("#slot-2 input").nth(n).get_attribute("value") for n in (0, 2)]
    all_saved(page)
    assert hall.answers() == {1: shown, 2: sorted(map(str, order)), 3: "false"}
    expect(page.get_by_role("button", name="第 3 题，已作答，已标记")).to_be_visible()


def test_the_waiting_room_opens_the_paper_by_itself(hall: Hall) -> None:
    with hall.app.app_context(), db.transaction():
        sheet = db.session.get_one(Attempt, hall.attempt_id)
        sheet.opens_at = now() + timedelta(seconds=4)
    page = hall.device().new_page()
    page.goto(f"{hall.address}/attempts/{hall.attempt_id}")
    expect(page.locator("#countdown")).to_have_text(re.compile(r"0:0\d"))
    assert "第一题" not in page.content()
    expect(page.locator(".slot")).to_have_count(5, timeout=SOON)


def test_when_time_is_up_the_last_words_are_kept_and_the_paper_is_collected(hall: Hall) -> None:
    page = hall.enter(hall.device())
    with hall.app.app_context(), db.transaction():
        sheet = db.session.get_one(Attempt, hall.attempt_id)
        sheet.started_at = now() - timedelta(minutes=sheet.minutes) + timedelta(seconds=5)
    page.reload()
    page.locator("#slot-5 textarea").fill("最后一句")
    expect(page.locator(".receipt .code")).to_be_visible(timeout=SOON)
    assert hall.answers() == {5: "最后一句"}


def test_an_extension_reaches_the_page_within_ten_seconds(hall: Hall) -> None:
    page = hall.enter(hall.device())
    with hall.app.app_context(), db.transaction():
        sheet = db.session.get_one(Attempt, hall.attempt_id)
        assert sheet.deadline is not None
        sheet.deadline += timedelta(minutes=20)
    expect(page.locator("#warning")).to_contain_text("延长 20 分钟", timeout=SOON)


def illustrated(hall: Hall) -> str:
    """The address of a paper with pictures in stem and options, and a recording for two plays."""
    with hall.app.app_context(), db.transaction():
        stem, option, heard = make.picture().id, make.picture().id, make.recording().id
        plain = {"points": "2", "blanks": 0, "parts": []}
        slots = [
            {"number": 1, "kind": "single", "stem": "看图［图1］选择", "options": ["［图2］", "乙"],
             "media": [stem, option, None], "recordings": [], "plays": None, **plain},
            {"number": 2, "kind": "matching", "stem": "配对", "options": ["［图1］", "丑"],
             "media": [stem], "recordings": [], "plays": None,
             **plain, "parts": [{"kind": "", "stem": "左一"}, {"kind": "", "stem": "左二"}]},
            {"number": 3, "kind": "listening", "stem": "听录音", "options": [],
             "media": [heard], "recordings": [heard], "plays": 2,
             **plain, "parts": [{"kind": "truth", "stem": "听到了", "options": []}]},
        ]  # fmt: skip
        section = {"title": "一、看和听", "kind": "single", "points": "6", "slots": slots}
        content = {"title": "图卷", "minutes": 60, "total": "6", "sections": [section]}
        sheet = make.attempt(get_person_of(cast.learner()), make.variant(content))
        hall.attempt_id = sheet.id
    return f"{hall.address}/attempts/{hall.attempt_id}"


def test_pictures_stand_in_their_places_and_an_option_may_be_one(hall: Hall) -> None:
    page = hall.device().new_page()
    page.goto(illustrated(hall))
    page.get_by_role("button", name="开始作答").click()
    stem = page.locator("#slot-1 legend")
    expect(stem.get_by_role("img", name="图1")).to_be_visible()
    assert stem.inner_text().replace("\n", "") == "看图选择"
    widths = page.locator("#slot-1 img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert widths == [40, 40]
    page.locator("#slot-1 .option img").click()
    options = page.locator("#slot-2 select").first.locator("option").all_inner_texts()
    assert sorted(one.partition("　")[2] for one in options) == ["", "丑", "图1"]
    expect(page.locator("#slot-2 p img")).to_be_visible()
    page.locator("#slot-2 select").first.select_option("A")
    all_saved(page)
    assert hall.answers() == {1: "A", 2: {"1": "A"}}


def test_a_recording_is_played_so_often_and_a_reload_gives_no_play_back(hall: Hall) -> None:
    page = hall.device().new_page()
    page.goto(illustrated(hall))
    page.get_by_role("button", name="开始作答").click()
    told, button = page.locator(".recording .hint"), page.locator(".recording button")
    expect(told).to_have_text("还可以播放 2 次（共 2 次）")
    button.click()
    expect(told).to_have_text("还可以播放 1 次（共 2 次）", timeout=SOON)
    expect(button).to_have_text("播放录音", timeout=SOON)
    page.reload()
    expect(told).to_have_text("还可以播放 1 次（共 2 次）")
    button.click()
    expect(told).to_have_text("已播放 2 次，不能再播放", timeout=SOON)
    page.reload()
    expect(told).to_have_text("已播放 2 次，不能再播放")
    expect(button).to_be_disabled()


def test_another_device_has_the_plays_that_are_left(hall: Hall) -> None:
    page = hall.device().new_page()
    page.goto(illustrated(hall))
    page.get_by_role("button", name="开始作答").click()
    page.locator(".recording button").click()
    expect(page.locator(".recording .hint")).to_have_text(
        "还可以播放 1 次（共 2 次）", timeout=SOON
    )
    with page.expect_response("**/report"):
        page.wait_for_timeout(100)
    other = hall.device().new_page()
    other.goto(f"{hall.address}/attempts/{hall.attempt_id}")
    expect(other.locator(".recording .hint")).to_have_text("还可以播放 1 次（共 2 次）")


def test_media_of_another_paper_are_not_sent(hall: Hall) -> None:
    with hall.app.app_context(), db.transaction():
        strange = make.picture().id
    page = hall.device().new_page()
    address = illustrated(hall)
    page.goto(address)
    page.get_by_role("button", name="开始作答").click()
    own = page.locator("#slot-1 img").first.get_attribute("src")
    assert page.request.get(f"{hall.address}{own}").status == 200
    assert page.request.get(f"{address}/media/{strange}").status == 404
