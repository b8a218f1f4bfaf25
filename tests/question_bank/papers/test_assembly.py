"""Assembly on plain data: exact, deterministic, and no shortage that an exchange would avoid."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from question_bank.items.rules.terms import Kind
from question_bank.papers.rules.assembly import Assembly, Need, assemble
from question_bank.papers.rules.headings import divided, heading, section_order


def need(row: int, count: int, *items: int) -> Need:
    return Need(row, count, {item: item for item in items})


def test_the_same_seed_gives_the_same_paper_and_another_seed_another() -> None:
    needs = [need(1, 5, *range(40)), need(2, 3, *range(30, 60))]
    assert assemble(needs, seed=7) == assemble(needs, seed=7)
    assert assemble(needs, seed=7) != assemble(needs, seed=8)


def test_a_row_that_could_do_without_gives_way_to_one_that_cannot() -> None:
    for seed in range(20):
        made = assemble([need(1, 2, 1, 2, 3), need(2, 1, 1), need(3, 1, 2, 3, 4)], seed=seed)
        assert made.missing == {}
        assert made.first[2] == (1,)


def test_a_chain_of_exchanges_is_found() -> None:
    needs = [need(1, 1, 1, 2), need(2, 1, 2, 3), need(3, 1, 3, 4), need(4, 1, 1)]
    for seed in range(20):
        assert assemble(needs, seed=seed).missing == {}


def test_what_is_missing_is_told_by_row() -> None:
    made = assemble([need(1, 3, 1, 2), need(2, 1, 3)], seed=1)
    assert made == Assembly({}, {}, {1: 1})


def test_variants_share_nothing_when_the_bank_has_twice_as_many() -> None:
    for seed in range(20):
        made = assemble([need(1, 3, *range(6)), need(2, 2, *range(4, 10))], seed=seed)
        assert made.shared == 0


def test_variants_share_exactly_what_the_bank_lacks() -> None:
    made = assemble([need(1, 4, *range(6))], seed=3)
    assert made.shared == 2
    assert [len(made.first[1]), len(made.second[1])] == [4, 4]


def test_a_variant_never_has_an_item_twice() -> None:
    chance = random.Random(5)
    for seed in range(100):
        needs = [
            need(row, chance.randint(1, 4), *chance.sample(range(25), chance.randint(5, 15)))
            for row in range(1, 6)
        ]
        made = assemble(needs, seed=seed)
        for variant in (made.first, made.second):
            placed = [item for items in variant.values() for item in items]
            assert len(placed) == len(set(placed))
        for one in needs:
            if not made.missing:
                assert len(made.first[one.row]) == len(made.second[one.row]) == one.count
                assert set(made.first[one.row]) <= set(one.eligible)


def test_items_that_say_the_same_count_once_and_come_from_their_row() -> None:
    needs = [Need(1, 1, {10: 10}), Need(2, 1, {10: 99, 20: 20})]
    made = assemble(needs, seed=1)
    assert (made.first[1], made.first[2]) == ((10,), (20,))


def test_sections_come_in_the_usual_order_with_their_headings() -> None:
    assert section_order([Kind.ESSAY, Kind.SINGLE, Kind.TRUTH, Kind.SINGLE]) == [
        Kind.SINGLE, Kind.TRUTH, Kind.ESSAY,
    ]  # fmt: skip
    assert heading(1, Kind.SINGLE, [Decimal(2)] * 10) == "一、单项选择题（每题 2 分，共 20 分）"
    assert heading(2, Kind.ESSAY, [Decimal(10), Decimal(15)]) == "二、论述题（共 2 题，共 25 分）"
    assert heading(3, Kind.CASE, [Decimal(20)]) == "三、案例分析题（共 1 题，共 20 分）"


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
