"""Reading timetables: the planners' present one, and the last release for those who learn."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from courses.catalogue.models import Course
from courses.catalogue.rules import COURSE_FORM_NAMES
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort, Enrolment
from courses.faculty.models import Instructor
from courses.faculty.rules import INSTRUCTOR_STATE_NAMES, InstructorState
from courses.timetable.models import Lesson, TimetableRelease
from courses.timetable.rules import HalfDay, session_times
from courses.timetable.rules.conflicts import (
    CohortFacts,
    Conflict,
    InstructorFacts,
    SharedLearner,
    VenueFacts,
    Wanted,
    conflicts,
)
from courses.timetable.rules.releases import Entry, from_json
from courses.venues import queries as bookings
from courses.venues.models import Venue
from courses.venues.rules import Claimed
from lms.ground.access import Permission as P
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.people.models import Person
from lms.ground.spans import Span


def lesson_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Lesson (joined with Cohort): those of visible cohorts.

    Who only learns sees what was released (`shown_entries`), not the planners' draft.
    """
    released = exists().where(TimetableRelease.cohort_id == Lesson.cohort_id)
    visible = cohorts.cohort_scope(account)
    return visible if P.READ_COURSES in account.permissions else visible & released


def lessons(cohort_id: int) -> list[Lesson]:
    """The lessons of a cohort in order of time, with course, venue and instructor."""
    return list(session.scalars(_loaded().where(Lesson.cohort_id == cohort_id)))


def get_lesson(lesson_id: int, account: Account) -> Lesson:
    """The lesson with its cohort, or Missing for whoever may not see it."""
    lesson = session.scalar(
        _loaded().join(Lesson.cohort).where(Lesson.id == lesson_id, lesson_scope(account))
    )
    if lesson is None:
        raise Missing("这次课")
    return lesson


def lessons_touching(
    span: Span,
    account: Account,
    *,
    cohort_id: int | None = None,
    venue_id: int | None = None,
    instructor_id: int | None = None,
) -> list[Lesson]:
    """Every lesson within `span` that `account` may see, in order of time."""
    statement = (
        _loaded()
        .join(Lesson.cohort)
        .where(Lesson.starts_at < span.end, Lesson.ends_at > span.start, lesson_scope(account))
    )
    for column, wanted in (
        (Lesson.cohort_id, cohort_id),
        (Lesson.venue_id, venue_id),
        (Lesson.instructor_id, instructor_id),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return list(session.scalars(statement))


def entries(found: Iterable[Lesson]) -> list[Entry]:
    """Lessons as a timetable shows them."""
    return [_entry(lesson) for lesson in found]


def shown_entries(cohort: Cohort, account: Account) -> list[Entry]:
    """The present timetable for whoever reads courses, the last release for everybody else."""
    if P.READ_COURSES in account.permissions:
        return entries(lessons(cohort.id))
    release = find_last_release(cohort.id)
    return [] if release is None else released_entries(release)


def releases(cohort_id: int) -> list[TimetableRelease]:
    """All releases of a cohort's timetable, the latest first."""
    of_cohort = TimetableRelease.cohort_id == cohort_id
    wanted = select(TimetableRelease).where(of_cohort).order_by(TimetableRelease.number.desc())
    return list(session.scalars(wanted))


def find_last_release(cohort_id: int) -> TimetableRelease | None:
    """The release that is in force."""
    return next(iter(releases(cohort_id)), None)


def released_entries(release: TimetableRelease | None) -> list[Entry]:
    """What a release says, in order of time; nothing before the first."""
    found = [] if release is None else [from_json(plain) for plain in release.lessons]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.lesson_id))


def planned_hours(cohort_id: int) -> Decimal:
    """The 学时 of all lessons of the cohort."""
    hours = select(Lesson.hours).where(Lesson.cohort_id == cohort_id)
    return sum(session.scalars(hours), Decimal(0))


def load(instructor_id: int, *, since: datetime) -> list[Lesson]:
    """What an instructor has taught and will teach since an instant, the latest first."""
    statement = (
        _loaded()
        .where(Lesson.instructor_id == instructor_id, Lesson.starts_at >= since)
        .order_by(None)
        .order_by(Lesson.starts_at.desc())
    )
    return list(session.scalars(statement))


def conflicts_of(
    *,
    cohort: Cohort,
    course: Course,
    span: Span,
    venue: Venue | None,
    instructor: Instructor | None,
    moving: Lesson | None = None,
) -> list[Conflict]:
    """What stands against a lesson at this moment: reads only, for the form while it is filled."""
    own = ("lesson", moving.id) if moving is not None else None
    booked = bookings.booked(bookings.bookings_touching(span, apart_from=own))
    others = {one.id for one in booked if one.claimed is Claimed.COHORT and one.id != cohort.id}
    wanted = Wanted(
        cohort=cohort_facts(cohort),
        course_title=course.title,
        span=span,
        venue=venue_facts(venue),
        instructor=instructor_facts(instructor, course.id),
        in_plan=any(line.course_id == course.id for line in cohort.courses),
        shared=shared_learners(cohort.id, others),
    )
    return conflicts(wanted, booked)


def standing_conflicts(cohort: Cohort) -> list[tuple[Entry, Conflict]]:
    """What stands against the lessons as they are planned now.

    Claims keep double bookings out; but dates, seats, instructors and learners change after a
    lesson was planned. A fixed number of statements, however many lessons.
    """
    planned = lessons(cohort.id)
    if not planned:
        return []
    span = Span(planned[0].starts_at, max(lesson.ends_at for lesson in planned))
    touching = bookings.bookings_touching(span)
    others = {one.cohort_id for one in touching if one.cohort_id not in (None, cohort.id)}
    shared = shared_learners(cohort.id, [one for one in others if one is not None])
    facts, in_plan = cohort_facts(cohort), {line.course_id for line in cohort.courses}
    found = []
    for lesson in planned:
        wanted = Wanted(
            cohort=facts,
            course_title=lesson.course.title,
            span=lesson.span,
            venue=venue_facts(lesson.venue),
            instructor=instructor_facts(lesson.instructor, lesson.course_id),
            in_plan=lesson.course_id in in_plan,
            shared=shared,
        )
        of_others = [
            one for one in touching if (one.holder_kind, one.holder_id) != ("lesson", lesson.id)
        ]
        found += [(_entry(lesson), one) for one in conflicts(wanted, bookings.booked(of_others))]
    return found


def shared_learners(cohort_id: int, others: Collection[int]) -> tuple[SharedLearner, ...]:
    """Who of this cohort is also a learner of one of the `others`, in one statement."""
    if not others:
        return ()
    here, there = aliased(Enrolment), aliased(Enrolment)
    statement = (
        select(Person.name, Cohort.id, Cohort.title)
        .join(here, here.person_id == Person.id)
        .join(there, there.person_id == Person.id)
        .join(Cohort, Cohort.id == there.cohort_id)
        .where(here.cohort_id == cohort_id, there.cohort_id.in_(set(others)))
        .where(here.withdrawn_on.is_(None), there.withdrawn_on.is_(None))
        .order_by(there.cohort_id, here.learner_number)
    )
    return tuple(SharedLearner(*row) for row in session.execute(statement))


def usual_times(*, on: date) -> dict[HalfDay, tuple[time, time]]:
    """When a half-day's lessons begin and end, by the norms in force."""
    found = norms.in_force(*(f"timetable.{half}" for half in HalfDay), on=on)
    missing = [half for half in HalfDay if f"timetable.{half}" not in found]
    if missing:
        raise Missing(f"政策参数“timetable.{missing[0]}”")
    return {half: session_times(found[f"timetable.{half}"].text or "") for half in HalfDay}


def taken(span: Span, *, moving: Lesson | None) -> tuple[set[int], set[int]]:
    """The venues and the people that others have booked within `span`, by number."""
    own = ("lesson", moving.id) if moving is not None else None
    found = bookings.bookings_touching(span, apart_from=own)
    return (
        {one.venue_id for one in found if one.venue_id is not None},
        {one.person_id for one in found if one.person_id is not None},
    )


def cohort_facts(cohort: Cohort) -> CohortFacts:
    """What rules ask of a cohort."""
    learners = cohorts.learner_counts([cohort.id])[cohort.id]
    return CohortFacts(cohort.id, cohort.title, cohort.starts_on, cohort.ends_on, learners)


def venue_facts(venue: Venue | None) -> VenueFacts | None:
    """What rules ask of a venue."""
    if venue is None:
        return None
    return VenueFacts(venue.id, venue.name, venue.capacity, venue.closed_on)


def instructor_facts(instructor: Instructor | None, course_id: int) -> InstructorFacts | None:
    """What rules ask of an instructor; `person` and `teaches` must be loaded."""
    if instructor is None:
        return None
    return InstructorFacts(
        person_id=instructor.person_id,
        name=instructor.person.name,
        in_pool=instructor.state is InstructorState.IN_POOL,
        state_name=INSTRUCTOR_STATE_NAMES[instructor.state],
        teaches_course=any(line.course_id == course_id for line in instructor.teaches),
    )


def next_release_number(cohort_id: int) -> int:
    """The number that the next release gets."""
    latest = select(func.max(TimetableRelease.number))
    return (session.scalar(latest.where(TimetableRelease.cohort_id == cohort_id)) or 0) + 1


def _loaded() -> Select[Lesson]:
    return (
        select(Lesson)
        .options(
            joinedload(Lesson.course),
            joinedload(Lesson.venue),
            joinedload(Lesson.cohort),
            joinedload(Lesson.instructor).joinedload(Instructor.person),
            joinedload(Lesson.instructor).selectinload(Instructor.teaches),
        )
        .order_by(Lesson.starts_at, Lesson.id)
    )


def _entry(lesson: Lesson) -> Entry:
    instructor = lesson.instructor
    return Entry(
        lesson_id=lesson.id,
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at,
        course=lesson.course.title,
        form=COURSE_FORM_NAMES[lesson.form],
        hours=format(lesson.hours.normalize() + 0, "f"),
        venue=lesson.venue.name if lesson.venue else "",
        instructor=instructor.person.name if instructor else "",
        instructor_person_id=instructor.person_id if instructor else None,
        note=lesson.note,
        cohort_id=lesson.cohort_id,
        cohort=lesson.cohort.title,
    )
