"""A sheet on paper: in the candidate's own order, and its letters read back into the original."""

from __future__ import annotations

from typing import Any

import pytest

from lms.exams.scripts.rules import as_printed, fields, read_script, write_script
from question_bank.papers.rules.shuffling import choices, item_orders, option_orders


def slot(number: int, kind: str, **more: Any) -> dict[str, Any]:
    plain = {"options": [], "parts": [], "blanks": 0, "media": [], "points": "2"}
    return {"number": number, "kind": kind, "stem": f"第{number}题", **plain, **more}


FOUR = ["甲", "乙", "丙", "丁"]
CONTENT = {
    "title": "测试卷",
    "minutes": 60,
    "total": "20",
    "shuffle": {"items": True, "options": True},
    "sections": [
        {
            "title": "一、选择题",
            "kind": "single",
            "slots": [slot(1, "single", options=FOUR), slot(2, "multiple", options=FOUR)],
        },
        {
            "title": "二、其他",
            "kind": "short",
            "slots": [
                slot(3, "truth"),
                slot(4, "blank", blanks=2),
                slot(5, "ordering", options=["一", "二", "三"]),
                slot(6, "matching", options=["子", "丑"], parts=[{"kind": "", "stem": "左"}] * 2),
                slot(7, "case", parts=[slot(0, "single", options=FOUR), slot(0, "short")]),
                slot(8, "essay"),
            ],
        },
    ],
}
# A seed that changes the places of everything.
SEED = next(
    seed
    for seed in range(999)
    if item_orders(CONTENT, seed)[0] == [2, 1]
    and all(
        option_orders(choices(CONTENT), seed)[name] != [0, 1, 2, 3] for name in ("1", "2", "7.1")
    )
    and option_orders(choices(CONTENT), seed)["5"] != [0, 1, 2]
)
ORDERS = option_orders(choices(CONTENT), SEED)


def test_a_sheet_is_printed_in_the_order_of_the_screen() -> None:
    printed = as_printed(CONTENT, SEED)
    first = printed["sections"][0]["slots"]
    assert [one["number"] for one in first] == [2, 1]
    assert first[1]["options"] == [FOUR[index] for index in ORDERS["1"]]
    case = next(one for one in printed["sections"][1]["slots"] if one["number"] == 7)
    assert case["parts"][0]["options"] == [FOUR[index] for index in ORDERS["7.1"]]
    assert CONTENT["sections"][0]["slots"][0]["options"] == FOUR  # type: ignore[index]


def test_fields_are_slots_and_the_parts_of_cases() -> None:
    assert [field.name for field in fields(CONTENT)] == ["1", "2", "3", "4", "5", "6", "7.1", "7.2", "8"]  # fmt: skip


def test_letters_are_those_that_stand_on_this_sheet() -> None:
    typed = {"1": "ａ", "2": "d、B", "5": "c a b", "7.1": "C"}
    answers = read_script(CONTENT, SEED, typed).answers
    original = ["ABCD"[index] for index in ORDERS["1"]]
    assert answers[1] == original[0]
    assert answers[2] == sorted(["ABCD"[ORDERS["2"][3]], "ABCD"[ORDERS["2"][1]]])
    assert answers[5] == ["ABC"[ORDERS["5"][place]] for place in (2, 0, 1)]
    assert answers[7] == {"1": "ABCD"[ORDERS["7.1"][2]]}


def test_everything_is_read_and_what_is_empty_is_no_answer() -> None:
    typed = {"3": "✓", "4": "越南；河内", "6": "1B 2a", "7.2": "简答", "8": "  论述\n第二段 "}
    script = read_script(CONTENT, SEED, typed)
    assert script.faults == ()
    assert script.answers == {
        1: None, 2: None, 3: "true", 4: ["越南", "河内"], 5: None, 6: {"1": "B", "2": "A"},
        7: {"2": "简答"}, 8: "论述\n第二段",
    }  # fmt: skip


def test_what_is_written_down_again_reads_as_before() -> None:
    typed = {
        "1": "B", "2": "AD", "3": "×", "4": "一；二", "5": "BCA", "6": "1A 2B", "7.1": "D",
        "7.2": "简答", "8": "论述",
    }  # fmt: skip
    answers = read_script(CONTENT, SEED, typed).answers
    assert write_script(CONTENT, SEED, answers) == typed


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("1", "E", "第 1 题：“E”不是选项，应在 A 至 D 之间。"),
        ("1", "AB", "第 1 题：单选题只能填一个字母。"),
        ("2", "AA", "第 2 题：同一个选项填了两次。"),
        ("3", "也许", "第 3 题：判断题填 √ 或 ×。"),
        ("4", "一；二；三", "第 4 题：只有 2 空，填了 3 个，请用分号隔开每一空。"),
        ("5", "AB", "第 5 题：排序题应填 3 个字母。"),
        ("6", "乱写", "第 6 题：连线题应填成 1B 2A 3C 这样。"),
        ("6", "3A", "第 6 题：左边的序号应是 1 至 2，每个一次。"),
        ("7.1", "Z", "第 7 题（1）：“Z”不是选项，应在 A 至 D 之间。"),
        ("8", "a\0b", "第 8 题：作答数据的格式不对：答案只能是文字、文字列表或各小题的答案。"),
    ],
)
def test_what_cannot_stand_there_is_told(name: str, text: str, told: str) -> None:
    assert read_script(CONTENT, SEED, {name: text}).faults == (told,)
