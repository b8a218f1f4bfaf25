"""Seats, times and head counts of trips, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from courses.trips.rules import (
    Against,
    BusPlan,
    Check,
    Moment,
    StopPlan,
    TripDraft,
    departure_faults,
    draft_faults,
    left_open,
    meals,
    places,
    present,
    roll_closes,
    same_buses,
    seat,
    visits,
    whole,
)
from lms.ground.spans import Span

AT = datetime(2026, 12, 2, 0, 30, tzinfo=UTC)
DRAFT = TripDraft(
    departs_at=AT,
    back_minutes=20,
    leader_id=1,
    guide_ids=(2, 1),
    buses=(BusPlan("车A", 10), BusPlan("车B", 5)),
    stops=(StopPlan("放马哨", 40, 30), StopPlan("天才路", 50, 10)),
)


def test_a_trip_is_where_its_minutes_say() -> None:
    minute = timedelta(minutes=1)
    assert visits(DRAFT) == [
        Span(AT + 30 * minute, AT + 70 * minute),
        Span(AT + 80 * minute, AT + 130 * minute),
    ]
    assert whole(DRAFT) == Span(AT, AT + 150 * minute)
    assert DRAFT.staff_ids == (1, 2)


@pytest.mark.parametrize(
    ("changes", "riders", "faults"),
    [
        ({}, 13, []),
        ({}, 14, ["学员14人，带队和讲解2人，共16人；车上只有15个座位，还差1个。"]),
        ({"stops": ()}, 1, ["出行至少要有一个点位。"]),
        ({"stops": (StopPlan("甲", 0),)}, 1, ["点位“甲”的停留时间须大于0分钟。"]),
        ({"buses": (BusPlan("车A", 9), BusPlan("车A", 9))}, 1, ["车辆车A写了两次。"]),
    ],
)
def test_a_plan_has_its_faults(changes: dict[str, object], riders: int, faults: list[str]) -> None:
    assert draft_faults(replace(DRAFT, **changes), riders=riders) == faults  # type: ignore[arg-type]


def test_groups_sit_together_where_there_is_room() -> None:
    riders = [(number, "第一组") for number in range(4)] + [
        (number, "第二组") for number in range(4, 7)
    ]
    assert seat(riders, [5, 5], staff=2) == [0, 0, 0, 0, 1, 1, 1]
    assert sorted(seat(riders, [4, 4], staff=1)) == [0, 0, 0, 1, 1, 1, 1]
    assert seat(riders, [7], staff=0) == [0] * 7


def _check(number: int, minute: int, is_present: bool, rider: int = 1) -> Check:
    made_at = AT + timedelta(minutes=minute)
    return Check(f"op{number}", Moment.BOARD, 0, rider, is_present, made_at)


def test_a_plan_does_without_what_something_stands_against() -> None:
    stops = tuple(replace(one, venue_id=8, person_id=9) for one in DRAFT.stops)
    against = Against({1: "停用。"}, {2: "有课。"}, {2: "出差。"}, {"车B": "已租出。"})
    draft, gaps = left_open(replace(DRAFT, stops=stops), against)
    assert [(one.venue_id, one.person_id) for one in draft.stops] == [(None, 9), (8, None)]
    assert (draft.guide_ids, [one.plate for one in draft.buses]) == ((1,), ["车A"])
    assert gaps == [
        "点位1“放马哨”的场地：停用。",
        "点位2“天才路”的授课教师：有课。",
        "随队人员：出差。",
        "用车：已租出。",
    ]


def test_a_bus_is_the_same_by_its_plate_or_comes_in_the_place_of_another() -> None:
    were, seats = {1: "车A", 2: "车B"}, 10
    a, b, c = (BusPlan(plate, seats) for plate in ("车A", "车B", "车C"))
    assert same_buses(were, (a, b)) == {1: 1, 2: 2}
    assert same_buses(were, (b, a)) == {1: 2, 2: 1}
    assert same_buses(were, (c, b)) == {1: 1, 2: 2}
    assert same_buses(were, (c,)) == {1: 1}
    assert same_buses(were, (b,)) == {2: 1}


def test_whoever_sits_stays_while_there_is_a_seat() -> None:
    buses, riders = (BusPlan("车A", 2), BusPlan("车B", 3)), [(1, ""), (2, ""), (3, ""), (4, "")]
    assert places(riders, buses, sits={1: 2, 2: 2, 9: 1}, staff=1) == {1: 2, 2: 2, 3: 1, 4: 2}
    assert places(riders, buses, sits={1: 1, 2: 1, 3: 1}, staff=1) == {1: 1, 2: 1, 3: 2, 4: 2}


def test_checks_count_once_in_whatever_order_they_come() -> None:
    story = [_check(1, 0, True), _check(2, 1, False), _check(3, 2, True), _check(4, 0, True, 2)]
    for order in permutations(story):
        assert present([*order, *order]) == {(Moment.BOARD, 0): {1, 2}}
    assert present(story[:2]) == {}


@pytest.mark.parametrize(
    ("counted", "note", "fault"),
    [
        (30, "", ""),
        (29, "王学请假", ""),
        (29, " ", "点到29人，应到30人，还差1人，请写明去向再出发。"),
        (31, "", "点到31人，应到30人，多出1人，请写明原因。"),
    ],
)
def test_nobody_leaves_while_somebody_is_missing(counted: int, note: str, fault: str) -> None:
    assert "".join(departure_faults(counted, 30, note)) == fault


def test_meals_are_for_everybody_and_each_driver() -> None:
    assert meals(30, 2, 1) == 33


@pytest.mark.parametrize(
    ("reported", "cancelled", "closes"),
    [
        (None, None, datetime(2026, 12, 2, 16, tzinfo=UTC)),  # midnight at the school
        (AT, None, datetime(2026, 12, 2, 16, tzinfo=UTC)),  # written before it was back
        (AT + timedelta(hours=4), None, AT + timedelta(hours=4)),
        (None, AT - timedelta(hours=1), AT - timedelta(hours=1)),
    ],
)
def test_the_roll_closes_when_the_trip_is_over(
    reported: datetime | None, cancelled: datetime | None, closes: datetime
) -> None:
    ends = AT + timedelta(hours=3)
    assert roll_closes(ends, reported_at=reported, cancelled_at=cancelled) == closes
