"""Reading lessons: the planners' present timetable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import joinedload

from courses.catalogue.models import Course
from courses.catalogue.rules import COURSE_FORM_NAMES
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort
from courses.faculty.models import Instructor
from courses.timetable.models import Lesson, TimetableRelease
from courses.timetable.rules import HalfDay, session_times, whole_days
from courses.timetable.rules.arrangement import Arrangement
from courses.timetable.rules.releases import Entry
from courses.venues.models import Venue
from lms.ground.access import Permission as P
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
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
    return list(session.scalars(whole_lessons().where(Lesson.cohort_id == cohort_id)))


def get_lesson(lesson_id: int, account: Account) -> Lesson:
    """The lesson with its cohort, or Missing for whoever may not see it."""
    lesson = session.scalar(
        whole_lessons().join(Lesson.cohort).where(Lesson.id == lesson_id, lesson_scope(account))
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
        whole_lessons()
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


@dataclass(frozen=True)
class Sought:
    """What a list of lessons is narrowed by; `since` and `until` are days, both included."""

    search: str = ""
    since: date | None = None
    until: date | None = None


def sought(what: Sought, account: Account) -> Select[Lesson]:
    """Lessons that `account` may see, in order of time; a word finds course, cohort, instructor
    or venue."""
    statement = whole_lessons().join(Lesson.cohort).where(lesson_scope(account))
    if what.since is not None:
        statement = statement.where(Lesson.ends_at > whole_days(what.since, what.since).start)
    if what.until is not None:
        statement = statement.where(Lesson.starts_at < whole_days(what.until, what.until).end)
    if what.search:
        word = f"%{what.search}%"
        taught = select(Instructor.id).join(Instructor.person).where(Person.name.ilike(word))
        found = (
            Cohort.title.ilike(word),
            Lesson.course_id.in_(select(Course.id).where(Course.title.ilike(word))),
            Lesson.venue_id.in_(select(Venue.id).where(Venue.name.ilike(word))),
            Lesson.instructor_id.in_(taught),
        )
        statement = statement.where(or_(*found))
    return statement


def lessons_page(what: Sought, account: Account, *, page: int | None) -> Page[Lesson]:
    """A page of them."""
    return paginate(sought(what, account), number=page)


def all_lessons(what: Sought, account: Account) -> list[Lesson]:
    """All of them, for a file."""
    return list(session.scalars(sought(what, account)))


def entries(found: Iterable[Lesson]) -> list[Entry]:
    """Lessons as a timetable shows them."""
    return [entry(lesson) for lesson in found]


def entry(lesson: Lesson) -> Entry:
    """A lesson as a timetable shows it."""
    instructor = lesson.instructor
    return Entry(
        lesson_id=lesson.id,
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at,
        course=lesson.course.title,
        form=COURSE_FORM_NAMES[lesson.form],
        hours=format(lesson.hours.normalize() + 0, "f"),
        venue=lesson.venue.name if lesson.venue else "",
        venue_id=lesson.venue_id,
        instructor=instructor.person.name if instructor else "",
        instructor_title=_title(instructor) if instructor else "",
        instructor_person_id=instructor.person_id if instructor else None,
        host=lesson.host,
        note=lesson.note,
        cohort_id=lesson.cohort_id,
        cohort=lesson.cohort.title,
    )


def arrangement(lesson: Lesson) -> Arrangement:
    """How a lesson is arranged."""
    return Arrangement(
        course_id=lesson.course.id,
        form=lesson.form,
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at,
        hours=lesson.hours,
        venue_id=lesson.venue.id if lesson.venue else None,
        instructor_id=lesson.instructor.id if lesson.instructor else None,
        host=lesson.host,
        note=lesson.note,
    )


def planned_hours(cohort_id: int) -> Decimal:
    """The 学时 of all lessons of the cohort."""
    hours = select(Lesson.hours).where(Lesson.cohort_id == cohort_id)
    return sum(session.scalars(hours), Decimal(0))


def load(instructor_id: int, *, since: datetime) -> list[Lesson]:
    """What an instructor has taught and will teach since an instant, the latest first."""
    statement = (
        whole_lessons()
        .where(Lesson.instructor_id == instructor_id, Lesson.starts_at >= since)
        .order_by(None)
        .order_by(Lesson.starts_at.desc())
    )
    return list(session.scalars(statement))


def usual_times(*, on: date) -> dict[HalfDay, tuple[time, time]]:
    """When a half-day's lessons begin and end, by the norms in force."""
    found = norms.in_force(*(f"timetable.{half}" for half in HalfDay), on=on)
    missing = [half for half in HalfDay if f"timetable.{half}" not in found]
    if missing:
        raise Missing(f"政策参数“timetable.{missing[0]}”")
    return {half: session_times(found[f"timetable.{half}"].text or "") for half in HalfDay}


def whole_lessons() -> Select[Lesson]:
    """Everybody's lessons with all that is shown of them, in order of time."""
    return (
        select(Lesson)
        .options(
            joinedload(Lesson.course),
            joinedload(Lesson.venue),
            joinedload(Lesson.cohort),
            joinedload(Lesson.instructor).joinedload(Instructor.person).joinedload(Person.unit),
            joinedload(Lesson.instructor).selectinload(Instructor.teaches),
        )
        .order_by(Lesson.starts_at, Lesson.id)
    )


def _title(instructor: Instructor) -> str:
    """Unit, post and title, as a printed timetable names an instructor."""
    person = instructor.person
    named = (person.unit.name if person.unit else "", person.post, instructor.title)
    return " ".join(dict.fromkeys(one for one in named if one))
