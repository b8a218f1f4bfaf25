"""Near-duplicates: found without comparing all pairs, in a file and in a bank, and decided on."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.ground import db
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.changes import actions as changes
from question_bank.changes.rules import Field
from question_bank.items import actions as items
from question_bank.items.kinds.protocol import Content
from question_bank.items.models import Item
from question_bank.items.queries import get_item
from question_bank.items.rules.terms import ItemState
from question_bank.twins import actions, solver
from question_bank.twins.queries import comparing, groups
from question_bank.twins.queries.groups import Group
from question_bank.twins.rules import clusters, shingles, similarity, text_of
from tests import cast, make, markup

LONG = (
    "根据《公务员法》的规定，新录用的公务员试用期为一年，试用期满合格的予以任职，不合格的取消录用。"
)
SHORT = "党的最高理想和最终目标是实现共产主义，党员必须为之奋斗终身。"

# (text, other text, their similarity in hundredths)
SIMILAR = [
    (LONG, LONG, 100),
    (LONG, LONG.replace("一年", "两年"), 86),
    (LONG, SHORT, 0),
    ("甲乙", "甲乙", 100),
    ("甲乙", "甲丙", 0),
    ("", "", 100),
]


@pytest.mark.parametrize(("one", "other", "expected"), SIMILAR)
def test_similarity_is_the_share_of_common_runs(one: str, other: str, expected: int) -> None:
    assert int(similarity(shingles(one), shingles(other)) * 100) == expected


def test_options_in_another_order_are_the_same_text_and_the_key_does_not_count() -> None:
    one = Content("single", "甲 是（　）", options=("乙", "丙"), key=("A",))
    other = Content("single", "甲是（　）", options=("丙", "乙"), key=("B",))
    assert text_of(one) == text_of(other)


def test_pairs_join_to_clusters() -> None:
    assert clusters([(5, 6), (1, 2), (7, 8), (2, 3)]) == [[5, 6], [1, 2, 3], [7, 8]]


def test_alike_texts_of_a_file_are_found_and_no_others() -> None:
    texts = [LONG, SHORT, LONG.replace("一年", "两年"), SHORT.replace("必须", "应当")]
    found = solver.pairs_within(texts, solver.buckets(texts), threshold=0.75)
    assert sorted((pair.first, pair.second) for pair in found) == [(0, 2), (1, 3)]


def test_a_crowd_of_the_same_texts_stays_bearable() -> None:
    crowd = [LONG] * 1000
    found = solver.pairs_within(crowd, solver.buckets(crowd), threshold=0.8)
    assert len(found) == 200 * 199 // 2


def test_buckets_are_the_same_tomorrow() -> None:
    """They are kept in the database: another hash would find nothing that is there."""
    assert solver.buckets([LONG])[0][:2] == PRESENT


PRESENT = (-8413854218625098523, -5129564585560984610)


def test_a_file_is_held_against_its_bank(context: None) -> None:
    bank = make.bank()
    kept = make.item(stem=LONG, bank=bank)
    make.item(stem=SHORT, bank=bank)
    make.item(stem=LONG, bank=make.bank())
    _compare_all()
    read = [
        Content("single", LONG.replace("一年", "两年"), options=("甲", "乙", "丙", "丁")),
        Content("truth", "一道完全不同的判断题，谁也没有写过。"),
    ]
    found = comparing.alike(bank.id, read, on=today())
    assert {place: [one.item_id for one in near] for place, near in found.in_bank.items()} == {
        0: [kept.id]
    }
    assert found.within == []


def test_twins_of_a_bank_are_found_kept_and_remembered(context: None) -> None:
    bank, office = make.bank(), cast.office()
    one, two = make.item(stem=LONG, bank=bank), make.item(stem=LONG + "（单选）", bank=bank)
    make.item(stem=LONG, bank=make.bank())
    _compare_all()
    (group,) = _undecided()
    assert [version.item_id for version in group.versions] == [one.id, two.id]
    assert actions.keep_all(_ids(group), by=office, at=now()) == 1
    session.flush()
    assert _undecided() == []
    with pytest.raises(Refused, match="已经处理过了"):
        actions.keep_all(_ids(group), by=office, at=now())
    assert [found.kept_by for found in groups.pairs_of(one.id, office)] == [office.name]


def test_a_changed_item_is_compared_anew(context: None) -> None:
    bank, office = make.bank(), cast.office()
    make.item(stem=LONG, bank=bank)
    two = make.item(stem=LONG + "（单选）", bank=bank)
    _compare_all()
    actions.keep_all(_ids(_undecided()[0]), by=office, at=now())
    item = get_item(two.id)
    fields = {"stem": LONG + "（选一项）"}
    items.revise(item, fields, topic=None, sources=[], seen=item.version, by=office, at=now())
    _compare_all()
    (group,) = _undecided()
    assert [version.number for version in group.versions] == [1, 2]


def test_what_was_kept_stays_kept_while_both_say_the_same(context: None) -> None:
    """A change in bulk makes a new version that asks the same."""
    bank, office = make.bank(), cast.office()
    one, two = make.item(stem=LONG, bank=bank), make.item(stem=LONG + "（单选）", bank=bank)
    _compare_all()
    actions.keep_all(_ids(_undecided()[0]), by=office, at=now())
    changes.change(
        [one.id, two.id], field=Field.DIFFICULTY, value="hard", expected=2, by=office, at=now()
    )
    _compare_all()
    assert _undecided() == []
    assert [found.first.number for found in groups.pairs_of(one.id, office)] == [2]


def test_alike_items_are_shown_together_and_all_but_one_are_retired(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        bank = make.bank()
        ids = [
            make.item(stem=LONG + extra, bank=bank).id for extra in ("", "（单选）", "（选一项）")
        ]
        _compare_all()
        (group,) = _undecided()
        versions = _ids(group)
    page = office.get("/twins/").text
    assert ("3道相近的试题" in page, f"只留第{ids[0]}号" in page) == (True, True)
    assert markup.read(page)[0] == []
    data = {"version": versions, "item": ids[1:]}
    assert office.post("/twins/retire", data=data).status_code == 303
    assert office.post("/twins/retire", data=data).status_code == 422
    with app.app_context():
        states = [session.get_one(Item, one).state for one in ids]
    assert states == [ItemState.APPROVED, ItemState.RETIRED, ItemState.RETIRED]


def test_one_of_a_pair_is_retired_on_the_page(app: Flask) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        bank = make.bank()
        ids = [make.item(stem=LONG + extra, bank=bank).id for extra in ("", "（单选）")]
        _compare_all()
        versions = _ids(_undecided()[0])
    assert "相似度" in office.get("/twins/").text
    assert f"第{ids[1]}号" in office.get(f"/twins/items/{ids[0]}").text
    unknown = office.post("/twins/retire", data={"version": versions, "item": 999})
    assert unknown.status_code == 422
    done = office.post("/twins/retire", data={"version": versions, "item": ids[1]})
    assert done.status_code == 303
    with app.app_context():
        assert session.get_one(Item, ids[1]).state is ItemState.RETIRED
        assert _undecided() == []


def _compare_all() -> None:
    session.flush()
    actions.forget_outdated()
    while actions.compare(at=now()):
        pass


def _undecided() -> list[Group]:
    return list(groups.groups(cast.office(), bank_id=None, kept=False, page=1).rows)


def _ids(group: Group) -> list[int]:
    return [version.id for version in group.versions]
