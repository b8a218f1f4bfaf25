"""The words that items carry: counted for whoever sees the items, renamed and merged together."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from lms.ground import db
from lms.ground.db import session
from question_bank.items.models import ItemTag
from question_bank.items.rules.terms import BankAccess
from question_bank.tags import queries
from tests import cast, make, markup


def test_tags_are_counted_the_most_frequent_first_and_found(context: None) -> None:
    make.item(tags=["重点", "易错"])
    make.item(tags=["重点"])
    found = queries.tags(cast.office(), text="", page=None)
    assert [(tag.word, tag.items) for tag in found.rows] == [("重点", 2), ("易错", 1)]
    assert [tag.word for tag in queries.tags(cast.office(), text="错", page=None).rows] == ["易错"]


def test_tags_of_items_that_one_may_not_see_are_not_told(context: None) -> None:
    hidden = make.bank()
    hidden.access = BankAccess.RESTRICTED
    make.item(bank=hidden, tags=["机密"])
    make.item(tags=["公开"])
    seen = queries.tags(cast.instructor(), text="", page=None)
    assert ([tag.word for tag in seen.rows], seen.total) == (["公开"], 1)


def test_tags_are_merged_on_the_page_and_given_back(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        make.item(tags=["易错"])
        make.item(tags=["错题", "重点"])
    assert "错题" in office.get("/tags/").text
    told = office.get("/tags/rename?word=易错&word=错题&into=易错题").text
    assert "将改动2道试题：易错、错题改为“易错题”。" in told.replace("错题、易错", "易错、错题")
    data = {"word": ["易错", "错题"], "into": "易错题"}
    late = office.post("/tags/rename", data={**data, "expected": "3"})
    assert late.status_code == 409
    done = office.post("/tags/rename", data={**data, "expected": "2"}, follow_redirects=True)
    assert "标签改名或合并" in done.text
    assert _words(app) == ["易错题", "易错题", "重点"]
    assert office.post("/changes/1/undo").status_code == 303
    assert _words(app) == ["易错", "重点", "错题"]


def test_a_new_name_that_is_none_is_refused(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        make.item(tags=["易错"])
    for into, reason in (
        ("", "请填写一个新的标签"),
        ("易错", "不能和原来的一样"),
        ("a b", "中间不能有空格"),
    ):
        assert reason in office.get(f"/tags/rename?word=易错&into={into}").text
        refused = office.post("/tags/rename", data={"word": "易错", "into": into})
        assert (refused.status_code, reason in refused.text) == (422, True)
    assert _words(app) == ["易错"]


def test_instructors_look_at_tags_and_change_none(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    with app.app_context(), db.transaction():
        make.item(tags=["易错"])
    page = browser.get("/tags/").text
    assert ("易错" in page, "改名" in page) == (True, False)
    assert browser.post("/tags/rename", data={"word": "易错", "into": "x"}).status_code == 403


def test_the_pages_of_tags_are_clean_also_while_there_is_none(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    assert "还没有标签" in office.get("/tags/").text
    with app.app_context(), db.transaction():
        make.item(tags=["易错"])
    for page in ("/tags/", "/tags/?text=无", "/tags/rename", "/tags/rename?word=易错&into=难"):
        assert markup.read(office.get(page).text)[0] == []


def _words(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(session.scalars(select(ItemTag.word)))
