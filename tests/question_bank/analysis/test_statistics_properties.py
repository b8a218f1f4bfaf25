"""What holds of all statistics, whatever people answer."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from question_bank.analysis.rules.groups import divided, parts
from question_bank.analysis.rules.table import Analysed, Choices, Table, analyse

FULL = 6
LETTERS = ("A", "B", "C")
SHARE = Fraction(27, 100)
# What holds of figures does not hang on how busy the machine is.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def tables(draw: st.DrawFn) -> list[list[int]]:
    """Points of up to twelve candidates in up to five items of six points."""
    items = draw(st.integers(1, 5))
    row = st.lists(st.integers(0, FULL), min_size=items, max_size=items)
    return draw(st.lists(row, min_size=1, max_size=12))


def told(rows: list[list[int]], *, times: Fraction = Fraction(1)) -> Analysed:
    """The analysis of rows; candidates choose a letter by their points."""
    chosen = [frozenset(LETTERS[row[0] % 4 : row[0] % 4 + 1]) for row in rows]
    return analyse(
        Table(
            full=[FULL * times] * len(rows[0]),
            rows=[[value * times for value in row] for row in rows],
            choices=[Choices(0, 0, LETTERS, frozenset("A"), chosen)],
        ),
        share=SHARE,
    )


@patient
@given(tables(), st.randoms())
def test_it_makes_no_difference_who_is_listed_first(rows: list[list[int]], chance: object) -> None:
    shuffled = sorted(rows, key=lambda _row: chance.random())  # type: ignore[attr-defined]
    assert told(shuffled) == told(rows)


@patient
@given(tables())
def test_shares_stay_within_their_bounds(rows: list[list[int]]) -> None:
    found = told(rows)
    for one in found.items:
        assert one is not None
        figures = one.figures
        assert 0 <= figures.facility <= 1
        assert 0 <= figures.low <= 1 and 0 <= figures.high <= 1
        assert figures.discrimination is None or -1 <= figures.discrimination <= 1
        assert figures.efficiency is None or figures.efficiency <= 1 + 1e-12
    assert found.scores.reliability is None or found.scores.reliability <= 1
    assert sum(found.bins) == len(rows)


@patient
@given(tables(), st.sampled_from([Fraction(1, 3), Fraction(5, 2), Fraction(10)]))
def test_other_points_for_the_same_answers_change_only_points(
    rows: list[list[int]], times: Fraction
) -> None:
    before, after = told(rows), told(rows, times=times)
    assert (after.options, after.bins) == (before.options, before.bins)
    assert after.scores.reliability == before.scores.reliability
    for one, other in zip(before.items, after.items, strict=True):
        assert one is not None and other is not None
        assert other.figures.facility == pytest.approx(one.figures.facility)
        assert other.figures.discrimination == one.figures.discrimination
        assert other.figures.efficiency == one.figures.efficiency
        if one.figures.deviation is not None:
            assert other.figures.deviation == pytest.approx(one.figures.deviation * float(times))


@patient
@given(tables())
def test_weights_are_shares_of_the_whole(rows: list[list[int]]) -> None:
    items = [one for one in told(rows).items if one]
    assert sum(one.intended_weight for one in items) == pytest.approx(1)
    known = [one.effective_weight for one in items if one.effective_weight is not None]
    assert any(one.effective_weight is None for one in items) or sum(known) == pytest.approx(1)


@patient
@given(tables())
def test_every_candidate_is_in_one_of_the_options(rows: list[list[int]]) -> None:
    (table,) = told(rows).options
    assert sum(one.chosen for one in table.options) == len(rows)
    for group in zip(*(one.groups for one in table.options), strict=True):
        assert sum(group) == pytest.approx(1)


@patient
@given(st.lists(st.integers(0, 9), min_size=1, max_size=20), st.integers(1, 7))
def test_groups_divide_everybody_into_equal_parts(totals: list[int], count: int) -> None:
    groups = divided(totals, parts(count))
    assert sum(one.mean(totals) * one.size for one in groups) == sum(totals)
    means = [one.mean(totals) for one in groups]
    assert means == sorted(means)
