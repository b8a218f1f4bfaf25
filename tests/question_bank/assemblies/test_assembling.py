"""From a blueprint to papers, on a real database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lms.ground.audit.actions import System
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from question_bank.assemblies import actions as assemblies
from question_bank.assemblies.queries import supply
from question_bank.assemblies.rules.orders import paper_title
from question_bank.blueprints import actions as drawing
from question_bank.blueprints import queries as blueprints
from question_bank.blueprints.models import Blueprint
from question_bank.blueprints.rules.cells import Cell
from question_bank.items import actions as items
from question_bank.items.queries import get_item
from question_bank.items.rules.terms import Difficulty, Kind, Source
from question_bank.papers.actions import sealing
from question_bank.papers.queries import papers
from question_bank.topics.actions import ensure_path
from tests import make
from tests.question_bank.analysis import occasions

BY: Any = System()


def _supplies(drawn: Blueprint) -> supply.Supplies:
    return supply.supplies(blueprints.cells(drawn), today=today())


def test_what_the_bank_lacks_is_told_in_words_and_nothing_is_made(context: None) -> None:
    bank, topic = make.bank("公务员法题库"), ensure_path(["公务员法", "录用"])
    for _each in range(2):
        make.item("multiple", bank=bank, topic=topic, difficulty=Difficulty.HARD)
    limits = {"bank_id": bank.id, "topic_id": topic.id, "difficulty": Difficulty.HARD}
    drawn = make.blueprint(("multiple", 5, "2", limits))
    sentence = "缺 3 道 公务员法 › 录用·多选题·难（题库“公务员法题库”）：需要 5 道，可用 2 道。"
    assert list(_supplies(drawn).sentences.values()) == [sentence]
    with pytest.raises(Refused, match="缺 3 道 公务员法"):
        assemblies.assemble(drawn, seed=1, by=BY, at=now())
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
    titles = [assemblies.assemble(drawn, seed=n, by=BY, at=now()).title for n in (1, 2)]
    assert titles == ["结业考试（第1套）", "结业考试（第2套）"]
    with pytest.raises(Refused, match="请换一个名称"):
        assemblies.assemble(drawn, seed=3, by=BY, at=now(), title="结业考试（第1套）")


@pytest.mark.parametrize(
    ("blueprint", "title"),
    [
        ("结业考试", "结业考试（第2套）"),
        ("结业考试细目表", "结业考试试卷（第2套）"),
        ("结业考试双向细目表", "结业考试试卷（第2套）"),
        ("细目表练习", "细目表练习（第2套）"),
    ],
)
def test_candidates_do_not_read_that_their_paper_is_a_blueprint(blueprint: str, title: str) -> None:
    assert paper_title(blueprint, 2) == title


def test_the_norm_says_how_multiple_choice_is_scored(context: None) -> None:
    make.norm("score.multiple_policy", "M0@1")
    paper = make.paper(("multiple", 1, "2"), sealed=False)
    assert [section.policy for section in papers.get_paper(paper.id).sections] == ["M0@1"]


def test_the_same_form_sent_twice_makes_one_paper(context: None) -> None:
    make.item()
    drawn = make.blueprint(("single", 1, "2"))
    assemblies.assemble(drawn, seed=1, by=BY, at=now())
    with pytest.raises(Refused, match="随机种子1已经组成"):
        assemblies.assemble(drawn, seed=1, by=BY, at=now())


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
    sealing.seal(assemblies.assemble(drawn, seed=1, by=BY, at=now()), by=BY, at=now())
    drawn = blueprints.get_blueprint(drawn.id)
    resting = _supplies(drawn)
    assert list(resting.told.available.values()) == [0]
    assert ["另有 1 道近期用得太多" in one for one in resting.sentences.values()] == [True]


def test_the_policy_of_the_blueprint_becomes_that_of_its_section(context: None) -> None:
    make.item("multiple")
    aims = drawing.Aims({"multiple": "M4@1"}, shared_limit=100)
    rows = [drawing.RowDraft(Kind.MULTIPLE, 1, Decimal(2))]
    drawn = drawing.draw_blueprint(title="甲", minutes=60, rows=rows, aims=aims, by=BY, at=now())
    paper = assemblies.assemble(drawn, seed=1, by=BY, at=now())
    assert [section.policy for section in paper.sections] == ["M4@1"]


def test_a_drawn_paper_needs_its_whole_pool(context: None) -> None:
    for _each in range(5):
        make.item()
    rows = [drawing.RowDraft(Kind.SINGLE, 2, Decimal(2))]
    aims = drawing.Aims(pool=3)
    drawn = drawing.draw_blueprint(title="抽", minutes=60, rows=rows, aims=aims, by=BY, at=now())
    sentence = "缺 1 道 单选题：需要 6 道，可用 5 道。"
    assert list(_supplies(drawn).sentences.values()) == [sentence]
    make.item()
    paper = assemblies.assemble(blueprints.get_blueprint(drawn.id), seed=1, by=BY, at=now())
    assert (paper.pool, [len(one.slots) for one in paper.variants]) == (3, [6, 6])
    assert paper.sections[0].title == "一、单项选择题（本大题共2小题，每小题2分，共4分）"
    with pytest.raises(Refused, match="倍数须在1至10之间"):
        wrong = drawing.Aims(pool=0)
        drawing.draw_blueprint(title="零", minutes=60, rows=rows, aims=wrong, by=BY, at=now())


def test_items_that_enough_candidates_had_are_as_hard_as_they_proved(context: None) -> None:
    own = occasions.items()
    occasions.recorded(own)
    first = own[0].current
    assert first.difficulty is Difficulty.MEDIUM
    make.norm("papers.observed_candidates", Decimal(25))
    assert supply.observed_p(today=today()) == {}
    make.norm("papers.observed_candidates", Decimal(24))
    assert supply.observed_p(today=today())[first.id] == 500
    drawn = make.blueprint((own[0].kind.value, 1, "2", {"bank_id": own[0].bank_id}))
    asked = supply.order(drawn, seed=1, papers=1, variants=1, today=today())
    assert {one.p for one in asked.candidates if one.version_id == first.id} == {500}


def test_the_rate_of_a_paper_says_how_much_of_it_is_observed(context: None) -> None:
    paper = papers.get_paper(make.paper(("single", 2, "2"), ("truth", 1, "4")).id)
    expected = supply.rate(paper.variants[0], today=today())
    assert (expected.expected, expected.observed) == (Decimal("0.65"), 0)
