"""The order in which a candidate sees options and items: by seed alone, today and in years."""

from __future__ import annotations

from typing import Any

import pytest

from question_bank.papers.rules.shuffling import (
    choice,
    choices,
    item_orders,
    option_order,
    option_orders,
)


def asked(*options: str, kind: str = "single") -> dict[str, Any]:
    return {"kind": kind, "options": list(options)}


def order(of: dict[str, Any], seed: int, name: str) -> list[int]:
    return option_order(choice(of, name), seed)


def test_orders_never_change() -> None:
    assert order(asked("甲", "乙", "丙", "丁"), 7, "3") == [0, 3, 1, 2]


@pytest.mark.parametrize("last", ["以上都对", "以上皆是", "上述说法均正确", "都不对"])
def test_an_option_that_sums_up_stays_last(last: str) -> None:
    orders = [order(asked("甲", "乙", "丙", last), seed, "1") for seed in range(30)]
    assert {order[-1] for order in orders} == {3}
    assert len({tuple(order) for order in orders}) > 1


@pytest.mark.parametrize("option", ["A和B", "前两项", "A、C", "第一项和第三项"])
def test_options_that_name_places_are_not_moved(option: str) -> None:
    for seed in range(30):
        assert order(asked("甲", "乙", "丙", option), seed, "1") == [0, 1, 2, 3]


def test_what_sums_up_in_the_middle_keeps_all_in_place() -> None:
    assert order(asked("甲", "以上都对", "丙"), 5, "1") == [0, 1, 2]


def _content(**shuffle: bool) -> dict[str, Any]:
    slots = [
        {"number": n, "keeps_order": n == 2, **asked("甲", "乙", "丙", "丁")} for n in (1, 2, 3)
    ]
    return {
        "shuffle": shuffle,
        "sections": [{"slots": slots}, {"slots": [{"number": 4, **asked()}]}],
    }


def test_the_paper_and_the_slot_say_what_is_not_shuffled() -> None:
    own = [0, 1, 2, 3]
    moved = [
        option_orders(choices(_content(options=True, items=False)), seed) for seed in range(30)
    ]
    assert {tuple(orders["2"]) for orders in moved} == {tuple(own)}
    assert len({tuple(orders["1"]) for orders in moved}) > 5
    kept = option_orders(choices(_content(options=False, items=False)), 3)
    assert kept == {"1": own, "2": own, "3": own}


def test_items_change_places_inside_their_section_alone() -> None:
    orders = [item_orders(_content(options=True, items=True), seed) for seed in range(30)]
    assert {tuple(sorted(first)) for first, _second in orders} == {(1, 2, 3)}
    assert {tuple(second) for _first, second in orders} == {(4,)}
    assert len({tuple(first) for first, _second in orders}) > 1
    assert item_orders(_content(options=True, items=False), 9) == [[1, 2, 3], [4]]
