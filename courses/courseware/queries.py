"""Reading how far the courseware of lessons is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort
from courses.courseware.models import CoursewareDue
from courses.courseware.rules import CoursewareState, Facts, state_of
from courses.faculty.models import Instructor
from courses.materials.models import Material
from courses.materials.rules import MaterialState
from courses.timetable.models import Lesson
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person


@dataclass(frozen=True)
class Line:
    """A lesson, what is asked for it, what is there for its course, and how far that is."""

    lesson: Lesson
    due: CoursewareDue | None
    materials: list[Material]
    state: CoursewareState


def lines_of(lessons: Sequence[Lesson], *, on: date) -> list[Line]:
    """These lessons as far as they have an instructor; two statements for any number."""
    taught = [lesson for lesson in lessons if lesson.instructor_id is not None]
    ids = [lesson.id for lesson in taught]
    dues = session.scalars(_loaded().where(CoursewareDue.lesson_id.in_(ids)))
    by_lesson = {due.lesson_id: due for due in dues}
    materials = _materials({lesson.course_id for lesson in taught})
    return [_line(lesson, by_lesson.get(lesson.id), materials, on) for lesson in taught]


def get_line(lesson: Lesson, *, on: date) -> Line:
    """One lesson; Missing when it has no instructor."""
    lines = lines_of([lesson], on=on)
    if not lines:
        raise Missing("这次课的授课教师")
    return lines[0]


def unpinned(*, at: datetime, on: date) -> list[Line]:
    """Every lesson to come for which something was asked and nothing is pinned."""
    statement = (
        _loaded()
        .join(CoursewareDue.lesson)
        .where(
            CoursewareDue.material_id.is_(None),
            Lesson.starts_at > at,
            Lesson.instructor_id.is_not(None),
        )
        .order_by(Lesson.starts_at)
    )
    dues = list(session.scalars(statement))
    materials = _materials({due.lesson.course_id for due in dues})
    return [_line(due.lesson, due, materials, on) for due in dues]


def asked_of(account: Account, *, at: datetime, on: date) -> list[Line]:
    """What the instructor with this log-in has to hand in, or has handed in, the next first."""
    statement = (
        _loaded()
        .join(CoursewareDue.lesson)
        .join(Lesson.instructor)
        .join(Instructor.person)
        .where(Person.account_id == account.id, Lesson.ends_at > at)
        .order_by(CoursewareDue.due_on)
    )
    dues = list(session.scalars(statement))
    materials = _materials({due.lesson.course_id for due in dues})
    return [_line(due.lesson, due, materials, on) for due in dues]


def owed_ids(account: Account, *, at: datetime) -> Select[int]:
    """What the instructor with this log-in was asked for and has handed in nothing of."""
    handed_in = exists().where(Material.course_id == Lesson.course_id)
    return (
        select(CoursewareDue.id)
        .join(CoursewareDue.lesson)
        .join(Lesson.instructor)
        .join(Instructor.person)
        .where(
            Person.account_id == account.id,
            Lesson.ends_at > at,
            CoursewareDue.material_id.is_(None),
            ~handed_in,
        )
    )


def find_due(lesson_id: int) -> CoursewareDue | None:
    """What is asked for a lesson."""
    return session.scalar(_loaded().where(CoursewareDue.lesson_id == lesson_id))


def get_due(lesson_id: int) -> CoursewareDue:
    """What is asked for a lesson; Missing when nothing is."""
    found = find_due(lesson_id)
    if found is None:
        raise Missing("这次课的课件要求")
    return found


def _line(
    lesson: Lesson, due: CoursewareDue | None, materials: dict[int, list[Material]], on: date
) -> Line:
    found = materials[lesson.course_id]
    facts = Facts(
        due_on=None if due is None else due.due_on,
        is_pinned=due is not None and due.material_id is not None,
        handed_in=frozenset(one.state for one in found),
    )
    approved = [one for one in found if one.state is MaterialState.APPROVED]
    return Line(lesson, due, approved, state_of(facts, on=on))


def _materials(course_ids: set[int]) -> dict[int, list[Material]]:
    by_course: dict[int, list[Material]] = defaultdict(list)
    statement = (
        select(Material)
        .options(joinedload(Material.upload))
        .where(Material.course_id.in_(course_ids))
        .order_by(Material.submitted_at.desc())
    )
    for one in session.scalars(statement):
        by_course[one.course_id].append(one)
    return by_course


def _loaded() -> Select[CoursewareDue]:
    lesson = joinedload(CoursewareDue.lesson)
    return select(CoursewareDue).options(
        joinedload(CoursewareDue.material).joinedload(Material.upload),
        lesson.joinedload(Lesson.course),
        lesson.joinedload(Lesson.cohort).joinedload(Cohort.adviser),
        lesson.joinedload(Lesson.instructor).joinedload(Instructor.person),
    )
