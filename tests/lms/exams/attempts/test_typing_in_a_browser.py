"""Vietnamese typed on a plain keyboard into the exam page, in a real browser."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from lms.ground import db
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.lms.exams.attempts.browser_hall import (
    PAPER,
    Hall,
    all_saved,
    launch_chromium,
    open_hall,
)

pytestmark = pytest.mark.journey
__all__ = ["launch_chromium", "open_hall"]

TELEX = {
    "Vieejt Nam": "Việt Nam",
    "tieengs Vieetj": "tiếng Việt",
    "dduwowcj dduwocwj": "được được",
    "DDOONGF DDawng": "ĐỒNG Đăng",
    "nguwowif nguoiwf": "người người",
    "thuowr huow thuowng": "thuở huơ thương",
    "muwa muaw luwu": "mưa mưa lưu",
    "hoaf hoafn toanf": "hòa hoàn toàn",
    "quys quawn quoocs": "quý quăn quốc",
    "gif giaf giuwowngf": "gì già giường",
    "khuyur ngoeor nguyeenx": "khuỷu ngoẻo nguyễn",
    "ooij uwf tw": "ội ừ tư",
    "ass aaa ddd wweb casz": "as aa dd web ca",
    "class A4 2026": "class A4 2026",
    "“xã hooij”，hooij": "“xã hội”，hội",
}
VNI = {
    "Vie65t Nam": "Việt Nam",
    "d9u7o7c5 d9uo7c5": "được được",
    "D9a2 Na8ng4": "Đà Nẵng",
    "xa4 ho65i ngu7o7i2": "xã hội người",
    "hoa2n quo6c1": "hoàn quốc",
    "a11 1945 ba10": "a1 1945 ba",
}


def open_with(hall: Hall, method: str) -> Page:
    page = hall.enter(hall.device())
    page.get_by_label("越南语输入").select_option(method)
    return page


def shown(page: Page, texts: dict[str, str]) -> dict[str, str]:
    """What stands on the page after each text was typed, key by key."""
    area = page.locator("#slot-5 textarea")
    found = {}
    for text in texts:
        area.fill("")
        area.press_sequentially(text)
        found[text] = area.input_value()
    return found


@pytest.mark.parametrize(("method", "texts"), [("telex", TELEX), ("vni", VNI)])
def test_keys_become_vietnamese_letters(hall: Hall, method: str, texts: dict[str, str]) -> None:
    assert shown(open_with(hall, method), texts) == texts


def test_what_is_typed_so_reaches_the_server_and_the_choice_outlives_a_reload(hall: Hall) -> None:
    page = open_with(hall, "telex")
    page.locator("#slot-4 input").nth(0).press_sequentially("cachs mangj")
    all_saved(page)
    assert hall.answers() == {4: ["cách mạng", ""]}
    expect(page.locator("#typing-hint")).to_contain_text("Telex")
    page.reload()
    expect(page.get_by_label("越南语输入")).to_have_value("telex")
    page.locator("#slot-4 input").nth(1).press_sequentially("Đảng ddieenj")
    expect(page.locator("#slot-4 input").nth(1)).to_have_value("Đảng điện")


def test_a_paper_that_has_nothing_to_do_with_vietnamese_offers_no_such_keys(hall: Hall) -> None:
    content = json.loads(json.dumps(PAPER).replace(json.dumps("越南语")[1:-1], ""))
    with hall.app.app_context(), db.transaction():
        sheet = make.attempt(get_person_of(cast.learner()), make.variant(content))
        other = replace(hall, attempt_id=sheet.id)
    page = other.enter(other.device())
    expect(page.get_by_role("button", name="字号")).to_be_visible()
    expect(page.get_by_label("越南语输入")).to_be_hidden()


def test_in_the_middle_of_a_word_the_part_before_the_caret_is_changed(hall: Hall) -> None:
    page = open_with(hall, "telex")
    field = page.locator("#slot-4 input").nth(0)
    field.fill("tieng Viet")
    field.evaluate("field => field.setSelectionRange(3, 3)")
    field.press_sequentially("e")
    expect(field).to_have_value("tiêng Viet")
    assert field.evaluate("field => field.selectionStart") == 3


def test_switched_off_every_key_is_itself(hall: Hall) -> None:
    page = hall.enter(hall.device())
    assert shown(page, {"ass 11 dd": ""}) == {"ass 11 dd": "ass 11 dd"}
    expect(page.locator("#typing-hint")).not_to_contain_text("Telex", use_inner_text=True)


def test_the_paper_says_faintly_whose_it_is_and_lets_every_click_through(hall: Hall) -> None:
    page = hall.enter(hall.device())
    drawn = page.locator("#watermark").evaluate(
        "one => decodeURIComponent(one.style.backgroundImage)"
    )
    name = hall.name()
    assert f">{name} {hall.attempt_id}</text>" in drawn
    page.locator("#slot-1").get_by_text("乙", exact=True).click()
    all_saved(page)
    assert hall.answers() == {1: "B"}
