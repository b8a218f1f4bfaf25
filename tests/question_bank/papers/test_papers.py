"""Papers changed by hand and sealed, on a real database."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lms.ground.audit.actions import System
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.errors import Refused
from question_bank.assemblies import actions as assemblies
from question_bank.items import actions as items
from question_bank.items.kinds.catalogue import KINDS, score
from question_bank.items.models import Bank
from question_bank.items.queries import get_bank, get_item
from question_bank.items.rules.terms import Source
from question_bank.papers.actions import discarding, editing, sealing
from question_bank.papers.models import Slot
from question_bank.papers.queries import papers, usage
from question_bank.papers.rules.freezing import digest
from tests import cast, make

BY: Any = System()


def test_a_policy_is_changed_section_by_section_and_only_to_one_of_its_kind(
    context: None,
) -> None:
    paper = papers.get_paper(make.paper(("truth", 1, "1"), sealed=False).id)
    editing.set_policy(paper, paper.sections[0], "J1@1", seen=1, by=BY, at=now())
    assert paper.sections[0].policy == "J1@1"
    with pytest.raises(Refused, match="不适用于本大题"):
        editing.set_policy(paper, paper.sections[0], "M0@1", seen=2, by=BY, at=now())


def test_an_item_is_swapped_for_one_of_its_kind_that_is_in_neither_variant(context: None) -> None:
    paper = papers.get_paper(make.paper(("single", 1, "2"), sealed=False).id)
    slot = paper.variants[0].slots[0]
    assert papers.alternatives(paper, slot, today=today()) == []
    spare = make.item(bank=_bank_of(slot))
    make.item("truth", bank=_bank_of(slot))
    (other,) = papers.alternatives(paper, slot, today=today())
    assert other.version.item_id == spare.id
    editing.swap(paper, slot, other.version, seen=1, by=BY, at=now())
    again = papers.get_paper(paper.id)
    assert again.variants[0].slots[0].item_version_id == other.version.id
    with pytest.raises(Refused, match="不能换到这里"):
        editing.swap(again, again.variants[1].slots[0], other.version, seen=2, by=BY, at=now())


def _bank_of(slot: Slot) -> Bank:
    return get_bank(slot.item_version.item.bank_id)


EVERY_KIND = (
    ("single", 1, "2"), ("multiple", 1, "3"), ("truth", 1, "1"), ("blank", 1, "2"),
    ("matching", 1, "4"), ("ordering", 1, "2"), ("short", 1, "5"), ("essay", 1, "10"),
    ("case", 1, "15"),
)  # fmt: skip


def test_sealing_freezes_what_candidates_see_without_any_key(context: None) -> None:
    paper = papers.get_paper(make.paper(*EVERY_KIND, title="结业卷").id)
    for variant in paper.variants:
        content = variant.content
        assert sorted(content) == ["minutes", "sections", "shuffle", "title", "total"]
        assert (content["title"], content["minutes"], content["total"]) == ("结业卷", 60, "44")
        slots = [slot for section in content["sections"] for slot in section["slots"]]
        assert [slot["number"] for slot in slots] == list(range(1, 10))
        for slot in slots:
            assert sorted(slot) == [
                "blanks", "keeps_order", "kind", "media", "number", "options", "parts", "plays",
                "points", "recordings", "stem",
            ]  # fmt: skip
            for part in slot["parts"]:
                assert sorted(part) == ["blanks", "kind", "options", "points", "stem"]
        assert variant.content_hash == digest(content)
    assert paper.variants[0].content_hash != paper.variants[1].content_hash


def test_sealing_freezes_what_scoring_needs(context: None) -> None:
    paper = papers.get_paper(make.paper(*EVERY_KIND).id)
    answers = paper.variants[0].answers
    assert sorted(answers, key=int) == [str(number) for number in range(1, 10)]
    by_kind = {answer["kind"]: answer for answer in answers.values()}
    assert {kind: answer["policy"] for kind, answer in by_kind.items()} == {
        "single": "S0@1", "multiple": "M2@1", "truth": "J0@1", "blank": "B1@1",
        "matching": "P0@1", "ordering": "O0@1", "short": "H0@1", "essay": "H0@1", "case": "C0@1",
    }  # fmt: skip
    assert by_kind["short"]["rubric"] == [{"text": "要点", "points": "5"}]
    parts = by_kind["case"]["parts"]
    assert [(part["kind"], part["policy"], part["points"]) for part in parts] == [
        ("single", "S0@1", "7.5"),
        ("short", "H0@1", "7.5"),
    ]
    assert score(by_kind["single"], "B").points == 2
    assert score(by_kind["matching"], {"1": "B", "2": "A"}).points == 4
    assert KINDS["blank"].show_key(by_kind["blank"]["key"]) == "二十／20"


def test_the_answers_name_the_source_of_an_item(context: None) -> None:
    source = Source("中华人民共和国公务员法", "第三十四条", "2018年修订")
    make.item(sources=[source])
    paper = assemblies.assemble(make.blueprint(("single", 1, "2")), seed=1, by=BY, at=now())
    sealing.seal(paper, by=BY, at=now())
    answers = papers.get_paper(paper.id).variants[0].answers
    assert answers["1"]["provenance"] == "《中华人民共和国公务员法》第三十四条（2018年修订）"


def test_a_sealed_paper_is_never_changed(context: None) -> None:
    paper = papers.get_paper(make.paper().id)
    slot = paper.variants[0].slots[0]
    version = slot.item_version
    attempts = (
        lambda: sealing.seal(paper, by=BY, at=now()),
        lambda: discarding.discard(paper, by=BY, at=now()),
        lambda: editing.swap(paper, slot, version, seen=paper.version, by=BY, at=now()),
        lambda: editing.set_policy(
            paper, paper.sections[0], "S0@1", seen=paper.version, by=BY, at=now()
        ),
    )
    for attempt in attempts:
        with pytest.raises(Refused, match="已经封存，不能再改动"):
            attempt()


def test_editing_an_item_leaves_sealed_papers_as_they_are(context: None) -> None:
    item = make.item(stem="旧题干（　）")
    paper = assemblies.assemble(make.blueprint(("single", 1, "2")), seed=1, by=BY, at=now())
    sealing.seal(paper, by=BY, at=now())
    item = get_item(item.id)
    items.revise(
        item, {"stem": "新题干（　）"}, topic=None, sources=[], seen=item.version, by=BY, at=now()
    )
    again = papers.get_paper(paper.id)
    assert again.variants[0].slots[0].item_version.stem == "旧题干（　）"
    assert again.variants[0].content["sections"][0]["slots"][0]["stem"] == "旧题干（　）"
    assert get_item(item.id).current.stem == "新题干（　）"


def test_a_paper_with_a_retired_item_is_not_sealed(context: None) -> None:
    paper = make.paper(("single", 1, "2"), sealed=False)
    slot = papers.get_paper(paper.id).variants[1].slots[0]
    item = get_item(slot.item_version.item_id)
    items.retire(item, seen=item.version, by=BY, at=now())
    with pytest.raises(Refused, match="B卷第1题已停用"):
        sealing.seal(paper, by=BY, at=now())


def test_sealing_and_looking_at_answers_leave_a_trace(context: None) -> None:
    paper = make.paper()
    sealing.open_answers(paper, by=cast.office(), at=now())
    wanted = select(AuditEntry.action).where(AuditEntry.action.in_(["papers.seal", "papers.open"]))
    assert list(session.scalars(wanted.order_by(AuditEntry.id))) == ["papers.seal", "papers.open"]


def test_what_was_frozen_is_never_written_again_whoever_tries(context: None) -> None:
    variant = papers.get_paper(make.paper().id).variants[0]
    variant.content = {"title": "改过"}
    with pytest.raises(RuntimeError, match="is sealed"):
        session.flush()


def test_changes_by_hand_are_undone_one_by_one(context: None) -> None:
    paper = papers.get_paper(make.paper(("single", 2, "2"), ("truth", 1, "1"), sealed=False).id)
    first, second, _truth = paper.variants[0].slots
    before = [first.item_version_id, second.item_version_id]
    editing.move(paper, second, up=True, seen=1, by=BY, at=now())
    editing.keep_order(paper, first, True, seen=2, by=BY, at=now())
    editing.set_policy(paper, paper.sections[1], "J1@1", seen=3, by=BY, at=now())
    paper = papers.get_paper(paper.id)
    assert [slot.item_version_id for slot in paper.variants[0].slots][:2] == before[::-1]
    for seen in (4, 5, 6):
        editing.undo(papers.get_paper(paper.id), seen=seen, by=BY, at=now())
    paper = papers.get_paper(paper.id)
    slots = paper.variants[0].slots
    assert [slot.item_version_id for slot in slots][:2] == before
    assert ([slot.keeps_order for slot in slots], paper.sections[1].policy) == ([False] * 3, "J0@1")
    with pytest.raises(Refused, match="没有可以撤销的改动"):
        editing.undo(paper, seen=7, by=BY, at=now())


def test_an_item_does_not_leave_its_section(context: None) -> None:
    paper = papers.get_paper(make.paper(("single", 1, "2"), ("truth", 1, "1"), sealed=False).id)
    with pytest.raises(Refused, match="最后面"):
        editing.move(paper, paper.variants[0].slots[0], up=False, seen=1, by=BY, at=now())


def test_an_alternative_says_which_paper_would_be_repeated_too_much(context: None) -> None:
    old = make.paper(("single", 1, "2"), title="旧卷")
    known = papers.get_paper(old.id).variants[0].slots[0]
    drawn = make.blueprint(("single", 1, "2", {"bank_id": _bank_of(known).id}))
    drawn.repeat_limit = 0
    make.item(bank=_bank_of(known))
    make.item(bank=_bank_of(known))
    made = assemblies.assemble(drawn, seed=5, by=BY, at=now())
    paper = papers.get_paper(made.id)
    told = papers.alternatives(paper, paper.variants[0].slots[0], today=today())
    assert {one.over for one in told} == {("旧卷",)}
    assert {one.uses for one in told} == {1}


def test_only_those_who_make_papers_learn_which_papers_have_an_item(context: None) -> None:
    paper = papers.get_paper(make.paper(("single", 1, "2"), title="秘卷").id)
    item_id = paper.variants[0].slots[0].item_version.item_id
    (use,) = usage.papers_using([item_id], cast.office())
    assert (use.title, use.code, use.number) == ("秘卷", "A", 1)
    for other in (cast.instructor(), cast.learner(), cast.marker()):
        assert usage.papers_using([item_id], other) == []


def test_a_drawn_paper_says_what_a_candidate_gets(context: None) -> None:
    paper = papers.get_paper(make.drawn_paper(("single", 2, "2"), ("short", 1, "6")).id)
    for variant in paper.variants:
        content = variant.content
        assert [
            (one["title"], one["points"], len(one["slots"])) for one in content["sections"]
        ] == [
            ("一、单项选择题（本大题共2小题，每小题2分，共4分）", "4", 6),
            ("二、简答题（本大题共1小题，共6分）", "6", 3),
        ]
        assert [one["draws"] for one in content["sections"]] == [
            [{"take": 2, "numbers": [1, 2, 3, 4, 5, 6]}],
            [{"take": 1, "numbers": [7, 8, 9]}],
        ]
        assert content["total"] == "10"
        assert len(variant.answers) == 9


def test_a_sealed_paper_is_retired_once_with_a_reason(context: None) -> None:
    draft = make.paper(sealed=False, title="未封存的卷")
    with pytest.raises(Refused, match="没有封存的试卷不用停用"):
        sealing.retire(draft, reason="不用了", by=BY, at=now())
    paper = make.paper(title="备用卷")
    with pytest.raises(Refused, match="请写明停用的原因"):
        sealing.retire(paper, reason=" ", by=BY, at=now())
    sealing.retire(paper, reason="考试取消", by=BY, at=now())
    with pytest.raises(Refused, match="“备用卷”已经停用"):
        sealing.retire(paper, reason="再来一次", by=BY, at=now())
    told = session.scalars(select(AuditEntry).where(AuditEntry.action == "papers.retire")).one()
    assert told.sentence == "停用了已封存的试卷“备用卷”：考试取消"
