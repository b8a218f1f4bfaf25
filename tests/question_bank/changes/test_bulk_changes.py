"""One change to many items: what it would do, what it does, and taken back as a whole."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from lms.ground import db
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from question_bank.assemblies import actions as papers
from question_bank.changes import actions, queries
from question_bank.changes.models import BulkChange
from question_bank.changes.rules import Field, Line, changed, parsed
from question_bank.items import actions as items
from question_bank.items.models import Item, ItemVersion
from question_bank.items.queries import get_item
from question_bank.items.rules.terms import Difficulty, ItemState
from question_bank.topics.actions import ensure_path
from tests import cast, make

PARSED = [
    (Field.TOPIC, " 7 ", "7"),
    (Field.TOPIC, "", ""),
    (Field.DIFFICULTY, "hard", "hard"),
    (Field.POINTS, "20", "20"),
    (Field.POINTS, "1.50", "1.5"),
    (Field.ADD_TAG, " 重点 ", "重点"),
    (Field.STATE, "retired", "retired"),
]
NONSENSE = [
    (Field.DIFFICULTY, "sehr", "请选择新的难度。"),
    (Field.POINTS, "zwei", "题分须是数字。"),
    (Field.POINTS, "0", "题分须大于0、不超过1000，最多两位小数。"),
    (Field.ADD_TAG, "甲 乙", "请填写一个标签。"),
    (Field.STATE, "approved", "请选择新的停用或恢复。"),
]


@pytest.mark.parametrize(("field", "typed", "kept"), PARSED)
def test_a_new_value_is_read(field: Field, typed: str, kept: str) -> None:
    assert parsed(field, typed) == kept


@pytest.mark.parametrize(("field", "typed", "reason"), NONSENSE)
def test_nonsense_is_refused(field: Field, typed: str, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        parsed(field, typed)
    assert str(refusal.value) == reason


def test_points_that_are_a_sum_stay() -> None:
    lines = [Line(1, "1"), Line(2, "1", tied=True), Line(3, "2")]
    moved, told = changed(Field.POINTS, "2", lines)
    assert [line.item_id for line in moved] == [1]
    assert told == [
        "1道本来就是这样，不变。",
        "1道的题分由采分点或小题分合计而来，不能批量改，保持原样。",
    ]


# (field, new value, what of the item it changes, before, after)
CHANGES: list[tuple[Field, str, str, Any, Any]] = [
    (Field.DIFFICULTY, "hard", "current.difficulty", Difficulty.MEDIUM, Difficulty.HARD),
    (Field.POINTS, "2", "current.points", Decimal(1), Decimal(2)),
    (Field.STATE, "retired", "state", ItemState.APPROVED, ItemState.RETIRED),
    (Field.ADD_TAG, "重点", "words", [], ["重点"]),
]


@pytest.mark.parametrize(("field", "value", "name", "before", "after"), CHANGES)
def test_a_change_is_made_and_undone_as_a_whole(
    context: None, field: Field, value: str, name: str, before: Any, after: Any
) -> None:
    ids = [make.item().id for _ in range(3)]
    made = _change(ids, field, value, expected=3)
    assert [_value(one, name) for one in ids] == [after] * 3
    assert actions.undo(queries.get_change(made.id), by=cast.office(), at=now()) == (3, 0)
    assert [_value(one, name) for one in ids] == [before] * 3
    with pytest.raises(Refused, match="已经撤回过"):
        actions.undo(queries.get_change(made.id), by=cast.office(), at=now())


def test_topics_are_changed_and_given_back_one_by_one(context: None) -> None:
    one, two = ensure_path(["甲"]).id, ensure_path(["乙"]).id
    ids = [make.item(topic=ensure_path(["甲"])).id, make.item().id]
    made = _change(ids, Field.TOPIC, str(two))
    assert [get_item(each).topic_id for each in ids] == [two, two]
    actions.undo(queries.get_change(made.id), by=cast.office(), at=now())
    assert [get_item(each).topic_id for each in ids] == [one, None]


def test_a_dropped_tag_comes_back(context: None) -> None:
    tagged, plain = make.item(tags=["旧"]).id, make.item().id
    made = _change([tagged, plain], Field.DROP_TAG, "旧", expected=1)
    assert _value(tagged, "words") == []
    actions.undo(queries.get_change(made.id), by=cast.office(), at=now())
    assert (_value(tagged, "words"), _value(plain, "words")) == (["旧"], [])


def test_what_was_changed_since_is_left_alone_when_undone(context: None) -> None:
    ids = [make.item().id, make.item().id]
    made = _change(ids, Field.DIFFICULTY, "hard")
    _change(ids[:1], Field.DIFFICULTY, "easy")
    assert actions.undo(queries.get_change(made.id), by=cast.office(), at=now()) == (1, 1)
    assert [_value(one, "current.difficulty").value for one in ids] == ["easy", "medium"]


def test_a_preview_that_is_out_of_date_changes_nothing(context: None) -> None:
    ids = [make.item().id, make.item().id]
    with pytest.raises(Conflict):
        _change(ids, Field.DIFFICULTY, "hard", expected=3)
    assert [_value(one, "current.difficulty") for one in ids] == [Difficulty.MEDIUM] * 2


def test_an_open_form_is_stale_after_a_change(context: None) -> None:
    item = make.item()
    seen = get_item(item.id).version
    _change([item.id], Field.DIFFICULTY, "hard")
    with pytest.raises(Conflict):
        items.retire(get_item(item.id), seen=seen, by=cast.office(), at=now())


def test_all_that_a_search_finds_is_changed_on_the_page(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        for number in range(3):
            make.item(stem=f"丑{number}（　）")
        make.item(stem="乙（　）")
    page = office.get("/changes/new?all=1&text=丑").text
    assert "批量修改3道试题" in page
    told = office.get("/changes/new?all=1&in_text=丑&field=difficulty&difficulty=hard").text
    assert "将对3道试题修改“难度”：难。" in told
    data = {"all": "1", "in_text": "丑", "field": "difficulty", "difficulty": "hard"}
    done = office.post("/changes/", data={**data, "expected": "3"})
    assert done.status_code == 303, done.text
    with app.app_context():
        made = session.query(BulkChange).one()
        assert (made.items, made.value) == (3, "hard")
    assert "整批撤回" in office.get("/changes/").text
    assert office.post(f"/changes/{made.id}/undo").status_code == 303


def test_the_short_names_of_an_address_narrow_what_is_meant(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        bank_id = make.item().bank_id
        make.item(bank=make.bank("另一个题库"))
    page = office.get(f"/changes/new?all=1&bank={bank_id}").text
    assert "批量修改1道试题" in page
    assert f'name="in_bank_id" value="{bank_id}"' in page


def test_too_many_are_refused_before_anything_is_read(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("question_bank.changes.rules.MOST_AT_ONCE", 2)
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        for _ in range(3):
            make.item()
    page = office.get("/changes/new?all=1&field=difficulty&difficulty=hard").text
    assert "查到3道，一次最多修改2道试题，请缩小范围。" in page
    assert "将对" not in page


def test_instructors_change_nothing_in_bulk(app: Flask) -> None:
    browser = cast.browser(app, cast.instructor)
    assert browser.get("/changes/new").status_code == 403


def _change(ids: list[int], field: Field, value: str, expected: int | None = None) -> BulkChange:
    made = actions.change(
        ids, field=field, value=value, expected=expected, by=cast.office(), at=now()
    )
    session.flush()
    return made


def _value(item_id: int, name: str) -> Any:
    item: Any = get_item(item_id)
    if name == "words":
        return [tag.word for tag in item.tags]
    for step in name.split("."):
        item = getattr(item, step)
    return item


def test_a_change_outlives_its_items(context: None) -> None:
    item = make.item()
    made = _change([item.id], Field.DIFFICULTY, "hard")
    session.delete(session.get_one(Item, item.id))
    session.flush()
    session.expire_all()
    assert actions.undo(queries.get_change(made.id), by=cast.office(), at=now()) == (0, 0)


def test_a_version_that_was_reviewed_stays_and_a_new_one_is_made(context: None) -> None:
    """An approved item keeps its approval, with the looks at what is asked; a draft is changed in
    place."""
    approved, draft = make.item().id, make.item(approved=False).id
    made = _change([approved, draft], Field.DIFFICULTY, "hard")
    item = get_item(approved)
    assert [(one.number, one.difficulty) for one in item.versions] == [
        (1, Difficulty.MEDIUM), (2, Difficulty.HARD),
    ]  # fmt: skip
    assert (item.state, item.current.stem) == (ItemState.APPROVED, item.versions[0].stem)
    stages = [one.stage for one in item.reviews if one.number == 1]
    assert [one.stage for one in item.reviews if one.number == 2] == stages != []
    assert [one.difficulty for one in get_item(draft).versions] == [Difficulty.HARD]
    actions.undo(queries.get_change(made.id), by=cast.office(), at=now())
    item = get_item(approved)
    assert [(one.number, one.difficulty) for one in item.versions] == [(1, Difficulty.MEDIUM)]
    assert {one.number for one in item.reviews} == {1}
    assert get_item(draft).current.difficulty is Difficulty.MEDIUM


def test_a_paper_keeps_the_version_that_it_was_made_with(context: None) -> None:
    item = make.item()
    before = _change([item.id], Field.POINTS, "3")
    used = get_item(item.id).current.id
    paper = papers.assemble(make.blueprint(("single", 1, "2")), seed=1, by=cast.office(), at=now())
    session.flush()
    _change([item.id], Field.POINTS, "5")
    assert get_item(item.id).latest == 3
    assert session.get_one(ItemVersion, used).points == Decimal(3)
    assert paper.id is not None
    actions.undo(queries.get_change(before.id), by=cast.office(), at=now())
    assert get_item(item.id).latest == 3


def test_a_version_that_was_used_since_is_not_taken_away(context: None) -> None:
    item = make.item()
    made = _change([item.id], Field.COGNITION, "apply")
    papers.assemble(make.blueprint(("single", 1, "2")), seed=1, by=cast.office(), at=now())
    session.flush()
    assert actions.undo(queries.get_change(made.id), by=cast.office(), at=now()) == (1, 0)
    assert [(one.number, one.cognition) for one in get_item(item.id).versions] == [
        (1, "recall"), (2, "apply"), (3, "recall"),
    ]  # fmt: skip


def test_the_page_of_an_item_tells_of_its_changes(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        item_id = make.item(tags=["旧"]).id
        _change([item_id], Field.DIFFICULTY, "hard")
        _change([item_id], Field.DROP_TAG, "旧")
    page = office.get(f"/changes/items/{item_id}").text
    assert ("难度：中 → 难" in page, "第2版" in page, "去标签：旧" in page) == (True, True, True)
    told = office.get(f"/changes/new?item={item_id}&field=difficulty&difficulty=easy").text
    assert "1道审过或用过，原来的版本不动" in told


# (words of an item, the change, its words after it)
RENAMED = [
    (["易错"], "易错 重点", ["重点"]),
    (["易错", "重点", "别的"], "易错 重点", ["别的", "重点"]),
    (["易错", "错题"], "易错 错题 重点", ["重点"]),
    (["重点"], "易错 重点", ["重点"]),
]


@pytest.mark.parametrize(("before", "value", "after"), RENAMED)
def test_tags_are_renamed_merged_and_given_back(
    context: None, before: list[str], value: str, after: list[str]
) -> None:
    item = make.item(tags=before)
    other = make.item(tags=["易错"])
    made = _change([item.id, other.id], Field.RENAME_TAG, value)
    assert (_value(item.id, "words"), _value(other.id, "words")) == (after, ["重点"])
    actions.undo(queries.get_change(made.id), by=cast.office(), at=now())
    assert _value(item.id, "words") == sorted(before)
    assert _value(other.id, "words") == ["易错"]
