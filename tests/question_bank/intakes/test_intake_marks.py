"""Print in Word files: when bold, coloured and underlined text is a key, a gap, or only emphasis."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.shared import RGBColor

from question_bank.intakes.intake import read
from question_bank.items.rules.draft import Draft

# A run is a text and how it is printed: b(old), u(nderlined), r(ed), g(reen), s(truck out).
Run = tuple[str, str]
Paragraph = str | list[Run]


def written(folder: Path, paragraphs: list[Paragraph]) -> list[Draft]:
    document = docx.Document()
    for paragraph in paragraphs:
        made = document.add_paragraph()
        for text, print_ in [(paragraph, "")] if isinstance(paragraph, str) else paragraph:
            run = made.add_run(text)
            run.bold, run.underline = "b" in print_ or None, "u" in print_ or None
            run.font.strike = "s" in print_ or None
            if "r" in print_:
                run.font.color.rgb = RGBColor(255, 0, 0)
            if "g" in print_:
                run.font.color.rgb = RGBColor(0, 160, 0)
            if "k" in print_:
                run.font.color.rgb = RGBColor(20, 20, 30)
    document.save(str(folder / "题.docx"))
    return list(read(folder / "题.docx").items)


def choice(number: int, marked: dict[str, str], answer: str = "") -> list[Paragraph]:
    """An item of three options, of which some are printed in another way."""
    made: list[Paragraph] = [f"{number}、第{number}题说的是（ ）。"]
    made += [[(f"{x}、{number}题{x}项", marked.get(x, ""))] for x in "ABC"]
    return [*made, f"答案：{answer}"] if answer else made


def codes(draft: Draft) -> list[str]:
    return [problem.code for problem in draft.problems if not problem.notice]


def told(drafts: list[Draft]) -> list[tuple[object, list[str]]]:
    return [(draft.key, codes(draft)) for draft in drafts]


@pytest.mark.parametrize("mark", ["b", "u", "r", "bu", "ru"])
def test_a_mark_on_every_item_is_the_key(tmp_path: Path, mark: str) -> None:
    items = written(tmp_path, [*choice(1, {"B": mark}), *choice(2, {"A": mark, "C": mark})])
    assert [(d.kind, d.key, codes(d)) for d in items] == [
        ("single", ("B",), []),
        ("multiple", ("A", "C"), []),
    ]


@pytest.mark.parametrize("mark", ["b", "u", "r"])
def test_the_letter_alone_may_bear_the_mark(tmp_path: Path, mark: str) -> None:
    paragraphs: list[Paragraph] = []
    for number, right in ((1, "B"), (2, "C")):
        paragraphs.append(f"{number}、第{number}题说的是（ ）。")
        paragraphs += [[(f"{x}、", mark if x == right else ""), (f"{number}题{x}项", "")] for x in "ABC"]  # fmt: skip
    assert told(written(tmp_path, paragraphs)) == [(("B",), []), (("C",), [])]


@pytest.mark.parametrize("mark", ["b", "u", "r"])
def test_options_on_one_line_bear_their_own_marks(tmp_path: Path, mark: str) -> None:
    paragraphs: list[Paragraph] = []
    for number, right in ((1, "A"), (2, "C")):
        paragraphs.append(f"{number}、第{number}题说的是（ ）。")
        paragraphs.append(
            [(f"{x}．{number}题{x}项    ", mark if x == right else "") for x in "ABC"]
        )
    assert told(written(tmp_path, paragraphs)) == [(("A",), []), (("C",), [])]


UNUSUAL = ["answer_unusual"]


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        # One item alone is no habit.
        (choice(1, {"B": "b"}), [(("B",), UNUSUAL)]),
        # Half of the items bear it.
        (
            [*choice(1, {"B": "b"}), *choice(2, {})],
            [(("B",), UNUSUAL), ((), ["no_key", "kind_unclear"])],
        ),
        # The file writes its answers; one has none.
        (
            [*choice(1, {}, "A"), *choice(2, {}, "B"), *choice(3, {"B": "r"})],
            [(("A",), []), (("B",), []), (("B",), UNUSUAL)],
        ),
        # Where both are there they do not say the same.
        (
            [*choice(1, {"C": "r"}, "A"), *choice(2, {"A": "r"}), *choice(3, {"B": "r"})],
            [(("A",), []), (("A",), UNUSUAL), (("B",), UNUSUAL)],
        ),
        # Two marks of two meanings.
        (
            [*choice(1, {"A": "r", "B": "b"}), *choice(2, {"C": "r", "A": "b"})],
            [(("B",), ["marks_differ"]), (("A",), ["marks_differ"])],
        ),
        # Bold in one item, red in the other.
        (
            [*choice(1, {"A": "r"}), *choice(2, {"C": "b"})],
            [(("A",), UNUSUAL), (("C",), UNUSUAL)],
        ),
        # All of them bear it, or none does: no key.
        (
            [*choice(1, {"A": "b", "B": "b", "C": "b"}), *choice(2, {"A": "k"})],
            [((), ["no_key", "kind_unclear"]), ((), ["no_key", "kind_unclear"])],
        ),
    ],
)  # fmt: skip
def test_a_mark_that_may_be_a_key_is_doubted(
    tmp_path: Path, paragraphs: list[Paragraph], expected: list[tuple[object, list[str]]]
) -> None:
    found = told(written(tmp_path, paragraphs))
    assert [(key, sorted(doubts)) for key, doubts in found] == [
        (key, sorted(doubts)) for key, doubts in expected
    ]


def test_marks_that_agree_with_written_answers_prove_themselves(tmp_path: Path) -> None:
    paragraphs = [p for n, x in enumerate("ABC", 1) for p in choice(n, {x: "r"}, x)]
    items = written(tmp_path, [*paragraphs, *choice(4, {"B": "r"}), *choice(5, {"C": "r"})])
    assert told(items[3:]) == [(("B",), []), (("C",), [])]


def test_a_written_answer_against_the_mark_that_else_agrees_is_doubted(tmp_path: Path) -> None:
    paragraphs = [p for n, x in enumerate("ABCABC", 1) for p in choice(n, {x: "r"}, x)]
    items = written(tmp_path, [*paragraphs, *choice(7, {"B": "r"}, "C")])
    assert told(items[-1:]) == [(("C",), ["answers_disagree"])]


def test_the_same_letter_all_along_is_rather_the_print_of_a_list(tmp_path: Path) -> None:
    items = written(tmp_path, [p for n in range(1, 7) for p in choice(n, {"C": "b"})])
    assert told(items) == [(("C",), ["marks_alike"])] * 6


@pytest.mark.parametrize(
    ("runs", "stem"),
    [
        ([("    ", "u")], "____"),
        ([(" ", "u"), (" ", "u"), (" ", "u")], "____"),
        ([("\t", "u")], "____"),
        ([("\u3000", "u")], "____"),
        ([("          ", "u")], "__________"),
    ],
)
def test_underlined_blanks_are_gaps(tmp_path: Path, runs: list[Run], stem: str) -> None:
    (draft,) = written(tmp_path, [[("1、任期为", ""), *runs, ("年。", "")], "答案：五"])
    assert (draft.kind, draft.stem, draft.key) == ("blank", f"任期为{stem}年。", (("五",),))


@pytest.mark.parametrize("upon", ["  五  ", "五"])
def test_words_upon_a_gap_are_its_answer_in_doubt(tmp_path: Path, upon: str) -> None:
    (draft,) = written(tmp_path, ["填空题", [("1、任期为", ""), (upon, "u"), ("年。", "")]])
    assert (draft.stem, draft.key, codes(draft)) == (
        "任期为____年。",
        (("五",),),
        ["answer_in_gap"],
    )


def test_a_letter_upon_a_gap_is_the_answer(tmp_path: Path) -> None:
    paragraphs: list[Paragraph] = []
    for number, right in ((1, "B"), (2, "A")):
        paragraphs += [[(f"{number}、第{number}题说的是", ""), (f"  {right}  ", "u"), ("。", "")]]
        paragraphs += [f"{x}、{number}题{x}项" for x in "ABC"]
    items = written(tmp_path, paragraphs)
    assert [(d.stem, d.key, codes(d)) for d in items] == [
        ("第1题说的是____。", ("B",), []),
        ("第2题说的是____。", ("A",), []),
    ]


def test_emphasis_in_a_stem_is_no_key(tmp_path: Path) -> None:
    paragraphs: list[Paragraph] = [[("1、下列说法", ""), ("不正确", "bu"), ("的是（ ）", "")]]
    items = written(tmp_path, [*paragraphs, "A、一", "B、二", "答案：A"])
    assert told(items) == [(("A",), [])]


def test_a_question_about_underlined_words_has_lost_something(tmp_path: Path) -> None:
    paragraphs: list[Paragraph] = [
        "1、划线部分读音不同的是（ ）",
        [("A、", ""), ("行", "u"), ("走", "")],
    ]
    items = written(tmp_path, [*paragraphs, [("B、银", ""), ("行", "u")], "答案：A"])
    assert told(items) == [(("A",), ["emphasis_lost"])]


def test_struck_out_words_are_pointed_out(tmp_path: Path) -> None:
    (draft,) = written(tmp_path, ["1、甲是（ ）", "A、一", [("B、二", ""), ("三", "s")], "答案：A"])
    assert (draft.options, codes(draft)) == (("一", "二三"), ["strike"])
