"""Reading the catalogue of courses."""

from __future__ import annotations

from sqlalchemy import or_, select

from courses.catalogue.models import Course
from courses.catalogue.rules import CourseForm, CourseKind, CourseTheme
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate


def courses(
    *,
    search: str = "",
    kind: CourseKind | None = None,
    form: CourseForm | None = None,
    theme: CourseTheme | None = None,
    retired: bool = False,
    page: int | None = None,
) -> Page[Course]:
    """Courses by title: those that can be taught, or those that were retired."""
    kept = Course.retired_on.is_not(None) if retired else Course.retired_on.is_(None)
    statement = select(Course).where(kept).order_by(Course.title)
    if search:
        wanted = f"%{search}%"
        statement = statement.where(or_(Course.title.ilike(wanted), Course.summary.ilike(wanted)))
    if kind is not None:
        statement = statement.where(Course.kind == kind)
    if form is not None:
        statement = statement.where(Course.form == form)
    if theme is not None:
        statement = statement.where(Course.theme == theme)
    return paginate(statement, number=page)


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
