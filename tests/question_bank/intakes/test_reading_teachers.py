"""Word files as teachers write them: keys behind their headings, keys without headings, answers left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from question_bank.intakes.intake import read
from question_bank.items.rules.draft import Draft
from tests.question_bank.intakes.written_files import Block, Grid, as_word, plain


def drafts(folder: Path, *blocks: str | Block) -> list[Draft]:
    """What is read from a Word file of these lines and tables."""
    path = folder / "题.docx"
    path.write_bytes(as_word([plain(one) if isinstance(one, str) else one for one in blocks]))
    return list(read(path).items)


def items(*numbers: int, judged: bool = False) -> list[str]:
    lines = []
    for n in numbers:
        lines += (
            [f"{n}、第{n}条是这样。（ ）"]
            if judged
            else [f"{n}、第{n}条说的是（ ）", "A、甲项 B、乙项 C、丙项 D、丁项"]
        )
    return lines


def keys(found: list[Draft]) -> list[str]:
    return ["".join(map(str, draft.key)) for draft in found]


def codes(found: list[Draft]) -> list[str]:
    return sorted({problem.code for draft in found for problem in draft.problems})


def test_keys_behind_their_headings_are_read(tmp_path: Path) -> None:
    found = drafts(
        tmp_path, "一、单选题", *items(1, 2, 3), "二、判断题", *items(4, 5, judged=True),
        "参考答案", "一、单选题 1-3 CDA", "二、判断题 4.√ 5.×",
    )  # fmt: skip
    assert (keys(found), codes(found)) == (["C", "D", "A", "true", "false"], [])


def test_a_key_that_starts_anew_answers_the_sections_in_their_order(tmp_path: Path) -> None:
    found = drafts(
        tmp_path, "一、单选题", *items(1, 2, 3), "二、判断题", *items(1, 2, judged=True),
        "参考答案", "1-3：CDA", "1-2：√×",
    )  # fmt: skip
    assert (keys(found), codes(found)) == (["C", "D", "A", "true", "false"], [])


def test_a_key_that_counts_on_where_sections_start_anew_is_to_be_looked_at(tmp_path: Path) -> None:
    found = drafts(
        tmp_path, "一、单选题", *items(1, 2), "二、多选题", *items(1, 2),
        "参考答案", "1.C 2.D 3.AB 4.CD",
    )  # fmt: skip
    assert (keys(found), codes(found)) == (["C", "D", "AB", "CD"], ["key_numbers_differ"])


@pytest.mark.parametrize("said", ["略", "略。", "（略）", "答案略", "见教材"])
def test_an_answer_that_is_left_out_is_no_answer(tmp_path: Path, said: str) -> None:
    (draft,) = drafts(tmp_path, "一、填空题", "1、每届任期____年。", f"答案：{said}")
    assert (draft.key, codes([draft])) == ((), ["key_unread"])


def test_letters_in_cells_of_their_own_head_the_options_beside_them(tmp_path: Path) -> None:
    (draft,) = drafts(
        tmp_path, "1、第一条说的是（B）", Grid((("A", "选举"), ("B", "罚款"), ("C", "收费")))
    )
    assert (draft.options, draft.key, draft.problems) == (("选举", "罚款", "收费"), ("B",), ())


def test_a_material_without_a_number_is_the_stem_of_its_case(tmp_path: Path) -> None:
    (draft,) = drafts(
        tmp_path, "一、案例分析题", "材料：某村召开村民会议，三十六人参加。", "（1）会议是否有效？", "（2）应如何表决？",
        "参考答案：", "（1）有效。", "（2）举手表决。",
    )  # fmt: skip
    assert (draft.kind, draft.stem) == ("case", "某村召开村民会议，三十六人参加。")
    assert [(part.stem, part.key) for part in draft.parts] == [
        ("会议是否有效？", ("有效。",)),
        ("应如何表决？", ("举手表决。",)),
    ]


def test_an_option_that_lists_letters_keeps_them(tmp_path: Path) -> None:
    (draft,) = drafts(
        tmp_path,
        Grid(
            (
                ("题干", "A", "B", "C", "答案"),
                ("第一条说的是（ ）", "A、B两项", "甲项", "乙项", "B"),
            )
        ),
    )
    assert draft.options == ("A、B两项", "甲项", "乙项")


@pytest.mark.parametrize("stem", ["依照第（1）项的规定，村务要公开。", "填（是）或者不填都可以。"])
def test_a_bracket_inside_a_sentence_judges_nothing(tmp_path: Path, stem: str) -> None:
    found = drafts(tmp_path, "一、判断题", "1、村务要公开（1）", f"2、{stem}", "3、可以罚款（0）。")
    assert keys(found) == ["true", "", "false"]
