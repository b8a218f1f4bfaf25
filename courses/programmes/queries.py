"""Reading programmes and the courses usual in them."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from courses.programmes.models import Programme, ProgrammeCourse
from lms.ground.db import session
from lms.ground.errors import Missing

_COURSES = selectinload(Programme.courses).joinedload(ProgrammeCourse.course)


def programmes() -> list[Programme]:
    """All programmes in their order."""
    return list(session.scalars(select(Programme).order_by(Programme.position, Programme.id)))


def whole_programmes(search: str = "") -> list[Programme]:
    """The programmes that are called like this, in their order, with their usual courses."""
    statement = select(Programme).options(_COURSES).order_by(Programme.position, Programme.id)
    return list(session.scalars(statement.where(Programme.name.ilike(f"%{search}%"))))


def get_programme(programme_id: int) -> Programme:
    """The programme, or Missing."""
    return _there(find_programme(programme_id))


def get_whole_programme(programme_id: int) -> Programme:
    """The programme with its usual courses, or Missing."""
    wanted = select(Programme).options(_COURSES).where(Programme.id == programme_id)
    return _there(session.scalar(wanted))


def find_programme(programme_id: int | None) -> Programme | None:
    """The programme, if there is one of this number."""
    return session.get(Programme, programme_id) if programme_id is not None else None


def usual_courses(programme_id: int) -> list[ProgrammeCourse]:
    """The courses usual in a programme that can still be taught, in their order."""
    lines = session.scalars(
        select(ProgrammeCourse)
        .options(joinedload(ProgrammeCourse.course))
        .where(ProgrammeCourse.programme_id == programme_id)
        .order_by(ProgrammeCourse.position)
    )
    return [line for line in lines if line.course.retired_on is None]


def next_position() -> int:
    """The place after all programmes."""
    return (session.scalar(select(func.max(Programme.position))) or 0) + 1


def _there(programme: Programme | None) -> Programme:
    if programme is None:
        raise Missing("这个学堂系列")
    return programme
