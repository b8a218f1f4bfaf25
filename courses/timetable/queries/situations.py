"""What is known of a stretch of time: read once, in a fixed number of statements, however many
lessons are then looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from courses.availability.queries import calendars
from courses.availability.rules import Calendar
from courses.catalogue.models import Course
from courses.cohorts.models import Cohort, Enrolment
from courses.faculty.models import Instructor, Teaches
from courses.faculty.rules import INSTRUCTOR_STATE_NAMES, InstructorState
from courses.timetable.models import Lesson
from courses.timetable.queries.rest import REST_DAYS, WEEKDAYS, rest_of
from courses.timetable.rules import HOLDER, HalfDay, half_day_at, lesson_label
from courses.timetable.rules.conflicts import (
    CohortFacts,
    Conflict,
    InstructorFacts,
    SharedLearner,
    VenueFacts,
    Wanted,
    conflicts,
)
from courses.timetable.rules.rest import RestDays
from courses.venues import queries as bookings
from courses.venues.models import Venue
from courses.venues.rules import Booked, Claimed, Travel
from courses.venues.rules.diary import Diary, Holder, Row
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.norms import queries as norms
from lms.ground.people.models import Person
from lms.ground.spans import Span

PAID_HOURS = "timetable.paid_hours"
_MARGIN = timedelta(days=1)  # farther than any way; and the half-day that a lesson lies in
_Taught = dict[tuple[int, tuple[date, HalfDay]], dict[int, Decimal]]
_Shared = dict[int, tuple[SharedLearner, ...]]


class Planned(NamedTuple):
    """A lesson as plain values: reading these off is several times cheaper than off a row."""

    id: int
    cohort_id: int
    course_id: int
    starts_at: datetime
    ends_at: datetime
    hours: Decimal
    venue_id: int | None
    instructor_id: int | None


class Teacher(NamedTuple):
    """An instructor as plain values."""

    id: int
    person_id: int
    name: str
    state: InstructorState
    courses: frozenset[int]


@dataclass(frozen=True)
class Situation:
    """All that rules have to know of a stretch of time."""

    diary: Diary
    venues: dict[int, VenueFacts]
    teachers: dict[int, Teacher]
    courses: dict[int, str]
    travel: Travel
    calendars: dict[int, Calendar]
    taught: _Taught
    paid_hours: Decimal | None
    shared: _Shared
    rest: RestDays

    def against(
        self,
        cohort: CohortFacts,
        *,
        course_id: int,
        course_title: str,
        in_plan: bool,
        span: Span,
        venue_id: int | None,
        instructor_id: int | None,
        hours: Decimal,
        moving: int | None = None,
    ) -> list[Conflict]:
        """What stands against a lesson; `moving` is its own number, if it is planned already."""
        wanted = Wanted(
            cohort=cohort,
            course_title=course_title,
            span=span,
            venue=self._venue(venue_id),
            instructor=self._instructor(instructor_id, course_id, span, moving),
            hours=hours,
            in_plan=in_plan,
            shared=self.shared.get(cohort.id, ()),
        )
        own = (HOLDER, moving) if moving is not None else None
        return conflicts(wanted, self._near(wanted, own), self.travel, self.rest)

    def _venue(self, number: int | None) -> VenueFacts | None:
        return None if number is None else self.venues.get(number)

    def _instructor(
        self, number: int | None, course_id: int, span: Span, moving: int | None
    ) -> InstructorFacts | None:
        teacher = None if number is None else self.teachers.get(number)
        if teacher is None:
            return None
        calendar = self.calendars.get(teacher.id)
        taught = self.taught.get((teacher.id, half_day_at(span.start)), {})
        return InstructorFacts(
            person_id=teacher.person_id,
            name=teacher.name,
            in_pool=teacher.state is InstructorState.IN_POOL,
            state_name=INSTRUCTOR_STATE_NAMES[teacher.state],
            teaches_course=course_id in teacher.courses,
            away=calendar.fault(span) if calendar else "",
            hours=sum((h for lesson, h in taught.items() if lesson != moving), Decimal(0)),
            paid_hours=self.paid_hours,
        )

    def _near(self, wanted: Wanted, own: Holder | None) -> Iterator[Booked]:
        span, reach = wanted.span, self.travel.longest
        if wanted.venue is not None:
            yield from self.diary.around(Claimed.VENUE, wanted.venue.id, span, apart_from=own)
        if wanted.instructor is not None:
            person = wanted.instructor.person_id
            yield from self.diary.around(Claimed.PERSON, person, span, reach=reach, apart_from=own)
        cohort = wanted.cohort.id
        yield from self.diary.around(Claimed.COHORT, cohort, span, reach=reach, apart_from=own)
        for other in dict.fromkeys(one.cohort_id for one in wanted.shared):
            yield from self.diary.around(Claimed.COHORT, other, span)


def situation(
    span: Span, cohort_ids: Collection[int], *, instructors: Collection[int] = ()
) -> Situation:
    """What is known of `span` for lessons of these cohorts by these instructors, in a fixed
    number of statements."""
    wide = widened(span)
    return gathered(span, planned(wide), shared_learners(cohort_ids, wide), instructors)


def gathered(
    span: Span, rows: Sequence[Planned], shared: _Shared, instructors: Collection[int] = ()
) -> Situation:
    """What is known; `rows` are the lessons near the span that can stand in the way."""
    wide, on = widened(span), local(span.start).date()
    found = norms.in_force(PAID_HOURS, WEEKDAYS, REST_DAYS, on=on)
    paid = found.get(PAID_HOURS)
    rooms = _venues(wide)
    people = _teachers({*instructors, *(row.instructor_id for row in rows)})
    courses = _course_titles({row.course_id for row in rows})
    return Situation(
        Diary([*_claims(rows, rooms, people, courses), *bookings.claims(wide, besides=HOLDER)]),
        rooms,
        people,
        courses,
        bookings.travel(on=on),
        calendars(),
        _taught(rows),
        paid.value if paid else None,
        shared,
        rest_of(found),
    )


def shared_learners(cohort_ids: Collection[int], span: Span) -> _Shared:
    """Who of these cohorts is also a learner of another with anything on in `span`, in one
    statement."""
    here, there = aliased(Enrolment), aliased(Enrolment)
    statement = (
        select(here.cohort_id, Person.name, Cohort.id, Cohort.title)
        .join(here, here.person_id == Person.id)
        .join(there, there.person_id == Person.id)
        .join(Cohort, Cohort.id == there.cohort_id)
        .where(here.cohort_id.in_(cohort_ids), bookings.is_booked(there.cohort_id, span))
        .where(here.cohort_id != there.cohort_id)
        .where(here.withdrawn_on.is_(None), there.withdrawn_on.is_(None))
        .order_by(there.cohort_id, here.learner_number)
    )
    found: dict[int, list[SharedLearner]] = defaultdict(list)
    for cohort_id, name, other_id, title in session.execute(statement):
        found[cohort_id].append(SharedLearner(name, other_id, title))
    return {cohort_id: tuple(shared) for cohort_id, shared in found.items()}


def widened(span: Span) -> Span:
    """The span with as much around it as can stand in the way of what lies in it."""
    return Span(span.start - _MARGIN, span.end + _MARGIN)


def planned(span: Span, which: ColumnElement[bool] | None = None) -> list[Planned]:
    """The lessons that touch a span; `which` narrows them down."""
    columns = [getattr(Lesson, name) for name in Planned._fields]
    statement = select(*columns).where(Lesson.starts_at < span.end, Lesson.ends_at > span.start)
    rows = session.execute(statement if which is None else statement.where(which))
    return [Planned(*row) for row in rows]


def rivals(rows: Iterable[Planned], shared: _Shared) -> ColumnElement[bool]:
    """The lessons that claim what these claim, or whose learners sit in these too."""
    others = {one.cohort_id for learners in shared.values() for one in learners}
    return or_(
        Lesson.venue_id.in_({row.venue_id for row in rows}),
        Lesson.instructor_id.in_({row.instructor_id for row in rows}),
        Lesson.cohort_id.in_(others | {row.cohort_id for row in rows}),
    )


def _claims(
    rows: Sequence[Planned],
    rooms: dict[int, VenueFacts],
    people: dict[int, Teacher],
    courses: dict[int, str],
) -> Iterator[Row]:
    """What lessons have booked, from the lessons themselves: a third of the rows that their
    bookings would be."""
    titles = _cohort_titles({row.cohort_id for row in rows})
    for row in rows:
        teacher, room = people.get(row.instructor_id or 0), rooms.get(row.venue_id or 0)
        yield (
            HOLDER, row.id, row.starts_at, row.ends_at,
            lesson_label(titles[row.cohort_id], courses[row.course_id]),
            row.venue_id, room.name if room else None,
            teacher.person_id if teacher else None, teacher.name if teacher else None,
            row.cohort_id,
        )  # fmt: skip


def _venues(span: Span) -> dict[int, VenueFacts]:
    """What rules ask of all venues, by number."""
    openings, blocked = bookings.openings(), bookings.blocked_by_venue(span)
    rows = session.execute(select(Venue.id, Venue.name, Venue.capacity, Venue.closed_on))
    return {
        row.id: VenueFacts(*row, openings.get(row.id, ()), blocked.get(row.id, ())) for row in rows
    }


def _teachers(numbers: Collection[int | None]) -> dict[int, Teacher]:
    courses = defaultdict(set)
    wanted = select(Teaches.instructor_id, Teaches.course_id)
    for number, course_id in session.execute(wanted.where(Teaches.instructor_id.in_(numbers))):
        courses[number].add(course_id)
    rows = session.execute(
        select(Instructor.id, Instructor.person_id, Person.name, Instructor.state)
        .join(Instructor.person)
        .where(Instructor.id.in_(numbers))
    )
    return {row.id: Teacher(*row, frozenset(courses[row.id])) for row in rows}


def _course_titles(numbers: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(Course.id, Course.title).where(Course.id.in_(numbers)))
    return dict(rows.all())


def _cohort_titles(numbers: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(Cohort.id, Cohort.title).where(Cohort.id.in_(numbers)))
    return dict(rows.all())


def _taught(rows: Iterable[Planned]) -> _Taught:
    """The hours of every instructor's lessons, by half-day and lesson."""
    found: _Taught = defaultdict(dict)
    for row in rows:
        if row.instructor_id is not None:
            found[row.instructor_id, half_day_at(row.starts_at)][row.id] = row.hours
    return found
