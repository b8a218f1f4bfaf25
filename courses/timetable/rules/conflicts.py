"""What stands against a wanted lesson, every conflict with its own sentence and severity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from courses.timetable.rules import HALF_DAY_NAMES, half_day_of
from courses.timetable.rules.rest import NO_REST, RestDays
from courses.venues.rules import (
    NO_TRAVEL,
    Blocked,
    Booked,
    Claimed,
    Opening,
    Travel,
    blocking_fault,
    clash,
    closed_fault,
    opening_fault,
    say_day,
    travel_fault,
)
from lms.ground.clock import local
from lms.ground.spans import Span


class ConflictKind(StrEnum):
    """What is wrong with a wanted lesson."""

    VENUE_TAKEN = "venue_taken"
    INSTRUCTOR_TAKEN = "instructor_taken"
    COHORT_TAKEN = "cohort_taken"
    OUTSIDE_DATES = "outside_dates"
    VENUE_CLOSED = "venue_closed"
    VENUE_BLOCKED = "venue_blocked"
    VENUE_NOT_OPEN = "venue_not_open"
    TOO_FEW_SEATS = "too_few_seats"
    NOT_IN_POOL = "not_in_pool"
    NOT_QUALIFIED = "not_qualified"
    INSTRUCTOR_AWAY = "instructor_away"
    TOO_FAR = "too_far"
    UNPAID_HOURS = "unpaid_hours"
    LEARNER_TAKEN = "learner_taken"
    NOT_IN_PLAN = "not_in_plan"
    REST_DAY = "rest_day"


class Severity(StrEnum):
    """Impossible, possible for a written reason, or only told."""

    REFUSE = "refuse"
    REASON = "reason"
    TELL = "tell"


SEVERITIES: Mapping[ConflictKind, Severity] = {
    ConflictKind.VENUE_TAKEN: Severity.REFUSE,
    ConflictKind.INSTRUCTOR_TAKEN: Severity.REFUSE,
    ConflictKind.COHORT_TAKEN: Severity.REFUSE,
    ConflictKind.OUTSIDE_DATES: Severity.REFUSE,
    ConflictKind.VENUE_CLOSED: Severity.REFUSE,
    ConflictKind.VENUE_BLOCKED: Severity.REFUSE,
    ConflictKind.VENUE_NOT_OPEN: Severity.REASON,
    ConflictKind.TOO_FEW_SEATS: Severity.REASON,
    ConflictKind.NOT_IN_POOL: Severity.REASON,
    ConflictKind.NOT_QUALIFIED: Severity.REASON,
    ConflictKind.INSTRUCTOR_AWAY: Severity.REASON,
    ConflictKind.TOO_FAR: Severity.REASON,
    ConflictKind.UNPAID_HOURS: Severity.TELL,
    ConflictKind.LEARNER_TAKEN: Severity.TELL,
    ConflictKind.NOT_IN_PLAN: Severity.TELL,
    ConflictKind.REST_DAY: Severity.TELL,
}
REASON_WANTED = "如确需这样安排，请填写理由。"


@dataclass(frozen=True)
class VenueFacts:
    """The venue of a wanted lesson."""

    id: int
    name: str
    capacity: int
    closed_on: date | None = None
    openings: tuple[Opening, ...] = ()
    blocked: tuple[Blocked, ...] = ()


class InstructorFacts(NamedTuple):
    """The instructor of a wanted lesson; `person_id` is what a booking claims.

    `away` is why he or she can't come then, in words; `hours` what else is taught in the same half-day, of
    which `paid_hours` are paid at most (None: no limit).
    """

    person_id: int
    name: str
    in_pool: bool = True
    state_name: str = "在库"
    teaches_course: bool = True
    away: str = ""
    hours: Decimal = Decimal(0)
    paid_hours: Decimal | None = None


@dataclass(frozen=True)
class CohortFacts:
    """The cohort of a wanted lesson."""

    id: int
    title: str
    starts_on: date
    ends_on: date
    learners: int


@dataclass(frozen=True)
class SharedLearner:
    """A learner of this cohort who is also one of the cohort `cohort_id`."""

    name: str
    cohort_id: int
    cohort_title: str


class Wanted(NamedTuple):
    """A lesson as somebody would like to have it."""

    cohort: CohortFacts
    course_title: str
    span: Span
    venue: VenueFacts | None = None
    instructor: InstructorFacts | None = None
    hours: Decimal = Decimal(0)
    in_plan: bool = True
    shared: tuple[SharedLearner, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """One thing that stands against a wanted lesson, said in a sentence."""

    kind: ConflictKind
    sentence: str

    @property
    def severity(self) -> Severity:
        return SEVERITIES[self.kind]


def conflicts(
    wanted: Wanted, booked: Iterable[Booked], travel: Travel = NO_TRAVEL, rest: RestDays = NO_REST
) -> list[Conflict]:
    """Everything that stands against `wanted`, the gravest first.

    `booked` are the bookings of others. Those that do not touch the wanted span are no clash
    (spans are half-open: back to back is none), but may be too far away to come from.
    """
    found = []
    for one in booked:
        touching = one.span.touches(wanted.span)
        found += _clashes(wanted, one) if touching else _too_far(wanted, one, travel)
    found += _wrong_day(wanted, rest)
    found += _venue_faults(wanted)
    found += _instructor_faults(wanted)
    if not wanted.in_plan:
        sentence = f"《{wanted.course_title}》不在“{wanted.cohort.title}”的教学计划里。"
        found.append(Conflict(ConflictKind.NOT_IN_PLAN, sentence))
    if not found:
        return []
    gravity = list(Severity)
    return sorted(dict.fromkeys(found), key=lambda one: gravity.index(one.severity))


def refusals(found: Iterable[Conflict], *, reason: str) -> list[str]:
    """The sentences for which a lesson is refused; a written reason lifts those that allow it."""
    hard, soft = [], []
    for conflict in found:
        if conflict.severity is Severity.REFUSE:
            hard.append(conflict.sentence)
        elif conflict.severity is Severity.REASON and not reason:
            soft.append(conflict.sentence)
    return [*hard, *soft, REASON_WANTED] if soft else hard


def _clashes(wanted: Wanted, one: Booked) -> list[Conflict]:
    """What an overlapping booking means for a wanted lesson."""
    if one.claimed is Claimed.VENUE:
        if wanted.venue is None or wanted.venue.id != one.id:
            return []
        return [Conflict(ConflictKind.VENUE_TAKEN, clash(one.name, one))]
    if one.claimed is Claimed.PERSON:
        if wanted.instructor is None or wanted.instructor.person_id != one.id:
            return []
        return [Conflict(ConflictKind.INSTRUCTOR_TAKEN, clash(f"{one.name}（授课教师）", one))]
    if one.id == wanted.cohort.id:
        return [Conflict(ConflictKind.COHORT_TAKEN, clash(f"“{wanted.cohort.title}”", one))]
    return [_learners_clash(wanted, one)] if _shared_with(wanted, one.id) else []


def _too_far(wanted: Wanted, one: Booked, travel: Travel) -> list[Conflict]:
    """Instructor or cohort comes from, or goes on to, a place that is too far away."""
    named = _comes_too(wanted, one)
    if not named or wanted.venue is None or one.place_id is None:
        return []
    needed = travel.between(one.place_id, wanted.venue.id)
    gap = max(wanted.span.start - one.span.end, one.span.start - wanted.span.end)
    if gap >= needed:
        return []
    sentence = travel_fault(named, one, wanted.venue.name, needed=needed, gap=gap)
    return [Conflict(ConflictKind.TOO_FAR, sentence)]


def _comes_too(wanted: Wanted, one: Booked) -> str:
    """How whoever is booked there and wanted here is called; empty for others."""
    if one.claimed is Claimed.COHORT and one.id == wanted.cohort.id:
        return f"“{wanted.cohort.title}”"
    taught = wanted.instructor is not None and wanted.instructor.person_id == one.id
    return one.name if one.claimed is Claimed.PERSON and taught else ""


def _shared_with(wanted: Wanted, cohort_id: int) -> list[SharedLearner]:
    return [one for one in wanted.shared if one.cohort_id == cohort_id]


def _learners_clash(wanted: Wanted, one: Booked) -> Conflict:
    shared = _shared_with(wanted, one.id)
    names = "、".join(learner.name for learner in shared[:3])
    told = names if len(shared) <= 3 else f"{names}等{len(shared)}人"
    return Conflict(
        ConflictKind.LEARNER_TAKEN, clash(f"{told}（同时是“{shared[0].cohort_title}”学员）", one)
    )


def _wrong_day(wanted: Wanted, rest: RestDays) -> list[Conflict]:
    """A lesson may end past midnight of the last day, but begin on no day outside."""
    day, cohort, found = local(wanted.span.start).date(), wanted.cohort, []
    if not cohort.starts_on <= day <= cohort.ends_on:
        dates = f"（{say_day(cohort.starts_on)}至{say_day(cohort.ends_on)}）"
        sentence = f"{say_day(day)}不在“{cohort.title}”的办班时间{dates}里。"
        found.append(Conflict(ConflictKind.OUTSIDE_DATES, sentence))
    if free := rest.why(day):
        found.append(Conflict(ConflictKind.REST_DAY, f"{say_day(day)}{free}。"))
    return found


def _venue_faults(wanted: Wanted) -> list[Conflict]:
    venue, found = wanted.venue, []
    if venue is None:
        return []
    if venue.closed_on is not None and venue.closed_on <= local(wanted.span.end).date():
        sentence = closed_fault(venue.name, venue.closed_on)
        found.append(Conflict(ConflictKind.VENUE_CLOSED, sentence))
    for blocked in venue.blocked:
        if blocked.span.touches(wanted.span):
            found.append(Conflict(ConflictKind.VENUE_BLOCKED, blocking_fault(venue.name, blocked)))
    closed = opening_fault(venue.name, venue.openings, wanted.span)
    if closed:
        found.append(Conflict(ConflictKind.VENUE_NOT_OPEN, closed))
    if venue.capacity < wanted.cohort.learners:
        sentence = (
            f"{venue.name}有{venue.capacity}个座位，“{wanted.cohort.title}”有"
            f"{wanted.cohort.learners}名学员，坐不下。"
        )
        found.append(Conflict(ConflictKind.TOO_FEW_SEATS, sentence))
    return found


def _instructor_faults(wanted: Wanted) -> list[Conflict]:
    instructor, found = wanted.instructor, []
    if instructor is None:
        return []
    if not instructor.in_pool:
        sentence = f"{instructor.name}在师资库里的状态是“{instructor.state_name}”，不是“在库”。"
        found.append(Conflict(ConflictKind.NOT_IN_POOL, sentence))
    if not instructor.teaches_course:
        sentence = f"{instructor.name}的主讲课程里没有《{wanted.course_title}》。"
        found.append(Conflict(ConflictKind.NOT_QUALIFIED, sentence))
    if instructor.away:
        sentence = f"{instructor.name}{instructor.away}。"
        found.append(Conflict(ConflictKind.INSTRUCTOR_AWAY, sentence))
    return found + _unpaid(wanted, instructor)


def _unpaid(wanted: Wanted, instructor: InstructorFacts) -> list[Conflict]:
    """财行〔2016〕540号: of the hours of a half-day only so many are paid."""
    hours = instructor.hours + wanted.hours
    if instructor.paid_hours is None or hours <= instructor.paid_hours:
        return []
    day = local(wanted.span.start).date()
    sentence = (
        f"{instructor.name}{say_day(day)}{HALF_DAY_NAMES[half_day_of(wanted.span)]}"
        f"共{hours:f}学时，超过{instructor.paid_hours:f}学时的部分不计讲课费。"
    )
    return [Conflict(ConflictKind.UNPAID_HOURS, sentence)]
