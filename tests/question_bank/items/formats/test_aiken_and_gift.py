"""Texts that are GIFT or Aiken, and texts that only look like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from question_bank.intakes.intake import read
from question_bank.items.kinds.gaps import gap_of
from question_bank.items.rules.draft import Draft

AIKEN = "What is it?\nA) One\nB) Two\nANSWER: B\n\n每届任期几年（ ）\nA. 三年\nB. 五年\nANSWER: A\n"


def kept(tmp_path: Path, text: str, name: str = "题.txt") -> tuple[str, list[Draft]]:
    (tmp_path / name).write_text(text, "utf-8")
    reading = read(tmp_path / name)
    return reading.layout, list(reading.items)


def test_aiken_is_read_as_such(tmp_path: Path) -> None:
    layout, (first, second) = kept(tmp_path, AIKEN)
    assert layout == "aiken"
    assert (first.stem, first.options, first.key) == ("What is it?", ("One", "Two"), ("B",))
    assert (second.stem, second.options, second.key) == (
        "每届任期几年（ ）",
        ("三年", "五年"),
        ("A",),
    )
    assert (first.ready, second.ready, second.source.line) == (True, True, 6)


@pytest.mark.parametrize(
    "text",
    [
        "1. 甲是（ ）\nA. 一\nB. 二\nANSWER: B\n",
        "甲是（ ）\nA. 一\nB. 二\nANSWER: C\n",
        "甲是（ ）\nA. 一\nB. 二\n答案：B\n",
        "党的性质是{A}。\nA. 一\nB. 二\n",
        "集合{1,2}的元素有（ ）\nA. 一个\nB. 两个\n答案：B\n",
    ],
)
def test_other_texts_are_left_to_the_reader_of_layouts(tmp_path: Path, text: str) -> None:
    assert kept(tmp_path, text)[0].startswith("text:")


GIFT: list[tuple[str, str, str, tuple[str, ...], object, list[str]]] = [
    ("甲{~一=二}", "single", "甲", ("一", "二"), ("B",), []),
    ("甲{\n\n~一\n\n=二\n}", "single", "甲", ("一", "二"), ("B",), []),
    ("甲 {=一 =二} 乙", "blank", "甲 _____ 乙", (), (("一", "二"),), []),
    ("甲{T}", "truth", "甲", (), ("true",), []),
    ("甲{FALSE#错#对####说明}", "truth", "甲", (), ("false",), []),
    ("甲{=a -> b =c -> d = -> e}", "matching", "甲", ("b", "d", "e"), ((0, 0), (1, 1)), []),
    ("甲{}", "essay", "甲", (), (), []),
    ("::名::甲\\{\\}\\=\\~\\#\\:\\n乙{T}", "truth", "甲{}=~#:\n乙", (), ("true",), []),
    ("[html]<p>甲&amp;乙</p>{T}", "truth", "甲&乙", (), ("true",), []),
    ("[plain]<p>甲</p>{T}", "truth", "<p>甲</p>", (), ("true",), []),
    ("a<b 吗{T}", "truth", "a<b 吗", (), ("true",), []),
    ("甲{#3.14:0.01}", "blank", "甲", (), (gap_of(["3.14【±0.01】"]).entry(),), []),
    ("甲{#1..5}", "blank", "甲", (), (gap_of(["3【±2】"]).entry(),), []),
    ("甲{#=5 =%50%4:1}", "blank", "甲", (), (gap_of(["5【±0】", "4【±1 50%】"]).entry(),), []),
    ("甲{#五个}", "blank", "甲", (), (), ["tolerance"]),
    ("甲{=%50%一}", "blank", "甲", (), (), ["weights"]),
    ("甲{=a*}", "blank", "甲", (), (("a*",),), ["wildcard"]),
    ("甲{~%50%一~%50%二~三}", "multiple", "甲", ("一", "二", "三"), ("A", "B"), []),
    ("甲{~%-25%一=二}", "single", "甲", ("一", "二"), ("B", {"credits": {"A": "-1/4"}}), []),
    ("甲{~一=二}乙{~三=四}", "single", "甲_____乙{~三=四}", ("一", "二"), ("B",), ["braces"]),
    ("只有说明", "", "只有说明", (), (), ["description"]),
    ("甲{没有关上", "", "甲{没有关上", (), (), ["braces"]),
]


@pytest.mark.parametrize(("text", "kind", "stem", "options", "key", "codes"), GIFT)
def test_the_syntax_of_gift(
    tmp_path: Path,
    text: str,
    kind: str,
    stem: str,
    options: tuple[str, ...],
    key: object,
    codes: list[str],
) -> None:
    _, (draft,) = kept(tmp_path, text, "题.gift")
    assert (draft.kind, draft.stem, draft.options, draft.key) == (kind, stem, options, key)
    assert [problem.code for problem in draft.problems if not problem.notice] == codes


def test_categories_and_comments_of_gift(tmp_path: Path) -> None:
    text = "// 说明\n$CATEGORY: $course$/top/法律/宪法\n\n// [id:1] [tag:难度：难] [tag:重点]\n甲{T}\n\n$CATEGORY: \n\n乙{F}\n"
    _, (first, second) = kept(tmp_path, text, "题.gift")
    assert (first.topic, first.difficulty, second.topic) == ("法律 > 宪法", "难", "")
    assert (first.tags, first.problems) == (("重点",), ())
