"""Which slots of a variant a candidate gets: by seed alone, as many for as many points."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from question_bank.papers.rules.drawing import (
    is_drawn,
    own_answers,
    own_content,
    own_numbers,
    pool_heading,
)


def _slot(number: int, points: str) -> dict[str, Any]:
    return {"number": number, "points": points, "stem": f"题{number}"}


DRAWN = {
    "title": "随机卷",
    "sections": [
        {
            "title": "一、单选",
            "slots": [_slot(number, "2" if number <= 6 else "3") for number in range(1, 11)],
            "draws": [{"take": 2, "numbers": [1, 2, 3, 4, 5, 6]}, {"take": 1, "numbers": [7, 8, 9, 10]}],
        },
        {
            "title": "二、简答",
            "slots": [_slot(11, "6"), _slot(12, "6")],
            "draws": [{"take": 1, "numbers": [11, 12]}],
        },
    ],
}  # fmt: skip
ANSWERS = {str(number): {"key": number} for number in range(1, 13)}
PLAIN = {"sections": [{"slots": [_slot(1, "2"), _slot(2, "2")]}]}


def _slots(content: Any) -> list[Any]:
    return [slot for section in content["sections"] for slot in section["slots"]]


@given(st.integers(0, 2**31))
def test_every_candidate_gets_as_many_items_for_as_many_points(seed: int) -> None:
    own = own_content(DRAWN, seed)
    assert [slot["points"] for slot in _slots(own)] == ["2", "2", "3", "6"]
    assert [slot["number"] for slot in _slots(own)] == [1, 2, 3, 4]
    assert not is_drawn(own)
    assert own_content(DRAWN, seed) == own


@given(st.integers(0, 2**31))
def test_the_answers_are_those_of_the_slots_that_are_shown(seed: int) -> None:
    stems = [slot["stem"] for slot in _slots(own_content(DRAWN, seed))]
    answers = own_answers(DRAWN, ANSWERS, seed)
    assert [f"题{answers[str(at)]['key']}" for at in (1, 2, 3, 4)] == stems
    assert [f"题{number}" for number in own_numbers(DRAWN, seed)] == stems


def test_every_item_has_the_same_chance() -> None:
    counted = Counter(number for seed in range(3000) for number in own_numbers(DRAWN, seed))
    expected = {**dict.fromkeys(range(1, 7), 1000), **dict.fromkeys(range(7, 11), 750)}
    expected |= dict.fromkeys((11, 12), 1500)
    assert max(abs(counted[number] - wanted) for number, wanted in expected.items()) < 120


def test_a_seed_draws_the_same_today_and_in_years() -> None:
    assert [own_numbers(DRAWN, seed) for seed in (1, 2, 3)] == [
        [1, 5, 9, 11],
        [2, 3, 10, 12],
        [2, 5, 8, 12],
    ]


def test_whoever_sees_the_whole_pool_is_told_how_many_are_drawn() -> None:
    headings = [pool_heading(section) for section in DRAWN["sections"]]
    assert headings == [
        "一、单选（以下备10题，每位考生抽3题）",
        "二、简答（以下备2题，每位考生抽1题）",
    ]
    assert pool_heading({"title": "一、单选", "slots": []}) == "一、单选"


def test_a_paper_without_a_draw_is_everybodys_as_it_is() -> None:
    assert own_content(PLAIN, 7) is PLAIN
    assert own_answers(PLAIN, ANSWERS, 7) is ANSWERS
    assert own_numbers(PLAIN, 7) == [1, 2]
