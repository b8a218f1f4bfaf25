"""The trips of the demo school: planned with their lessons, and those that are over, counted and told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.routes.queries import get_route
from courses.trips.actions import planning, running
from courses.trips.models import Trip
from courses.trips.queries import outings, riding
from courses.trips.rules import BusPlan, Check, HeadCount, Moment, StopPlan, TripDraft, Verdict
from lms.desk.actions.teaching import Campus, wall_time
from lms.ground.accounts.models import Account

SEATS = 49
SAFETY = """一、出发前清点人数、检查车辆，讲清纪律和集合时间地点。
二、分组行动，组长随时掌握本组人员，不单独离队。
三、遇大雨、大雾或道路中断即停止行程，按带队人决定就地避险或返回。（演示）"""


def go_out(
    row: dict[str, Any], cohort: Cohort, campus: Campus, *, office: Account, at: datetime
) -> None:
    """A trip for every lesson of the files that names a bus; one that is over was reported."""
    for lesson in row.get("lessons", []):
        if "bus" not in lesson:
            continue
        before = wall_time(cohort.starts_on - timedelta(days=2), "10:00")
        trip = _plan(lesson, cohort, campus, office=office, at=before)
        if trip.ends_at < at:
            _run(trip, office=office)


def _plan(
    lesson: dict[str, Any], cohort: Cohort, campus: Campus, *, office: Account, at: datetime
) -> Trip:
    departs_at = wall_time(cohort.starts_on + timedelta(days=lesson["day"]), lesson["start"])
    route = get_route(campus.routes[lesson["route"]].id)
    held = next(one for one in outings.field_lessons(cohort.id) if one.starts_at == departs_at)
    assert cohort.adviser_id is not None
    draft = TripDraft(
        departs_at=departs_at,
        back_minutes=5,
        leader_id=cohort.adviser_id,
        guide_ids=(),
        buses=(BusPlan(lesson["bus"], SEATS),),
        stops=tuple(StopPlan(one.name, one.minutes, taught=one.taught) for one in route.stops),
        lesson_id=held.id,
        safety=SAFETY,
        emergency="带队人、校值班室（演示）",
        insurance="短期团体意外险（演示）",
    )
    made = planning.plan(
        cohort=get_cohort(cohort.id, office), route=route, draft=draft, by=office, at=at
    )
    return outings.get_trip(made.id, office)


def _run(trip: Trip, *, office: Account) -> None:
    """Everybody but one got on the bus and came to every stop; the report says so."""
    early = trip.starts_at - timedelta(hours=6)
    running.decide(trip=trip, verdict=Verdict.GO, note="晴，道路通畅。", by=office, at=early)
    everybody = [one.id for one in riding.riders(trip.id)]
    here = everybody[:-1]
    note = "一名学员因公请假（演示）"
    places = range(len(trip.stops) + 1)
    running.check_off(trip=trip, checks=list(_checks(trip, here)), by=office, at=trip.ends_at)
    counts = [
        HeadCount(f"demo-{trip.id}-{place}", place, len(here), note, _leaves(trip, place))
        for place in places
    ]
    running.depart(trip=trip, counts=counts, by=office, at=trip.ends_at)
    taught = "、".join(stop.name for stop in trip.stops)
    text = f"按计划走了{taught}，学员{len(here)}人参加，全程平安。返校后分组交流了体会。（演示）"
    running.report(
        trip=trip, text=text, seen=trip.version, by=office, at=trip.ends_at + timedelta(hours=2)
    )


def _checks(trip: Trip, here: list[int]) -> Iterator[Check]:
    """The ticks at the school, at every stop and before every departure."""
    moments = [(Moment.BOARD, 0, trip.starts_at)]
    for stop in trip.stops:
        moments.append((Moment.STOP, stop.position, stop.arrives_at))
        moments.append((Moment.BOARD, stop.position, stop.leaves_at))
    for moment, place, made_at in moments:
        for rider in here:
            number = f"demo-{trip.id}-{moment}-{place}-{rider}"
            yield Check(number, moment, place, rider, True, made_at)


def _leaves(trip: Trip, place: int) -> datetime:
    return trip.starts_at if place == 0 else trip.stops[place - 1].leaves_at
