"""Which items want mending, and what figures mean in words."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from question_bank.analysis.rules.advice import Limits, Severity, chance_margin, faults
from question_bank.analysis.rules.pooling import (
    Choice,
    OptionLine,
    Record,
    pooled,
    pooled_correlation,
)
from question_bank.analysis.rules.summary import guarded, key_figures
from question_bank.analysis.rules.words import discrimination_words, facility_words, percent

LIMITS = Limits(
    candidates=20,
    facility_high=Decimal("0.9"),
    facility_low=Decimal("0.2"),
    discrimination_low=Decimal("0.2"),
    distractor_share=Decimal("0.05"),
    reliability_low=Decimal("0.7"),
)


def choice(letter: str, share: str, r: str | None, *, key: bool = False, part: int = 0) -> Choice:
    return Choice(part, letter, key, Decimal(share), None if r is None else Decimal(r))


def shorts(record: Record) -> list[str]:
    return [one.short for one in faults(record, LIMITS)]


@pytest.mark.parametrize(
    ("facility", "discrimination", "told"),
    [
        ("0.6", "0.35", []),
        ("0.95", "0.25", ["过易"]),
        ("0.15", "0.3", ["过难"]),
        ("0.6", "0.1", ["区分度偏低"]),
        ("0.6", "-0.01", ["区分度偏低"]),  # within what chance does
        ("0.6", "-0.4", ["区分度为负"]),
        ("0.95", "-0.4", ["区分度为负", "过易"]),
        ("0.95", None, ["过易"]),
    ],
)
def test_figures_beyond_the_norms_are_faults(
    facility: str, discrimination: str | None, told: list[str]
) -> None:
    r = None if discrimination is None else Decimal(discrimination)
    assert shorts(Record(50, Decimal(facility), r)) == told


def test_of_too_few_candidates_nothing_is_said() -> None:
    assert shorts(Record(19, Decimal("0.1"), Decimal("-0.9"))) == []
    assert shorts(Record(20, Decimal("0.1"), Decimal("-0.9"))) == ["区分度为负", "过难"]


def test_a_wrong_option_that_the_best_choose_points_at_the_key() -> None:
    choices = (choice("A", "0.4", "0.1", key=True), choice("B", "0.6", "0.45"))
    (fault,) = faults(Record(50, Decimal("0.4"), Decimal("0.25"), choices), LIMITS)
    assert (fault.severity, fault.short) == (Severity.ALARM, "疑似答案有误")
    assert fault.reason == "选项B被总分高的人选得更多（r=+0.45，标准答案+0.10）。"
    weak = (choice("A", "0.4", "0.1", key=True), choice("B", "0.6", "0.2"))
    assert shorts(Record(50, Decimal("0.4"), Decimal("0.25"), weak)) == []
    rare = (choice("A", "0.98", "0.1", key=True), choice("B", "0.02", "0.45"))
    assert shorts(Record(50, Decimal("0.8"), Decimal("0.25"), rare)) == ["干扰项无效"]


def test_options_that_hardly_anybody_chooses_are_named() -> None:
    choices = (
        choice("A", "0.9", "0.4", key=True, part=2),
        choice("B", "0.04", None, part=2),
        choice("C", "0.05", "-0.3", part=2),
        choice("", "0.01", None, part=2),
    )
    (fault,) = faults(Record(50, Decimal("0.8"), Decimal("0.4"), choices), LIMITS)
    assert fault.reason == "第2小题选项B（4%）几乎没有人选。"


def test_right_or_wrong_has_no_option_to_mend() -> None:
    choices = (choice("true", "0.99", "0.4", key=True), choice("false", "0.01", "-0.4"))
    assert shorts(Record(50, Decimal("0.8"), Decimal("0.4"), choices)) == []


def test_several_occasions_count_by_their_candidates() -> None:
    lines = [(10, Decimal("0.5"), Decimal("0.3")), (30, Decimal("0.9"), Decimal("0.3"))]
    options = [
        OptionLine(10, 0, 0, "A", True, 5, Decimal("0.2")),
        OptionLine(30, 0, 0, "A", True, 27, None),
    ]
    record = pooled(lines, options)
    assert (record.candidates, record.facility, record.discrimination) == (
        40,
        Decimal("0.8"),
        Decimal("0.3"),
    )
    assert record.choices == (Choice(0, "A", True, Decimal("0.8"), Decimal("0.2")),)


@pytest.mark.parametrize(
    ("lines", "r"),
    [
        ([], None),
        ([(3, Decimal("0.9"))], None),
        ([(10, None)], None),
        ([(4, Decimal("0.5")), (100, None)], Decimal("0.5")),
        ([(10, Decimal("0.5")), (10, Decimal("-0.5"))], Decimal("0")),
        ([(10, Decimal(1))], Decimal("0.9999")),
        # z = 0.8673 and 0.2027, weighed 7 and 14: z = 0.4242
        ([(10, Decimal("0.7")), (17, Decimal("0.2"))], Decimal("0.4005")),
    ],
)
def test_correlations_are_joined_by_fishers_z(
    lines: list[tuple[int, Decimal | None]], r: Decimal | None
) -> None:
    assert pooled_correlation(lines) == r


def test_the_margin_of_chance_narrows_with_more_candidates() -> None:
    assert chance_margin(3) == 1
    assert round(chance_margin(103), 3) == Decimal("0.196")


def test_what_too_few_cannot_tell_says_how_few() -> None:
    assert guarded(Decimal("0.5"), 19, LIMITS) == "样本不足（19人）"
    assert guarded(Decimal("0.5"), 20, LIMITS) == "0.50"
    assert guarded(None, 20, LIMITS) == "—"


@pytest.mark.parametrize(
    ("candidates", "reliability", "value", "meaning"),
    [
        (30, Decimal("0.85"), "0.85", "够用：成绩可以用来评定。"),
        (
            30,
            Decimal("0.6"),
            "0.60",
            "偏低：分数接近的人不宜硬分高下；增加题数、换掉区分度低的题会好转。",
        ),
        (30, None, "—", "分数没有差别，算不出来。"),
        (12, Decimal("0.85"), "样本不足（12人）", "不足20人，不作推断。"),
    ],
)
def test_the_reliability_of_a_paper_is_told_in_words(
    candidates: int, reliability: Decimal | None, value: str, meaning: str
) -> None:
    paper = SimpleNamespace(
        candidates=candidates,
        absent=2,
        passed=candidates // 2,
        full_score=Decimal(100),
        mean=Decimal("72.5"),
        median=Decimal(74),
        deviation=Decimal(15),
        skewness=Decimal("-0.6"),
        kurtosis=Decimal("0.1"),
        reliability=reliability,
        error_ratio=Decimal("0.4"),
        standard_error=Decimal("5.8"),
        by_place=False,
    )
    figures = {one.name: one for one in key_figures(paper, LIMITS)}
    assert (figures["信度 α"].value, figures["信度 α"].meaning) == (value, meaning)
    assert (figures["合格率"].value, figures["平均分"].value) == ("50%", "72.5")
    assert figures["全卷难度 P"].meaning == "平均得到总分的72.5%，较容易。"


@pytest.mark.parametrize(
    ("value", "facility", "discrimination"),
    [
        ("0.85", "很容易", "很好"),
        ("0.7", "较容易", "很好"),
        ("0.3", "较难", "良好"),
        ("0.2", "较难", "尚可"),
        ("0.1", "很难", "偏低"),
        ("-0.1", "很难", "为负，要查"),
    ],
)
def test_figures_have_a_word(value: str, facility: str, discrimination: str) -> None:
    assert facility_words(Decimal(value)) == facility
    assert discrimination_words(Decimal(value)) == discrimination


@pytest.mark.parametrize(
    ("share", "told"), [("0.125", "12.5%"), ("1", "100%"), ("0", "0%"), ("0.3", "30%")]
)
def test_shares_are_written_as_percent(share: str, told: str) -> None:
    assert percent(Decimal(share)) == told
