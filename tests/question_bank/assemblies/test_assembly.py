"""Assembly on plain data: exact, deterministic, within every limit, and told when it cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from question_bank.assemblies.rules.orders import Candidate, Chosen, Order, shared_items
from question_bank.assemblies.rules.reports import obstacles, shortages
from question_bank.assemblies.rules.supply import supply
from question_bank.assemblies.solver.search import solve
from question_bank.blueprints.rules.cells import EXPECTED_P, Cell, Group
from question_bank.items.rules.terms import Cognition, Difficulty, Kind
from question_bank.papers.rules.headings import divided, heading, section_order

EASY, MEDIUM, HARD = Difficulty.EASY, Difficulty.MEDIUM, Difficulty.HARD


def group(difficulty: Difficulty = EASY, topic: int = 1, kind: Kind = Kind.SINGLE) -> Group:
    return Group(kind, 1, topic, difficulty, Cognition.RECALL)


def candidates(numbers: Iterable[int], of: Group, *, uses: int = 0) -> list[Candidate]:
    return [
        Candidate(number, number, of, EXPECTED_P[of.difficulty], f"says {number}", uses)
        for number in numbers
    ]


def cell(position: int, count: int, **limits: Any) -> Cell:
    topic = limits.pop("topic", None)
    inside = None if topic is None else frozenset({topic})
    return Cell(position, Kind.SINGLE, count, Decimal(2), topic_id=topic, topics=inside, **limits)


def ids(chosen: Chosen) -> set[int]:
    return {one.item_id for items in chosen.values() for one in items}


def test_every_cell_gets_exactly_its_count_of_what_fits_it() -> None:
    cells = [cell(1, 3, difficulty=EASY), cell(2, 2, topic=2), cell(3, 4)]
    bank = candidates(range(10), group()) + candidates(range(10, 30), group(HARD, 2))
    (paper,) = solve(Order(cells, bank, seed=3)).papers
    for variant in paper:
        assert {position: len(items) for position, items in variant.items()} == {1: 3, 2: 2, 3: 4}
        assert {one.group.difficulty for one in variant[1]} == {EASY}
        assert {one.group.topic_id for one in variant[2]} == {2}
        assert len(ids(variant)) == 9
    assert shared_items(paper) == 0


def test_the_same_seed_gives_the_same_paper_and_another_seed_another() -> None:
    order = {"cells": [cell(1, 5)], "candidates": candidates(range(60), group())}
    assert solve(Order(**order, seed=7)) == solve(Order(**order, seed=7))
    assert solve(Order(**order, seed=7)) != solve(Order(**order, seed=8))


def test_variants_share_exactly_what_the_bank_lacks() -> None:
    (paper,) = solve(Order([cell(1, 4)], candidates(range(6), group()))).papers
    assert shared_items(paper) == 2


def test_enemies_and_items_that_say_the_same_never_meet() -> None:
    bank = candidates(range(8), group())
    bank[7] = Candidate(7, 7, bank[7].group, 850, "says 6")
    order = Order([cell(1, 5)], bank, enemies={"组": frozenset({0, 1, 2})}, variants=1)
    for seed in range(5):
        (paper,) = solve(Order(order.cells, bank, order.enemies, variants=1, seed=seed)).papers
        assert len(ids(paper[0]) & {0, 1, 2}) <= 1
        assert len(ids(paper[0]) & {6, 7}) <= 1


def test_the_expected_score_rate_lies_around_the_target() -> None:
    bank = candidates(range(30), group()) + candidates(range(30, 60), group(HARD))
    order = Order([cell(1, 10)], bank, variants=1, target=620, tolerance=25, seed=1)
    (paper,) = solve(order).papers
    rate = sum(one.p for one in paper[0][1]) / 10
    assert 595 <= rate <= 645


def test_what_stood_in_papers_lately_comes_last() -> None:
    bank = candidates(range(200), group(), uses=3) + candidates(range(200, 300), group())
    (paper,) = solve(Order([cell(1, 5)], bank, seed=4)).papers
    assert all(one.uses == 0 for variant in paper for one in variant[1])


def test_parallel_and_past_papers_are_repeated_no_more_than_is_allowed() -> None:
    past = frozenset(range(30))
    order = Order(
        [cell(1, 10)], candidates(range(60), group()), past={"“旧卷”": past}, papers=3,
        variants=1, repeat_limit=20, seed=2,
    )  # fmt: skip
    made = [ids(paper[0]) for paper in solve(order).papers]
    assert len(made) == 3
    assert all(len(one & past) <= 2 for one in made)
    assert all(len(one & other) <= 2 for one in made for other in made if one is not other)


def test_an_earlier_paper_leaves_to_later_ones_what_their_narrow_cells_need() -> None:
    bank = candidates(range(10), group(topic=9)) + candidates(range(10, 60), group())
    order = Order(
        [cell(1, 4), cell(2, 2, topic=9)], bank, papers=5, variants=1, repeat_limit=0, seed=1
    )
    assert len(solve(order).papers) == 5


def test_everything_that_is_missing_is_told_at_once() -> None:
    cells = [cell(1, 3, difficulty=EASY), cell(2, 2, topic=2), cell(3, 1, difficulty=HARD)]
    bank = candidates(range(2), group()) + candidates(range(2, 5), group(MEDIUM, 1))
    shortfall = solve(Order(cells, bank)).shortfall
    assert shortfall is not None
    assert shortfall.missing == {1: 1, 2: 2, 3: 1}
    stock = {group(): 2, group(MEDIUM, 1): 3}
    told = shortages(cells, supply(cells, stock), topics={2: "越语 › 听力"}, banks={})
    assert told == {
        1: "缺 1 道 单选题·易：需要 3 道，可用 2 道。",
        2: "缺 2 道 越语 › 听力·单选题：需要 2 道，可用 0 道。",
        3: "缺 1 道 单选题·难：需要 1 道，可用 0 道。",
    }


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"enemies": {"互斥组1“同一考点”": frozenset(range(5))}},
         "题间互斥：互斥组1“同一考点”中的试题一卷只能用一道，不够组卷；请补充同类试题，或解除互斥。"),
        ({"shared_limit": 0}, "各卷最多允许共用 0 道，至少要共用 2 道；请补充试题、减少卷型，或放宽上限。"),
        ({"past": {"“旧卷”": frozenset(range(6))}, "repeat_limit": 50},
         "与“旧卷”最多允许重复 2 道，至少要重复 4 道；请补充试题，或放宽上限。"),
        ({"target": 400, "tolerance": 50}, "目标难度 0.40（±0.05）达不到，最接近的是 0.85；请改变各难度的题数，或调整目标。"),
    ],
)  # fmt: skip
def test_every_limit_that_cannot_be_kept_is_told(limits: dict[str, Any], sentence: str) -> None:
    order = Order([cell(1, 4)], candidates(range(6), group()), **limits)
    shortfall = solve(order).shortfall
    assert shortfall is not None
    assert dict(shortfall.missing) == {}
    assert obstacles(order, shortfall) == [sentence]


def test_progress_is_told_before_every_paper_and_may_end_the_work() -> None:
    order = Order([cell(1, 1)], candidates(range(9), group()), papers=3, variants=1)
    told: list[int] = []
    solve(order, told=told.append)
    assert told == [0, 1, 2]

    def cancel(done: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve(order, told=cancel)


def test_a_cell_that_could_do_without_gives_way_to_one_that_cannot() -> None:
    stock = {group(topic=1): 3, group(topic=2): 1, group(topic=3): 2}
    cells = [cell(1, 3), cell(2, 1, topic=2), cell(3, 2, topic=1)]
    assert supply(cells, stock).missing == {}
    assert supply([*cells, cell(4, 1)], stock).missing.keys() <= {1, 4}


def test_the_flow_of_groups_misses_as_few_items_as_the_solver() -> None:
    stock = {group(EASY, 1): 2, group(HARD, 1): 1, group(EASY, 2): 1}
    cells = [cell(1, 2, topic=1), cell(2, 2, difficulty=EASY), cell(3, 1, difficulty=HARD)]
    told = supply(cells, stock)
    assert told.available == {1: 3, 2: 3, 3: 1}
    assert sum(told.missing.values()) == 1


def test_sections_come_in_the_usual_order_with_their_headings() -> None:
    assert section_order([Kind.ESSAY, Kind.SINGLE, Kind.TRUTH, Kind.SINGLE]) == [
        Kind.SINGLE, Kind.TRUTH, Kind.ESSAY,
    ]  # fmt: skip
    assert (
        heading(1, Kind.SINGLE, [Decimal(2)] * 10)
        == "一、单项选择题（本大题共10小题，每小题2分，共20分）"
    )
    assert (
        heading(2, Kind.ESSAY, [Decimal(10), Decimal(15)]) == "二、论述题（本大题共2小题，共25分）"
    )
    assert heading(3, Kind.CASE, [Decimal(20)]) == "三、案例分析题（本大题共1小题，共20分）"


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        ("10", ["4", "6"], ["4", "6"]),
        ("20", ["4", "6"], ["8", "12"]),
        ("10", ["1", "1", "1"], ["3.5", "3.5", "3"]),
        ("1", ["1", "1", "1"], ["0.34", "0.33", "0.33"]),
        ("7", ["2", "2"], ["3.5", "3.5"]),
    ],
)
def test_points_are_divided_without_a_rest(
    total: str, weights: list[str], shares: list[str]
) -> None:
    made = divided(Decimal(total), [Decimal(one) for one in weights])
    assert made == [Decimal(one) for one in shares]
    assert sum(made) == Decimal(total)


def test_two_cells_that_want_the_same_items_are_told_short_of_them_once() -> None:
    cells = [cell(1, 4), cell(2, 4, difficulty=EASY)]
    shortfall = solve(Order(cells, candidates(range(6), group()))).shortfall
    assert shortfall is not None
    assert sum(shortfall.missing.values()) == 2
