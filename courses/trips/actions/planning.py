"""Planning a trip with everything it claims, and who sits where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import delete

from courses.cohorts.actions import refuse_closed
from courses.cohorts.models import Cohort
from courses.cohorts.queries import enrolments, lock_cohort
from courses.routes.models import Route
from courses.timetable.models import Lesson
from courses.trips.models import (
    Trip,
    TripBus,
    TripGuide,
    TripRider,
    TripStop,
)
from courses.trips.queries import outings, riding, weighing
from courses.trips.rules import (
    BusPlan,
    TripDraft,
    claims,
    draft_faults,
    left_open,
    places,
    same_buses,
    visits,
    whole,
)
from courses.venues import actions as bookings
from courses.venues.rules import when
from courses.venues.rules.diary import Claim
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.spans import Span


def plan(
    *,
    cohort: Cohort,
    route: Route,
    draft: TripDraft,
    before_roster: bool = False,
    leave_open: bool = False,
    by: Actor,
    at: datetime,
) -> Trip:
    """Plan a trip and claim cohort, people and places for it, in this transaction.

    Refused with a sentence for everything that stands against it: seats, buses, opening hours,
    capacity, and every clash with lessons, sittings and other trips. All learners of the cohort
    go along, and are seated; there has to be one unless it is planned `before_roster`. With
    `leave_open` places, teachers, guides and buses that cannot be had stay open instead.
    """
    refuse_closed(cohort)
    lock_cohort(cohort.id)
    if not before_roster and not enrolments(cohort.id):
        raise Refused("班次还没有学员，请先报名或导入名册。")
    draft, gaps = _open_up(cohort, draft, None) if leave_open else (draft, [])
    span, learners = _check(cohort, draft, apart_from=None)
    trip = Trip(
        cohort=cohort, route=route, leader_id=draft.leader_id, gaps=gaps,
        starts_at=span.start, ends_at=span.end, decisions=[], guides=[], stops=[], buses=[],
    )  # fmt: skip
    session.add(trip)
    _fill(trip, draft)
    session.flush()
    _seat(trip, learners, draft, {})
    _claim(trip, cohort, draft)
    sentence = f"安排“{cohort.title}”现场教学：{when(span)}“{route.name}”"
    record("trips.plan", trip, sentence, by=by, at=at, riders=len(learners))
    return trip


def revise(
    *,
    trip: Trip,
    draft: TripDraft,
    seen: int | None,
    leave_open: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Change times, stops, people and buses, with the claims; riders keep their seats where
    bus and seat are still there.

    Conflict on a stale form; Refused as above, and once people were ticked off.
    """
    refuse_closed(trip.cohort)
    lock_cohort(trip.cohort_id)
    trip.edited_from(seen)
    if riding.checks(trip.id):
        raise Refused("已经开始点名，不能再改行程；有变化请写进天气决定或报告。")
    refuse_cancelled(trip)
    draft, trip.gaps = _open_up(trip.cohort, draft, trip.id) if leave_open else (draft, [])
    span, learners = _check(trip.cohort, draft, apart_from=trip.id)
    trip.starts_at, trip.ends_at, trip.leader_id = span.start, span.end, draft.leader_id
    buses = same_buses({bus.number: bus.plate for bus in trip.buses}, draft.buses)
    for rows in (trip.guides, trip.stops, trip.buses):
        rows.clear()
    session.flush()
    _fill(trip, draft)
    _seat(trip, learners, draft, buses)
    bookings.release_claims(weighing.HOLDER, trip.id)
    _claim(trip, trip.cohort, draft)
    record("trips.revise", trip, f"调整“{trip.cohort.title}”现场教学：{when(span)}", by=by, at=at)


def seat_newcomers(*, trip: Trip, by: Actor, at: datetime) -> int:
    """Seat the learners of the cohort who have no seat yet where one is free; how many.

    Whoever has a seat keeps it. Refused with what there is too little of.
    """
    lock_cohort(trip.cohort_id)
    refuse_cancelled(trip)
    _refuse_over(trip, at)
    newcomers, present = riding.unseated(trip), riding.riders(trip.id)
    if not newcomers:
        return 0
    draft, people = outings.draft_of(trip), len(present) + len(newcomers)
    faults = draft_faults(draft, riders=people)
    faults += chain.from_iterable(weighing.place_faults(draft, riders=people).values())
    if faults:
        raise Refused(*faults)
    learners = [(row.enrolment_id, row.enrolment.group_name) for row in present]
    learners += [(one.id, one.group_name) for one in newcomers]
    _seat(trip, learners, draft, {bus.number: bus.number for bus in trip.buses})
    sentence = f"为“{trip.cohort.title}”现场教学的{len(newcomers)}名学员补排座位"
    record("trips.seat", trip, sentence, by=by, at=at, riders=len(newcomers))
    return len(newcomers)


def discard(*, trip: Trip, by: Actor, at: datetime) -> None:
    """Remove a trip that nothing has come of yet, with all that it had claimed.

    Refused once something was decided, ticked off or reported.
    """
    if trip.decisions or trip.reported_at or riding.checks(trip.id):
        raise Refused(
            f"“{trip.cohort.title}”的现场教学“{trip.route.name}”已有天气决定、点名或报告，不能撤回。"
        )
    bookings.release_claims(weighing.HOLDER, trip.id)
    sentence = f"撤回“{trip.cohort.title}”现场教学：{when(trip.span)}“{trip.route.name}”"
    record("trips.discard", trip, sentence, by=by, at=at)
    session.delete(trip)
    session.flush()


def move_riders(
    *, trip: Trip, buses: Mapping[int, int], emergencies: Mapping[int, str], by: Actor, at: datetime
) -> None:
    """Put riders into other buses and note whom to call; Refused where a bus gets too full, and
    once the trip is over."""
    _refuse_over(trip, at)
    rows = riding.riders(trip.id)
    seats = {bus.number: bus.seats for bus in trip.buses}
    load = dict.fromkeys(seats, 0)
    for row in rows:
        wanted = buses.get(row.id, row.bus_number)
        if wanted not in seats:
            raise Refused("请选择这次出行的车辆。")
        load[wanted] += 1
    full = [f"{bus}号车有{seats[bus]}个座位，排了{count}名学员。" for bus, count in load.items()
            if count > seats[bus]]  # fmt: skip
    if full:
        raise Refused(*full)
    for row in rows:
        row.bus_number = buses.get(row.id, row.bus_number)
        if emergencies.get(row.id):
            row.emergency = emergencies[row.id]
    record("trips.move_riders", trip, f"调整“{trip.cohort.title}”乘车安排", by=by, at=at)
    session.flush()


def _check(
    cohort: Cohort, draft: TripDraft, *, apart_from: int | None
) -> tuple[Span, list[tuple[int, str]]]:
    """The span of the trip, and who goes along as (enrolment, group)."""
    learners = [(row.id, row.group_name) for row in enrolments(cohort.id)]
    faults = draft_faults(draft, riders=len(learners))
    if faults:
        raise Refused(*faults)
    span = whole(draft)
    plates = [bus.plate for bus in draft.buses]
    buses = weighing.bus_faults(plates, span, apart_from=apart_from)
    places = weighing.place_faults(draft, riders=len(learners))
    if buses or places:
        raise Refused(*buses.values(), *chain.from_iterable(places.values()))
    return span, learners


def _open_up(cohort: Cohort, draft: TripDraft, trip_id: int | None) -> tuple[TripDraft, list[str]]:
    wanted = _wanted(trip_id or 0, cohort, draft, "")
    riders = len(enrolments(cohort.id))
    against = weighing.against(draft, wanted, riders=riders, apart_from=trip_id)
    return left_open(draft, against)


def _fill(trip: Trip, draft: TripDraft) -> None:
    trip.safety, trip.emergency, trip.insurance = draft.safety, draft.emergency, draft.insurance
    trip.lesson_id = draft.lesson_id
    trip.guides.extend(TripGuide(person_id=one) for one in draft.staff_ids[1:])
    trip.buses.extend(_bus(number, bus) for number, bus in enumerate(draft.buses, 1))
    for position, (stop, span) in enumerate(zip(draft.stops, visits(draft), strict=True), 1):
        trip.stops.append(
            TripStop(
                position=position, name=stop.name, taught=stop.taught, arrives_at=span.start,
                leaves_at=span.end, venue_id=stop.venue_id, person_id=stop.person_id,
            )
        )  # fmt: skip


def _bus(number: int, bus: BusPlan) -> TripBus:
    return TripBus(number=number, plate=bus.plate, seats=bus.seats, driver=bus.driver or None)


def _seat(
    trip: Trip, learners: Sequence[tuple[int, str]], draft: TripDraft, buses: Mapping[int, int]
) -> None:
    """Riders keep their row, and with it whom to call, and their seat where there is one in what
    became of their bus (`buses`); who has left the cohort stays behind."""
    known = {row.enrolment_id: row for row in riding.riders(trip.id)}
    sits = {row.enrolment_id: buses.get(row.bus_number) for row in known.values()}
    kept = {number: bus for number, bus in sits.items() if bus is not None}
    found = places(learners, draft.buses, sits=kept, staff=len(draft.staff_ids))
    gone = [row.id for row in known.values() if row.enrolment_id not in found]
    session.execute(delete(TripRider).where(TripRider.id.in_(gone)))
    for number, bus in found.items():
        if number in known:
            known[number].bus_number = bus
        else:
            session.add(TripRider(trip_id=trip.id, enrolment_id=number, bus_number=bus))
    session.flush()


def _claim(trip: Trip, cohort: Cohort, draft: TripDraft) -> None:
    label = f"“{cohort.title}”的现场教学“{trip.route.name}”"
    bookings.claim_all(_wanted(trip.id, cohort, draft, label))


def _wanted(trip_id: int, cohort: Cohort, draft: TripDraft, label: str) -> list[Claim]:
    """All that the trip needs, except what its lesson holds."""
    lesson = _lesson(cohort, draft)
    return claims(
        draft,
        holder=(weighing.HOLDER, trip_id),
        label=label,
        cohort_id=None if lesson else cohort.id,
        venue_id=lesson.venue_id if lesson else None,
        person_id=lesson.instructor.person_id if lesson and lesson.instructor else None,
    )


def _lesson(cohort: Cohort, draft: TripDraft) -> Lesson | None:
    if draft.lesson_id is None:
        return None
    found = {one.id: one for one in outings.field_lessons(cohort.id)}.get(draft.lesson_id)
    if found is None:
        raise Refused("所选的课次不在这个班次的课程表上。")
    return found


def _refuse_over(trip: Trip, at: datetime) -> None:
    if at > trip.roll_closes_at:
        raise Refused("这次出行已经结束，不能再改乘车安排。")


def refuse_cancelled(trip: Trip) -> None:
    """Refused for a trip that was called off."""
    if trip.is_cancelled:
        raise Refused("这次出行已经取消；要再去，请重新安排一次。")
