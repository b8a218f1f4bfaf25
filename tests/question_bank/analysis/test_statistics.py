"""Statistics of papers and items against figures worked out by hand.

Five candidates, three items of one point: the totals are 3, 2, 1, 1, 0, their mean 7/5, the sum of
squares 26/5, of cubes 36/25, of fourth powers 1322/125; Σd² of the items 6/5, 6/5, 4/5.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import sqrt

import pytest

from question_bank.analysis.rules.groups import divided, extremes, parts
from question_bank.analysis.rules.guessing import guess_score
from question_bank.analysis.rules.options import OMITTED
from question_bank.analysis.rules.scores import distribution, moments, score_figures
from question_bank.analysis.rules.table import Analysed, Choices, Table, analyse, curve_parts

ROWS = [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]]
THIRD = Fraction(1, 3)


def analysed(rows: list[list[int]] = ROWS) -> Analysed:
    return analyse(Table([1] * len(rows[0]), rows), share=Fraction(2, 5))


def close(value: float) -> object:
    return pytest.approx(value, abs=1e-12)


def test_scores_have_centre_spread_and_shape() -> None:
    figures = analysed().scores
    assert (figures.n, figures.mean, figures.median) == (5, close(1.4), 1.0)
    assert figures.deviation == close(sqrt(1.3))
    assert figures.skewness == close(0.6 / 1.3**1.5)  # k3 = 25·0.288/12
    assert figures.kurtosis == close(-0.3 / 1.69)  # k4 = 25·(6·2.1152 - 12·1.0816)/24


def test_reliability_is_cronbachs_alpha() -> None:
    figures = analysed().scores
    assert figures.reliability == close(15 / 26)  # 3/2 (1 - 0.8/1.3)
    assert figures.error_ratio == close(sqrt(11 / 26))
    assert figures.standard_error == close(sqrt(0.55))


@pytest.mark.parametrize(
    ("item", "facility", "deviation", "discrimination", "efficiency", "weight"),
    [
        (0, 0.6, sqrt(0.3), 0.15 / sqrt(0.3 * 0.7), 0.375, sqrt(0.45)),
        (1, 0.6, sqrt(0.3), 0.15 / sqrt(0.3 * 0.7), 0.375, sqrt(0.45)),
        (2, 0.2, sqrt(0.2), 0.2 / sqrt(0.2 * 0.7), 1.0, sqrt(0.4)),
    ],
)
def test_items_have_their_figures(
    item: int,
    facility: float,
    deviation: float,
    discrimination: float,
    efficiency: float,
    weight: float,
) -> None:
    found = analysed().items[item]
    assert found is not None
    assert found.figures.facility == close(facility)
    assert found.figures.deviation == close(deviation)
    assert found.figures.discrimination == close(discrimination)
    assert found.figures.efficiency == close(efficiency)
    assert found.effective_weight == close(weight / (2 * sqrt(0.45) + sqrt(0.4)))
    assert found.intended_weight == close(1 / 3)


def test_high_and_low_groups_give_the_difference() -> None:
    """Two of five each: the upper two have 3 and 2, of the lower two one has 0 and the other is
    one of the two with 1, each of whom counts half."""
    figures = [one.figures for one in analysed().items if one]
    assert [(one.high, one.low) for one in figures] == [(1.0, 0.25), (1.0, 0.25), (0.5, 0.0)]


def test_an_item_that_all_answer_alike_tells_nobody_apart() -> None:
    first, second = analysed([[1, 1], [1, 0], [1, 1], [1, 0]]).items
    assert first is not None and second is not None
    assert (first.figures.discrimination, first.figures.efficiency) == (None, None)
    assert second.figures.discrimination is None  # all have the same in the rest
    assert (first.effective_weight, second.effective_weight) == (0.0, 1.0)


def test_an_item_against_the_rest_has_no_effective_weight() -> None:
    rows = [[0, 5, 5], [1, 3, 3], [2, 1, 1]]
    against = analysed(rows).items[0]
    assert against is not None
    assert against.figures.discrimination == close(-1.0)
    assert against.effective_weight is None


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], (0, None, None, None, None)),
        ([[2, 1]], (1, 3.0, None, None, None)),
        ([[2, 1], [2, 1]], (2, 3.0, 0.0, None, None)),
        ([[2, 1], [2, 1], [1, 2]], (3, 3.0, 0.0, None, None)),
    ],
)
def test_what_cannot_be_told_is_none(rows: list[list[int]], told: object) -> None:
    one = score_figures(rows)
    assert (one.n, one.mean, one.deviation, one.skewness, one.reliability) == told


def test_kurtosis_needs_four_candidates() -> None:
    assert moments([0, 1, 3]).kurtosis is None
    assert moments([0, 0, 1, 1]).kurtosis == close(-6.0)  # k4 = -2/3, k2 = 1/3


def test_exact_points_are_not_rounded() -> None:
    """Three times 0.1 is the same everywhere: no spread, where floats would see one."""
    rows = [[Decimal("0.1"), Fraction(1, 3)], [Decimal("0.1"), Fraction(1, 3)]]
    figures = score_figures(rows)
    assert (figures.deviation, figures.mean) == (0.0, close(13 / 30))


def test_whoever_is_tied_at_a_limit_counts_on_both_sides() -> None:
    low, middle, high = divided([1, 5, 5, 5, 9, 9], parts(3))
    assert [one.size for one in (low, middle, high)] == [2, 2, 2]
    assert (low.inside, low.tied) == ((0,), ((THIRD, (1, 2, 3)),))
    assert (middle.inside, middle.tied) == ((), ((Fraction(2, 3), (1, 2, 3)),))
    assert (high.inside, high.tied) == ((4, 5), ())


def test_the_extreme_groups_need_not_be_whole_people() -> None:
    low, high = divided(list(range(10)), extremes(Fraction(27, 100)))
    assert (low.inside, low.tied) == ((0, 1), ((Fraction(7, 10), (2,)),))
    assert high.mean(list(range(10))) == Fraction(9 + 8) / Fraction("2.7") + Fraction(7 * 7, 27)


def test_options_are_counted_by_group() -> None:
    rows = [[2], [2], [0], [0], [0], [0]]
    others = [[row[0], extra] for row, extra in zip(rows, [9, 8, 5, 4, 1, 0], strict=True)]
    chosen = [frozenset(one) for one in ("A", "A", "B", "B", "C", "")]
    found = analyse(
        Table(
            [2, 9], others, choices=[Choices(0, 0, ("A", "B", "C", "D"), frozenset("A"), chosen)]
        ),
        share=THIRD,
    )
    (table,) = found.options
    assert [(one.letter, one.right, one.chosen, one.groups) for one in table.options] == [
        ("A", True, 2, (0.0, 0.0, 1.0)),
        ("B", False, 2, (0.0, 1.0, 0.0)),
        ("C", False, 1, (0.5, 0.0, 0.0)),
        ("D", False, 0, (0.0, 0.0, 0.0)),
        (OMITTED, False, 1, (0.5, 0.0, 0.0)),
    ]
    key, *_others, unchosen, _omitted = table.options
    item = found.items[0]
    assert item is not None
    assert key.correlation == item.figures.discrimination
    assert unchosen.correlation is None


def test_items_that_not_all_had_are_figured_among_those_who_had_them() -> None:
    table = Table(
        full=[1, 1, 1],
        rows=[[1, 1, None], [0, 1, None], [1, None, 0], [0, None, 0]],
        slots=[[1, 1], [0, 1], [1, 0], [0, 0]],
    )
    found = analyse(table, share=THIRD)
    figures = [one.figures for one in found.items if one]
    assert [(one.n, one.facility) for one in figures] == [(4, 0.5), (2, 1.0), (2, 0.0)]
    assert [one.intended_weight for one in found.items if one] == [0.5, 0.5, 0.5]
    assert [one.effective_weight for one in found.items if one] == [None, None, None]
    assert found.scores.reliability == close(0.0)  # the two places go their own ways


def test_an_item_that_nobody_had_has_no_figures() -> None:
    found = analyse(Table([1, 1], [[1, None]], slots=[[1]]), share=THIRD)
    assert found.items[1] is None


def test_scores_fall_into_tenths() -> None:
    totals = [0, Fraction(99, 10), 10, Decimal("99.9"), 100, Decimal("-2")]
    counted = distribution(totals, [100] * len(totals))
    assert counted == [3, 1, 0, 0, 0, 0, 0, 0, 0, 2]


@pytest.mark.parametrize(("candidates", "groups"), [(3, 3), (59, 3), (60, 6), (1000, 6)])
def test_curves_get_finer_with_more_candidates(candidates: int, groups: int) -> None:
    assert curve_parts(candidates) == groups


@pytest.mark.parametrize(
    ("answer", "options", "told", "share"),
    [
        ({"kind": "single"}, 4, (), Fraction(1, 4)),
        ({"kind": "truth"}, 0, (), Fraction(1, 2)),
        ({"kind": "matching"}, 5, (), Fraction(1, 5)),
        ({"kind": "blank"}, 0, (), Fraction(0)),
        ({"kind": "multiple"}, 4, (), None),
        ({"kind": "essay"}, 0, (), None),
        (
            {
                "kind": "case",
                "parts": [{"kind": "single", "points": "3"}, {"kind": "truth", "points": "1"}],
            },
            0,
            (2, 0),
            Fraction(1, 2),
        ),
        ({"kind": "case", "parts": [{"kind": "short", "points": "3"}]}, 0, (0,), None),
    ],
)
def test_guessing_earns_what_chance_gives(
    answer: dict[str, object], options: int, told: tuple[int, ...], share: Fraction | None
) -> None:
    assert guess_score(answer, options, told) == share
