"""Reading who taught how much: sums in SQL, a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select
from sqlalchemy.orm import joinedload

from courses.catalogue.models import Course
from courses.catalogue.rules import CourseTheme
from courses.cohorts.models import Cohort
from courses.faculty.models import Instructor
from courses.faculty.rules import InstructorCategory, InstructorState
from courses.loads.rules import Composition, Semester, composition
from courses.timetable.models import Lesson
from courses.timetable.rules import whole_days
from lms.ground.db import session
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person

Hours = dict[CourseTheme | None, Decimal]


@dataclass(frozen=True)
class Load:
    """What one instructor gives in a semester, and when the last lesson ever is or was."""

    hours: Decimal
    lessons: int
    last_at: datetime | None


def hours_by_category(semester: Semester) -> dict[InstructorCategory, Decimal]:
    """The hours of a semester by category of who gives them; lessons that nobody gives are out."""
    rows = session.execute(
        select(Instructor.category, func.sum(Lesson.hours))
        .join(Lesson.instructor)
        .where(_within(semester))
        .group_by(Instructor.category)
    )
    return dict(rows.all())


def scheduled(cohort_id: int) -> Hours:
    """The hours of a cohort's timetable by unit of the teaching plan."""
    rows = session.execute(
        select(Course.theme, func.sum(Lesson.hours))
        .join(Lesson.course)
        .where(Lesson.cohort_id == cohort_id)
        .group_by(Course.theme)
    )
    return dict(rows.all())


def planned(cohort: Cohort) -> Hours:
    """The same of the teaching plan (`courses` must be loaded)."""
    hours: Hours = {}
    for line in cohort.courses:
        hours[line.course.theme] = hours.get(line.course.theme, Decimal(0)) + line.hours
    return hours


def composed(cohort: Cohort, hours: Hours, *, on: date) -> Composition:
    """Hours against the norms in force for the cohort's programme."""
    scope = cohort.programme.code
    return composition(
        hours,
        theory=norms.fraction("teaching.theory_share", on=on, scope=scope),
        spirit=norms.fraction("teaching.spirit_share", on=on, scope=scope),
    )


def instructors_by_load(
    *, idle_since: datetime | None, search: str, page: int | None
) -> Page[Instructor]:
    """Who is in the pool, the longest without a lesson first.

    With `idle_since` only those whose last lesson lies before it; whoever has one to come is not
    idle.
    """
    last = _last()
    statement = (
        select(Instructor)
        .options(joinedload(Instructor.person).joinedload(Person.unit))
        .join(Instructor.person)
        .outerjoin(last, last.c.instructor_id == Instructor.id)
        .where(Instructor.state == InstructorState.IN_POOL)
        .order_by(last.c.last_at.is_not(None), last.c.last_at, Person.name, Instructor.id)
    )
    if idle_since is not None:
        statement = statement.where(or_(last.c.last_at.is_(None), last.c.last_at < idle_since))
    if search:
        statement = statement.where(Person.name.ilike(f"%{search}%"))
    return paginate(statement, number=page)


def loads(instructors: Sequence[Instructor], semester: Semester) -> dict[int, Load]:
    """What each of these gives in a semester: two statements."""
    ids = [one.id for one in instructors]
    sums = session.execute(
        select(Lesson.instructor_id, func.sum(Lesson.hours), func.count())
        .where(Lesson.instructor_id.in_(ids), _within(semester))
        .group_by(Lesson.instructor_id)
    )
    given = {number: (hours, lessons) for number, hours, lessons in sums}
    last = _last()
    wanted = select(last.c.instructor_id, last.c.last_at).where(last.c.instructor_id.in_(ids))
    latest = dict(session.execute(wanted).all())
    nothing = Decimal(0), 0
    return {number: Load(*given.get(number, nothing), latest.get(number)) for number in ids}


def _last() -> Subquery:
    """The last lesson of each instructor."""
    return (
        select(Lesson.instructor_id, func.max(Lesson.starts_at).label("last_at"))
        .where(Lesson.instructor_id.is_not(None))
        .group_by(Lesson.instructor_id)
        .subquery()
    )


def _within(semester: Semester) -> ColumnElement[bool]:
    span = whole_days(semester.first_day, semester.last_day)
    return and_(Lesson.starts_at >= span.start, Lesson.starts_at < span.end)
