"""Layouts that once were read wrongly or lost: each with what must come of it."""

from __future__ import annotations

import pytest

from question_bank.intakes.rules.text_layout import read_lines
from question_bank.items.formats.text import lines_of

Read = tuple[str, str, tuple[str, ...], tuple[object, ...], list[str]]
CASES: dict[str, tuple[str, list[Read]]] = {
    "the answer in a bracket before the number": (
        "选择题\n（ B ）1. 甲是\nA. 一 B. 二\n( A )2. 乙是（ ）\nA. 一 B. 二\n",
        [
            ("single", "甲是（  ）", ("一", "二"), ("B",), []),
            ("single", "乙是（  ）", ("一", "二"), ("A",), []),
        ],
    ),
    "statements above the options": (
        "1. 下列说法（ ）\n(a) 甲\n(b) 乙\n正确的个数是\nA. 1\nB. 2\n答案：B\n",
        [("single", "下列说法（ ）\n(a) 甲\n(b) 乙\n正确的个数是", ("1", "2"), ("B",), [])],
    ),
    "options in two columns": (
        "1、甲（ ）\nA．一      C．三\nB．二      D．四\n答案：D\n",
        [("single", "甲（ ）", ("一", "二", "三", "四"), ("D",), [])],
    ),
    "options parted by semicolons": (
        "1、甲（ ）\nA、一；B、二；C、三\n答案：B\n",
        [("single", "甲（ ）", ("一", "二", "三"), ("B",), [])],
    ),
    "options behind their label": (
        "题目：几年一届？\n选项：A.3年 B.5年\n答案：B\n",
        [("single", "几年一届？", ("3年", "5年"), ("B",), [])],
    ),
    "a grid of numbers over answers": (
        "一、单选题\n1.甲（ ）\nA.一 B.二\n2.乙（ ）\nA.一 B.二\n参考答案\n题号 1 2\n答案 A B\n",
        [
            ("single", "甲（ ）", ("一", "二"), ("A",), []),
            ("single", "乙（ ）", ("一", "二"), ("B",), []),
        ],
    ),
    "answers on the line of their heading": (
        "一、单选题\n1.甲（ ）\nA.一 B.二\n二、判断题\n2.乙。（ ）\n答案：\n一、单选题：1.B\n二、判断题：2.√\n",
        [("single", "甲（ ）", ("一", "二"), ("B",), []), ("truth", "乙。（ ）", (), ("true",), [])],
    ),
    "all answers behind one label": (
        "一、判断题\n1、甲（ ）\n2、乙（ ）\n答案：1.√ 2.×\n",
        [("truth", "甲（ ）", (), ("true",), []), ("truth", "乙（ ）", (), ("false",), [])],
    ),
    "all answers behind the last item": (
        "1.甲（ ）\nA.一 B.二\n2.乙（ ）\nA.一 B.二\n答案：AB\n",
        [
            ("single", "甲（ ）", ("一", "二"), (), ["kind_unclear", "no_key"]),
            ("multiple", "乙（ ）", ("一", "二"), ("A", "B"), ["answer_alone"]),
        ],
    ),
    "a letter in a bracket that is no answer": (
        "1.关于维生素（A）的说法（ ）\nA.一\nB.二\n",
        [
            (
                "single", "关于维生素（A）的说法（ ）", ("一", "二"), (),
                ["bracket_left", "kind_unclear", "no_key"],
            )
        ],
    ),
    "a list inside an answer": (
        "一、论述题\n1、论乡村振兴。\n答：要点如下：\n1、产业\n2、人才\n3、文化\n",
        [("essay", "论乡村振兴。", (), ("要点如下：\n1、产业\n2、人才\n3、文化",), [])],
    ),
    "page numbers between options": (
        "1.甲（ ）\nA.一\n— 1 —\nB.二\n答案：B\n2.乙（ ）\nA.一\n— 2 —\nB.二\n答案：A\n",
        [
            ("single", "甲（ ）", ("一", "二"), ("B",), []),
            ("single", "乙（ ）", ("一", "二"), ("A",), []),
        ],
    ),
    "a judgement that begins like a heading": (
        "1、甲。(√)\n2、判断：地球是圆的（√）\n3、乙。(×)\n",
        [
            ("truth", "甲。(  )", (), ("true",), []),
            ("truth", "判断：地球是圆的（  ）", (), ("true",), []),
            ("truth", "乙。(  )", (), ("false",), []),
        ],
    ),
    "letters that were chosen in words": (
        "1.甲\nA.一\nB.二\n答案：应选B项\n2.乙\nA.一\nB.二\n答案：[A][B]\n3.丙\nA.一\nB.二\n答案：A（一）\n",
        [
            ("single", "甲", ("一", "二"), ("B",), []),
            ("multiple", "乙", ("一", "二"), ("A", "B"), []),
            ("single", "丙", ("一", "二"), ("A",), []),
        ],
    ),
    "answers upon the gaps": (
        "填空题\n1、每届任期为__五__年。\n2、三级是指（乡）、（村）。\n",
        [
            ("blank", "每届任期为____年。", (), (("五",),), ["answer_in_gap"]),
            ("blank", "三级是指____、____。", (), (("乡",), ("村",)), ["answer_in_gap"]),
        ],
    ),
    "kind and points behind the stem": (
        "1. 甲（ ）（单选，2分）\nA. 一\nB. 二\n答案：A\n2. 乙（ ）（判断题）\n答案：错误\n",
        [("single", "甲（ ）", ("一", "二"), ("A",), []), ("truth", "乙（ ）", (), ("false",), [])],
    ),
    "an order that is called none": (
        "1. 按先后排列的是\nA. 甲\nB. 乙\nC. 丙\n答案：BAC\n",
        [("multiple", "按先后排列的是", ("甲", "乙", "丙"), ("A", "B", "C"), ["maybe_ordering"])],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_odd_layout_is_read_as_it_is_meant(name: str) -> None:
    text, expected = CASES[name]
    drafts, _, _ = read_lines(lines_of(text), "题.txt")
    found = [(d.kind, d.stem, d.options, d.key, sorted(p.code for p in d.problems)) for d in drafts]
    assert found == expected


def test_matching_and_ordering_have_keys() -> None:
    text = """一、连线题
1. 把会议与内容连起来
（1）八七会议      A. 土地革命
（2）遵义会议      B. 军事路线
答案：（1）-A （2）-B
2. 连一连
①甲
②乙
A、一
B、二
答案：①B ②A
二、排序题
1、按先后排序（ ）
A、遵义会议
B、八七会议
答案：B→A
2、按先后排列：①遵义会议；②八七会议。
答案：②①
"""
    drafts, _, _ = read_lines(lines_of(text), "题.txt")
    assert [(d.kind, d.options, d.key, [p.stem for p in d.parts], d.problems) for d in drafts] == [
        ("matching", ("土地革命", "军事路线"), ((0, 0), (1, 1)), ["八七会议", "遵义会议"], ()),
        ("matching", ("一", "二"), ((0, 1), (1, 0)), ["甲", "乙"], ()),
        ("ordering", ("遵义会议", "八七会议"), (1, 0), [], ()),
        ("ordering", ("遵义会议", "八七会议。"), (1, 0), [], ()),
    ]
