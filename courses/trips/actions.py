"""Planning a trip with everything it claims, running it on the day, and reporting it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import delete

from courses.cohorts.actions import refuse_closed
from courses.cohorts.models import Cohort
from courses.cohorts.queries import enrolments, lock_cohort
from courses.routes.models import Route
from courses.timetable.models import Lesson
from courses.trips import queries
from courses.trips.models import (
    Trip,
    TripBus,
    TripCheck,
    TripDecision,
    TripDeparture,
    TripGuide,
    TripPhoto,
    TripRider,
    TripStop,
)
from courses.trips.rules import (
    VERDICT_NAMES,
    BusPlan,
    Check,
    HeadCount,
    TripDraft,
    Verdict,
    claims,
    departure_faults,
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
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.actions import tell
from lms.ground.people.actions import SHORTEST_REASON
from lms.ground.spans import Span
from lms.ground.uploads import media
from lms.ground.uploads.actions import store
from lms.ground.uploads.delivery import expect
from lms.ground.uploads.shelf import Readable

PICTURE_LIMIT = 10 * 2**20
OVER = "这次出行已经结束，不能再点名。"


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
    if queries.checks(trip.id):
        raise Refused("已经开始点名，不能再改行程；有变化请写进天气决定或报告。")
    _refuse_cancelled(trip)
    draft, trip.gaps = _open_up(trip.cohort, draft, trip.id) if leave_open else (draft, [])
    span, learners = _check(trip.cohort, draft, apart_from=trip.id)
    trip.starts_at, trip.ends_at, trip.leader_id = span.start, span.end, draft.leader_id
    buses = same_buses({bus.number: bus.plate for bus in trip.buses}, draft.buses)
    for rows in (trip.guides, trip.stops, trip.buses):
        rows.clear()
    session.flush()
    _fill(trip, draft)
    _seat(trip, learners, draft, buses)
    bookings.release_claims(queries.HOLDER, trip.id)
    _claim(trip, trip.cohort, draft)
    record("trips.revise", trip, f"调整“{trip.cohort.title}”现场教学：{when(span)}", by=by, at=at)


def seat_newcomers(*, trip: Trip, by: Actor, at: datetime) -> int:
    """Seat the learners of the cohort who have no seat yet where one is free; how many.

    Whoever has a seat keeps it. Refused with what there is too little of.
    """
    lock_cohort(trip.cohort_id)
    _refuse_cancelled(trip)
    _refuse_over(trip, at)
    newcomers, present = queries.unseated(trip), queries.riders(trip.id)
    if not newcomers:
        return 0
    draft, people = queries.draft_of(trip), len(present) + len(newcomers)
    faults = draft_faults(draft, riders=people)
    faults += chain.from_iterable(queries.place_faults(draft, riders=people).values())
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
    if trip.decisions or trip.reported_at or queries.checks(trip.id):
        raise Refused(
            f"“{trip.cohort.title}”的现场教学“{trip.route.name}”已有天气决定、点名或报告，不能撤回。"
        )
    bookings.release_claims(queries.HOLDER, trip.id)
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
    rows = queries.riders(trip.id)
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


def decide(*, trip: Trip, verdict: Verdict, note: str, by: Actor, at: datetime) -> TripDecision:
    """Decide whether to go, given the weather; whoever goes along is told of a change.

    A trip that is called off gives back what it had claimed, for good. Refused for one that took
    place: it is over, and people were ticked off or it was reported.
    """
    if not note.strip():
        raise Refused("请写明天气情况和决定的理由。")
    _refuse_cancelled(trip)
    if queries.took_place(trip, at=at):
        raise Refused("这次出行已经去过了，不用再决定去不去；有情况请写进报告。")
    made = TripDecision(verdict=verdict, note=note.strip(), by_name=by.name, at=at)
    trip.decisions.append(made)
    session.flush()
    sentence = f"“{trip.cohort.title}”现场教学：{VERDICT_NAMES[verdict]}，{note.strip()}"
    record("trips.decide", trip, sentence, by=by, at=at, verdict=verdict.value)
    if verdict is Verdict.CANCEL:
        bookings.release_claims(queries.HOLDER, trip.id)
    if verdict is not Verdict.GO:
        people = [row.enrolment.person_id for row in queries.riders(trip.id)]
        people += [one.id for one in trip.staff]
        people += [stop.person_id for stop in trip.stops if stop.person_id]
        tell(people, f"现场教学{VERDICT_NAMES[verdict]}", sentence, at=at)
    return made


def check_off(
    *, trip: Trip, checks: Sequence[Check], by: Actor, at: datetime
) -> list[tuple[str, str]]:
    """Keep checks that a device sends, each once however often it comes.

    Returns what cannot be kept as (id, sentence): the device then stops sending it. What was
    ticked before the roll closed counts whenever it comes.
    """
    known = queries.known_checks(trip.id, [one.id for one in checks])
    here = {row.id for row in queries.riders(trip.id)}
    refused = []
    for one in {one.id: one for one in checks}.values():
        if one.rider_id not in here or not 0 <= one.position <= len(trip.stops):
            refused.append((one.id, "这名学员或点位不在这次出行里。"))
        elif one.made_at > trip.roll_closes_at:
            refused.append((one.id, OVER))
        elif one.id not in known:
            session.add(
                TripCheck(
                    trip_id=trip.id, client_id=one.id, rider_id=one.rider_id, moment=one.moment,
                    position=one.position, is_present=one.is_present, made_at=one.made_at,
                    by_name=by.name, received_at=at,
                )
            )  # fmt: skip
    session.flush()
    if set(here) and len(checks) > len(known) + len(refused):
        new = len({one.id for one in checks}) - len(known) - len(refused)
        record("trips.check_off", trip, f"现场教学点名{new}条", by=by, at=at)
    return refused


def depart(
    *, trip: Trip, counts: Iterable[HeadCount], by: Actor, at: datetime
) -> list[tuple[str, str]]:
    """Keep head counts before departures; the first count of a place holds, sent again or not.

    Returns what cannot be kept as (id, sentence).
    """
    expected = len(queries.riders(trip.id))
    left = {row.position: row.client_id for row in queries.departures(trip.id)}
    refused = []
    for one in counts:
        faults = departure_faults(one.counted, expected, one.note)
        if one.position in left:
            if left[one.position] != one.id:
                refused.append((one.id, "这一站已经登记过出发，以先登记的为准。"))
        elif one.made_at > trip.roll_closes_at:
            refused.append((one.id, OVER))
        elif faults or not 0 <= one.position <= len(trip.stops):
            refused.append((one.id, "".join(faults) or "没有这个点位。"))
        else:
            left[one.position] = one.id
            session.add(
                TripDeparture(
                    trip_id=trip.id, client_id=one.id, position=one.position, counted=one.counted,
                    expected=expected, note=one.note.strip(), made_at=one.made_at,
                    by_name=by.name, received_at=at,
                )
            )  # fmt: skip
            sentence = f"“{trip.cohort.title}”点到{one.counted}人（应到{expected}人）后出发"
            record("trips.depart", trip, sentence, by=by, at=at, position=one.position)
    session.flush()
    return refused


def read_lists(*, trip: Trip, reason: str, viewer: Account, at: datetime) -> list[TripRider]:
    """Insurance and contact lists in the clear, once, for a reason that is written down."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(f"请写明导出的事由（至少{SHORTEST_REASON}个字）。")
    found = queries.riders_in_the_clear(trip.id)
    sentence = (
        f"导出“{trip.cohort.title}”出行的保险和联系名单{len(found)}人，事由：{reason.strip()}"
    )
    record("trips.read_lists", trip, sentence, by=viewer, at=at)
    return found


def report(*, trip: Trip, text: str, seen: int | None, by: Actor, at: datetime) -> None:
    """Write the report of a trip; Conflict on a stale form, Refused before it began."""
    trip.edited_from(seen)
    if at < trip.starts_at:
        raise Refused("还没有出发，出行之后再写报告。")
    if not text.strip():
        raise Refused("报告还是空的。")
    trip.report, trip.reported_by, trip.reported_at = text.strip(), by.name, at
    record("trips.report", trip, f"填写“{trip.cohort.title}”现场教学报告", by=by, at=at)


def add_photo(
    *, trip: Trip, content: bytes | Readable, name: str, caption: str, by: Account, at: datetime
) -> TripPhoto:
    """Keep a picture for the report; Refused for what is none or too large."""
    upload = store(content, name=name, owner_id=by.id, at=at, limit=PICTURE_LIMIT)
    expect(upload, (media.JPEG, media.PNG, media.WEBP))
    photo = TripPhoto(trip_id=trip.id, upload=upload, caption=caption.strip())
    session.add(photo)
    session.flush()
    record("trips.add_photo", photo, f"为“{trip.cohort.title}”现场教学添加照片", by=by, at=at)
    return photo


def remove_photo(*, trip: Trip, photo: TripPhoto, by: Actor, at: datetime) -> None:
    """Take a picture out of the report."""
    sentence = f"移出“{trip.cohort.title}”现场教学的一张照片"
    record("trips.remove_photo", photo, sentence, by=by, at=at)
    session.delete(photo)
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
    buses = queries.bus_faults(plates, span, apart_from=apart_from)
    places = queries.place_faults(draft, riders=len(learners))
    if buses or places:
        raise Refused(*buses.values(), *chain.from_iterable(places.values()))
    return span, learners


def _open_up(cohort: Cohort, draft: TripDraft, trip_id: int | None) -> tuple[TripDraft, list[str]]:
    wanted = _wanted(trip_id or 0, cohort, draft, "")
    riders = len(enrolments(cohort.id))
    against = queries.against(draft, wanted, riders=riders, apart_from=trip_id)
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
    known = {row.enrolment_id: row for row in queries.riders(trip.id)}
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
        holder=(queries.HOLDER, trip_id),
        label=label,
        cohort_id=None if lesson else cohort.id,
        venue_id=lesson.venue_id if lesson else None,
        person_id=lesson.instructor.person_id if lesson and lesson.instructor else None,
    )


def _lesson(cohort: Cohort, draft: TripDraft) -> Lesson | None:
    if draft.lesson_id is None:
        return None
    found = {one.id: one for one in queries.field_lessons(cohort.id)}.get(draft.lesson_id)
    if found is None:
        raise Refused("所选的课次不在这个班次的课程表上。")
    return found


def _refuse_over(trip: Trip, at: datetime) -> None:
    if at > trip.roll_closes_at:
        raise Refused("这次出行已经结束，不能再改乘车安排。")


def _refuse_cancelled(trip: Trip) -> None:
    if trip.is_cancelled:
        raise Refused("这次出行已经取消；要再去，请重新安排一次。")
