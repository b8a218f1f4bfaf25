"""The grammar of layouts: the same items in every mixture of numbers, options and answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from question_bank.intakes.rules.text_layout import read_lines
from question_bank.items.rules.draft import Draft
from question_bank.items.rules.lines import Line

CHOICES = [
    ("single", "村民委员会每届任期为{}年。", ["三", "四", "五", "六"], "C"),
    (
        "multiple",
        "下列属于村民自治内容的有{}。",
        ["民主选举", "民主协商", "收费", "民主管理"],
        "ABD",
    ),
    (
        "single",
        "1987年通过的试行法律是{}",
        ["组织法A类", "选举法", "监督法，1、2款", "行政法"],
        "A",
    ),
    ("multiple", "村务公开应当做到{}", ["及时", "真实", "A、B两类都公开", "接受监督"], "ABCD"),
    ("single", "上浮的比例不超过{}", ["2%", "3.5%", "5%", "10%"], "B"),
]
JUDGEMENTS = [
    ("truth", "村民有权查阅村务公开内容。{}", [], "true"),
    ("truth", "集体所有的土地可以自由买卖。{}", [], "false"),
]
NUMBERS: dict[str, Callable[[int, str], str]] = {
    "1.": lambda n, tag: f"{n}.",
    "1、": lambda n, tag: f"{n}、",
    "1．": lambda n, tag: f"{n}．",
    "1）": lambda n, tag: f"{n}）",
    "1 ": lambda n, tag: f"{n} ",
    "（1）": lambda n, tag: f"（{n}）",
    "第1题": lambda n, tag: f"第{n}题 ",
    "[单选]1.": lambda n, tag: f"[{tag}]{n}.",
    "1. (单选题)": lambda n, tag: f"{n}. ({tag}题)",
    "【单选题】": lambda n, tag: f"【{tag}题】",
    "none": lambda n, tag: "",
}
OPTIONS = {
    "A.": "{}.{}\n",
    "A、": "{}、{}\n",
    "A．": "{}．{}\n",
    "(A)": "({}){}\n",
    "（A）": "（{}）{}\n",
    "A tab": "{}\t{}\n",
    "A space": "{} {}\n",
    "A：": "{}：{}\n",
    "one line": "{}.{}    ",
    "one line, no space": "{}．{}",
}
ANSWERS = {
    "答案：": "答案：{}",
    "正确答案:": "正确答案:{} ",
    "参考答案：": "参考答案：{}",
    "【答案】": "【答案】{}",
    "答案 ": "答案 {}",
    "with rationale": "答案：{}。解析：略。",
}
TAGS = {"single": "单选", "multiple": "多选", "truth": "判断"}
SIGNS = {"true": "√", "false": "×"}


def written(number: str, option: str, answer: Callable[[str], str], *, in_stem: str = "") -> str:
    """The items as a text; `in_stem` is how the bracket holds the answer, if it does."""
    lines = []
    for at, (kind, stem, options, key) in enumerate(CHOICES + JUDGEMENTS, 1):
        said = SIGNS.get(key, key)
        stem = stem.format(in_stem.format(said) or "（ ）")
        shown = "".join(
            OPTIONS[option].format(chr(ord("A") + i), text) for i, text in enumerate(options)
        )
        lines += [NUMBERS[number](at, TAGS[kind]) + stem, shown.rstrip("\n"), answer(said)]
    return "\n".join(line for line in lines if line)


def read(text: str) -> list[Draft]:
    lines = [Line(line, number) for number, line in enumerate(text.split("\n"), 1)]
    return read_lines(lines, "题库.txt")[0]


def contents(drafts: list[Draft]) -> list[tuple[object, ...]]:
    """What must be right, spaces in the stem aside."""
    return [
        (d.kind, d.stem.replace(" ", ""), list(d.options), "".join(map(str, d.key))) for d in drafts
    ]


EXPECTED = [
    (kind, stem.format("（）"), options, key) for kind, stem, options, key in CHOICES + JUDGEMENTS
]


@pytest.mark.parametrize(
    ("number", "option", "answer"), list(itertools.product(NUMBERS, OPTIONS, ANSWERS))
)
def test_every_mixture_of_numbers_options_and_answer_lines_is_read(
    number: str, option: str, answer: str
) -> None:
    drafts = read(written(number, option, ANSWERS[answer].format))
    assert contents(drafts) == EXPECTED
    assert [p.code for draft in drafts for p in draft.problems] == []


@pytest.mark.parametrize(("number", "option"), list(itertools.product(NUMBERS, OPTIONS)))
def test_an_answer_in_the_bracket_is_read_and_taken_out_of_the_stem(
    number: str, option: str
) -> None:
    drafts = read(written(number, option, lambda said: "", in_stem="（ {} ）"))
    assert contents(drafts) == EXPECTED


def test_commas_and_spaces_between_letters_make_no_difference() -> None:
    text = "1.村务公开应当（ ）\nA.及时\nB.真实\nC.完整\n答案：A, C\n2.内容有（ ）\nA.甲\nB.乙\nC.丙\n答案：B C"
    assert [draft.key for draft in read(text)] == [("A", "C"), ("B", "C")]


def test_an_answer_in_words_of_its_options_is_read_as_their_letters() -> None:
    text = "1.任期为（ ）\nA.三年\nB.五年\n答案：五年\n2.任期为（ ）\nA.三年\nB.五年\n答案：B.五年"
    assert [(d.key, d.problems) for d in read(text)] == [(("B",), ()), (("B",), ())]


def test_a_letter_with_the_text_of_another_option_is_a_problem() -> None:
    (draft,) = read("1.任期为（ ）\nA.三年\nB.五年\n答案：A.五年")
    assert [p.code for p in draft.problems] == ["key_text_differs"]


def test_options_in_another_order_are_put_in_the_order_of_their_letters() -> None:
    (draft,) = read("1.任期为（ ）\nA.三年\nC.五年\nB.四年\n答案：C")
    assert (draft.options, draft.key, draft.problems) == (("三年", "四年", "五年"), ("C",), ())


def test_answers_at_the_end_of_a_chapter_find_their_items_by_heading_and_number() -> None:
    text = (
        "第一章\n一、单项选择题\n1.甲是（ ）\nA.一\nB.二\n2.乙是（ ）\nA.一\nB.二\n"
        "二、判断题\n1.丙对。（ ）\n2.丁对。（ ）\n"
        "参考答案\n一、单项选择题\n1.B 2.A\n二、判断题\n1.√ 2.×\n"
        "第二章\n一、单项选择题\n1.戊是（ ）\nA.一\nB.二\n参考答案\n一、单项选择题\n1.A"
    )
    drafts = read(text)
    assert [(d.kind, d.key) for d in drafts] == [
        ("single", ("B",)),
        ("single", ("A",)),
        ("truth", ("true",)),
        ("truth", ("false",)),
        ("single", ("A",)),
    ]
    assert [d.topic for d in drafts] == ["第一章"] * 4 + ["第二章"]
    assert [d.problems for d in drafts] == [()] * 5


def test_grouped_answers_whose_numbers_do_not_agree_are_never_taken_silently() -> None:
    text = "一、单选题\n1.甲是（ ）\nA.一\nB.二\n2.乙是（ ）\nA.一\nB.二\n参考答案\n一、单选题\n2.B 3.A"
    assert [[p.code for p in d.problems] for d in read(text)] == [
        ["key_numbers_differ", "no_key"],
        ["key_numbers_differ"],
    ]


def test_a_range_of_numbers_takes_its_letters_in_groups() -> None:
    items = "".join(f"{n}.第{n}个是（ ）\nA.甲\nB.乙\nC.丙\nD.丁\n" for n in range(1, 11))
    drafts = read(items + "参考答案\n1—10 DBAAD CDCBC")
    assert ["".join(map(str, d.key)) for d in drafts] == list("DBAADCDCBC")
    assert [d.problems for d in drafts] == [()] * 10


def test_a_separate_file_of_answers_is_matched_by_number() -> None:
    items = "1.甲是（ ）\nA.一\nB.二\n2.乙是（ ）\nA.一\nB.二"
    lines = [Line(line, n) for n, line in enumerate(items.split("\n"), 1)]
    drafts, problems, _ = read_lines(lines, "题.txt", [Line("参考答案", 1), Line("1-2 BA", 2)])
    assert ([d.key for d in drafts], problems) == ([("B",), ("A",)], [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.甲是（ ）\nA.一\nB.二\n答案：C", "key_beyond"),
        ("1.甲是（ ）\nA.一\nB.二", "no_key"),
        ("1.甲是（ ）\nA.一\nA.二\n答案：A", "option_letters"),
        ("1.甲是（ ）\nA.一\nB.二\n答案：A\n答案：B", "answers_disagree"),
        ("1.甲是（ ）\nA.一\nB.二\n答案：看书", "key_unread"),
        ("1.[单选题]甲是（ ）\nA.一\nB.二\n答案：AB", "single_many"),
        ("1.[多选题]甲是（ ）\nA.一\nB.二\n答案：A", "multiple_one"),
        ("1.甲是（ ）\nA.一\nB.一\n答案：A", "same_options"),
        ("1.甲是（ ）\nA.一\n还有一个\nB.二\n答案：A", "option_continued"),
        ("1.甲是（ ）\nA.一\nB.二\n答案：A\n5.乙是（ ）\nA.一\nB.二\n答案：A", "number_jump"),
        ("1.甲是____和____。\n答案：一、二、三", "blank_count"),
        ("1.甲是（ ）\n一\n二\n答案：B", "options_unlettered"),
    ],
)
def test_what_is_not_wholly_understood_carries_a_problem_with_its_line(
    text: str, code: str
) -> None:
    told = [problem for draft in read(text) for problem in draft.problems]
    assert code in {problem.code for problem in told}
    assert all(p.place is not None and p.place.line for p in told)


def test_a_letter_in_brackets_is_no_answer_where_other_items_have_answer_lines() -> None:
    items = "".join(f"{n}.第{n}个是（ ）\nA.甲\nB.乙\n答案：A\n" for n in range(1, 6))
    last = read(items + "6.维生素（B）的作用是\nA.甲\nB.乙")[-1]
    assert (last.key, [p.code for p in last.problems]) == (("B",), ["answer_unusual"])


def test_rationale_points_difficulty_and_topic_have_their_fields() -> None:
    (draft,) = read(
        "1.甲是（ ）\nA.一\nB.二\n答案：A 解析：因为。\n所以。\n分值：2.5\n难度：易\n知识点：村民自治"
    )
    assert (draft.rationale, str(draft.points), draft.difficulty, draft.topic) == (
        "因为。\n所以。",
        "2.5",
        "易",
        "村民自治",
    )


def test_a_list_of_numbers_in_an_explanation_starts_no_item() -> None:
    text = "1.甲是（ ）\nA.一\nB.二\n答案：A\n解析：有两点：\n1.其一。\n2.其二。\n2.乙是（ ）\nA.一\nB.二\n答案：B"
    assert [(d.number, d.key) for d in read(text)] == [(1, ("A",)), (2, ("B",))]


def test_a_ticked_option_without_letters_is_the_answer() -> None:
    (draft,) = read("【第一章】甲是（ ）。\n一\n二√\n三")
    assert (draft.kind, draft.options, draft.key) == ("single", ("一", "二", "三"), ("B",))


def test_a_case_has_parts_with_their_answers() -> None:
    text = (
        "一、材料分析题\n材料一\n某村召开会议。\n（1）谁召集？\n（2）谁主持？\n"
        "参考答案\n一、材料分析题\n材料一\n（1）村民委员会。\n（2）主任。"
    )
    (draft,) = read(text)
    assert (draft.kind, draft.stem) == ("case", "某村召开会议。")
    assert [(p.number, p.stem, p.key) for p in draft.parts] == [
        (1, "谁召集？", ("村民委员会。",)),
        (2, "谁主持？", ("主任。",)),
    ]


def test_page_headers_of_a_copy_from_pdf_are_dropped_even_inside_an_item() -> None:
    plain = "第{n}题 第{n}个是（ ）\nA.甲\nB.⺠主\n答案：B\n"
    cut = (
        "第{n}题 第{n}个是（ ）\nA.甲\n村务题库汇编\t{page}\nB.⺠主 村务题库汇编 {next}\n答案：B\n"
    )
    text = "".join(
        (cut if n % 10 == 0 else plain).format(n=n, page=n // 5 - 1, next=n // 5)
        for n in range(1, 41)
    )
    lines = [Line(line, n) for n, line in enumerate(text.split("\n"), 1)]
    drafts, problems, layout = read_lines(lines, "题.txt")
    assert [d.options for d in drafts] == [("甲", "⺠主")] * 40
    assert [(p.code, p.notice) for p in problems] == [("running_header", True)]
    assert layout == "numbered+wrapped"


def test_a_text_that_counts_up_inside_items_is_no_page_header() -> None:
    text = "".join(f"{n}、甲乙丙丁\n其中说的是第{n}\nA、甲\nB、乙\n答案：B\n" for n in range(1, 6))
    assert [d.stem for d in read(text)] == [f"甲乙丙丁\n其中说的是第{n}" for n in range(1, 6)]


def test_lines_broken_by_the_width_of_a_page_run_on() -> None:
    text = "".join(
        f"{n}、村民委员会应当实行少数服从多数的民主决策机制和公开透明的工作原则，建\n"
        f"立健全各种工作制度，其中第{n}项是（ ）\nA、民主选举\nB、民主决策\n答案：B\n"
        for n in range(1, 8)
    )
    drafts = read(text)
    assert drafts[0].stem == (
        "村民委员会应当实行少数服从多数的民主决策机制和公开透明的工作原则，建立健全各种工作制度，其中第1项是（ ）"
    )
    assert [d.problems for d in drafts] == [()] * 7


def test_an_item_without_a_number_may_begin_with_a_year() -> None:
    text = (
        "1987年通过了（ ）\nA、甲法\nB、乙法\n答案：B\n1998年修订了（ ）\nA、甲法\nB、乙法\n答案：A"
    )
    assert [d.stem for d in read(text)] == ["1987年通过了（ ）", "1998年修订了（ ）"]
