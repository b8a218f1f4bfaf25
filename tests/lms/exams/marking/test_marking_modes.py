"""What marks become in each mode, as tables; and how steadiness is counted."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from lms.exams.marking.rules.consistency import Closeness, Pair, closeness, repeats
from lms.exams.marking.rules.modes import (
    Mode,
    Scheme,
    Standing,
    Verdict,
    dealing_order,
    judge,
    parse_mode,
    scheme_faults,
)
from lms.ground.errors import Refused

TENTH = Fraction(3, 20)
UNMARKED, OPEN, DISPUTED = (
    Verdict(one) for one in (Standing.UNMARKED, Standing.OPEN, Standing.DISPUTED)
)


def settled(points: str) -> Verdict:
    return Verdict(Standing.SETTLED, Fraction(points))


@pytest.mark.parametrize(
    ("mode", "marks", "verdict"),
    [
        ("1", [], UNMARKED),
        ("1", ["7"], settled("7")),
        ("1", ["7", "8"], settled("7.5")),  # marked twice before the mode was changed
        ("1", ["2", "8"], DISPUTED),
        ("1+1", [], UNMARKED),
        ("1+1", ["7"], OPEN),
        ("1+1", ["7", "8"], settled("7.5")),
        ("1+1", ["6", "7.5"], settled("6.75")),  # exactly the tolerance
        ("1+1", ["6", "7.51"], DISPUTED),
        ("1+1", ["7", "7"], settled("7")),
        ("2+1", ["7"], OPEN),
        ("2+1", ["6", "7.5"], settled("6.75")),
        ("2+1", ["6", "7.6"], OPEN),
        ("2+1", ["2", "9", "8"], settled("8.5")),
        ("2+1", ["6", "7.5", "9"], settled("8.25")),  # two pairs equally near: the higher
        ("2+1", ["2", "6", "10"], DISPUTED),
        ("1+1+1", ["7", "7"], OPEN),
        ("1+1+1", ["7", "7.5", "8"], settled("7.5")),
        ("1+1+1", ["7", "7", "8"], settled("22/3")),
        ("1+1+1", ["2", "7", "8"], settled("7.5")),
        ("1+1+1", ["2", "5", "10"], DISPUTED),
    ],
)
def test_marks_come_to_points_by_the_mode(mode: str, marks: list[str], verdict: Verdict) -> None:
    scheme = Scheme(Mode(mode), TENTH)
    assert judge([Decimal(one) for one in marks], scheme, full=Fraction(10)) == verdict
    other_way = [Decimal(one) for one in reversed(marks)]
    assert judge(other_way, scheme, full=Fraction(10)) == verdict


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("marks", [[], ["1"], ["1", "9"]])
def test_what_was_arbitrated_counts_in_every_mode(mode: Mode, marks: list[str]) -> None:
    given = [Decimal(one) for one in marks]
    found = judge(given, Scheme(mode, TENTH), full=Fraction(10), final=Decimal("4.5"))
    assert found == settled("4.5")


@pytest.mark.parametrize(
    ("mode", "tolerance", "markers", "faults"),
    [
        ("1", "0.15", 0, []),
        ("1+1", "0", 2, []),
        ("1+1", "0.15", 1, ["双评（1+1）至少要指定 2 名阅卷人，现在有 1 名。"]),
        ("2+1", "0.15", 2, ["双评加三评（2+1）至少要指定 3 名阅卷人，现在有 2 名。"]),
        ("1+1+1", "1.5", 0, ["允许误差须在 0 到 100% 之间。", "三评（1+1+1）至少要指定 3 名阅卷人，现在有 0 名。"]),
    ],
)  # fmt: skip
def test_a_plan_needs_enough_markers(
    mode: str, tolerance: str, markers: int, faults: list[str]
) -> None:
    assert scheme_faults(Mode(mode), Fraction(tolerance), markers=markers) == faults


def test_a_norm_names_a_mode_or_is_refused() -> None:
    assert parse_mode(" 2+1 ") is Mode.TWO_AND_ONE
    with pytest.raises(Refused, match=r"“双评”不是评阅方式.*1、1\+1、2\+1、1\+1\+1"):
        parse_mode("双评")


def test_every_marker_has_an_order_of_their_own_that_stays() -> None:
    orders = [sorted(range(9), key=lambda one: dealing_order(marker, one)) for marker in (1, 2, 1)]
    assert orders[0] == orders[2]
    assert orders[0] != orders[1]


def pairs(*given: tuple[str, str]) -> list[Pair]:
    return [Pair(Fraction(one), Fraction(other)) for one, other in given]


@pytest.mark.parametrize(
    ("compared", "bias", "distance", "agreed"),
    [
        ([("0.8", "0.8")], "0", "0", 1),
        ([("0.9", "0.8"), ("0.7", "0.8")], "0", "0.1", 2),
        ([("1", "0.8"), ("0.8", "0.8")], "0.1", "0.1", 1),
        ([("0.2", "0.8")], "-0.6", "0.6", 0),
    ],
)
def test_deviations_are_counted_with_and_without_their_sign(
    compared: list[tuple[str, str]], bias: str, distance: str, agreed: int
) -> None:
    found = closeness(pairs(*compared), tolerance=TENTH)
    assert found == Closeness(len(compared), Fraction(bias), Fraction(distance), agreed)
    assert found.agreement == Fraction(agreed, len(compared))


def test_without_a_comparison_nothing_is_said() -> None:
    assert closeness([], tolerance=TENTH) is None


def test_repeated_marks_are_compared_with_the_time_before() -> None:
    assert repeats([Fraction(1), Fraction(1, 2), Fraction(1, 4)]) == pairs(
        ("0.5", "1"), ("0.25", "0.5")
    )
    assert repeats([Fraction(1)]) == []
