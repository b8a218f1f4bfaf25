"""The rules of marking, as tables."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from lms.exams.marking.rules.modes import Mode, Scheme, Standing
from lms.exams.marking.rules.points import (
    NO_MARKS,
    Given,
    Marks,
    ScoredBy,
    check_given,
    kept,
    marked_slots,
    pending_sentences,
    rubric,
    score_slot,
    sheet_total,
    shuffled,
    unanswered,
)
from tests.lms.exams.marking.hall import documents

ANSWERS = documents({number: number for number in range(1, 7)})["answers"]
TENTH = Fraction(3, 20)
SINGLE, DOUBLE = Scheme(Mode.SINGLE, TENTH), Scheme(Mode.DOUBLE, TENTH)


def given(*points: str, remark: str = "") -> Given:
    numbers = tuple(Decimal(one) for one in points)
    return Given(sum(numbers, Decimal(0)), numbers, remark)


def test_people_mark_what_machines_cannot_score() -> None:
    assert marked_slots(ANSWERS) == [5, 6]


@pytest.mark.parametrize(
    ("response", "empty"),
    [
        (None, True),
        ("", True),
        ("  \n", True),
        ([], True),
        (["", " "], True),
        ({}, True),
        ({"1": None, "2": ""}, True),
        ("甲", False),
        (["", "三年"], False),
        ({"1": "A", "2": ""}, False),
    ],
)
def test_blanks_alone_are_no_answer(response: Any, empty: bool) -> None:
    assert unanswered(response) is empty


def entry(points: str, *rubric: tuple[str, str]) -> dict[str, Any]:
    rows = [{"text": text, "points": worth} for text, worth in rubric]
    return {"kind": "essay", "policy": "H0@1", "points": points, "key": [""], "rubric": rows}


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (entry("10", ("甲", "6"), ("乙", "4")), ["6", "4"]),
        (entry("10"), ["10"]),
        (entry("15", ("甲", "6"), ("乙", "4")), ["9", "6"]),
        (entry("10", ("甲", "1"), ("乙", "1"), ("丙", "1")), ["3.5", "3", "3.5"]),
        (entry("7.5", ("甲", "2"), ("乙", "2")), ["4", "3.5"]),
    ],
)
def test_rubric_lines_add_up_to_the_points_of_the_slot(
    answer: dict[str, Any], lines: list[str]
) -> None:
    assert [line.points for line in rubric(answer)] == [Decimal(one) for one in lines]


def test_only_the_parts_of_a_case_that_machines_leave_open_are_marked() -> None:
    assert [(line.part, line.text, line.points) for line in rubric(ANSWERS["6"])] == [
        (2, "对照参考答案评分", Decimal(15))
    ]


def test_points_outside_a_line_are_refused_with_all_reasons() -> None:
    lines = rubric(ANSWERS["5"])
    assert check_given(lines, [Decimal("6.5"), Decimal("-1")]) == [
        "第1个采分点须在 0 到 6 分之间。",
        "第2个采分点须在 0 到 4 分之间。",
    ]
    assert check_given(lines, [Decimal("1.125"), Decimal(4)]) == ["第1个采分点最多两位小数。"]
    assert check_given(lines, [Decimal("NaN"), Decimal(4)]) == ["第1个采分点须在 0 到 6 分之间。"]
    assert check_given(lines, [Decimal(1)]) == ["采分点的数目不对，请刷新页面后重新打分。"]
    assert check_given(lines, [Decimal("5.5"), Decimal(0)]) == []


def test_a_machine_scored_slot_needs_no_mark() -> None:
    scored = score_slot(ANSWERS["2"], ["A"], NO_MARKS, SINGLE)
    assert (scored.points, scored.by, scored.standing) == (
        Fraction(15),
        ScoredBy.MACHINE,
        Standing.SETTLED,
    )


def test_an_empty_answer_gets_nothing_without_a_marker() -> None:
    scored = score_slot(ANSWERS["5"], " ", NO_MARKS, SINGLE)
    assert (scored.points, scored.why) == (Fraction(0), ("您没有作答，得 0 分。",))


def test_an_answer_that_nobody_marked_has_no_points_yet() -> None:
    scored = score_slot(ANSWERS["5"], "村委会", NO_MARKS, SINGLE)
    assert (scored.points, scored.standing) == (None, Standing.UNMARKED)
    apart = (given("6", "4"), given("1", "0"))
    disputed = score_slot(ANSWERS["5"], "村委会", Marks(apart), DOUBLE)
    assert (disputed.points, disputed.standing) == (None, Standing.DISPUTED)


def test_a_mark_explains_itself_line_by_line() -> None:
    marks = Marks((given("5.5", "2", remark="程序不全"),))
    scored = score_slot(ANSWERS["5"], "村委会", marks, SINGLE)
    assert scored.points == Fraction(15, 2)
    assert scored.why == (
        "采分点“说出召集人”：6 分中得 5.5 分。",
        "采分点“说出程序”：4 分中得 2 分。",
        "评语：程序不全",
    )


def test_a_case_adds_the_machine_scored_parts_to_the_marked_ones() -> None:
    response = {"1": "A", "2": "应当公开"}
    scored = score_slot(ANSWERS["6"], response, Marks((given("12"),)), SINGLE)
    assert (scored.points, scored.full, scored.by) == (17, 20, ScoredBy.PERSON)
    assert scored.why == (
        "第1小题：标准答案 A，您选了 A，得 5 分。",
        "第2小题：采分点“对照参考答案评分”：15 分中得 12 分。",
    )


def test_two_marks_are_told_with_what_they_come_to() -> None:
    marks = Marks((given("5", "3"), given("5", "4")))
    scored = score_slot(ANSWERS["5"], "村委会", marks, DOUBLE)
    assert scored.why == ("2 次评阅分别给 8 分、9 分，合分 8.5 分。",)


@pytest.mark.parametrize(
    ("policies", "points", "total"),
    [
        (["S0@1", "S0@1"], ["1/3", "1/3"], "2/3"),
        (["J1@1", "S0@1"], ["-1/2", "2"], "2"),
        (["J0@1", "S0@1"], ["-1/2", "2"], "3/2"),
        (["J0@1", "J0@1"], ["-1/2", "-1/2"], "0"),
    ],
)
def test_sections_are_floored_by_their_policy_and_the_sheet_at_nothing(
    policies: list[str], points: list[str], total: str
) -> None:
    sections = [{"slots": [{"number": at}]} for at in (1, 2)]
    answers = {str(at): {"policy": policy} for at, policy in enumerate(policies, 1)}
    earned = {at: Fraction(one) for at, one in enumerate(points, 1)}
    assert sheet_total({"sections": sections}, answers, earned) == Fraction(total)


def test_points_are_kept_to_four_places() -> None:
    assert [kept(Fraction(4, 3)), kept(Fraction(-1, 2)), kept(Fraction(15))] == [
        Decimal("1.3333"),
        Decimal("-0.5000"),
        Decimal("15.0000"),
    ]


def test_the_order_of_blind_numbers_is_fixed_by_the_seeds_and_differs_by_item() -> None:
    seeds = {10: 5, 11: 6, 12: 7, 13: 8, 14: 9, 15: 10}
    assert shuffled(seeds, 1) == shuffled(dict(reversed(seeds.items())), 1)
    assert shuffled(seeds, 1) != shuffled(seeds, 2)
    assert sorted(shuffled(seeds, 1)) == list(seeds)


def test_an_arbitration_is_told_in_place_of_what_was_given_before() -> None:
    marks = Marks(
        (given("6", "4"), given("1", "0", remark="没有答到")), given("5", "3", remark="酌情")
    )
    scored = score_slot(ANSWERS["5"], "村委会", marks, DOUBLE)
    assert scored.points == 8
    assert scored.why == (
        "由仲裁人裁定。",
        "采分点“说出召集人”：6 分中得 5 分。",
        "采分点“说出程序”：4 分中得 3 分。",
        "评语：酌情",
    )


def test_what_is_not_marked_is_told_slot_by_slot() -> None:
    waiting = [
        ("A卷第5题", Standing.UNMARKED),
        ("A卷第5题", Standing.UNMARKED),
        ("B卷第6题", Standing.DISPUTED),
        ("B卷第7题", Standing.OPEN),
    ]
    assert pending_sentences(waiting) == [
        "A卷第5题还有 2 份作答没有评阅。",
        "B卷第6题有 1 份作答的评阅相差过大，须由仲裁人裁定。",
        "B卷第7题还有 1 份作答要由另一人再评。",
    ]
