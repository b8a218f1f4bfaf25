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


COUNTED = {
    "circled": ("①三年\n②四年\n③五年\n④六年", "③", "①"),
    "circled, in a row": ("①三年 ②四年 ③五年 ④六年", "3", "1"),
    "circled, glued": ("①三年②四年③五年④六年", "③。", "①。"),
    "round brackets": ("（1）三年\n（2）四年\n（3）五年\n（4）六年", "（3）", "（1）"),
    "half brackets": ("1)三年\n2) 四年\n3) 五年\n4) 六年", "3", "1"),
    "roman": ("I. 三年\nII. 四年\nIII. 五年\nIV. 六年", "III", "I"),
    "roman signs": ("Ⅰ. 三年\nⅡ. 四年\nⅢ. 五年\nⅣ. 六年", "Ⅲ", "Ⅰ"),
    "stems": ("甲、三年\n乙、四年\n丙、五年\n丁、六年", "丙", "甲"),
    "answers by letters": ("①三年\n②四年\n③五年\n④六年", "C", "A"),
}


@pytest.mark.parametrize("style", COUNTED)
def test_options_that_are_counted_have_letters_like_all_others(style: str) -> None:
    options, third, first = COUNTED[style]
    text = f"1、每届任期（ ）\n{options}\n答案：{third}\n2、届期（ ）\n{options}\n答案：{first}\n"
    assert [(d.stem, d.options, "".join(d.key), d.problems) for d in read(text)] == [
        ("每届任期（ ）", OPTIONS, "C", ()),
        ("届期（ ）", OPTIONS, "A", ()),
    ]


def test_a_counting_sign_in_the_bracket_of_the_stem_is_the_answer() -> None:
    text = "1、任期（③）①三年②四年③五年④六年\n2、有（①、③）\n①三年 ②四年 ③五年 ④六年\n"
    assert [(d.kind, d.options, "".join(d.key), d.problems) for d in read(text)] == [
        ("single", OPTIONS, "C", ()),
        ("multiple", OPTIONS, "AC", ()),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("1、属于自治的是（ ）\n①选举 ②协商 ③收费\nA.①② B.②③\n答案：A\n", "single", ("A",)),
        ("1、简述公开的内容。\n①财务 ②工程\n答：①财务收支；②工程建设。\n", "short", ("①财务收支；②工程建设。",)),
        ("1、简述公开的内容。\n答：\n①财务\n②工程\n", "short", ("①财务\n②工程",)),
        ("1、将步骤排序\n①提议 ②商议 ③公开\n答案：②①③\n", "short", ("②①③",)),
    ],
)  # fmt: skip
def test_lists_that_are_no_options_stay_lists(text: str, kind: str, key: object) -> None:
    (draft,) = read(text)
    assert (draft.options[:1] in ((), ("①②",)), draft.kind, draft.key) == (True, kind, key)


def test_a_choice_among_listed_statements_is_never_taken_for_the_statements() -> None:
    statements = "1、属于文化符号的是（ ）\n①马头琴 ②吊脚楼 ③敖包"
    (draft,) = read(f"{statements}\n①②\n①③\n②③\n答案：①③\n")
    assert (draft.ready, draft.options) == (False, ())


BOXES = {
    "with letters": ("□A. 三年\n□B. 四年\n■C. 五年\n□D. 六年", "■A. 三年\n□B. 四年\n□C. 五年\n□D. 六年"),
    "in a row": ("□A. 三年 □B. 四年 ☑C. 五年 □D. 六年", "☑A. 三年 □B. 四年 □C. 五年 □D. 六年"),
    "bare": ("□ 三年\n□ 四年\n☑ 五年\n□ 六年", "☑ 三年\n□ 四年\n□ 五年\n□ 六年"),
    "glued": ("□三年□四年■五年□六年", "■三年□四年□五年□六年"),
    "round": ("○三年\n○四年\n●五年\n○六年", "●三年\n○四年\n○五年\n○六年"),
    "wingdings": ("\uf0a8三年\n\uf0a8四年\n\uf0fe五年\n\uf0a8六年", "\uf0fe三年\n\uf0a8四年\n\uf0a8五年\n\uf0a8六年"),
}  # fmt: skip


@pytest.mark.parametrize("form", BOXES)
def test_a_full_box_is_the_key(form: str) -> None:
    assert [(d.options, "".join(d.key), d.problems) for d in read(bank(*BOXES[form]))] == [
        (OPTIONS, key, ()) for key in KEYS
    ]


def test_boxes_judge_and_those_that_all_lines_bear_are_bullets() -> None:
    judged = read("一、判断题\n1、甲对。 ☑对 □错\n2、乙错。 □对 ☑错\n")
    assert [(d.stem, d.key, d.problems) for d in judged] == [
        ("甲对。", ("true",), ()),
        ("乙错。", ("false",), ()),
    ]
    listed = read("一、简答题\n1、简述内容。\n答：\n■ 财务\n■ 工程\n")
    assert [(d.kind, d.key) for d in listed] == [("short", ("■ 财务\n■ 工程",))]


def test_choices_on_one_line_are_items_of_their_own() -> None:
    text = (
        "1. 任期（C）A. 三年 B. 四年 C. 五年 D. 六年 2. 届期（A）A. 三年 B. 四年 C. 五年 D. 六年\n"
    )
    assert [(d.number, d.options, "".join(d.key), d.problems) for d in read(text)] == [
        (1, OPTIONS, "C", ()),
        (2, OPTIONS, "A", ()),
    ]
    (one,) = read("1. 下列4项正确的是（A）A. 第1项和 2. 5倍 B. 第2项 C. 两者\n")
    assert (one.number, len(one.options), one.key) == (1, 3, ("A",))


def test_a_tick_of_wingdings_is_a_tick() -> None:
    drafts = read(
        bank("A. 三年\nB. 四年\nC. 五年\uf0fc\nD. 六年", "A. 三年\uf0fc\nB. 四年\nC. 五年\nD. 六年")
    )
    assert [(d.options, "".join(d.key), d.problems) for d in drafts] == [
        (OPTIONS, key, ()) for key in KEYS
    ]
