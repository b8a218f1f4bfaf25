"""Full text in Chinese: words of any length, wherever they stand, on both kinds of database."""

from __future__ import annotations

from typing import Any

import pytest

from lms.ground.clock import now
from lms.ground.db import session
from question_bank.items import actions, queries
from question_bank.items.kinds.protocol import Content
from question_bank.items.models import Item
from question_bank.items.rules.differences import GONE, NEW, SAME, changes, pieces
from question_bank.items.rules.finding import (
    Search,
    excerpt,
    face_of,
    inside_of,
    marked,
    search_of,
    tags_of,
)
from question_bank.items.rules.terms import Cognition, Difficulty, Kind
from tests import cast, make

FIELDS: dict[str, Any] = {
    "stem": "新录用公务员的 试用期为（　）。100%_a\"b'c", "options": ["半年", "壹年", "ＡＢＣ", "三年"],
    "key": ["B"], "rationale": "见第三十四条", "tags": ["基础题"],
}  # fmt: skip
# (what is typed, is the item found)
TYPED = [
    ("试用期", True), ("公务员的试用", True), ("录用", True), ("期", True), ("半年", True),
    ("abc", True), ("ａｂｃ", True), ("三十四", True), ("四条", True), ("基础", True),
    ("公务员 半年", True), ("公务员　壹年", True), ("公务员 不存在", False), ("务公", False),
    ("基础 试用期", True), ("半年 基础题", True), ("基础 基础题", True), ("基础 不存在", False),
    ("基础 半年", True), ("期 基础", True), ("期 龘", False), ("基础 务公", False),
    ("100%_a", True), ("00%", True), ("%", True), ("_", True), ("a\"b", True), ("\"b'", True),
    ("b'c", True), ("100_", False), ("* OR", False), ("AND", False), ("NEAR(", False), ("", True),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "found"), TYPED)
def test_an_item_is_found_by_what_stands_in_it(context: None, typed: str, found: bool) -> None:
    make.item(**FIELDS)
    assert queries.items(Search(text=typed), cast.office(), page=1).total == int(found)


@pytest.mark.parametrize("by", ["difficulty", "cognition"])
def test_words_and_what_the_version_says_narrow_together(context: None, by: str) -> None:
    values = {"difficulty": list(Difficulty), "cognition": list(Cognition)}[by]
    made = [make.item(stem=f"同一句话{value}（　）", **{by: value}).id for value in values[:2]]
    for item_id, value in zip(made, values, strict=False):
        search = Search(text="同一句话", **{by: value})
        assert [one.id for one in queries.items(search, cast.office(), page=1).rows] == [item_id]


def test_parts_and_accepted_blanks_are_found_as_well(context: None) -> None:
    parts = [{"kind": "blank", "stem": "小题干", "key": [["共同富裕"]], "rationale": "小解析"}]
    case = make.item("case", stem="材料", parts=parts)
    for typed in ("小题干", "共同富裕", "小解析"):
        page = queries.items(Search(text=typed), cast.office(), page=1)
        assert [item.id for item in page.rows] == [case.id]


def test_a_revised_item_is_found_by_its_new_words_alone(context: None) -> None:
    item = queries.get_item(make.item(stem="从前的题干（　）").id)
    fields = {"stem": "如今的题干（　）"}
    actions.revise(
        item, fields, topic=None, sources=[], seen=item.version, by=cast.office(), at=now()
    )
    session.flush()
    found = [
        queries.items(Search(text=t), cast.office(), page=1).total for t in ("从前的", "如今的")
    ]
    assert found == [0, 1]


def test_a_deleted_item_is_found_no_more(context: None) -> None:
    made = make.item(stem="将要删除的题干（　）", approved=False)
    session.delete(session.get_one(Item, made.id))
    session.flush()
    assert queries.items(Search(text="将要删除"), cast.office(), page=1).total == 0


def test_searches_are_read_from_addresses_and_nonsense_is_no_condition() -> None:
    source = {"text": "甲", "bank": "3", "kind": "single", "difficulty": "sehr", "topic": "x"}
    assert search_of(source) == Search(text="甲", bank_id=3, kind=Kind.SINGLE)
    assert search_of(source).as_json() == {"text": "甲", "bank_id": 3, "kind": Kind.SINGLE}


def test_hits_are_marked_in_the_text_as_it_stands() -> None:
    assert marked("新 录 用 的Ａb", ["录用", "ab"]) == [
        ("新 ", False), ("录 用", True), (" 的", False), ("Ａb", True),
    ]  # fmt: skip
    assert marked("", ["甲"]) == []


def test_an_excerpt_shows_the_first_hit() -> None:
    text = "一" * 100 + "目标" + "二" * 100
    shown = excerpt(text, ["目标"], length=40)
    assert shown == [
        ("…", False), ("一" * 20, False), ("目标", True), ("二" * 18, False), ("…", False),
    ]  # fmt: skip


def test_tags_are_words() -> None:
    assert tags_of("重点, 易错；重点　2026") == ["重点", "易错", "2026"]


def test_face_and_inside_part_what_a_paper_shows_from_the_rest() -> None:
    content = Content(
        "blank", "甲＿乙", key=(["丙"], {"accepted": ["丁"], "group": "1"}), rationale="戊",
        transcript="己",
    )  # fmt: skip
    assert (face_of(content), inside_of(content).split("\n")) == ("甲_乙", ["戊", "己", "丙", "丁"])


def test_the_difference_of_two_versions_is_told_field_by_field() -> None:
    before = Content("single", "试用期为一年", options=("甲", "乙"), key=("A",))
    after = Content("single", "试用期为两年", options=("甲", "乙", "丙"), key=("B",))
    assert [(one.label, one.pieces) for one in changes(before, after)] == [
        ("题干", ((SAME, "试用期为"), (GONE, "一"), (NEW, "两"), (SAME, "年"))),
        ("选项C", ((NEW, "丙"),)),
        ("标准答案", ((GONE, "A"), (NEW, "B"))),
    ]
    assert changes(before, before) == []
    assert pieces("", "") == ()
