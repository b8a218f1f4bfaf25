"""Items on a real database: written, revised, found, retired."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lms.ground.access import Role
from lms.ground.clock import now
from lms.ground.errors import Conflict, Missing, Refused
from question_bank.approvals.actions import send_back
from question_bank.approvals.queries import reviewable
from question_bank.banks.queries import summaries
from question_bank.items import actions, queries
from question_bank.items.rules.finding import Search
from question_bank.items.rules.terms import Difficulty, ItemState, Kind, Source
from question_bank.topics.actions import ensure_path
from tests import cast, make

EVERY_KIND = (
    "single",
    "multiple",
    "truth",
    "blank",
    "short",
    "essay",
    "matching",
    "ordering",
    "case",
)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_an_item_of_every_kind_enters_its_bank_and_waits_for_approval(
    context: None, kind: str
) -> None:
    item = queries.get_item(make.item(kind, approved=False).id)
    assert (item.kind, item.state, item.latest) == (Kind(kind), ItemState.DRAFT, 1)


FAULTY: list[tuple[str, dict[str, Any], list[str]]] = [
    ("single", {"stem": " "}, ["没有题干。"]),
    ("single", {"options": ["甲"], "key": ["A"]}, ["选择题须有2至26个选项，现有1个。"]),
    ("single", {"key": ["E"]}, ["标准答案是E，但没有选项E。"]),
    ("single", {"key": ["A", "B"]}, ["单选题只能有一个答案，现有2个：AB。"]),
    ("single", {"options": ["甲", "甲", "", "丁"]}, ["选项C是空的。", "有两个选项的文字相同。"]),
    ("multiple", {"key": []}, ["没有标准答案。"]),
    ("truth", {"key": ["对"]}, ["判断题的标准答案须是“正确”或“错误”。"]),
    ("blank", {"key": [["甲"], [" "]]}, ["第2空没有可接受的答案。"]),
    ("essay", {"key": []}, ["没有参考答案，也没有采分点。"]),
    ("short", {"points": Decimal(5)}, ["采分点合计1分，与题分5分不符。"]),
    ("matching", {"key": [[0, 1]]}, ["连线题左栏的每一项须对应且只对应右栏的一项。"]),
    ("matching", {"key": [[0, 1], [1, 5]]}, ["连线题的标准答案指向了右栏没有的一项。"]),
    ("ordering", {"key": [0, 0]}, ["排序题的标准答案须把每一项排且只排一次。"]),
    ("case", {"parts": []}, ["案例题至少要有一道小题。"]),
    ("case", {"parts": [{"kind": "matching", "stem": "甲"}]}, ["第1小题：这种题型不能作小题。"]),
    ("case", {"parts": [{"kind": "truth", "stem": "甲"}]},
     ["第1小题：判断题的标准答案须是“正确”或“错误”。"]),
    ("case", {"parts": [{"kind": "truth", "stem": "甲", "key": ["true"], "points": "2"}]},
     ["小题分合计2分，与题分1分不符。"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "reasons"), FAULTY)
def test_a_faulty_item_is_refused_with_all_its_faults(
    context: None, kind: str, fields: dict[str, Any], reasons: list[str]
) -> None:
    with pytest.raises(Refused) as refusal:
        make.item(kind, **fields)
    assert list(refusal.value.reasons) == reasons


def test_a_bank_does_not_take_the_same_item_twice(context: None) -> None:
    make.item(stem="甲是（　）")
    with pytest.raises(Refused, match="内容相同"):
        make.item(stem="甲是 ( )")
    make.item(stem="甲是（　）", bank=make.bank())


def test_an_item_that_nobody_used_is_revised_in_place(context: None) -> None:
    item = queries.get_item(make.item(approved=False).id)
    _revise(item, seen=1, stem="改过的题干")
    again = queries.get_item(item.id)
    assert (again.latest, [one.stem for one in again.versions]) == (1, ["改过的题干"])


def test_an_approved_item_gets_a_new_version_that_waits_for_approval(context: None) -> None:
    item = queries.get_item(make.item(stem="旧").id)
    _revise(item, seen=2, stem="新")
    again = queries.get_item(item.id)
    assert [one.stem for one in again.versions] == ["旧", "新"]
    assert (again.current.stem, again.state) == ("新", ItemState.DRAFT)


def test_a_returned_item_is_revised_as_a_new_version_and_its_review_stays(context: None) -> None:
    made = make.item(approved=False, by=cast.instructor())
    send_back(reviewable([made.id]), reason="题干有歧义", by=cast.office(), at=now())
    _revise(queries.get_item(made.id), seen=2, stem="改过的题干")
    again = queries.get_item(made.id)
    assert (again.latest, again.state) == (2, ItemState.DRAFT)
    assert [(one.number, one.reason) for one in again.reviews] == [(1, "题干有歧义")]


def test_a_stale_form_does_not_overwrite_an_item(context: None) -> None:
    item = queries.get_item(make.item(approved=False).id)
    _revise(item, seen=1, stem="改过的题干")
    with pytest.raises(Conflict):
        _revise(item, seen=1, stem="又一个题干")


def _revise(item: Any, *, seen: int, **fields: Any) -> None:
    actions.revise(item, fields, topic=None, sources=[], seen=seen, by=cast.instructor(), at=now())


def test_a_retired_item_comes_back_only_through_review(context: None) -> None:
    item = queries.get_item(make.item().id)
    actions.retire(item, seen=2, by=cast.office(), at=now())
    assert queries.get_item(item.id).state is ItemState.RETIRED
    actions.restore(queries.get_item(item.id), seen=3, by=cast.office(), at=now())
    assert queries.get_item(item.id).state is ItemState.DRAFT


def test_items_are_found_by_text_bank_kind_topic_difficulty_and_state(context: None) -> None:
    bank, topic = make.bank(), ensure_path(["党章", "总纲"])
    wanted = make.item(stem="100%确定的_题", topic=topic, bank=bank, difficulty=Difficulty.HARD)
    make.item("truth", approved=False)
    searches = (
        Search(text="0%确定的_"),
        Search(bank_id=bank.id),
        Search(kind=Kind.SINGLE),
        Search(topic_id=ensure_path(["党章"]).id),
        Search(difficulty=Difficulty.HARD),
        Search(state=ItemState.APPROVED),
    )
    for search in searches:
        assert [item.id for item in queries.items(search, cast.office(), page=1).rows] == [
            wanted.id
        ]


def test_wildcards_in_a_search_mean_themselves(context: None) -> None:
    make.item(stem="甲乙")
    assert queries.items(Search(text="%"), cast.office(), page=1).total == 0


def test_writers_may_change_their_own_items_and_reviewers_all(context: None) -> None:
    own = make.item(by=cast.instructor())
    other = make.account(Role.INSTRUCTOR)
    assert queries.get_editable(own.id, cast.instructor(), at=now()).id == own.id
    assert queries.get_editable(own.id, cast.office(), at=now()).id == own.id
    with pytest.raises(Missing):
        queries.get_editable(own.id, other, at=now())


def test_banks_are_counted_by_state_and_kind(context: None) -> None:
    bank = make.bank("甲库")
    make.item(bank=bank)
    make.item("truth", bank=bank, approved=False)
    (summary,) = summaries(cast.office())
    assert (summary.total, summary.states[ItemState.APPROVED], summary.kinds[Kind.TRUTH]) == (
        2,
        1,
        1,
    )


def test_the_sources_of_an_item_are_kept(context: None) -> None:
    item = make.item(sources=[Source("公务员法", "第三十四条", "2018年修订")])
    (kept,) = queries.get_item(item.id).provenances
    assert (kept.document, kept.article, kept.edition) == ("公务员法", "第三十四条", "2018年修订")
