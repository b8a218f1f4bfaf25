"""What an item itself gives to answers that are not its key: held, typed, checked, scored, told."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from question_bank.items.kinds.catalogue import KINDS, check, score
from question_bank.items.kinds.protocol import Content
from question_bank.items.rules.typed import key_of, key_text


def answer(kind: str, policy: str, key: list[Any]) -> dict[str, Any]:
    return {"kind": kind, "policy": policy, "points": "2", "key": key}


TYPED = [
    ("single", "C【B 50%】", ["C", {"credits": {"B": "1/2"}}]),
    ("single", "c【b：50％】", ["C", {"credits": {"B": "1/2"}}]),
    ("multiple", "AC【A 1/3，C 2/3，D -50%】", ["A", "C", {"credits": {"A": "1/3", "C": "2/3", "D": "-1/2"}}]),
    ("multiple", "AC【ABC 50%】", ["A", "C", {"credits": {"ABC": "1/2"}}]),
    ("multiple", "AC【见教材】", ["A", "C"]),
    ("matching", "1-B，2-A【1-B 33.33333%，错 -25%】", [[0, 1], [1, 0], {"credits": {"1-B": "1/3", "错": "-1/4"}}]),
    ("ordering", "CAB【CBA 50%】", [2, 0, 1, {"credits": {"CBA": "1/2"}}]),
    ("blank", "1822【±2】 | 约1822年【50%】", [
        {"accepted": ["1822"], "graded": [{"text": "1822", "credit": "1", "margin": "2"},
                                          {"text": "约1822年", "credit": "1/2", "margin": ""}]}]),
    ("blank", "甲【50%】【100%】", [["甲【50%】"]]),
    ("blank", "甲【】", [["甲【】"]]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "typed", "key"), TYPED)
def test_what_is_typed_behind_a_key_is_kept(kind: str, typed: str, key: list[Any]) -> None:
    made = [
        {**one, "accepted": list(one["accepted"])}
        if isinstance(one, dict) and "accepted" in one
        else one
        for one in key_of(kind, typed)
    ]
    assert made == key
    assert key_of(kind, key_text(kind, key_of(kind, typed))) == key_of(kind, typed)


SCORED = [
    ("single", "S0@1", "C【B 50%，A -25%】", "B", "1"),
    ("single", "S0@1", "C【B 50%，A -25%】", "A", "-0.5"),
    ("single", "S0@1", "C【B 50%，A -25%】", "C", "2"),
    ("single", "S0@1", "C【B 50%，A -25%】", "D", "0"),
    ("single", "S0@1", "C【B 50%，A -25%】", None, "0"),
    ("multiple", "M0@1", "BC【A -50%，B 50%，C 50%，D -50%】", "BC", "2"),
    ("multiple", "M0@1", "BC【A -50%，B 50%，C 50%，D -50%】", "B", "1"),
    ("multiple", "M0@1", "BC【A -50%，B 50%，C 50%，D -50%】", "AB", "0"),
    ("multiple", "M0@1", "BC【A -50%，B 50%，C 50%，D -50%】", "ABD", "0"),
    ("multiple", "M0@1", "BC【A -50%，B 50%，C 50%，D -50%】", "ABC", "1"),
    ("multiple", "M0@1", "BC【A -50%，B 50%，C 50%，D -50%】", "", "0"),
    ("multiple", "M0@1", "AB【CD 100%】", "CD", "2"),
    ("multiple", "M2@1", "AB【CD 100%】", "A", "1"),
    ("multiple", "M2@1", "AB【CD 100%】", "C", "0"),
    ("matching", "P0@1", "1-B，2-A【1-B 25%，2-A 75%，错 -25%】", {"1": "B", "2": "A"}, "2"),
    ("matching", "P0@1", "1-B，2-A【1-B 25%，2-A 75%，错 -25%】", {"2": "A"}, "1.5"),
    ("matching", "P0@1", "1-B，2-A【1-B 25%，2-A 75%，错 -25%】", {"1": "C", "2": "A"}, "1"),
    ("matching", "P0@1", "1-B，2-A【1-B 25%，2-A 75%，错 -25%】", {"1": "C"}, "0"),
    ("ordering", "O0@1", "CAB【CBA 50%】", ["C", "B", "A"], "1"),
    ("ordering", "O0@1", "CAB【CBA 50%】", ["A", "B", "C"], "0"),
    ("blank", "B0@1", "1822【±2】", ["1824"], "2"),
    ("blank", "B0@1", "1822【±2】", ["一八二四"], "2"),
    ("blank", "B0@1", "1822【±2】", ["1,824.0"], "2"),
    ("blank", "B0@1", "1822【±2】", ["1824.5"], "0"),
    ("blank", "B0@1", "1822【±2】", ["1822年"], "0"),
    ("blank", "B0@1", "1822【±0】|1822【±2 50%】", ["1820"], "1"),
    ("blank", "B0@1", "4【±0】", ["4.00"], "2"),
    ("blank", "B0@1", "-3.14【±0.005】", ["-3.1415"], "2"),
    ("blank", "B0@1", "York|york【50%】", ["York"], "2"),
    ("blank", "B0@1", "York|york【50%】", ["york"], "1"),
    ("blank", "B0@1", "村民委员会|村委会【75%】", [" 村委会。"], "1.5"),
    ("blank", "B0@1", "村民委员会|村委会【75%】", ["居委会"], "0"),
    ("blank", "B0@1", "村民委员会|村委会【75%】", [""], "0"),
    ("blank", "B1@1", "má|ma【10%】", ["mà"], "1"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "policy", "typed", "given", "earned"), SCORED)
def test_an_answer_earns_what_the_item_gives_for_it(
    kind: str, policy: str, typed: str, given: Any, earned: str
) -> None:
    key = key_of(kind, typed.replace("|", " | "))
    assert score(answer(kind, policy, key), given).points == Fraction(earned)


def test_the_sentences_say_what_was_given_for_what() -> None:
    def why(kind: str, policy: str, typed: str, given: Any) -> str:
        return score(answer(kind, policy, key_of(kind, typed)), given).why[0]

    assert why("single", "S0@1", "C【B 50%】", "B") == "标准答案 C【B 50%】，您选了 B，得 1 分。"
    assert why("multiple", "M0@1", "BC【A -50%，B 50%，C 50%】", "AB") == (
        "标准答案 BC【A -50%，B 50%，C 50%】，您选了 AB，按题目自带的分值得 0 分。"
    )
    assert why("ordering", "O0@1", "CAB【CBA 50%】", ["C", "B", "A"]) == (
        "标准顺序 CAB【CBA 50%】，您排成 CBA，得 1 分。"
    )
    assert why("blank", "B0@1", "1822【±1】 | 1822【±5 50%】", ["1825"]) == (
        "第1空：标准答案“1822【±1】／1822【±5 50%】”，您填“1825”，按题目自带的分值，得 1 分。"
    )
    assert why("blank", "B0@1", "1822【±1】", ["1823"]) == (
        "第1空：标准答案“1822【±1】”，您填“1823”，正确，得 2 分。"
    )


FAULTS = [
    ("single", "C【A 100%】", ["单选题只有标准答案得满分，其他选项的分值比例须在100%以下。"]),
    ("single", "C【E 50%】", ["标准答案是C，但没有选项E。"]),
    ("single", "C【A -150%】", ["各项的分值比例须在-100%与100%之间。"]),
    ("multiple", "AC【A 25%，C 25%】", ["选中全部标准答案须得满分，请核对各项的分值比例。"]),
    ("multiple", "AC【A 50%，C 50%，B -50%】", []),
    ("blank", "甲【±2】", ["第1空的误差写在“甲”后面，它不是数。"]),
    ("blank", "甲【50%】", ["第1空没有可接受的答案。"]),
    ("blank", "12【±2】", []),
]


@pytest.mark.parametrize(("kind", "typed", "faults"), FAULTS)
def test_credits_that_cannot_be_are_told(kind: str, typed: str, faults: list[str]) -> None:
    options = () if kind == "blank" else ("一", "二", "三", "四")
    content = Content(kind, "甲（ ）", options, tuple(key_of(kind, typed)))
    assert check(content) == faults


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ("1-A，2-A【1-A -25%】", ["全部配对正确须得满分，请核对各配对的分值比例。"]),
        ("1-A，2-A【1-A 25%，2-A 75%】", []),
        ("1-A，2-A【1-B 50%，错 -25%】", []),
    ],
)
def test_all_right_pairs_together_earn_everything(typed: str, faults: list[str]) -> None:
    parts = (Content("", "左一"), Content("", "左二"))
    key = tuple(key_of("matching", typed))
    assert check(Content("matching", "连线：", ("右一", "右二"), key, parts=parts)) == faults


def test_keys_are_shown_with_what_else_earns_points() -> None:
    assert KINDS["single"].show_key(key_of("single", "C【B 1/3】")) == "C【B 1/3】"
    assert KINDS["blank"].show_key(key_of("blank", "1822【±2】 | 甲\n乙")) == "1822【±2】／甲；乙"
