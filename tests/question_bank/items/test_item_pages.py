"""The pages of items and banks, through the client."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from lxml import html

from lms.ground import db
from question_bank.items import queries
from question_bank.items.rules.runs import exchanged, moved
from question_bank.items.rules.terms import Source
from tests import cast, make

FORM: dict[str, Any] = {
    "stem": "新录用公务员的试用期为（　）。", "points": "2", "difficulty": "easy",
    "cognition": "recall", "topic": "公务员法 > 录用", "document": "公务员法", "article": "第三十四条",
    "valid_from": "2019-06-01",
}  # fmt: skip
BY_KIND: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("single", {"options": "A. 半年\nB. 一年", "key": "b"},
     {"options": ["半年", "一年"], "key": ["B"]}),
    ("multiple", {"options": "甲\n乙\n丙", "key": "A、C"},
     {"options": ["甲", "乙", "丙"], "key": ["A", "C"]}),
    ("truth", {"key": "对"}, {"key": ["true"]}),
    ("blank", {"key": "二十 | 20\n三"}, {"key": [["二十", "20"], ["三"]]}),
    ("blank", {"key": "德\n能", "any_order": "y"},
     {"key": [{"accepted": ["德"], "group": "1"}, {"accepted": ["能"], "group": "1"}]}),
    ("essay", {"key": "参考", "rubric": "1 甲\n1分：乙"},
     {"key": ["参考"], "rubric": [{"text": "甲", "points": "1"}, {"text": "乙", "points": "1"}]}),
    ("matching", {"left": "甲\n乙", "options": "一\n二", "key": "1-B 2-A"},
     {"options": ["一", "二"], "key": [[0, 1], [1, 0]]}),
    ("ordering", {"options": "甲\n乙\n丙", "key": "CAB"},
     {"options": ["甲", "乙", "丙"], "key": [2, 0, 1]}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "typed", "kept"), BY_KIND)
def test_an_item_is_typed_in_and_kept_as_meant(
    app: Flask, kind: str, typed: dict[str, Any], kept: dict[str, Any]
) -> None:
    browser, bank_id = cast.browser(app, cast.instructor), _bank(app)
    assert browser.get(f"/items/new?kind={kind}").status_code == 200
    answer = browser.post("/items/new", data={**FORM, "kind": kind, "bank_id": bank_id, **typed})
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.location, follow_redirects=True)
    assert page.status_code == 200
    with app.app_context():
        item = queries.get_item(int(answer.location.rpartition("/")[2]))
        assert {name: getattr(item.current, name) for name in kept} == kept
        assert item.provenances[0].article == "第三十四条"


def test_a_case_is_typed_in_with_its_parts(app: Flask) -> None:
    browser, bank_id = cast.browser(app, cast.instructor), _bank(app)
    parts = {
        "parts-0-kind": "single", "parts-0-stem": "小题一", "parts-0-options": "甲\n乙",
        "parts-0-key": "A", "parts-0-points": "1",
        "parts-1-kind": "short", "parts-1-stem": "小题二", "parts-1-key": "参考",
        "parts-1-points": "1", "parts-2-kind": "single",
    }  # fmt: skip
    answer = browser.post("/items/new", data={**FORM, "kind": "case", "bank_id": bank_id, **parts})
    assert answer.status_code == 303, answer.text
    with app.app_context():
        item = queries.get_item(int(answer.location.rpartition("/")[2]))
        assert [(part["kind"], part["points"]) for part in item.current.parts] == [
            ("single", "1"), ("short", "1"),
        ]  # fmt: skip
    assert "小题二" in browser.get(answer.location + "/edit").text


def test_saving_an_item_as_it_was_opened_loses_nothing(app: Flask) -> None:
    browser = cast.browser(app, cast.office)
    parts = [
        {"kind": "blank", "stem": "小题一", "rationale": "解析一", "points": "1",
         "key": [{"accepted": ["德"], "group": "1"}, {"accepted": ["能"], "group": "1"}]},
        {"kind": "short", "stem": "小题二", "key": ["参考"], "points": "2", "rationale": "",
         "rubric": [{"text": "要点", "points": "2"}]},
    ]  # fmt: skip
    sources = [Source("甲法", "第一条", "2018年", date(2019, 6, 1)), Source("乙法")]
    with app.app_context(), db.transaction():
        made = make.item("case", parts=parts, points=Decimal(3), sources=sources, rationale="总")
        item_id, before = made.id, _all_of(made.id)
    page = html.fromstring(browser.get(f"/items/{item_id}/edit").text)
    (form,) = [one for one in page.forms if (one.get("action") or "").endswith("/edit")]
    answer = browser.post(f"/items/{item_id}/edit", data=dict(form.form_values()))
    assert answer.status_code == 303, answer.text
    with app.app_context():
        assert _all_of(item_id) == before


def _all_of(item_id: int) -> tuple[Any, ...]:
    item = queries.get_item(item_id)
    current = item.current
    held = [(one.document, one.article, one.edition, one.valid_from) for one in item.provenances]
    return current.stem, current.parts, current.rationale, current.points, sorted(held, key=str)


def test_a_refused_item_keeps_what_was_typed(app: Flask) -> None:
    browser, bank_id = cast.browser(app, cast.instructor), _bank(app)
    typed = {**FORM, "kind": "single", "bank_id": bank_id, "options": "甲\n乙", "key": "F"}
    answer = browser.post("/items/new", data=typed)
    assert answer.status_code == 422
    assert "标准答案是F，但没有选项F。" in answer.text
    assert "新录用公务员的试用期为（　）。" in answer.text


def test_an_item_is_revised_and_retired_on_its_page(app: Flask) -> None:
    office, writer = cast.browser(app, cast.office), cast.browser(app, cast.instructor)
    with app.app_context(), db.transaction():
        item_id = make.item(by=cast.instructor(), approved=False).id
    assert "第" in writer.get(f"/items/{item_id}/edit").text
    typed = {**FORM, "bank_id": 1, "options": "甲\n乙", "key": "A", "version": 1}
    assert writer.post(f"/items/{item_id}/edit", data=typed).status_code == 303
    assert writer.post(f"/items/{item_id}/edit", data=typed).status_code == 409
    assert office.post(f"/items/{item_id}/retire", data={"version": 2}).status_code == 303
    assert office.post(f"/items/{item_id}/restore", data={"version": 3}).status_code == 303


def test_another_writers_item_cannot_be_edited(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    with app.app_context(), db.transaction():
        item_id = make.item().id
    assert browser.get(f"/items/{item_id}").status_code == 200
    assert browser.get(f"/items/{item_id}/edit").status_code == 404
    assert browser.post(f"/items/{item_id}/edit", data=FORM).status_code == 404


def test_the_list_is_searched(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    assert "还没有题库" in office.get("/items/").text
    with app.app_context(), db.transaction():
        for number in range(3):
            make.item(stem=f"甲{number}（　）", approved=False)
    page = office.get("/items/?text=甲1").text
    assert ("<mark>甲1</mark>" in page, "甲2" in page) == (True, False)
    assert "没有符合条件的试题" in office.get("/items/?text=不存在&kind=nonsense&bank=x").text


def test_learners_see_no_items(app: Flask) -> None:
    learner = cast.browser(app, cast.learner)
    for page in ("/items/", "/items/1", "/items/new", "/intakes/", "/intakes/1"):
        assert learner.get(page).status_code == 403


def _bank(app: Flask) -> int:
    with app.app_context(), db.transaction():
        bank_id: int = make.bank().id
        return bank_id


WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(28)


def test_a_listening_item_is_typed_in_with_its_recording(app: Flask) -> None:
    browser, bank_id = cast.browser(app, cast.instructor), _bank(app)
    typed = {
        **FORM, "kind": "listening", "bank_id": bank_id, "plays": "2", "transcript": "Xin chào",
        "points": "1", "parts-0-kind": "truth", "parts-0-stem": "小题", "parts-0-key": "对",
    }  # fmt: skip
    silent = browser.post("/items/new", data=typed)
    assert (silent.status_code, "听力题没有录音。" in silent.text) == (422, True)
    wrong = {**typed, "recording": (BytesIO(b"%PDF-1.7 text"), "a.mp3")}
    refused = browser.post("/items/new", data=wrong, content_type="multipart/form-data")
    assert (refused.status_code, "这里只能上传" in refused.text) == (422, True)
    brought = {**typed, "recording": (BytesIO(WAV), "对话.wav")}
    kept = browser.post("/items/new", data=brought, content_type="multipart/form-data")
    assert kept.status_code == 303, kept.text
    page = browser.get(kept.location)
    (player,) = html.fromstring(page.text).xpath("//audio/@src")
    assert "考试时最多播放2次" in page.text
    played = browser.get(player)
    assert (played.status_code, played.mimetype, played.data) == (200, "audio/wav", WAV)
    played.close()
    assert browser.get(f"{kept.location}/files/999").status_code == 404


def test_a_recording_may_only_be_so_large(app: Flask) -> None:
    browser, bank_id = cast.browser(app, cast.instructor), _bank(app)
    with app.app_context(), db.transaction():
        make.norm("items.recording_megabytes", Decimal("0.0001"))
    typed = {
        **FORM, "kind": "speaking", "bank_id": bank_id, "key": "参考",
        "recording": (BytesIO(WAV + bytes(200)), "a.wav"),
    }  # fmt: skip
    answer = browser.post("/items/new", data=typed, content_type="multipart/form-data")
    assert answer.status_code == 422


def test_signs_follow_their_pictures_when_others_are_dropped_or_brought() -> None:
    assert exchanged([], [], [9], [1, 2]) == ([9, 1, 2], {})
    assert exchanged([1, 2, 3], [2], [], []) == ([1, 3], {0: 0, 1: None, 2: 1})
    assert exchanged([1, 2], [1], [], [5, 6]) == ([5, 2, 6], {0: 0, 1: 1, 2: 2})
    media, places = exchanged([1, 2], [], [9], [5])
    assert (media, places) == ([9, 1, 2, 5], {0: 1, 1: 2, 2: 3})
    typed = {
        "stem": "［图1］和［图3］",
        "options": ["［图2］"],
        "parts": [{"stem": "［图1］"}],
        "plays": 2,
    }
    assert moved(typed, places) == {
        "stem": "［图2］和［图4］", "options": ["［图3］"], "parts": [{"stem": "［图2］"}], "plays": 2,
    }  # fmt: skip
    assert moved({"stem": "看［图1］"}, {0: None}) == {"stem": "看［图］"}
