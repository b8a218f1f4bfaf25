"""Papers from blueprint to seal, on a real database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from lms.ground.audit.actions import System
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from question_bank.items import actions as items
from question_bank.items.kinds.catalogue import KINDS, score
from question_bank.items.models import Bank
from question_bank.items.queries import get_bank, get_item
from question_bank.items.rules.terms import Difficulty, Kind, Source
from question_bank.papers.actions import assembling, blueprints, editing, enemies, sealing
from question_bank.papers.models import Blueprint, Slot
from question_bank.papers.queries import blueprints as drawn_blueprints
from question_bank.papers.queries import papers, supply, usage
from question_bank.papers.rules.cells import Cell
from question_bank.papers.rules.freezing import digest
from question_bank.topics.actions import ensure_path
from tests import cast, make

BY: Any = System()


def _supplies(drawn: Blueprint) -> supply.Supplies:
    return supply.supplies(drawn_blueprints.cells(drawn.rows), today=today())


def test_a_blueprint_says_everything_that_is_wrong_with_it(context: None) -> None:
    with pytest.raises(Refused) as refusal:
        make.blueprint(("single", 0, "2"), ("truth", 1, "0"), minutes=0)
    assert refusal.value.reasons == (
        "考试时长须在1至600分钟之间。",
        "第1格：题数须在1至200之间。",
        "第2格：每题分值须大于0，最多两位小数。",
    )


def test_a_blueprint_is_redrawn_from_the_present_version_only(context: None) -> None:
    drawn = make.blueprint(("single", 1, "2"))
    rows = [blueprints.RowDraft(kind=Kind.TRUTH, count=3, points=Decimal(1))]
    blueprints.redraw(drawn, title="新名", minutes=45, rows=rows, seen=1, by=BY, at=now())
    again = drawn_blueprints.get_blueprint(drawn.id)
    assert [(row.position, row.kind.value, row.count) for row in again.rows] == [(1, "truth", 3)]
    with pytest.raises(Conflict):
        blueprints.redraw(again, title="x", minutes=45, rows=rows, seen=1, by=BY, at=now())


def test_what_the_bank_lacks_is_told_in_words_and_nothing_is_made(context: None) -> None:
    bank, topic = make.bank("公务员法题库"), ensure_path(["公务员法", "录用"])
    for _each in range(2):
        make.item("multiple", bank=bank, topic=topic, difficulty=Difficulty.HARD)
    limits = {"bank_id": bank.id, "topic_id": topic.id, "difficulty": Difficulty.HARD}
    drawn = make.blueprint(("multiple", 5, "2", limits))
    sentence = "缺 3 道 公务员法 › 录用·多选题·难（题库“公务员法题库”）：需要 5 道，可用 2 道。"
    assert list(_supplies(drawn).sentences.values()) == [sentence]
    with pytest.raises(Refused, match="缺 3 道 公务员法"):
        assembling.assemble(drawn, seed=1, by=BY, at=now())
    assert papers.papers(page=1).total == 0


def test_only_approved_items_with_sources_in_force_go_into_a_paper(context: None) -> None:
    make.item(approved=False)
    ended = Source("旧条例", valid_to=today().replace(year=today().year - 1))
    make.item(sources=[ended])
    retired = make.item()
    retired = get_item(retired.id)
    items.retire(retired, seen=retired.version, by=BY, at=now())
    drawn = make.blueprint(("single", 1, "2"))
    assert list(_supplies(drawn).told.available.values()) == [0]
    make.item(topic=ensure_path(["党章"]))
    assert list(_supplies(drawn).told.available.values()) == [1]


def test_a_topic_means_all_that_is_under_it(context: None) -> None:
    make.item(topic=ensure_path(["公务员法", "录用"]))
    make.item(topic=ensure_path(["党章"]))
    drawn = make.blueprint(("single", 1, "2", {"topic_id": ensure_path(["公务员法"]).id}))
    assert list(_supplies(drawn).told.available.values()) == [1]


def test_a_paper_has_sections_in_order_numbers_through_and_the_same_points_in_both_variants(
    context: None,
) -> None:
    paper = papers.get_paper(make.paper(("essay", 1, "6"), ("single", 2, "2"), sealed=False).id)
    assert [section.title for section in paper.sections] == [
        "一、单项选择题（本大题共2小题，每小题2分，共4分）",
        "二、论述题（本大题共1小题，共6分）",
    ]
    assert [section.policy for section in paper.sections] == ["S0@1", "H0@1"]
    for variant in paper.variants:
        kinds = [slot.item_version.item.kind.value for slot in variant.slots]
        assert [slot.number for slot in variant.slots] == [1, 2, 3]
        assert kinds == ["single", "single", "essay"]
        assert sum(slot.points for slot in variant.slots) == 10
    first, second = ({slot.item_version_id for slot in one.slots} for one in paper.variants)
    assert first & second == set()


def test_the_same_blueprint_makes_papers_of_different_titles(context: None) -> None:
    make.item()
    drawn = make.blueprint(("single", 1, "2"), title="结业考试")
    titles = [assembling.assemble(drawn, seed=n, by=BY, at=now()).title for n in (1, 2)]
    assert titles == ["结业考试（第1套）", "结业考试（第2套）"]
    with pytest.raises(Refused, match="请换一个名称"):
        assembling.assemble(drawn, seed=3, by=BY, at=now(), title="结业考试（第1套）")


def test_the_norm_says_how_multiple_choice_is_scored(context: None) -> None:
    make.norm("score.multiple_policy", "M0@1")
    paper = make.paper(("multiple", 1, "2"), sealed=False)
    assert [section.policy for section in papers.get_paper(paper.id).sections] == ["M0@1"]


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
    paper = assembling.assemble(make.blueprint(("single", 1, "2")), seed=1, by=BY, at=now())
    sealing.seal(paper, by=BY, at=now())
    answers = papers.get_paper(paper.id).variants[0].answers
    assert answers["1"]["provenance"] == "《中华人民共和国公务员法》第三十四条（2018年修订）"


def test_a_sealed_paper_is_never_changed(context: None) -> None:
    paper = papers.get_paper(make.paper().id)
    slot = paper.variants[0].slots[0]
    version = slot.item_version
    attempts = (
        lambda: sealing.seal(paper, by=BY, at=now()),
        lambda: assembling.discard(paper, by=BY, at=now()),
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
    paper = assembling.assemble(make.blueprint(("single", 1, "2")), seed=1, by=BY, at=now())
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


def test_sealed_papers_are_listed_for_those_who_arrange_exams(context: None) -> None:
    make.paper(sealed=False)
    sealed = make.paper()
    assert [paper.id for paper in papers.sealed_papers(cast.office())] == [sealed.id]
    assert papers.sealed_papers(cast.learner()) == []


def test_sealing_and_looking_at_answers_leave_a_trace(context: None) -> None:
    paper = make.paper()
    sealing.open_answers(paper, by=cast.office(), at=now())
    wanted = select(AuditEntry.action).where(AuditEntry.action.in_(["papers.seal", "papers.open"]))
    assert list(session.scalars(wanted.order_by(AuditEntry.id))) == ["papers.seal", "papers.open"]


def test_the_same_form_sent_twice_makes_one_paper(context: None) -> None:
    make.item()
    drawn = make.blueprint(("single", 1, "2"))
    assembling.assemble(drawn, seed=1, by=BY, at=now())
    with pytest.raises(Refused, match="随机种子1已经组成"):
        assembling.assemble(drawn, seed=1, by=BY, at=now())


def test_what_was_frozen_is_never_written_again_whoever_tries(context: None) -> None:
    variant = papers.get_paper(make.paper().id).variants[0]
    variant.content = {"title": "改过"}
    with pytest.raises(RuntimeError, match="is sealed"):
        session.flush()


def _open_cells(difficulty: Difficulty | None) -> list[Cell]:
    return [Cell(at, kind, 1, Decimal(1), difficulty=difficulty) for at, kind in enumerate(Kind)]


def test_the_grid_counts_what_is_fit_for_papers(context: None) -> None:
    for kind in ("single", "single", "truth"):
        make.item(kind)
    make.item(approved=False)
    make.item(sources=[Source("旧条例", valid_to=today().replace(year=today().year - 1))])
    told = [supply.stock(_open_cells(level), today=today()) for level in (None, Difficulty.MEDIUM)]
    assert [sum(groups.values()) for groups in told] == [3, 3]


def test_an_item_that_stood_in_many_papers_lately_rests(context: None) -> None:
    make.norm("papers.exposure_uses", Decimal(1))
    make.item()
    drawn = make.blueprint(("single", 1, "2"))
    assert list(_supplies(drawn).told.available.values()) == [1]
    sealing.seal(assembling.assemble(drawn, seed=1, by=BY, at=now()), by=BY, at=now())
    drawn = drawn_blueprints.get_blueprint(drawn.id)
    resting = _supplies(drawn)
    assert list(resting.told.available.values()) == [0]
    assert ["另有 1 道近期用得太多" in one for one in resting.sentences.values()] == [True]


def test_a_blueprint_keeps_what_the_whole_paper_shall_be_like_and_is_copied(context: None) -> None:
    aims = blueprints.Aims({"multiple": "M4@1"}, Decimal("0.7"), Decimal("0.1"), 0, 20)
    rows = [blueprints.RowDraft(Kind.MULTIPLE, 1, Decimal(2))]
    drawn = blueprints.draw_blueprint(title="甲", minutes=60, rows=rows, aims=aims, by=BY, at=now())
    made = blueprints.copy(drawn, title="乙", by=BY, at=now())
    again = drawn_blueprints.get_blueprint(made.id)
    kept = (again.policies, again.target, again.tolerance, again.shared_limit, again.repeat_limit)
    assert kept == ({"multiple": "M4@1"}, Decimal("0.7"), Decimal("0.1"), 0, 20)
    assert [(row.kind, row.count) for row in again.rows] == [(Kind.MULTIPLE, 1)]
    with pytest.raises(Refused) as refusal:
        wrong = blueprints.Aims({"multiple": "J0@1"}, Decimal(2), Decimal(3), 101, -1)
        blueprints.draw_blueprint(title="丙", minutes=60, rows=rows, aims=wrong, by=BY, at=now())
    assert len(refusal.value.reasons) == 5


def test_the_policy_of_the_blueprint_becomes_that_of_its_section(context: None) -> None:
    make.item("multiple")
    aims = blueprints.Aims({"multiple": "M4@1"}, shared_limit=100)
    rows = [blueprints.RowDraft(Kind.MULTIPLE, 1, Decimal(2))]
    drawn = blueprints.draw_blueprint(title="甲", minutes=60, rows=rows, aims=aims, by=BY, at=now())
    paper = assembling.assemble(drawn, seed=1, by=BY, at=now())
    assert [section.policy for section in paper.sections] == ["M4@1"]


def test_limits_that_cannot_be_kept_are_told_and_nothing_is_made(context: None) -> None:
    first, second = make.item(), make.item()
    enemies.keep_apart([first.id, second.id], reason="同一考点", by=BY, at=now())
    with pytest.raises(Refused, match="题间互斥：互斥组1“同一考点”"):
        assembling.assemble(make.blueprint(("single", 2, "2")), seed=1, by=BY, at=now())
    assert papers.papers(page=1).total == 0


def test_enemies_are_named_by_number_with_a_reason(context: None) -> None:
    item = make.item()
    with pytest.raises(Refused) as refusal:
        enemies.keep_apart([item.id, 999], reason=" ", by=BY, at=now())
    assert len(refusal.value.reasons) == 2
    group = enemies.keep_apart([item.id, make.item().id], reason="同题", by=BY, at=now())
    enemies.reconcile(usage.get_enemy_group(group.id), by=BY, at=now())
    assert usage.enemy_groups() == []


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


def test_an_enemy_of_the_paper_is_shown_and_not_swapped_in(context: None) -> None:
    paper = papers.get_paper(make.paper(("single", 2, "2"), sealed=False).id)
    first, second = paper.variants[0].slots
    spare = make.item(bank=_bank_of(first))
    both = [spare.id, second.item_version.item_id]
    enemies.keep_apart(both, reason="互相提示", by=BY, at=now())
    (other,) = papers.alternatives(paper, first, today=today())
    assert other.enemies == (second.number,)
    with pytest.raises(Refused, match="与本卷第2题互斥"):
        editing.swap(paper, first, other.version, seen=1, by=BY, at=now())


def test_an_alternative_says_which_paper_would_be_repeated_too_much(context: None) -> None:
    old = make.paper(("single", 1, "2"), title="旧卷")
    known = papers.get_paper(old.id).variants[0].slots[0]
    drawn = make.blueprint(("single", 1, "2", {"bank_id": _bank_of(known).id}))
    drawn.repeat_limit = 0
    make.item(bank=_bank_of(known))
    make.item(bank=_bank_of(known))
    made = assembling.assemble(drawn, seed=5, by=BY, at=now())
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
