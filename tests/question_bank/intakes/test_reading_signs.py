"""Signs of right options where people put them, items on one line, and what must not go silently wrong."""

from __future__ import annotations

import pytest

from question_bank.intakes.rules.text_layout import read_lines
from question_bank.items.formats.text import lines_of
from question_bank.items.rules.draft import Draft

OPTIONS = ("三年", "四年", "五年", "六年")
KEYS = ["C", "A"]


def read(text: str) -> list[Draft]:
    return read_lines(lines_of(text), "题.txt")[0]


def bank(*options: str) -> str:
    """Two items with these lines of options; the n-th line is for the n-th item."""
    return "".join(f"{n}、第{n}件事（ ）\n{lines}\n" for n, lines in enumerate(options, 1))


SIGNS = {
    "star behind": ("A. 三年\nB. 四年\nC. 五年*\nD. 六年", "A. 三年*\nB. 四年\nC. 五年\nD. 六年"),
    "star before": ("A. 三年\nB. 四年\n*C. 五年\nD. 六年", "*A. 三年\nB. 四年\nC. 五年\nD. 六年"),
    "black star before": ("A、三年\nB、四年\n★C、五年\nD、六年", "★A、三年\nB、四年\nC、五年\nD、六年"),
    "black star behind": ("A、三年\nB、四年\nC、五年★\nD、六年", "A、三年★\nB、四年\nC、五年\nD、六年"),
    "tick before": ("A. 三年\nB. 四年\n√C. 五年\nD. 六年", "√A. 三年\nB. 四年\nC. 五年\nD. 六年"),
    "tick at the letter": ("A. 三年\nB. 四年\nC√. 五年\nD. 六年", "A√. 三年\nB. 四年\nC. 五年\nD. 六年"),
    "tick before, in a row": ("A. 三年 B. 四年 √C. 五年 D. 六年", "√A. 三年 B. 四年 C. 五年 D. 六年"),
    "star before, in a row": ("A. 三年 B. 四年 *C. 五年 D. 六年", "*A. 三年 B. 四年 C. 五年 D. 六年"),
    "ticks and crosses": ("A. 三年×\nB. 四年×\nC. 五年√\nD. 六年×", "A. 三年√\nB. 四年×\nC. 五年×\nD. 六年×"),
    "two stars around": ("A. 三年\nB. 四年\n**C. 五年**\nD. 六年", "**A. 三年**\nB. 四年\nC. 五年\nD. 六年"),
}  # fmt: skip


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_at_the_right_option_is_the_key(sign: str) -> None:
    drafts = read(bank(*SIGNS[sign]))
    assert [(d.options, "".join(d.key), d.problems) for d in drafts] == [
        (OPTIONS, key, ()) for key in KEYS
    ]


def test_stars_before_all_options_are_bullets() -> None:
    lines = "* A. 三年\n* B. 四年\n* C. 五年\n* D. 六年\n答案："
    assert [(d.options, "".join(d.key), d.problems) for d in read(bank(f"{lines}B", f"{lines}D"))] == [
        (OPTIONS, "B", ()),
        (OPTIONS, "D", ()),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        # A star on one item of several, and one that differs from the written answer.
        (bank("A. 三年\nB. 四年*", "A. 三年\nB. 四年", "A. 三年\nB. 四年"), ["answer_unusual", "kind_unclear no_key", "kind_unclear no_key"]),
        (bank("A. 三年\nB. 四年*\n答案：A", "A. 三年\nB. 四年\n答案：B"), ["answers_disagree", ""]),
        # Options that are numbered; the answer is a number, or looks like a judgement.
        ("1、任期\n（1）三年（2）四年\n答案：（1）\n2、届期\n（1）三年（2）四年\n答案：（1）\n", ["number_repeated kind_unclear", "kind_unclear"]),
        # Answers that stand above their items.
        ("答案：C\n" + bank("A. 三年\nB. 四年\nC. 五年\n答案：A", "A. 三年\nB. 四年\nC. 五年"), ["answers_above", "kind_unclear no_key"]),
        # A judgement whose correction stands behind its bracket.
        ("一、判断题\n1、甲由乙决定。（×）应为丙\n2、丁对。（√）\n", ["text_after_answer", ""]),
        ("1、缺乏（ ）会得病\nA维生素A B维生素B C维生素C D维生素D\n答案：A\n2、谁（ ）\nA甲B乙C丙D丁\n答案：B\n", ["no_options few_options key_beyond", ""]),
    ],
)  # fmt: skip
def test_what_may_mean_something_else_is_doubted(text: str, codes: list[str]) -> None:
    assert [" ".join(p.code for p in draft.problems) for draft in read(text)] == codes


def test_letters_without_signs_part_options_where_they_run_on() -> None:
    text = "1、谁领导（ ）\nA三年B四年C五年D六年\n答案：C\n2、谁决定（ ）A三年B四年C五年D六年\n答案：A\n"
    assert [(d.options, "".join(d.key), d.problems) for d in read(text)] == [
        (OPTIONS, key, ()) for key in KEYS
    ]


def test_judgements_on_one_line_are_items_of_their_own() -> None:
    drafts = read("1. 甲对。（√） 2. 乙错。（×）\n3. 丙对。（√） 4. 丁错。（×）\n")
    assert [(d.number, d.stem, d.key, d.problems) for d in drafts] == [
        (1, "甲对。（  ）", ("true",), ()),
        (2, "乙错。（  ）", ("false",), ()),
        (3, "丙对。（  ）", ("true",), ()),
        (4, "丁错。（  ）", ("false",), ()),
    ]


def test_chinese_numbers_that_count_all_items_are_no_part_of_their_stems() -> None:
    drafts = read(
        "一、任期（ ）\nA. 三年\nB. 四年\n答案：A\n二、届期（ ）\nA. 三年\nB. 四年\n答案：B\n"
    )
    assert [(d.number, d.stem, d.key, d.problems) for d in drafts] == [
        (1, "任期（ ）", ("A",), ()),
        (2, "届期（ ）", ("B",), ()),
    ]


def test_ones_and_zeros_judge_without_a_doubt_where_both_are_there() -> None:
    text = "".join(f"{n}、第{n}件事对。\n答案：{key}\n" for n, key in enumerate("1011", 1))
    assert [("".join(d.key), d.problems) for d in read(text)] == [
        ("true", ()),
        ("false", ()),
        ("true", ()),
        ("true", ()),
    ]


def test_an_answer_that_is_written_twice_leaves_the_stem() -> None:
    drafts = read("一、判断题\n1、甲对。（√）\n答案：√\n2、乙错（×）\n答案：错\n")
    assert [(d.stem, d.key, d.problems) for d in drafts] == [
        ("甲对。（  ）", ("true",), ()),
        ("乙错（  ）", ("false",), ()),
    ]


def test_a_bracket_at_the_end_of_a_stem_must_agree_with_the_written_answer() -> None:
    drafts = read(
        "1、任期（A）\nA. 三年\nB. 四年\n答案：B\n2、甲方（A）和乙方谁负责\nA. 甲方\nB. 乙方\n答案：B\n"
    )
    assert [("".join(d.key), [p.code for p in d.problems]) for d in drafts] == [
        ("B", ["answers_disagree"]),
        ("B", []),
    ]
