"""The tree of topics: grown, renamed, moved, merged, pruned."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.ground import db
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from question_bank.items.models import Item
from question_bank.topics import actions, queries
from question_bank.topics.models import Topic
from question_bank.topics.rules import Node, below, found, merger, tree, with_below
from tests import cast, make


def test_a_tree_is_listed_parents_first_by_position_and_name() -> None:
    nodes = [Node(1, None, "乙"), Node(2, 1, "丁"), Node(3, 1, "丙", -1), Node(4, None, "甲", -1)]
    assert [(node.name, node.depth) for node in tree(nodes)] == [
        ("甲", 0), ("乙", 0), ("丙", 1), ("丁", 1),
    ]  # fmt: skip


def test_what_is_below_a_topic_includes_itself() -> None:
    nodes = [Node(1, None, "a"), Node(2, 1, "b"), Node(3, 2, "c"), Node(4, None, "d")]
    assert below(nodes, 1) == {1, 2, 3}


def test_a_path_is_made_once(context: None) -> None:
    first = actions.ensure_path(["公务员法", "录用"])
    again = actions.ensure_path([" 公务员法 ", "录用"])
    assert first.id == again.id
    assert queries.labels()[first.id] == "公务员法 › 录用"
    assert session.scalar(select(func.count()).select_from(Topic)) == 2


def test_two_topics_of_one_parent_have_two_names_also_at_the_top(context: None) -> None:
    by = cast.office()
    actions.create("党章", parent_id=None, by=by, at=now())
    with pytest.raises(Refused, match="已经有名为“党章”"):
        actions.create("党章", parent_id=None, by=by, at=now())
    other = actions.create("宪法", parent_id=None, by=by, at=now())
    with pytest.raises(Refused, match="已经有名为“党章”"):
        actions.rename(other, "党章", seen=1, by=by, at=now())
    assert [node.name for node in queries.nodes()] == ["党章", "宪法"]


def test_a_topic_is_renamed_from_the_present_version_only(context: None) -> None:
    by = cast.office()
    topic = actions.create("党章", parent_id=None, by=by, at=now())
    actions.rename(topic, "党章总纲", seen=1, by=by, at=now())
    with pytest.raises(Conflict):
        actions.rename(topic, "别的", seen=1, by=by, at=now())


def test_a_topic_never_lies_inside_itself(context: None) -> None:
    leaf = actions.ensure_path(["甲", "乙"])
    top = queries.find_topic("甲", None)
    assert top is not None
    with pytest.raises(Refused, match="自己"):
        actions.move(top, parent_id=leaf.id, seen=1, by=cast.office(), at=now())


def test_a_tree_does_not_grow_deeper_than_six(context: None) -> None:
    deep = actions.ensure_path(["一", "二", "三", "四", "五", "六"])
    with pytest.raises(Refused, match="最多6级"):
        actions.create("七", parent_id=deep.id, by=cast.office(), at=now())


def test_merging_takes_items_and_children_along(context: None) -> None:
    by = cast.office()
    kept, gone = actions.ensure_path(["党章", "总纲"]), actions.ensure_path(["章程", "总纲"])
    only = actions.ensure_path(["章程", "党徽"])
    item = make.item(topic=gone)
    into, old = queries.find_topic("党章", None), queries.find_topic("章程", None)
    assert into is not None and old is not None
    actions.merge(old, into=into, seen=1, by=by, at=now())
    assert session.scalar(select(Item.topic_id).where(Item.id == item.id)) == kept.id
    assert queries.labels()[only.id] == "党章 › 党徽"
    assert [node.label for node in queries.nodes()] == ["党章", "党章 › 党徽", "党章 › 总纲"]


def test_only_an_empty_topic_is_deleted(context: None) -> None:
    by = cast.office()
    topic = actions.ensure_path(["党章"])
    make.item(topic=topic)
    with pytest.raises(Refused, match="还有1处在使用"):
        actions.delete(topic, by=by, at=now())
    empty = actions.ensure_path(["宪法"])
    actions.delete(empty, by=by, at=now())
    assert [node.name for node in queries.nodes()] == ["党章"]


def test_the_pages_create_rename_and_refuse_a_double(app: Flask) -> None:
    browser = cast.browser(app, cast.office)
    assert browser.post("/topics/", data={"name": "党章", "parent_id": ""}).status_code == 303
    twice = browser.post("/topics/", data={"name": "党章", "parent_id": ""})
    assert twice.status_code == 422
    assert "已经有名为“党章”的知识点" in twice.text
    with app.app_context(), db.transaction():
        topic = queries.find_topic("党章", None)
        assert topic is not None
        topic_id = topic.id
    assert browser.get(f"/topics/{topic_id}").status_code == 200
    renamed = browser.post(f"/topics/{topic_id}/name", data={"version": 1, "name": "党章知识"})
    assert renamed.status_code == 303
    assert "党章知识" in browser.get("/topics/").text
    stale = browser.post(f"/topics/{topic_id}/name", data={"version": 1, "name": "又一个"})
    assert stale.status_code == 409


def test_a_reader_may_look_at_topics_but_a_learner_may_not(app: Flask) -> None:
    assert cast.browser(app, cast.instructor).get("/topics/").status_code == 200
    assert cast.browser(app, cast.learner).get("/topics/").status_code == 403


TREE = [Node(1, None, "甲"), Node(2, 1, "总纲"), Node(3, 1, "党徽"), Node(4, 2, "性质"),
        Node(5, None, "乙"), Node(6, 5, "总纲"), Node(7, 6, "性质"), Node(8, 6, "宗旨"),
        Node(9, 5, "党旗")]  # fmt: skip


def test_a_merger_tells_what_moves_and_what_becomes_one() -> None:
    plan = merger(TREE, topic_id=5, into_id=1)
    assert plan.moved == ("乙 › 党旗", "乙 › 总纲 › 宗旨")
    assert plan.joined == ("乙 › 总纲", "乙 › 总纲 › 性质")


def test_topics_are_found_by_any_part_of_their_path() -> None:
    assert [node.id for node in found(tree(TREE), "乙 总纲")] == [6, 8, 7]
    assert len(found(TREE, "")) == len(TREE)


def test_counts_take_in_what_lies_below() -> None:
    totals = with_below(TREE, {4: 2, 2: 1, 9: 5})
    assert (totals[1], totals[2], totals[5], totals[3]) == (3, 3, 5, 0)


def test_a_child_of_the_same_name_moves_to_where_its_parent_was(context: None) -> None:
    inner = actions.ensure_path(["党章", "总纲", "总纲"])
    outer, home = queries.get_topic(inner.parent_id or 0), queries.find_topic("党章", None)
    assert home is not None
    item = make.item(topic=inner)
    actions.merge(outer, into=home, seen=1, by=cast.office(), at=now())
    assert [node.label for node in queries.nodes()] == ["党章", "党章 › 总纲"]
    assert session.scalar(select(Item.topic_id).where(Item.id == item.id)) == inner.id


def test_a_merger_is_shown_before_it_is_made(app: Flask) -> None:
    browser = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        old, into = actions.ensure_path(["章程", "总纲"]), actions.ensure_path(["党章", "总纲"])
        make.item(topic=queries.find_topic("章程", None))
        old_id, into_id = old.parent_id, into.parent_id
    page = browser.get(f"/topics/{old_id}/merge?target_id={into_id}").text
    assert ("1处试题改归“党章”" in page, "章程 › 总纲" in page) == (True, True)
    assert browser.get(f"/topics/{old_id}/merge?target_id={old_id}").status_code == 422
    data = {"version": 1, "target_id": into_id}
    assert browser.post(f"/topics/{old_id}/merge", data=data).status_code == 303
