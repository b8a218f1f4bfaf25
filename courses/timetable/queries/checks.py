"""What stands against lessons: those that are wanted, and those that are planned already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import ColumnElement, select

from courses.catalogue.models import Course
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort, CohortCourse
from courses.faculty.models import Instructor
from courses.timetable.models import Lesson
from courses.timetable.queries.lessons import entry, lessons
from courses.timetable.queries.situations import (
    Planned,
    Situation,
    gathered,
    planned,
    rivals,
    shared_learners,
    situation,
    widened,
)
from courses.timetable.rules import HOLDER
from courses.timetable.rules.arrangement import Arrangement
from courses.timetable.rules.conflicts import (
    CohortFacts,
    Conflict,
)
from courses.timetable.rules.releases import Entry
from courses.venues import queries as bookings
from courses.venues.models import Venue
from lms.ground.db import session
from lms.ground.spans import Span, around


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
    number, teacher = moving.id if moving else None, instructor.id if instructor else None
    known = situation(span, [cohort.id], instructors=[] if teacher is None else [teacher])
    return known.against(
        cohort_facts([cohort])[cohort.id],
        course_id=course.id,
        course_title=course.title,
        in_plan=any(line.course_id == course.id for line in cohort.courses),
        span=span,
        venue_id=venue.id if venue else None,
        instructor_id=teacher,
        hours=hours,
        moving=number,
    )


def conflicts_of_all(cohort: Cohort, wanted: Sequence[Arrangement]) -> list[list[Conflict]]:
    """What stands against each of these lessons of a cohort (with courses) that are wanted
    together, by others and among themselves, in a fixed number of statements."""
    if not wanted:
        return []
    # Numbers that no lesson has: to the rules it is as if they were planned already.
    rows = [
        Planned(
            -number, cohort.id, one.course_id, one.starts_at, one.ends_at, one.hours,
            one.venue_id, one.instructor_id,
        )
        for number, one in enumerate(wanted, start=1)
    ]  # fmt: skip
    span = around(one.span for one in wanted)
    wide = widened(span)
    known = gathered(span, [*planned(wide), *rows], shared_learners([cohort.id], wide))
    plans = {(cohort.id, line.course_id) for line in cohort.courses}
    facts = cohort_facts([cohort])[cohort.id]
    return [_against(known, row, facts, plans) for row in rows]


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
    wide = widened(span)
    rows = planned(wide) if which is None else planned(span, which)
    cohort_ids = {row.cohort_id for row in rows}
    shared = shared_learners(cohort_ids, wide)
    known = gathered(span, rows if which is None else planned(wide, rivals(rows, shared)), shared)
    facts, plans = _cohorts(cohort_ids)
    found = {}
    for row in rows:
        if row.starts_at >= span.end or row.ends_at <= span.start:
            continue
        against = _against(known, row, facts[row.cohort_id], plans)
        if against:
            found[row.id] = against
    return found


def _against(
    known: Situation, row: Planned, facts: CohortFacts, plans: Collection[tuple[int, int]]
) -> list[Conflict]:
    return known.against(
        facts,
        course_id=row.course_id,
        course_title=known.courses[row.course_id],
        in_plan=(row.cohort_id, row.course_id) in plans,
        span=Span(row.starts_at, row.ends_at),
        venue_id=row.venue_id,
        instructor_id=row.instructor_id,
        hours=row.hours,
        moving=row.id,
    )


def cohort_facts(found: Collection[Cohort]) -> dict[int, CohortFacts]:
    """What rules ask of cohorts, by number."""
    counts = cohorts.learner_counts([one.id for one in found])
    return {
        one.id: CohortFacts(one.id, one.title, one.starts_on, one.ends_on, counts[one.id])
        for one in found
    }


def taken(span: Span, *, moving: Lesson | None) -> tuple[set[int], set[int]]:
    """The venues and the people that others have booked within `span`, by number."""
    own = (HOLDER, moving.id) if moving is not None else None
    found = bookings.bookings_touching(span, apart_from=own)
    return (
        {one.venue_id for one in found if one.venue_id is not None},
        {one.person_id for one in found if one.person_id is not None},
    )


def _cohorts(numbers: Collection[int]) -> tuple[dict[int, CohortFacts], set[tuple[int, int]]]:
    found = session.scalars(select(Cohort).where(Cohort.id.in_(numbers))).all()
    lines = session.execute(
        select(CohortCourse.cohort_id, CohortCourse.course_id).where(
            CohortCourse.cohort_id.in_(numbers)
        )
    )
    return cohort_facts(found), {(cohort_id, course_id) for cohort_id, course_id in lines}
