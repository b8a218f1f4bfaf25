"""Trips on a real database: what they claim, what stands against them, and the day itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from courses.cohorts.queries import enrolments
from courses.trips.actions import planning, running
from courses.trips.models import Trip
from courses.trips.queries import riding
from courses.trips.rules import BusPlan, Check, HeadCount, Moment, Verdict, present
from courses.venues.models import Booking, VenueOpening
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from lms.ground.notices.models import Notice
from lms.ground.people.queries import get_person_of
from lms.ground.spans import Span
from tests import cast, make
from tests.courses.trips.outing import DEPARTS, Outing, outing, planned

pytestmark = pytest.mark.usefixtures("context")


def _claims(trip: Trip) -> list[tuple[int | None, int | None, int | None]]:
    held = select(Booking).where(Booking.holder_kind == "trip", Booking.holder_id == trip.id)
    rows = session.scalars(held.order_by(Booking.id))
    return [(one.cohort_id, one.person_id, one.venue_id) for one in rows]


def test_a_trip_claims_cohort_people_and_places_and_seats_everybody() -> None:
    of = outing()
    trip = planned(of)
    assert sorted(_claims(trip), key=str) == sorted(
        [(None, of.leader.id, None), (of.cohort.id, None, None), (None, None, of.base.id),
         (None, of.teacher.id, None)],
        key=str,
    )  # fmt: skip
    assert trip.span == Span(DEPARTS, DEPARTS + timedelta(minutes=150))
    assert [one.bus_number for one in riding.riders(trip.id)] == [1, 1, 1]
    assert riding.drivers(trip.id) == {1: "周师傅 0000"}


def test_a_cohort_cannot_be_in_two_places() -> None:
    of = outing()
    make.lesson(of.cohort, of.cohort.courses[0].course)
    planned(of)
    with pytest.raises(Refused) as refusal:
        planned(of, plate="车B")
    assert any("的现场教学" in reason and "时间重叠" in reason for reason in refusal.value.reasons)


def test_people_places_and_buses_are_taken_once() -> None:
    planned(outing())
    other = outing(number=8)
    with pytest.raises(Refused, match="车辆车A这段时间已安排给“知行学堂第7期”的现场教学"):
        planned(other)
    with pytest.raises(Refused, match=r"李教务.*时间重叠"):
        planned(other, plate="车B")


def test_seats_opening_hours_and_capacity_stand_against_a_trip() -> None:
    of = outing()
    with pytest.raises(Refused, match="车上只有3个座位，还差1个"):
        planned(of, seats=3)
    of.base.capacity = 3
    session.add(
        VenueOpening(
            venue_id=of.base.id, weekday=DEPARTS.weekday(), opens=_hour(10), closes=_hour(12)
        )
    )
    session.flush()
    with pytest.raises(Refused) as refusal:
        planned(of)
    assert [one[:6] for one in refusal.value.reasons] == ["放马哨7周二", "放马哨7最多"]


def _hour(hour: int) -> object:
    return (DEPARTS.replace(hour=hour, minute=0)).time()


def test_a_trip_that_moves_moves_its_claims_and_keeps_its_riders() -> None:
    of = outing()
    trip = planned(of)
    before = [row.id for row in riding.riders(trip.id)]
    newcomer = make.enrolment(of.cohort, make.person("新来"))
    later = of.draft(departs_at=DEPARTS + timedelta(hours=5), plate="车C")
    planning.revise(trip=trip, draft=later, seen=1, by=cast.office(), at=now())
    with pytest.raises(Conflict):
        planning.revise(trip=trip, draft=later, seen=1, by=cast.office(), at=now())
    rows = riding.riders(trip.id)
    assert [row.id for row in rows][:3] == before
    assert rows[-1].enrolment_id == newcomer.id
    assert len(_claims(trip)) == 4
    planned(outing(number=8), plate="车A", leader_id=get_person_of(cast.adviser()).id)


def seats_of(trip: Trip) -> dict[str, int]:
    return {one.enrolment.learner_number[-1]: one.bus_number for one in riding.riders(trip.id)}


def moved(trip: Trip, of: Outing, buses: tuple[BusPlan, ...]) -> dict[str, int]:
    """The seats after the trip was revised to these buses and a word was changed."""
    draft = of.draft(buses=buses, safety="列队过马路")
    planning.revise(trip=trip, draft=draft, seen=trip.version, by=cast.office(), at=now())
    return seats_of(trip)


def test_riders_keep_their_seats_when_a_trip_is_revised() -> None:
    of = outing(learners=3)
    buses = BusPlan("车A", 10), BusPlan("车B", 10)
    trip = planned(of, buses=buses)
    last = riding.riders(trip.id)[-1]
    planning.move_riders(
        trip=trip, buses={last.id: 2}, emergencies={}, by=cast.office(), at=DEPARTS
    )
    was = seats_of(trip)
    assert sorted(was.values()) == [1, 1, 2]
    assert moved(trip, of, buses) == was
    assert moved(trip, of, buses[::-1]) == {who: 3 - bus for who, bus in was.items()}
    assert moved(trip, of, (buses[1], BusPlan("车C", 10))) == {
        who: 3 - bus for who, bus in was.items()
    }
    assert set(moved(trip, of, (BusPlan("车C", 10),)).values()) == {1}


def test_a_full_bus_takes_nobody_more() -> None:
    of = outing(learners=3)
    trip = planned(of, buses=(BusPlan("车A", 2), BusPlan("车B", 2)))
    rows = riding.riders(trip.id)
    with pytest.raises(Refused, match="1号车有2个座位，排了3名学员"):
        planning.move_riders(
            trip=trip,
            buses={row.id: 1 for row in rows},
            emergencies={},
            by=cast.office(),
            at=DEPARTS,
        )
    calls = {rows[0].id: "家人 0000"}
    planning.move_riders(trip=trip, buses={}, emergencies=calls, by=cast.office(), at=DEPARTS)
    assert riding.with_contact(trip.id) == {rows[0].id}


def _board(trip: Trip, number: int, rider: int, *, is_present: bool = True) -> Check:
    made_at = DEPARTS + timedelta(seconds=number)
    return Check(f"operation{number}", Moment.BOARD, 0, rider, is_present, made_at)


def test_checks_sent_twice_count_once_and_strangers_are_refused() -> None:
    trip = planned(outing())
    riders = [row.id for row in riding.riders(trip.id)]
    sent = [_board(trip, place, rider) for place, rider in enumerate(riders)]
    by, at = cast.office(), now()
    assert running.check_off(trip=trip, checks=[*sent, sent[0]], by=by, at=at) == []
    late = [*sent[:2], _board(trip, 90, riders[0], is_present=False), _board(trip, 91, 999)]
    refused = running.check_off(trip=trip, checks=late, by=by, at=at)
    assert refused == [("operation91", "这名学员或点位不在这次出行里。")]
    assert len(riding.checks(trip.id)) == 4
    assert present(riding.checks(trip.id)) == {(Moment.BOARD, 0): set(riders[1:])}
    with pytest.raises(Refused, match="已经开始点名"):
        planning.revise(trip=trip, draft=outing(number=8).draft(), seen=1, by=by, at=at)


def test_a_departure_is_counted_once_and_says_who_is_missing() -> None:
    trip = planned(outing())
    by, at = cast.office(), now()

    def depart(number: str, counted: int, note: str = "") -> list[tuple[str, str]]:
        count = HeadCount(number, 0, counted, note, DEPARTS)
        return running.depart(trip=trip, counts=[count], by=by, at=at)

    assert depart("departure1", 2) == [
        ("departure1", "点到2人，应到3人，还差1人，请写明去向再出发。")
    ]
    assert depart("departure2", 2, "王学请假") == []
    assert depart("departure2", 2, "王学请假") == []
    assert depart("departure3", 3) == [("departure3", "这一站已经登记过出发，以先登记的为准。")]
    assert [(one.counted, one.expected) for one in riding.departures(trip.id)] == [(2, 3)]


def test_a_trip_called_off_gives_everything_back_and_tells_everybody() -> None:
    of = outing()
    trip = planned(of)
    with pytest.raises(Refused, match="请写明天气情况"):
        running.decide(trip=trip, verdict=Verdict.CANCEL, note=" ", by=cast.office(), at=now())
    running.decide(trip=trip, verdict=Verdict.CANCEL, note="暴雨", by=cast.office(), at=now())
    assert _claims(trip) == []
    told = {one.person_id for one in session.scalars(select(Notice))}
    learners = {row.person_id for row in enrolments(of.cohort.id)}
    assert told == learners | {of.leader.id, of.teacher.id}
    with pytest.raises(Refused, match="已经取消"):
        running.decide(trip=trip, verdict=Verdict.GO, note="转晴", by=cast.office(), at=now())
    planned(of)


def test_a_report_comes_after_the_departure() -> None:
    trip = planned(outing())
    early, late = DEPARTS - timedelta(days=1), DEPARTS + timedelta(hours=5)
    with pytest.raises(Refused, match="还没有出发"):
        running.report(trip=trip, text="好", seen=1, by=cast.office(), at=early)
    running.report(trip=trip, text="一路顺利。", seen=2, by=cast.office(), at=late)
    assert (trip.report, trip.reported_by) == ("一路顺利。", "李教务")
