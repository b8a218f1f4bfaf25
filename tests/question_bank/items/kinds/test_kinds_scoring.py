"""Scoring as tables: policy, key, response, points of the slot, points earned."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from question_bank.items.kinds.catalogue import KINDS, score
from question_bank.items.kinds.policies import POLICIES, policies_for, section_total
from question_bank.items.rules.terms import Kind


def answer(kind: str, policy: str, points: str, key: list[Any], **more: Any) -> dict[str, Any]:
    return {"kind": kind, "policy": policy, "points": points, "key": key, **more}


MULTIPLE = [
    # M0: all or nothing
    ("M0@1", "ACD", "ACD", "2", "2"),
    ("M0@1", "ACD", "AC", "2", "0"),
    ("M0@1", "ACD", "ABCD", "2", "0"),
    ("M0@1", "ACD", "", "2", "0"),
    # M1: half a point for each right one, nothing with a wrong one
    ("M1@1", "ACD", "ACD", "2", "2"),
    ("M1@1", "ACD", "AC", "2", "1"),
    ("M1@1", "ACD", "A", "2", "0.5"),
    ("M1@1", "ACD", "AB", "2", "0"),
    ("M1@1", "ABCDE", "ABCD", "1", "1"),
    # M2: half of the points for an incomplete choice
    ("M2@1", "ACD", "ACD", "3", "3"),
    ("M2@1", "ACD", "A", "3", "1.5"),
    ("M2@1", "ACD", "ACB", "3", "0"),
    ("M2@1", "ACD", "", "3", "0"),
    # M3: in proportion
    ("M3@1", "ACD", "ACD", "2", "2"),
    ("M3@1", "ACD", "AC", "2", "4/3"),
    ("M3@1", "ACD", "A", "2", "2/3"),
    ("M3@1", "ACD", "ABC", "2", "0"),
    # M4: half a point off for each wrong one, never below zero
    ("M4@1", "ACD", "ACD", "2", "2"),
    ("M4@1", "ACD", "AC", "2", "1"),
    ("M4@1", "ACD", "ACB", "2", "0.5"),
    ("M4@1", "ACD", "B", "2", "0"),
    ("M4@1", "ACD", "ABCD", "2", "1"),
    ("M4@1", "ACD", "", "2", "0"),
    # M5: any number may be right, one included
    ("M5@1", "B", "B", "2", "2"),
    ("M5@1", "AB", "A", "2", "1"),
    ("M5@1", "AB", "AC", "2", "0"),
]


@pytest.mark.parametrize(("policy", "key", "chosen", "points", "earned"), MULTIPLE)
def test_multiple_choice_earns_what_its_policy_says(
    policy: str, key: str, chosen: str, points: str, earned: str
) -> None:
    scored = score(answer("multiple", policy, points, list(key)), list(chosen))
    assert scored.points == Fraction(earned)


TRUTH = [
    ("J0@1", "true", "true", "1", "1"),
    ("J0@1", "true", "false", "1", "0"),
    ("J0@1", "true", None, "1", "0"),
    ("J1@1", "false", "false", "1", "1"),
    ("J1@1", "false", "true", "1", "-0.5"),
    ("J1@1", "false", None, "1", "0"),
]


@pytest.mark.parametrize(("policy", "key", "given", "points", "earned"), TRUTH)
def test_judgements_earn_or_cost_what_their_policy_says(
    policy: str, key: str, given: str | None, points: str, earned: str
) -> None:
    assert score(answer("truth", policy, points, [key]), given).points == Fraction(earned)


def test_a_section_that_deducts_does_not_fall_below_zero() -> None:
    wrong = [Fraction(-1, 2)] * 3
    assert section_total("J1@1", [Fraction(1), *wrong]) == 0
    assert section_total("J1@1", [Fraction(2), *wrong]) == Fraction(1, 2)


OTHERS = [
    ("single", "S0@1", ["B"], "B", "2"),
    ("single", "S0@1", ["B"], "A", "0"),
    ("single", "S0@1", ["B"], ["A", "B"], "0"),
    ("single", "S0@1", ["B"], None, "0"),
    ("ordering", "O0@1", [2, 0, 1], ["C", "A", "B"], "2"),
    ("ordering", "O0@1", [2, 0, 1], ["A", "B", "C"], "0"),
    ("matching", "P0@1", [[0, 1], [1, 0]], {"1": "B", "2": "A"}, "2"),
    ("matching", "P0@1", [[0, 1], [1, 0]], {"1": "B", "2": "B"}, "1"),
    ("matching", "P0@1", [[0, 1], [1, 0]], {}, "0"),
    ("short", "H0@1", ["要点"], "随便写", None),
    ("essay", "H0@1", ["要点"], "", None),
    ("speaking", "H0@1", ["要点"], None, None),
]


@pytest.mark.parametrize(("kind", "policy", "key", "given", "earned"), OTHERS)
def test_the_other_kinds_earn_what_they_should(
    kind: str, policy: str, key: list[Any], given: Any, earned: str | None
) -> None:
    points = score(answer(kind, policy, "2", key), given).points
    assert points == (None if earned is None else Fraction(earned))


BLANKS = [
    ([["20"]], ["二十"], "2"),
    ([["二十"]], ["２０"], "2"),
    ([["2023年"]], ["二〇二三年"], "2"),
    ([["30000"]], ["3万"], "2"),
    ([["1.2亿"]], ["120000000"], "2"),
    ([["三千零五十"]], ["3050"], "2"),
    ([["20%"]], ["百分之二十"], "2"),
    ([["1,000"]], ["一千"], "2"),
    ([["1.5"]], ["15"], "0"),
    ([["8:30"]], ["830"], "0"),
    ([["一带一路"]], ["一带一路"], "2"),
    ([["为人民服务"]], [" 为人民 服务。"], "2"),
    ([["CPC", "中国共产党"]], ["cpc"], "2"),
    ([["CPC", "中国共产党"]], ["中国共产党"], "2"),
    ([["《宪法》"]], ["宪法"], "2"),
    ([["甲"], ["乙"]], ["甲"], "1"),
    ([["甲"], ["乙"]], ["乙", "甲"], "0"),
    ([["甲"]], [""], "0"),
    ([["甲"]], None, "0"),
    ([["甲"]], {"1": "甲"}, "0"),
    ([["hòa"]], ["hoà"], "2"),
    ([["má"]], ["mà"], "1"),
    ([["quân"]], ["quăn"], "0.5"),
    ([["má"]], ["ma"], "0"),
]


@pytest.mark.parametrize(("key", "given", "earned"), BLANKS)
def test_blanks_are_compared_as_people_mean_them(key: list[Any], given: Any, earned: str) -> None:
    assert score(answer("blank", "B1@1", "2", key), given).points == Fraction(earned)


def test_vietnamese_slips_earn_nothing_under_the_strict_policy() -> None:
    assert score(answer("blank", "B0@1", "2", [["má"]]), ["mà"]).points == 0


GROUP = [{"accepted": ["德", "品德"], "group": "1"}, {"accepted": ["能"], "group": "1"}, ["廉"]]


@pytest.mark.parametrize(
    ("given", "earned"),
    [
        (["德", "能", "廉"], "3"),
        (["能", "品德", "廉"], "3"),
        (["德", "品德", "廉"], "2"),
        (["廉", "能", "德"], "1"),
        (["能", "廉", "德"], "1"),
    ],
)
def test_blanks_of_a_group_may_be_filled_in_any_order(given: list[str], earned: str) -> None:
    assert score(answer("blank", "B1@1", "3", GROUP), given).points == Fraction(earned)


CASE = answer(
    "case",
    "C0@1",
    "10",
    [],
    parts=[
        answer("single", "S0@1", "4", ["A"]),
        answer("multiple", "M2@1", "6", ["A", "B"]),
    ],
)


def test_a_case_is_the_sum_of_its_parts() -> None:
    scored = score(CASE, {"1": "A", "2": ["A"]})
    assert scored.points == 7
    assert [part.points for part in scored.parts] == [4, 3]


def test_a_case_with_a_part_for_people_leaves_its_sum_to_people() -> None:
    mixed = {**CASE, "parts": [*CASE["parts"], answer("short", "H0@1", "5", ["要点"])]}
    scored = score(mixed, {"1": "A"})
    assert scored.points is None
    assert [part.points for part in scored.parts] == [4, 0, None]


def test_a_scoring_says_why() -> None:
    scored = score(answer("multiple", "M1@1", "2", ["A", "C", "D"]), ["A", "C"])
    assert scored.why == (
        "标准答案 ACD，您选了 AC，漏选 D，"
        "按“全对得满分，少选每个正确选项得0.5分，错选、多选不得分”得 1 分。",
    )


def test_a_vietnamese_slip_is_named_in_the_reason() -> None:
    scored = score(answer("blank", "B1@1", "2", [["má"]]), ["mà"])
    assert scored.why == ("第1空：标准答案“má”，您填“mà”，仅声调不同，得 1 分。",)


def test_a_deduction_is_named_in_the_reason() -> None:
    scored = score(answer("truth", "J1@1", "1", ["true"]), "false")
    assert scored.why == (
        "标准答案“正确”，您判为“错误”，"
        "按“判断正确得满分，错误扣0.5分，不答不得分，本大题扣完为止”扣 0.5 分。",
    )


KEYS: dict[str, list[Any]] = {
    "single": ["A"],
    "multiple": ["A", "B"],
    "truth": ["true"],
    "blank": [["甲"], ["乙"]],
    "matching": [[0, 1], [1, 0]],
    "ordering": [0, 1],
    "short": ["甲"],
    "essay": ["甲"],
    "speaking": ["甲"],
    "case": [],
    "listening": [],
}
STRANGE: list[Any] = [
    None, "", "Z", "AB", 3, 2.5, True, [], [None], [1, 2], ["", None], [["A"]], {}, {"1": None},
    {"1": {"1": "A"}}, {"x": "A"}, {"9": ["A"]}, "true", "正确", ["A", "A"], ["ab"],
]  # fmt: skip


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("response", STRANGE)
def test_no_response_whatever_its_shape_breaks_scoring_or_earns_beyond_the_slot(
    kind: str, response: Any
) -> None:
    policy = policies_for(kind)[0].code
    parts = CASE["parts"] if kind in ("case", "listening") else []
    full = "10" if parts else "2"
    scored = score(answer(kind, policy, full, KEYS[kind], parts=parts), response)
    assert scored.points is None or 0 <= scored.points <= scored.full
    assert isinstance(KINDS[kind].summarise(response), str)


def test_every_kind_of_the_glossary_has_its_behaviour_and_a_policy() -> None:
    assert sorted(KINDS) == sorted(Kind)
    assert [kind for kind in KINDS if not policies_for(kind)] == []
    assert [code for code in POLICIES if not code.endswith("@1")] == []
