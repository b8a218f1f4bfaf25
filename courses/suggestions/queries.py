"""Reading suggestions, and all that one is made from."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from courses.availability import queries as availability
from courses.availability.rules import Calendar
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort
from courses.faculty import queries as faculty
from courses.faculty.rules import InstructorState
from courses.suggestions.models import Suggestion
from courses.suggestions.rules.proposals import (
    HALVES,
    Line,
    Place,
    Teacher,
    Wish,
)
from courses.timetable.models import Lesson
from courses.timetable.queries import lessons as timetable
from courses.timetable.queries.rest import rest_on
from courses.timetable.rules import day_span, left_over
from courses.venues import queries as venues
from courses.venues.models import Booking
from courses.venues.rules import opening_fault
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.jobs.models import Job
from lms.ground.norms import queries as norms
from lms.ground.spans import Span

LOAD = timedelta(days=270)  # 「九个月没有请过」


def suggestions(cohort_id: int) -> list[Suggestion]:
    """The suggestions for a cohort with their jobs, the latest first."""
    statement = select(Suggestion).where(Suggestion.cohort_id == cohort_id)
    return list(
        session.scalars(
            statement.options(joinedload(Suggestion.job)).order_by(Suggestion.id.desc()).limit(20)
        )
    )


def get_suggestion(suggestion_id: int, account: Account) -> Suggestion:
    """The suggestion with cohort and job, for whoever may see the cohort; Missing otherwise."""
    found = session.scalar(
        select(Suggestion)
        .join(Suggestion.cohort)
        .where(Suggestion.id == suggestion_id, cohorts.cohort_scope(account))
        .options(joinedload(Suggestion.cohort), joinedload(Suggestion.job).joinedload(Job.result))
    )
    if found is None:
        raise Missing("这份排课建议")
    return found


def get_waiting(suggestion_id: int) -> Suggestion | None:
    """For the job: the suggestion if it has no lessons yet."""
    return session.scalar(
        select(Suggestion).where(Suggestion.id == suggestion_id, Suggestion.lessons.is_(None))
    )


def wish(cohort: Cohort, *, now: datetime) -> Wish:
    """What the plan of a cohort (with courses) lacks, who and what could be had for it.

    A fixed number of statements, however large the school.
    """
    scope = cohort.programme.code
    on = cohort.starts_on
    days = rest_on(on).taught_between(on, cohort.ends_on)
    times = timetable.usual_times(on=on)
    slots = tuple(day_span(day, *times[half]) for day in days for half in HALVES)
    taken = _taken(slots)
    hours = _scheduled(cohort.id)
    lines = [
        Line(
            line.course_id,
            line.course.title,
            line.course.form,
            left_over(line.hours, hours.get(line.course_id, Decimal(0))),
        )
        for line in cohort.courses
    ]
    loads, away = _loads(now), availability.calendars()
    closed = _closed(slots)
    return Wish(
        slots=slots,
        free=frozenset(range(len(slots))) - _busy(slots, taken, cohort_id=cohort.id),
        half_day=norms.value("hours.per_half_day", on=on, scope=scope),
        learners=cohorts.learner_counts([cohort.id])[cohort.id] or cohort.capacity,
        lines=tuple(line for line in lines if line.hours),
        teachers=tuple(
            Teacher(
                one.id,
                one.person.name,
                frozenset(line.course_id for line in one.teaches),
                _busy(slots, taken, person_id=one.person_id) | _away(slots, away.get(one.id)),
                loads.get(one.id, Decimal(0)),
            )
            for one in faculty.choosable()
            if one.state is InstructorState.IN_POOL
        ),
        places=tuple(
            Place(
                one.id,
                one.name,
                one.kind,
                one.capacity,
                _busy(slots, taken, venue_id=one.id) | closed.get(one.id, frozenset()),
            )
            for one in venues.open_venues(on=cohort.ends_on)
        ),
    )


def _taken(slots: tuple[Span, ...]) -> list[Booking]:
    """All bookings from the first to the last half-day."""
    if not slots:
        return []
    return venues.bookings_touching(Span(slots[0].start, slots[-1].end))


def _busy(slots: tuple[Span, ...], taken: list[Booking], **claimed: int) -> frozenset[int]:
    """The half-days in which a booking claims this venue, person or cohort."""
    ((column, value),) = claimed.items()
    spans = [Span(one.starts_at, one.ends_at) for one in taken if getattr(one, column) == value]
    return frozenset(
        number for number, slot in enumerate(slots) if any(slot.touches(span) for span in spans)
    )


def _away(slots: tuple[Span, ...], calendar: Calendar | None) -> frozenset[int]:
    """The half-days that do not suit an instructor."""
    if calendar is None:
        return frozenset()
    return frozenset(number for number, slot in enumerate(slots) if calendar.fault(slot))


def _closed(slots: tuple[Span, ...]) -> dict[int, frozenset[int]]:
    """The half-days in which a venue is blocked or not open, by venue."""
    if not slots:
        return {}
    hours, blocked = venues.openings(), venues.blocked_by_venue(Span(slots[0].start, slots[-1].end))
    return {
        venue_id: frozenset(
            number
            for number, slot in enumerate(slots)
            if opening_fault("", hours.get(venue_id, ()), slot)
            or any(slot.touches(one.span) for one in blocked.get(venue_id, ()))
        )
        for venue_id in {*hours, *blocked}
    }


def _scheduled(cohort_id: int) -> dict[int, Decimal]:
    """The 学时 that each course has on the cohort's timetable already."""
    rows = session.execute(
        select(Lesson.course_id, func.sum(Lesson.hours))
        .where(Lesson.cohort_id == cohort_id)
        .group_by(Lesson.course_id)
    )
    return dict(rows.all())


def _loads(now: datetime) -> dict[int, Decimal]:
    """The 学时 that each instructor taught in the last nine months or is going to teach."""
    rows = session.execute(
        select(Lesson.instructor_id, func.sum(Lesson.hours))
        .where(Lesson.starts_at > now - LOAD, Lesson.instructor_id.is_not(None))
        .group_by(Lesson.instructor_id)
    )
    return {number: hours for number, hours in rows if number is not None}
