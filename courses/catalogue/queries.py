"""Reading the catalogue of courses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, or_, select

from courses.catalogue.models import Course
from courses.catalogue.rules import CourseForm, CourseKind, CourseTheme
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate


@dataclass(frozen=True)
class Sought:
    """What the list of courses is narrowed by."""

    search: str = ""
    kind: CourseKind | None = None
    form: CourseForm | None = None
    theme: CourseTheme | None = None
    retired: bool = False


def courses(what: Sought, *, page: int | None = None) -> Page[Course]:
    """Courses by title: those that can be taught, or those that were retired."""
    return paginate(_narrowed(what), number=page)


def all_courses(what: Sought) -> list[Course]:
    """All of them, for a file."""
    return list(session.scalars(_narrowed(what)))


def teachable() -> list[Course]:
    """Every course that is not retired, by title."""
    return list(
        session.scalars(select(Course).where(Course.retired_on.is_(None)).order_by(Course.title))
    )


def get_course(course_id: int) -> Course:
    """The course, or Missing."""
    course = session.get(Course, course_id)
    if course is None:
        raise Missing("这门课程")
    return course


def courses_by_id(numbers: Collection[int]) -> dict[int, Course]:
    """These courses, in one statement."""
    return {one.id: one for one in session.scalars(select(Course).where(Course.id.in_(numbers)))}


def _narrowed(what: Sought) -> Select[Course]:
    kept = Course.retired_on.is_not(None) if what.retired else Course.retired_on.is_(None)
    statement = select(Course).where(kept).order_by(Course.title)
    if what.search:
        wanted = f"%{what.search}%"
        statement = statement.where(or_(Course.title.ilike(wanted), Course.summary.ilike(wanted)))
    if what.kind is not None:
        statement = statement.where(Course.kind == what.kind)
    if what.form is not None:
        statement = statement.where(Course.form == what.form)
    if what.theme is not None:
        statement = statement.where(Course.theme == what.theme)
    return statement
