"""The rules of results, as tables."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from lms.exams.marking.rules.points import ScoredBy, SlotScore
from lms.exams.results.rules import (
    ABSENT,
    Cell,
    CellState,
    Option,
    Outcome,
    Report,
    absent,
    cell,
    explained,
    outcome,
    parse_bands,
    parse_cap,
    report,
    rounded,
    section_points,
    show_bands,
    summarise,
)
from lms.ground.errors import Refused
from tests.lms.exams.marking.hall import documents

BANDS = parse_bands("85 优秀、75 良好、60 合格、0 不合格")
LIMITS = "等次分数线是85 优秀、75 良好、60 合格、0 不合格。"
FULL = Decimal(100)


def test_bands_are_read_as_they_are_shown() -> None:
    assert show_bands(BANDS) == "85 优秀、75 良好、60 合格、0 不合格"
    assert parse_bands("60 合格\n0 不合格") == parse_bands("60 合格, 0 不合格")


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("60 合格", ["至少要有两个等次，例如“60 合格、0 不合格”。", "最后一个等次须从 0 分起，最高的分数线不能超过 100 分。"]),
        ("60 合格、75 良好、0 不合格", ["等次须从高到低排列，分数线不能相同。"]),
        ("101 优秀、0 不合格", ["最后一个等次须从 0 分起，最高的分数线不能超过 100 分。"]),
        ("60 合格、0 合格", ["等次的名称不能重复。"]),
        ("优秀、合格", ["“优秀”不是等次，请写成分数线、空格、名称，例如“85 优秀”。"]),
        ("NaN 优秀、0 不合格", ["“NaN 优秀”不是等次，请写成分数线、空格、名称，例如“85 优秀”。"]),
    ],
)  # fmt: skip
def test_faulty_bands_are_refused(text: str, reasons: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        parse_bands(text)
    assert list(refusal.value.reasons) == reasons


@pytest.mark.parametrize(
    ("points", "step", "score"),
    [
        ("245/3", "0.1", "81.7"),
        ("79.95", "0.1", "80.0"),
        ("79.949", "0.1", "79.9"),
        ("59.5", "1", "60"),
        ("59.25", "0.5", "59.5"),
        ("0", "0.1", "0"),
    ],
)
def test_scores_are_rounded_once_halves_up(points: str, step: str, score: str) -> None:
    assert rounded(Fraction(points), Fraction(step)) == Decimal(score)


@pytest.mark.parametrize(
    ("points", "full", "pass_score", "grade", "passed"),
    [
        ("85", "100", "60", "优秀", True),
        ("84.9", "100", "60", "良好", True),
        ("60", "100", "60", "合格", True),
        ("59.95", "100", "60", "合格", True),
        ("59.9", "100", "60", "不合格", False),
        ("45", "50", "60", "优秀", True),
        ("90", "150", "60", "合格", True),
        ("65", "100", "70", "不合格", False),
        ("55", "100", "50", "合格", True),
    ],
)
def test_grades_are_of_a_hundred_and_never_contradict_the_pass_score(
    points: str, full: str, pass_score: str, grade: str, passed: bool
) -> None:
    found = outcome(
        Fraction(points),
        Decimal(full),
        pass_score=Decimal(pass_score),
        bands=BANDS,
        step=Fraction(1, 10),
    )
    assert (found.grade, found.passed) == (grade, passed)


@pytest.mark.parametrize(
    ("points", "cap", "score", "grade", "earned"),
    [
        ("82", "60", "60", "合格", "82"),
        ("60", "60", "60", "合格", None),
        ("59.9", "60", "59.9", "不合格", None),
        ("82", "80", "80", "良好", "82"),
        ("82", None, "82", "良好", None),
    ],
)
def test_a_make_up_earns_no_more_than_its_cap(
    points: str, cap: str | None, score: str, grade: str, earned: str | None
) -> None:
    found = outcome(
        Fraction(points),
        Decimal(100),
        pass_score=Decimal(60),
        bands=parse_bands("85 优秀、75 良好、60 合格、0 不合格"),
        step=Fraction(1, 10),
        cap=None if cap is None else Decimal(cap),
    )
    assert found == Outcome(
        Decimal(score),
        Decimal(100),
        grade,
        Decimal(score) >= 60,
        None if earned is None else Decimal(earned),
    )


def test_whoever_has_the_cap_has_passed_whatever_the_rounding() -> None:
    bands = parse_bands("60 合格、0 不合格")
    found = outcome(Fraction(30), Decimal(30), pass_score=Decimal("60.5"), bands=bands, step=Fraction(1), cap=Decimal("60.5"))  # fmt: skip
    assert (found.score, found.passed) == (19, True)


@pytest.mark.parametrize(
    ("text", "cap"), [("及格分", "70"), ("不限", None), ("80", "80"), ("60", "70")]
)
def test_a_cap_is_never_below_the_pass_score(text: str, cap: str | None) -> None:
    found = parse_cap(text, pass_score=Decimal(70))
    assert found == (None if cap is None else Decimal(cap))


def test_a_cap_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(Refused, match="补考成绩的上限“合格”读不懂"):
        parse_cap("合格", pass_score=Decimal(60))


@pytest.mark.parametrize(
    ("points", "result", "pass_score", "told"),
    [
        (Fraction("84.25"), Outcome(Decimal("84.5"), FULL, "良好", True), "60",
         ["各大题合计84.25分，四舍五入到0.5分，计84.5分。", "折合百分制84.5分，达到这场考试的及格线60分；" + LIMITS]),
        (Fraction(100), Outcome(Decimal(60), FULL, "合格", True, Decimal(100)), "60",
         ["各大题合计100分。", "补考成绩按规定最高记60分。", "折合百分制60分，达到这场考试的及格线60分；" + LIMITS]),
        (Fraction(55), Outcome(Decimal(55), FULL, "合格", True), "50",
         ["各大题合计55分。", "折合百分制55分，达到这场考试的及格线50分；" + LIMITS, "是否合格以及格线为准，所以等次是“合格”。"]),
    ],
)  # fmt: skip
def test_a_score_is_explained_from_its_sections_to_its_grade(
    points: Fraction, result: Outcome, pass_score: str, told: list[str]
) -> None:
    line, half = Decimal(pass_score), Fraction(1, 2)
    assert explained(points, result, pass_score=line, bands=BANDS, step=half) == told


def test_a_section_that_is_not_below_nothing_says_so() -> None:
    machine, one = ScoredBy.MACHINE, Decimal(1)
    slots = [SlotScore(1, one, one, machine, ()), SlotScore(2, -2 * one, one, machine, ())]
    found = section_points("判断题", "J1@1", slots)
    assert (found.points, found.full, found.lost) == (0, 2, 1)


def test_the_summary_leaves_the_absent_out_of_the_mean() -> None:
    full = Decimal(100)
    outcomes = [
        Outcome(Decimal(90), full, "优秀", True),
        Outcome(Decimal(51), full, "不合格", False),
        absent(full),
    ]
    summary = summarise(outcomes, BANDS)
    assert (summary.sat, summary.absent, summary.passed) == (2, 1, 1)
    assert (summary.mean, summary.highest) == (Fraction(141, 2), Decimal(90))
    assert summary.grades == (("优秀", 1), ("良好", 0), ("合格", 0), ("不合格", 1), (ABSENT, 1))
    assert summarise([], BANDS).mean is None


def sat(score: str, passed: bool) -> Outcome:
    return Outcome(Decimal(score), Decimal(100), "合格" if passed else "不合格", passed)


@pytest.mark.parametrize(
    ("outcomes", "facts", "expected"),
    [
        ([sat("80", True)], "", Cell(CellState.PASSED, Decimal(80))),
        ([sat("40", False)], "", Cell(CellState.FAILED, Decimal(40))),
        ([sat("40", False), sat("60", True)], "", Cell(CellState.PASSED, Decimal(60), True)),
        ([sat("40", False), sat("30", False)], "", Cell(CellState.FAILED, Decimal(40))),
        ([absent(Decimal(100)), sat("60", True)], "", Cell(CellState.PASSED, Decimal(60), True)),
        ([absent(Decimal(100))], "missed", Cell(CellState.MISSED)),
        ([absent(Decimal(100))], "exempt", Cell(CellState.EXEMPT)),
        ([absent(Decimal(100))], "waits", Cell(CellState.WAITING)),
        ([], "came", Cell(CellState.SAT)),
        ([], "waits", Cell(CellState.WAITING)),
        ([], "missed", Cell(CellState.MISSED)),
        ([], "", Cell(CellState.UNSEATED)),
    ],
)
def test_a_learner_stands_with_an_exam_by_what_was_released_or_is_to_come(
    outcomes: list[Outcome], facts: str, expected: Cell
) -> None:
    known = {name: name == facts for name in ("exempt", "missed", "came", "waits")}
    assert cell(outcomes, **known) == expected
    assert expected.is_hole is (facts == "missed")


def test_a_report_shows_what_was_chosen_and_what_is_right() -> None:
    sealed = documents({number: number for number in range(1, 7)})
    slot = sealed["content"]["sections"][1]["slots"][0]
    assert report(slot, sealed["answers"]["2"], ["A", "B"], 2) == Report(
        number=2,
        stem="下列属于自治内容的是：",
        options=(
            Option("A", "管理", chosen=True, right=True),
            Option("B", "经营", chosen=True, right=False),
            Option("C", "教育", chosen=False, right=True),
        ),
        response="AB",
        key="AC",
        rationale="解析秘密2",
    )


def test_a_report_of_a_case_goes_part_by_part() -> None:
    sealed = documents({number: number for number in range(1, 7)})
    slot = sealed["content"]["sections"][5]["slots"][0]
    found = report(slot, sealed["answers"]["6"], {"1": "A", "2": "应当公开"}, 6)
    assert [(part.response, part.key) for part in found.parts] == [
        ("A", "A"),
        ("应当公开", "参考答案秘密：应当公开。"),
    ]
