"""Reading the faculty pool."""

from __future__ import annotations

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from courses.catalogue.models import Course
from courses.faculty.models import Instructor, Teaches
from courses.faculty.rules import InstructorCategory, InstructorState
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.people.queries import visible_people


def instructors(
    *,
    search: str = "",
    category: InstructorCategory | None = None,
    state: InstructorState | None = None,
    page: int | None = None,
) -> Page[Instructor]:
    """Instructors by name with person, unit and courses."""
    statement = _loaded().join(Instructor.person).order_by(Person.name, Instructor.id)
    if search:
        wanted = f"%{search}%"
        statement = statement.where(
            or_(Person.name.ilike(wanted), Instructor.subjects.ilike(wanted))
        )
    if category is not None:
        statement = statement.where(Instructor.category == category)
    if state is not None:
        statement = statement.where(Instructor.state == state)
    return paginate(statement, number=page)


def choosable() -> list[Instructor]:
    """Everybody who is not out of the pool, by name, with person and courses."""
    present = Instructor.state != InstructorState.OUT
    statement = _loaded().join(Instructor.person).where(present).order_by(Person.name)
    return list(session.scalars(statement))


def get_instructor(instructor_id: int) -> Instructor:
    """The instructor with person, unit and courses; Missing otherwise."""
    instructor = session.scalar(_loaded().where(Instructor.id == instructor_id))
    if instructor is None:
        raise Missing("这位教师")
    return instructor


def find_instructor_of(account: Account) -> Instructor | None:
    """The instructor whose log-in this is."""
    return session.scalar(_loaded().join(Instructor.person).where(Person.account_id == account.id))


def get_instructor_of(account: Account) -> Instructor:
    """The instructor whose log-in this is, or Missing."""
    instructor = find_instructor_of(account)
    if instructor is None:
        raise Missing("与此账号对应的师资信息")
    return instructor


def get_taught_course(course_id: int, account: Account) -> Course:
    """The course, for an instructor who can teach it; Missing for everybody else."""
    course = session.scalar(
        select(Course)
        .join(Teaches, Teaches.course_id == Course.id)
        .join(Teaches.instructor)
        .join(Instructor.person)
        .where(Course.id == course_id, Person.account_id == account.id)
    )
    if course is None:
        raise Missing("您主讲的这门课程")
    return course


def people_outside_pool(account: Account, *, search: str) -> list[Person]:
    """People whom `account` may see and who are no instructors yet, found by name."""
    if not search:
        return []
    pooled = exists().where(Instructor.person_id == Person.id)
    wanted = visible_people(account).where(Person.name.ilike(f"%{search}%"), ~pooled)
    return list(session.scalars(wanted.limit(50)))


def _loaded() -> Select[Instructor]:
    return select(Instructor).options(
        joinedload(Instructor.person).joinedload(Person.unit),
        selectinload(Instructor.teaches).joinedload(Teaches.course),
    )
