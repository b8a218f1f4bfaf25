"""The grammar of tables: headers of any names, none at all, and cells as people fill them."""

from __future__ import annotations

import pytest

from question_bank.intakes.rules.table_layout import read_table
from question_bank.items.rules.draft import Draft, Problem
from question_bank.items.rules.lines import Row, Table

STEM = "村民委员会每届任期为（ ）年。"


def read(
    *rows: list[str], dated: frozenset[int] = frozenset()
) -> tuple[list[Draft], list[Problem]]:
    made = tuple(Row(number, tuple(row), dated) for number, row in enumerate(rows, 1) if any(row))
    found = read_table(Table("题库", made), "题库.xlsx")
    assert found is not None
    return found


@pytest.mark.parametrize(
    "header",
    [
        ["题干", "A", "B", "C", "D", "答案"],
        ["题目", "选项A", "选项B", "选项C", "选项D", "正确答案"],
        ["试题内容", "A选项", "B选项", "C选项", "D选项", "正确答案(只能输入ABCD)"],
        ["题目*", "选项1", "选项2", "选项3", "选项4", "标准答案："],
        ["Question", "option A", "option B", "option C", "option D", "Answer"],
        ["问 题", "选项一", "选项二", "选项三", "选项四", "参考答案"],
        ["Câu hỏi", "Phương án A", "Phương án B", "Phương án C", "Phương án D", "Đáp án đúng"],
        ["lt_Question", "lt_AnsA", "lt_AnsB", "lt_AnsC", "lt_AnsD", "lt_CorrectAns"],
    ],
)
def test_columns_are_known_by_many_names(header: list[str]) -> None:
    (draft,), problems = read(header, [STEM, "三", "四", "五", "六", "C"])
    assert (draft.kind, draft.stem, draft.options, draft.key) == (
        "single",
        STEM,
        ("三", "四", "五", "六"),
        ("C",),
    )
    assert (draft.problems, problems) == ((), [])
    assert draft.source.as_json() == {"file": "题库.xlsx", "cell": "题库!A2"}


@pytest.mark.parametrize("name", ["标签", "试题标签", "关键词", "Tags"])
def test_a_column_of_tags_gives_the_words_of_an_item(name: str) -> None:
    (draft,), _ = read(["题干", "答案", name], ["甲对。", "√", "重点、2024 常考"])
    assert (draft.stem, draft.tags) == ("甲对。", ("重点", "2024", "常考"))


def test_title_rows_above_the_header_and_blank_rows_below_are_passed_over() -> None:
    items, _ = read(
        ["2026年题库", "", ""],
        ["", "", ""],
        ["题干", "题型", "答案"],
        ["甲对。", "判断题", "√"],
        ["", "", ""],
    )
    assert [(d.kind, d.key, d.source.cell) for d in items] == [("truth", ("true",), "题库!A4")]


@pytest.mark.parametrize(
    ("options", "written", "key"),
    [
        (["正确", "错误"], "A", "true"),
        (["错误", "正确"], "A", "false"),
        (["对", "错"], "B", "false"),
        (["正确", "错误"], "正确", "true"),
        (["", ""], "√", "true"),
        (["", ""], "F", "false"),
        (["", ""], "FALSE", "false"),
        (["", ""], "0", "false"),
    ],
)
def test_a_judgement_counts_by_the_text_that_its_letter_names(
    options: list[str], written: str, key: str
) -> None:
    (draft,), _ = read(["题型", "题干", "A", "B", "答案"], ["判断", "甲对。", *options, written])
    assert (draft.key, draft.problems) == ((key,), ())


def test_a_letter_for_a_judgement_without_options_is_taken_with_a_problem() -> None:
    (draft,), _ = read(["题型", "题干", "答案"], ["判断", "甲对。", "A"])
    assert (draft.key, [p.code for p in draft.problems]) == (("true",), ["truth_letter"])


def test_letters_that_people_put_before_an_option_are_taken_off_only_where_they_fit() -> None:
    header = ["题干", "选项1", "选项2", "答案"]
    fitting, other = read(header, [STEM, "A、三", "B. 四", "B"], [STEM, "B、三", "A、四", "B"])[0]
    assert (fitting.options, fitting.problems) == (("三", "四"), ())
    assert [p.code for p in other.problems] == [
        "option_letters",
        "option_letters",
        "options_merged",
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "A.三\nB.四\nC.五",
        "A.三 B.四 C.五",
        "A、三；\nB、四；\nC、五；",
        "三\n四\n五",
        "三|四|五",
        "三；四；五",
    ],
)
def test_all_options_in_one_cell_are_taken_apart(cell: str) -> None:
    (draft,), _ = read(["题干", "选项", "答案"], [STEM, cell, "C"])
    assert [option.strip("；") for option in draft.options] == ["三", "四", "五"]
    assert (draft.key, draft.problems) == (("C",), ())


def test_options_one_per_row_belong_to_the_item_above() -> None:
    items, _ = read(
        ["题干", "选项", "答案"],
        [STEM, "A.三", "B"],
        ["", "B.四", ""],
        [STEM + "？", "A.三\nB.四", "A"],
    )
    assert [(d.options, d.key) for d in items] == [(("三", "四"), ("B",)), (("三", "四"), ("A",))]


def test_a_gap_between_options_keeps_their_letters_and_is_a_problem() -> None:
    (draft,), _ = read(["题干", "A", "B", "C", "答案"], [STEM, "三", "", "五", "C"])
    assert (draft.options, draft.key) == (("三", "", "五"), ("C",))
    assert [p.code for p in draft.problems] == ["empty_option"]


def numbered(*answers: str) -> tuple[list[str], list[list[str]], list[str]]:
    """The keys, the doubts of the items and those of the table, for these answers among four options."""
    rows = [
        [f"第{n}件事（ ）", "三年", "四年", "五年", "六年", said] for n, said in enumerate(answers)
    ]
    items, told = read(["题干", "选项A", "选项B", "选项C", "选项D", "答案"], *rows)
    codes = [[problem.code for problem in item.problems] for item in items]
    return (
        ["".join(map(str, item.key)) for item in items],
        codes,
        [problem.code for problem in told],
    )


@pytest.mark.parametrize(
    ("answers", "keys"),
    [
        (("1", "4", "3"), ["A", "D", "C"]),
        (("0", "3", "2"), ["A", "D", "C"]),
        (("1,3", "2、4", "4"), ["AC", "BD", "D"]),
        (("13", "24", "4"), ["AC", "BD", "D"]),
    ],
)
def test_numbers_that_can_mean_one_thing_alone_are_keys(
    answers: tuple[str, ...], keys: list[str]
) -> None:
    assert numbered(*answers) == (keys, [[], [], []], ["keys_counted"])


@pytest.mark.parametrize(
    "answers",
    [("1", "2", "3"), ("0", "4", "1"), ("1", "4"), ("1", "4", "5"), ("1", "4", "3", "B"), ("31", "4", "1")],
)  # fmt: skip
def test_numbers_that_may_count_from_one_or_from_nought_are_doubted(
    answers: tuple[str, ...],
) -> None:
    keys, codes, told = numbered(*answers)
    assert (keys[0], codes[0][:1], told) == ("", ["key_numbers"], [])


def test_circled_numbers_are_options_and_keys_of_their_own() -> None:
    items, told = read(
        ["题干", "选项", "答案"], ["甲（ ）", "①三年②四年③五年", "②"], ["乙（ ）", "①三；②四；③五", "①、③"]
    )  # fmt: skip
    assert [(d.kind, d.options, "".join(d.key), d.problems) for d in items] == [
        ("single", ("三年", "四年", "五年"), "B", ()),
        ("multiple", ("三", "四", "五"), "AC", ()),
    ]
    assert told == []


def test_circled_numbers_that_name_statements_are_texts() -> None:
    stem = "属于文化符号的是（ ）。①马头琴 ②吊脚楼 ③敖包"
    (draft,), _ = read(["题干", "选项A", "选项B", "选项C", "答案"], [stem, "①②", "①③", "②③", "①③"])
    assert (draft.kind, draft.key, draft.problems) == ("single", ("B",), ())


def test_an_answer_in_numbers_is_never_guessed() -> None:
    (draft,), _ = read(["题干", "选项1", "选项2", "答案"], [STEM, "三", "四", "2"])
    assert (draft.key, [p.code for p in draft.problems][:2]) == ((), ["key_numbers", "key_unread"])


def test_a_cell_that_holds_a_date_is_a_problem() -> None:
    table = Table(
        "",
        (
            Row(1, ("题干", "A", "B", "答案")),
            Row(2, (STEM, "2026-01-02", "四", "A"), frozenset({1})),
        ),
    )
    found = read_table(table, "题.xlsx")
    assert found is not None
    assert [p.code for p in found[0][0].problems] == ["date_cell"]


def test_two_columns_of_answers_must_agree() -> None:
    header = ["题干", "A", "B", "答案", "正确答案"]
    agreeing, other = read(header, [STEM, "三", "四", "A", "A"], [STEM, "三", "四", "A", "B"])[0]
    assert (agreeing.problems, [p.code for p in other.problems]) == ((), ["answers_disagree"])


def test_a_table_without_header_is_read_by_its_content_and_says_so() -> None:
    rows = [
        [str(n), "单选题", f"第{n}个问题说的是哪一项（ ）", "甲", "乙", "丙", "丁", "ABCD"[n % 4]]
        for n in range(1, 9)
    ]
    items, problems = read(*rows)
    assert [(d.number, d.kind, d.key) for d in items] == [
        (n, "single", ("ABCD"[n % 4],)) for n in range(1, 9)
    ]
    assert [(p.code, p.notice) for p in problems] == [("no_header", False)]


def test_a_table_of_other_things_holds_no_items() -> None:
    assert (
        read_table(Table("名单", (Row(1, ("姓名", "电话")), Row(2, ("张三", "100")))), "x") is None
    )


def test_columns_without_a_place_in_the_bank_are_named() -> None:
    _, problems = read(["题干", "A", "B", "答案", "录入人"], [STEM, "三", "四", "A", "王"])
    assert [(p.code, p.notice) for p in problems] == [("column_left_out", True)]


@pytest.mark.parametrize(
    "cell", [STEM + "\nA.三\nB.五", STEM + "\nA、三 B、五", STEM + " A.三 B.五"]
)
def test_options_in_the_cell_of_the_stem_are_taken_out_of_it(cell: str) -> None:
    (draft,), _ = read(["题干", "答案"], [cell, "B"])
    assert (draft.stem, draft.options, draft.key, draft.problems) == (
        STEM,
        ("三", "五"),
        ("B",),
        (),
    )


def test_a_letter_torn_off_the_end_of_an_option_is_put_back_with_a_doubt() -> None:
    stem = "Ai vi phạm?\nA. Ông A và anh\nC. B. Chị B và ông A.\nC. Ông A.\nD. Anh C."
    (draft,), _ = read(["Câu hỏi", "Đáp án"], [stem, "B"])
    assert (draft.stem, draft.options, draft.key) == (
        "Ai vi phạm?",
        ("Ông A và anh C.", "Chị B và ông A.", "Ông A.", "Anh C."),
        ("B",),
    )
    assert [problem.code for problem in draft.problems] == ["option_continued"]


def test_an_essay_in_a_table_keeps_its_reference_answer_and_what_leads_to_it() -> None:
    (draft,), _ = read(
        ["Câu hỏi", "Gợi ý trả lời", "Đáp án"],
        ["Câu 2. Anh/Chị hiểu thế nào?", "Nêu hai ý.", "- Một\n- Hai"],
    )
    assert (draft.number, draft.kind, draft.stem) == (2, "short", "Anh/Chị hiểu thế nào?")
    assert (draft.key, draft.rationale, draft.problems) == (("- Một\n- Hai",), "Nêu hai ý.", ())


@pytest.mark.parametrize("number", ["7", "第7题", "Câu 7", "7、"])
def test_a_column_of_numbers_may_name_them_in_words(number: str) -> None:
    (draft,), _ = read(["序号", "题干", "答案"], [number, "甲对。", "√"])
    assert draft.number == 7


@pytest.mark.parametrize(
    ("options", "key", "codes"),
    [(["1", "2", "3"], "B", []), (["2", "3", "1"], "A", ["key_numbers"])],
)
def test_a_number_that_counts_one_option_and_names_another_is_doubted(
    options: list[str], key: str, codes: list[str]
) -> None:
    (draft,), _ = read(
        ["题干", "选项1", "选项2", "选项3", "答案"], ["每届几年（ ）", *options, "2"]
    )
    assert ("".join(draft.key), [problem.code for problem in draft.problems]) == (key, codes)
