"""Moodle XML as Moodle writes it: what maps, and what is told where nothing does."""

from __future__ import annotations

import base64
from decimal import Decimal
from pathlib import Path

import pytest

from question_bank.intakes.intake import files, read
from question_bank.items.kinds.gaps import gap_of
from question_bank.items.rules.draft import Draft
from tests.question_bank.items.formats.drafts import PIXEL


def quiz(path: Path, *questions: str) -> Path:
    body = "\n".join(questions)
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>', "utf-8")
    return path


def question(sort: str, stem: str, inner: str = "", form: str = "html") -> str:
    return (
        f'<question type="{sort}"><name><text>名</text></name><questiontext format="{form}">'
        f"<text><![CDATA[{stem}]]></text></questiontext><defaultgrade>2.0000000</defaultgrade>"
        f"{inner}</question>"
    )


def answer(text: str, fraction: str = "0", feedback: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>'
        f'<feedback format="html"><text>{feedback}</text></feedback></answer>'
    )


def one(tmp_path: Path, *questions: str) -> Draft:
    (draft,) = read(quiz(tmp_path / "题.xml", *questions)).items
    return draft


def doubts(draft: Draft) -> list[str]:
    return [problem.code for problem in draft.problems if not problem.notice]


def test_categories_become_topics_and_feedback_the_rationale(tmp_path: Path) -> None:
    category = "<question type='category'><category><text>$course$/top/公务员法/录用//辞退</text></category></question>"
    inner = "<generalfeedback format='html'><text>&lt;p&gt;总解析&lt;/p&gt;</text></generalfeedback><single>true</single>"
    draft = one(
        tmp_path, category,
        question("multichoice", "<p>试用期为（ ）</p>", inner + answer("一年", "100", "对") + answer("<b>两</b>年")),
    )  # fmt: skip
    assert (draft.kind, draft.stem, draft.options, draft.key) == (
        "single", "试用期为（ ）", ("一年", "两年"), ("A",),
    )  # fmt: skip
    assert (draft.topic, draft.rationale, draft.points, doubts(draft)) == (
        "公务员法 > 录用／辞退", "总解析\nA：对", Decimal(2), [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("single", "weights", "kind", "key", "codes"),
    [
        ("true", ["100", "0", "0"], "single", ("A",), []),
        ("true", ["0", "50", "100"], "single", ("C", {"credits": {"B": "1/2"}}), []),
        ("true", ["100", "-50", "0"], "single", ("A", {"credits": {"B": "-1/2"}}), []),
        ("true", ["90", "50", "0"], "single", ("A",), ["weights"]),
        ("true", ["100", "100", "0"], "single", ("A", "B"), ["weights"]),
        ("false", ["50", "25", "0"], "multiple", ("A", "B"), ["weights"]),
        ("false", ["50", "50", "0"], "multiple", ("A", "B"), []),
        ("false", ["33.33333", "33.33333", "33.33333"], "multiple", ("A", "B", "C"), []),
        ("false", ["50", "50", "-100"], "multiple", ("A", "B"), []),
        (
            "false",
            ["50", "50", "-50"],
            "multiple",
            ("A", "B", {"credits": {"A": "1/2", "B": "1/2", "C": "-1/2"}}),
            [],
        ),
        (
            "false",
            ["75", "25", "0"],
            "multiple",
            ("A", "B", {"credits": {"A": "3/4", "B": "1/4"}}),
            [],
        ),
        ("false", ["100", "0", "0"], "multiple", ("A",), []),
    ],
)
def test_weights_are_credits_unless_nothing_is_wholly_right(
    tmp_path: Path,
    single: str,
    weights: list[str],
    kind: str,
    key: tuple[object, ...],
    codes: list[str],
) -> None:
    answers = "".join(answer(f"选项{at}", weight) for at, weight in enumerate(weights))
    draft = one(tmp_path, question("multichoice", "甲", f"<single>{single}</single>{answers}"))
    assert (draft.kind, draft.key, doubts(draft)) == (kind, key, codes)


SELECTION = "".join(
    f"<selectoption><text>{word}</text><group>{group}</group></selectoption>"
    for word, group in (("甲", 1), ("乙", 1), ("丙", 1))
)
GROUPS = SELECTION + "<selectoption><text>丁</text><group>2</group></selectoption>"
PAIRS = "".join(
    f"<subquestion format='html'><text>{left}</text><answer><text>{right}</text></answer></subquestion>"
    for left, right in (("广西", "南宁"), ("云南", "昆明"), ("", "贵阳"))
)


def graded(*texts: str) -> object:
    """The entry of a key that these texts say."""
    return gap_of(texts).entry()


MAPPED: list[tuple[str, str, tuple[str, str, int, object], list[str]]] = [
    (question("truefalse", "对。", answer("true", "100") + answer("false")), "truth", ("对。", "", 0, ("true",)), []),
    (question("shortanswer", "几年", "<usecase>0</usecase>" + answer("五年", "100") + answer("5年", "100")),
     "blank", ("几年", "", 0, (("五年", "5年"),)), []),
    (question("shortanswer", "几年", "<usecase>1</usecase>" + answer("a", "100")), "blank", ("几年", "", 0, (("a",),)),
     ["case_sensitive"]),
    (question("shortanswer", "几年", answer("*年", "100")), "blank", ("几年", "", 0, (("*年",),)), ["wildcard"]),
    (question("shortanswer", "几年", answer("五年", "100") + answer("四年", "50")), "blank", ("几年", "", 0, (graded("五年", "四年【50%】"),)),
     []),
    (question("shortanswer", "几年", answer("四年", "50")), "blank", ("几年", "", 0, ()), ["weights"]),
    (question("numerical", "几", "<answer fraction='100'><text>3.14</text><tolerance>0.01</tolerance></answer>"),
     "blank", ("几", "", 0, (graded("3.14【±0.01】"),)), []),
    (question("numerical", "几", "<answer fraction='100'><text>3</text><tolerance>0</tolerance></answer>"),
     "blank", ("几", "", 0, (graded("3【±0】"),)), []),
    (question("numerical", "几", "<answer fraction='100'><text>*</text></answer>"), "blank", ("几", "", 0, ()), ["tolerance"]),
    (question("essay", "论述", "<graderinfo format='html'><text>看要点</text></graderinfo>"), "essay",
     ("论述", "", 0, ("看要点",)), []),
    (question("matching", "连", PAIRS), "matching", ("连", "", 3, ((0, 0), (1, 1))), []),
    (question("ordering", "排", "<selecttype>ALL</selecttype>" + answer("先", "1") + answer("后", "2")), "ordering",
     ("排", "", 2, (0, 1)), []),
    (question("gapselect", "选[[2]]和[[1]]", SELECTION), "matching", ("选____（1）和____（2）", "", 3, ((0, 1), (1, 0))), []),
    (question("gapselect", "选[[2]]", SELECTION), "single", ("选____", "", 3, ("B",)), []),
    (question("gapselect", "选[[2]]和[[4]]", GROUPS), "case", ("选____（1）和____（2）", "", 0, ()), []),
    (question("ddwtos", "拖[[3]]和[[1]]", SELECTION.replace("selectoption", "dragbox")), "matching",
     ("拖____（1）和____（2）", "", 3, ((0, 2), (1, 0))), []),
    (question("cloze", "每{1:SHORTANSWER:=五年~=5年#好}一{1:SA:=届}"), "blank", ("每____一____", "", 0, (("五年", "5年"), ("届",))), []),
    (question("cloze", "选{1:MULTICHOICE:甲~=乙~丙}"), "single", ("选____", "", 3, ("B",)), []),
    (question("cloze", "选{1:MULTIRESPONSE:%50%甲~%50%乙~丙}"), "multiple", ("选____", "", 3, ("A", "B")), []),
    (question("cloze", "几{1:NUMERICAL:=3.14:0.1}"), "blank", ("几____", "", 0, (graded("3.14【±0.1】"),)), []),
    (question("cloze", "几{1:SHORTANSWER:%50%半}"), "blank", ("几____", "", 0, ((),)), ["weights"]),
    (question("cloze", "几{1:DRAWING:=x}"), "", ("几____", "", 0, ()), ["cloze"]),
    (question("description", "说明"), "", ("说明", "", 0, ()), ["description"]),
    (question("calculated", "算{a}"), "", ("算{a}", "", 0, ()), ["kind_unmapped"]),
    (question("stack", "式"), "", ("式", "", 0, ()), ["kind_unmapped"]),
]  # fmt: skip


@pytest.mark.parametrize(("said", "kind", "content", "codes"), MAPPED)
def test_each_type_reads_as_its_kind_or_says_why_not(
    tmp_path: Path, said: str, kind: str, content: tuple[str, str, int, object], codes: list[str]
) -> None:
    draft = one(tmp_path, said)
    assert (draft.kind, draft.stem, len(draft.options), draft.key) == (
        kind,
        content[0],
        *content[2:],
    )
    assert doubts(draft) == codes


def test_a_mixed_cloze_is_a_case_of_its_fields(tmp_path: Path) -> None:
    draft = one(tmp_path, question("cloze", "甲{2:MULTICHOICE:一~=二}乙{1:SHORTANSWER:=三}"))
    assert (draft.kind, draft.stem) == ("case", "甲____乙____")
    assert [(part.kind, part.options, part.key, part.points) for part in draft.parts] == [
        ("single", ("一", "二"), ("B",), Decimal(2)),
        ("blank", (), (("三",),), Decimal(1)),
    ]


def test_pictures_of_one_name_stay_apart_and_keep_their_places(tmp_path: Path) -> None:
    def shown(data: bytes) -> str:
        coded = base64.b64encode(data).decode()
        html = '<p>看<img src="@@PLUGINFILE@@/image.png" alt="图">选</p>'
        return (
            f'<question type="truefalse"><questiontext format="html"><text><![CDATA[{html}]]></text>'
            f'<file name="image.png" encoding="base64">{coded}</file></questiontext>'
            f"{answer('true', '100')}{answer('false')}</question>"
        )

    path = quiz(tmp_path / "图.xml", shown(PIXEL), shown(PIXEL + b"\0"))
    reading = read(path)
    assert [(one.stem, one.media) for one in reading.items] == [
        ("看［图1］选", ("1/image.png",)),
        ("看［图1］选", ("2/image.png",)),
    ]
    assert sorted(name for name, _ in files(path, reading.media)) == ["1/image.png", "2/image.png"]


def test_a_picture_that_is_not_in_the_file_is_told(tmp_path: Path) -> None:
    stem = '<img src="@@PLUGINFILE@@/x.png"><img src="http://example.org/y.png">'
    draft = one(tmp_path, question("essay", stem))
    assert doubts(draft) == ["markup", "media_missing"]


def test_scripts_are_gone_and_texts_with_signs_stay(tmp_path: Path) -> None:
    draft = one(
        tmp_path,
        question(
            "essay", "x<sup>2</sup>&lt;5<script>alert(1)</script><img src=x onerror=alert(1)>"
        ),
    )
    assert draft.stem.startswith("x²<5")
    assert "alert" not in draft.stem


def test_tags_become_words_of_the_item_and_hints_are_told_as_notices(tmp_path: Path) -> None:
    inner = (
        answer("true", "100") + "<hint><text>想想</text></hint><tags><tag><text>重点</text></tag>"
        "<tag><text>Unit 1, new</text></tag><tag><text>难度：难</text></tag></tags>"
    )
    reading = read(quiz(tmp_path / "题.xml", question("truefalse", "对。", inner)))
    assert [(one.code, one.notice) for one in reading.problems] == [("hints_left_out", True)]
    (item,) = reading.items
    assert (item.tags, item.difficulty) == (("重点", "Unit-1-new"), "难")
    assert [(one.code, one.notice) for one in item.problems] == [("tags_changed", True)]


@pytest.mark.parametrize(
    "inner", ["<usecase>1</usecase>" + answer("a", "100"), answer("*年", "100")]
)
def test_what_a_gap_of_the_house_cannot_hold_says_what_to_do(tmp_path: Path, inner: str) -> None:
    (problem,) = one(tmp_path, question("shortanswer", "几年", inner)).problems
    assert "改成简答题由人批阅" in problem.sentence
