"""When one is where on a route."""

from __future__ import annotations

from datetime import time

import pytest

from courses.routes.rules import (
    RouteDraft,
    StopDraft,
    Visit,
    draft_faults,
    total_minutes,
    visits,
)


@pytest.mark.parametrize(
    ("stays", "departs", "found"),
    [
        ([], time(8, 30), []),
        ([(0, 40)], time(8, 30), [Visit(time(8, 30), time(9, 10))]),
        (
            [(10, 40), (15, 30)],
            time(8, 30),
            [Visit(time(8, 40), time(9, 20)), Visit(time(9, 35), time(10, 5))],
        ),
        ([(0, 40)], time(23, 40), [Visit(time(23, 40), time(0, 20))]),
    ],
)
def test_visits_follow_travel_and_stay(
    stays: list[tuple[int, int]], departs: time, found: list[Visit]
) -> None:
    assert visits(stays, departs) == found


def test_the_whole_way_is_travel_and_stay() -> None:
    assert total_minutes([(10, 40), (15, 30)]) == 95


def test_a_route_needs_stops_that_last() -> None:
    assert draft_faults(RouteDraft("线路", "", ())) == ["线路至少要有一个点位。"]
    draft = RouteDraft("线路", "", (StopDraft("起点", 0), StopDraft("终点", 5, -1)))
    assert draft_faults(draft) == [
        "点位“起点”的停留时间须大于0分钟。",
        "到点位“终点”的路程时间不能小于0分钟。",
    ]
