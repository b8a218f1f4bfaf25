"""What stands against lessons: those that are wanted, and those that are planned already.

All that rules have to know of a stretch of time is read once, in a fixed number of statements,
however many lessons are then looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from courses.availability.queries import calendars
from courses.availability.rules import Calendar
from courses.catalogue.models import Course
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort, CohortCourse, Enrolment
from courses.faculty.models import Instructor
from courses.faculty.rules import INSTRUCTOR_STATE_NAMES, InstructorState
from courses.timetable.models import Lesson
from courses.timetable.queries.lessons import entry, lessons
from courses.timetable.queries.rest import REST_DAYS, WEEKDAYS, rest_of
from courses.timetable.rules import HalfDay, half_day_of
from courses.timetable.rules.conflicts import (
    CohortFacts,
    Conflict,
    InstructorFacts,
    SharedLearner,
    VenueFacts,
    Wanted,
    conflicts,
)
from courses.timetable.rules.releases import Entry
from courses.timetable.rules.rest import RestDays
from courses.venues import queries as bookings
from courses.venues.models import Venue
from courses.venues.rules import Blocked, Booked, Claimed, Opening, Travel
from courses.venues.rules.diary import Diary, Holder
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.norms import queries as norms
from lms.ground.people.models import Person
from lms.ground.spans import Span

PAID_HOURS = "timetable.paid_hours"
_MARGIN = timedelta(days=1)  # farther than any way; and the half-day that a lesson lies in
_Taught = dict[tuple[int | None, date, HalfDay], dict[int, Decimal]]


@dataclass(frozen=True)
class Situation:
    """All that rules have to know of a stretch of time."""

    diary: Diary
    openings: dict[int, tuple[Opening, ...]]
    blocked: dict[int, tuple[Blocked, ...]]
    travel: Travel
    calendars: dict[int, Calendar]
    taught: _Taught
    paid_hours: Decimal | None
    shared: dict[int, tuple[SharedLearner, ...]]
    rest: RestDays

    def against(self, wanted: Wanted, *, moving: int | None = None) -> list[Conflict]:
        """What stands against a lesson; `moving` is its own number, if it is planned already."""
        own = ("lesson", moving) if moving is not None else None
        return conflicts(wanted, self._near(wanted, own), self.travel, self.rest)

    def venue(self, venue: Venue | None) -> VenueFacts | None:
        """What rules ask of a venue."""
        if venue is None:
            return None
        return VenueFacts(
            venue.id,
            venue.name,
            venue.capacity,
            venue.closed_on,
            self.openings.get(venue.id, ()),
            self.blocked.get(venue.id, ()),
        )

    def instructor(
        self, instructor: Instructor | None, course_id: int, span: Span, *, moving: int | None
    ) -> InstructorFacts | None:
        """What rules ask of an instructor (with `person` and `teaches`) for a lesson in `span`."""
        if instructor is None:
            return None
        key = instructor.id, local(span.start).date(), half_day_of(span)
        taught, calendar = self.taught.get(key, {}), self.calendars.get(instructor.id)
        return InstructorFacts(
            person_id=instructor.person_id,
            name=instructor.person.name,
            in_pool=instructor.state is InstructorState.IN_POOL,
            state_name=INSTRUCTOR_STATE_NAMES[instructor.state],
            teaches_course=any(line.course_id == course_id for line in instructor.teaches),
            away=calendar.fault(span) if calendar else "",
            hours=sum((h for number, h in taught.items() if number != moving), Decimal(0)),
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
    span: Span, cohort_ids: Collection[int], rows: Iterable[Any] | None = None
) -> Situation:
    """What is known of `span` for lessons of these cohorts, in eleven statements.

    `rows` are all lessons of the span, where they have been read already.
    """
    wide = Span(span.start - _MARGIN, span.end + _MARGIN)
    diary, on = bookings.diary(wide), local(span.start).date()
    found = norms.in_force(PAID_HOURS, WEEKDAYS, REST_DAYS, on=on)
    return Situation(
        diary,
        bookings.openings(),
        bookings.blocked_by_venue(wide),
        bookings.travel(on=on),
        calendars(),
        _taught(_planned(wide, None) if rows is None else rows),
        found[PAID_HOURS].value if PAID_HOURS in found else None,
        shared_learners(cohort_ids, diary.claims(Claimed.COHORT)),
        rest_of(found),
    )


def conflicts_of(
    *,
    cohort: Cohort,
    course: Course,
    span: Span,
    venue: Venue | None,
    instructor: Instructor | None,
    hours: Decimal = Decimal(0),
    moving: Lesson | None = None,
) -> list[Conflict]:
    """What stands against a lesson at this moment: reads only, for the form while it is filled."""
    known, number = situation(span, [cohort.id]), moving.id if moving else None
    wanted = Wanted(
        cohort=cohort_facts([cohort])[cohort.id],
        course_title=course.title,
        span=span,
        venue=known.venue(venue),
        instructor=known.instructor(instructor, course.id, span, moving=number),
        hours=hours,
        in_plan=any(line.course_id == course.id for line in cohort.courses),
        shared=known.shared.get(cohort.id, ()),
    )
    return known.against(wanted, moving=number)


def standing_conflicts(cohort: Cohort) -> list[tuple[Entry, Conflict]]:
    """What stands against the lessons of a cohort as they are planned now.

    Claims keep double bookings out; but dates, seats, instructors, venues and learners change
    after a lesson was planned.
    """
    shown = [entry(lesson) for lesson in lessons(cohort.id)]
    if not shown:
        return []
    span = Span(shown[0].starts_at, max(one.ends_at for one in shown))
    found = standing(span, Lesson.cohort_id == cohort.id)
    return [(one, conflict) for one in shown for conflict in found.get(one.lesson_id, ())]


def standing(span: Span, which: ColumnElement[bool] | None = None) -> dict[int, list[Conflict]]:
    """What stands against every planned lesson that touches `span`, by its number.

    `which` narrows the lessons down; lessons without a conflict are left out. Plain rows, and a
    fixed number of statements: a school year has thousands of lessons.
    """
    rows = _planned(span, which)
    cohort_ids = {row.cohort_id for row in rows}
    known = situation(span, cohort_ids, rows if which is None else None)
    facts, plans = _cohorts(cohort_ids)
    rooms = {one.id: known.venue(one) for one in venues_by_id({row.venue_id for row in rows})}
    people = {one.id: one for one in instructors_by_id({row.instructor_id for row in rows})}
    found = {}
    for row in rows:
        when = Span(row.starts_at, row.ends_at)
        instructor = people.get(row.instructor_id)
        wanted = Wanted(
            cohort=facts[row.cohort_id],
            course_title=row.title,
            span=when,
            venue=rooms.get(row.venue_id),
            instructor=known.instructor(instructor, row.course_id, when, moving=row.id),
            hours=row.hours,
            in_plan=(row.cohort_id, row.course_id) in plans,
            shared=known.shared.get(row.cohort_id, ()),
        )
        against = known.against(wanted, moving=row.id)
        if against:
            found[row.id] = against
    return found


def shared_learners(
    cohort_ids: Collection[int], others: Collection[int]
) -> dict[int, tuple[SharedLearner, ...]]:
    """Who of these cohorts is also a learner of one of the `others`, in one statement."""
    if not cohort_ids or not others:
        return {}
    here, there = aliased(Enrolment), aliased(Enrolment)
    statement = (
        select(here.cohort_id, Person.name, Cohort.id, Cohort.title)
        .join(here, here.person_id == Person.id)
        .join(there, there.person_id == Person.id)
        .join(Cohort, Cohort.id == there.cohort_id)
        .where(here.cohort_id.in_(cohort_ids), there.cohort_id.in_(others))
        .where(here.cohort_id != there.cohort_id)
        .where(here.withdrawn_on.is_(None), there.withdrawn_on.is_(None))
        .order_by(there.cohort_id, here.learner_number)
    )
    found: dict[int, list[SharedLearner]] = defaultdict(list)
    for cohort_id, name, other_id, title in session.execute(statement):
        found[cohort_id].append(SharedLearner(name, other_id, title))
    return {cohort_id: tuple(shared) for cohort_id, shared in found.items()}


def cohort_facts(found: Collection[Cohort]) -> dict[int, CohortFacts]:
    """What rules ask of cohorts, by number."""
    counts = cohorts.learner_counts([one.id for one in found])
    return {
        one.id: CohortFacts(one.id, one.title, one.starts_on, one.ends_on, counts[one.id])
        for one in found
    }


def taken(span: Span, *, moving: Lesson | None) -> tuple[set[int], set[int]]:
    """The venues and the people that others have booked within `span`, by number."""
    own = ("lesson", moving.id) if moving is not None else None
    found = bookings.bookings_touching(span, apart_from=own)
    return (
        {one.venue_id for one in found if one.venue_id is not None},
        {one.person_id for one in found if one.person_id is not None},
    )


def venues_by_id(numbers: Collection[int | None]) -> Sequence[Venue]:
    """These venues, in one statement."""
    return session.scalars(select(Venue).where(Venue.id.in_(numbers))).all()


def instructors_by_id(numbers: Collection[int | None]) -> Sequence[Instructor]:
    """These instructors with person and courses, in one statement and another for the courses."""
    wanted = select(Instructor).where(Instructor.id.in_(numbers))
    loaded = joinedload(Instructor.person), selectinload(Instructor.teaches)
    return session.scalars(wanted.options(*loaded)).all()


def _planned(span: Span, which: ColumnElement[bool] | None) -> Sequence[Any]:
    statement = (
        select(
            Lesson.id, Lesson.cohort_id, Lesson.course_id, Course.title, Lesson.starts_at,
            Lesson.ends_at, Lesson.hours, Lesson.venue_id, Lesson.instructor_id,
        )
        .join(Lesson.course)
        .where(Lesson.starts_at < span.end, Lesson.ends_at > span.start)
    )  # fmt: skip
    return session.execute(statement if which is None else statement.where(which)).all()


def _taught(rows: Iterable[Any]) -> _Taught:
    """The hours of every instructor's lessons, by half-day and lesson."""
    found: _Taught = defaultdict(dict)
    for row in rows:
        if row.instructor_id is not None:
            half = half_day_of(Span(row.starts_at, row.ends_at))
            found[row.instructor_id, local(row.starts_at).date(), half][row.id] = row.hours
    return found


def _cohorts(numbers: Collection[int]) -> tuple[dict[int, CohortFacts], set[tuple[int, int]]]:
    found = session.scalars(select(Cohort).where(Cohort.id.in_(numbers))).all()
    lines = session.execute(
        select(CohortCourse.cohort_id, CohortCourse.course_id).where(
            CohortCourse.cohort_id.in_(numbers)
        )
    )
    return cohort_facts(found), {(cohort_id, course_id) for cohort_id, course_id in lines}
