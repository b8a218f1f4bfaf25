"""Reading the faculty pool."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from courses.catalogue.models import Course
from courses.faculty.models import Appointment, Instructor, Teaches
from courses.faculty.rules import InstructorCategory, InstructorState
from courses.faculty.rules.life import Limits, Standing
from lms.ground.accounts.models import Account
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.people.queries import visible_people


@dataclass(frozen=True)
class Wanted:
    """What a list of instructors is narrowed by; nothing set means everybody.

    `term_ends_by`: in the pool, and the last term ends on that day or before.
    """

    search: str = ""
    category: InstructorCategory | None = None
    state: InstructorState | None = None
    course_id: int | None = None
    term_ends_by: date | None = None


def instructors(wanted: Wanted, *, page: int | None = None) -> Page[Instructor]:
    """Instructors by name with person, unit, courses and terms."""
    return paginate(_narrowed(wanted), number=page)


def all_instructors(wanted: Wanted) -> list[Instructor]:
    """The same, all of them, with their steps: for a file."""
    return list(session.scalars(_narrowed(wanted).options(selectinload(Instructor.steps))))


def choosable() -> list[Instructor]:
    """Everybody who is not out of the pool, by name, with person and courses."""
    present = Instructor.state != InstructorState.OUT
    statement = _loaded().join(Instructor.person).where(present).order_by(Person.name)
    return list(session.scalars(statement))


def get_instructor(instructor_id: int) -> Instructor:
    """The instructor with person, unit, courses, steps, terms and photo; Missing otherwise."""
    instructor = session.scalar(_whole().where(Instructor.id == instructor_id))
    if instructor is None:
        raise Missing("这位教师")
    return instructor


def instructors_by_id(numbers: Collection[int | None]) -> dict[int, Instructor]:
    """These instructors, loaded as the lists show them."""
    return {one.id: one for one in session.scalars(_loaded().where(Instructor.id.in_(numbers)))}


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


def get_appointment(appointment_id: int) -> Appointment:
    """One term with its letter and the instructor; Missing otherwise."""
    found = session.scalar(
        select(Appointment)
        .options(
            joinedload(Appointment.letter),
            joinedload(Appointment.instructor)
            .joinedload(Instructor.person)
            .joinedload(Person.unit),
        )
        .where(Appointment.id == appointment_id)
    )
    if found is None:
        raise Missing("这次聘任")
    return found


def letters_of(year: int) -> int:
    """How many letters of appointment a year has."""
    counted = select(func.count()).where(Appointment.number.like(f"聘〔{year}〕%"))
    return session.scalar(counted) or 0


def standing(instructor: Instructor) -> Standing:
    """What the next step depends on (`get_instructor` loads it)."""
    left = next(
        (one for one in reversed(instructor.steps) if one.state is InstructorState.OUT), None
    )
    return Standing(
        state=instructor.state,
        is_vetted=bool(instructor.vetting),
        courses=len(instructor.teaches),
        term=instructor.term,
        left_on=None if left is None else local(left.at).date(),
        left_for=None if left is None else left.cause,
    )


def limits(*, on: date) -> Limits:
    """What the norms in force say about steps."""
    found = norms.values("faculty.trial_score", "faculty.return_months", on=on)
    return Limits(found["faculty.trial_score"], int(found["faculty.return_months"]))


def people_outside_pool(account: Account, *, search: str) -> list[Person]:
    """People whom `account` may see and who are no instructors yet, found by name."""
    if not search:
        return []
    pooled = exists().where(Instructor.person_id == Person.id)
    wanted = visible_people(account).where(Person.name.ilike(f"%{search}%"), ~pooled)
    return list(session.scalars(wanted.limit(50)))


def _narrowed(wanted: Wanted) -> Select[Instructor]:
    statement = _loaded().join(Instructor.person).order_by(Person.name, Instructor.id)
    if wanted.search:
        like = f"%{wanted.search}%"
        statement = statement.where(or_(Person.name.ilike(like), Instructor.subjects.ilike(like)))
    if wanted.category is not None:
        statement = statement.where(Instructor.category == wanted.category)
    if wanted.state is not None:
        statement = statement.where(Instructor.state == wanted.state)
    if wanted.course_id is not None:
        teaches = Instructor.teaches.any(Teaches.course_id == wanted.course_id)
        statement = statement.where(teaches)
    if wanted.term_ends_by is not None:
        last = select(func.max(Appointment.ends_on)).where(
            Appointment.instructor_id == Instructor.id
        )
        ending = last.correlate(Instructor).scalar_subquery() <= wanted.term_ends_by
        statement = statement.where(ending, Instructor.state == InstructorState.IN_POOL)
    return statement


def _whole() -> Select[Instructor]:
    return _loaded().options(
        selectinload(Instructor.steps),
        selectinload(Instructor.appointments).joinedload(Appointment.letter),
        joinedload(Instructor.photo),
    )


def _loaded() -> Select[Instructor]:
    return select(Instructor).options(
        joinedload(Instructor.person).joinedload(Person.unit),
        selectinload(Instructor.teaches).joinedload(Teaches.course),
        selectinload(Instructor.appointments),
    )
