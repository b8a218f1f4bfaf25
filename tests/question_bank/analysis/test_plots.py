"""Where plots put what they show."""

from __future__ import annotations

from itertools import pairwise

from question_bank.analysis.rules.plots import BOTTOM, LEFT, RIGHT, TOP, curves, histogram, scatter


def test_the_highest_bar_has_room_and_the_empty_one_no_height() -> None:
    plot = histogram([0, 4, 10, 0, 0, 0, 0, 0, 0, 1])
    assert [tick.text for tick in plot.y_ticks] == ["0", "3", "6", "9", "12"]
    assert [bar.height for bar in plot.bars][:3] == [0, 60.7, 151.7]
    assert plot.bars[2].label == "20%–30%"
    assert all(bar.x > LEFT and bar.x + bar.width < RIGHT for bar in plot.bars)


def test_nobody_at_all_is_still_a_picture() -> None:
    assert [bar.height for bar in histogram([0] * 10).bars] == [0] * 10


def test_dots_stand_at_their_figures() -> None:
    plot = scatter([(7, 0.5, 1.0), (8, 1.0, -0.4)], low=0.2, high=0.9, discrimination=0.3)
    middle = (LEFT + RIGHT) / 2
    assert [(dot.key, dot.x, dot.y) for dot in plot.dots] == [
        (7, middle, TOP),
        (8, RIGHT, BOTTOM),
    ]
    assert plot.y_limit == (TOP + BOTTOM) / 2
    assert plot.zero == 144.0


def test_the_picture_reaches_down_to_the_worst_item() -> None:
    plot = scatter([(1, 0.5, -0.75)], low=0.2, high=0.9, discrimination=0.2)
    assert plot.y_ticks[0].text == "-0.8"
    assert plot.dots[0].y < BOTTOM


def test_curves_run_from_the_low_to_the_high_group() -> None:
    plot = curves([("A", True, [0.0, 0.5, 1.0]), ("B", False, [1.0, 0.5, 0.0])])
    key, other = plot.curves
    assert [y for _x, y in key.dots] == [BOTTOM, (TOP + BOTTOM) / 2, TOP]
    assert [tick.text for tick in plot.x_ticks] == ["低分组", "中间组", "高分组"]
    assert (key.dash, bool(other.dash)) == ("", True)


def test_names_of_curves_do_not_overlap() -> None:
    plot = curves([(letter, False, [0.0] * 6) for letter in "ABCD"])
    heights = sorted(curve.name_y for curve in plot.curves)
    assert [later - earlier for earlier, later in pairwise(heights)] == [12, 12, 12]
    assert heights[-1] < BOTTOM
    assert [tick.text for tick in plot.x_ticks] == ["低分组", "2", "3", "4", "5", "高分组"]
