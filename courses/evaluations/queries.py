"""Reading what can be judged, and what was said; who said what cannot be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select, true
from sqlalchemy.orm import joinedload

from courses.attendance.models import AttendanceMark
from courses.attendance.rules import THERE
from courses.catalogue.models import Course
from courses.cohorts.models import Enrolment
from courses.cohorts.queries import enrolments_of
from courses.evaluations.models import Ballot, BallotSlip
from courses.evaluations.rules import Group, Result, Scheme, result, scheme
from courses.faculty.models import Instructor
from courses.timetable.models import Lesson
from courses.timetable.queries.lessons import lesson_scope, whole_lessons
from courses.timetable.rules import half_day_of
from lms.ground.accounts.models import Account
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing, Refused
from lms.ground.norms import queries as norms
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person


@dataclass(frozen=True)
class Turn:
    """A lesson that a learner had, and whether it can still be judged."""

    lesson: Lesson
    enrolment_id: int
    was_there: bool
    is_done: bool
    is_open: bool

    @property
    def is_due(self) -> bool:
        return self.was_there and self.is_open and not self.is_done


def scheme_on(day: date) -> Scheme:
    """How lessons of a day are judged, by the norms in force; Missing without them."""
    numbers = norms.values("evaluation.least", "evaluation.days", on=day)
    return scheme(
        norms.text("evaluation.dimensions", on=day),
        norms.text("evaluation.grades", on=day),
        least=int(numbers["evaluation.least"]),
        days=int(numbers["evaluation.days"]),
    )


def turns(account: Account, *, at: datetime, since: datetime | None = None) -> list[Turn]:
    """Every lesson that this learner's cohorts had (`since` then), the latest first, in five
    statements.

    Who is marked as absent from the half-day was not there; while no sheet was taken everybody was.
    """
    enrolments = {one.cohort_id: one.id for one in enrolments_of(account)}
    if not enrolments:
        return []
    held = session.scalars(
        whole_lessons()
        .join(Lesson.cohort)
        .where(
            Lesson.cohort_id.in_(enrolments),
            Lesson.instructor_id.is_not(None),
            Lesson.ends_at <= at,
            true() if since is None else Lesson.starts_at >= since,
            lesson_scope(account),
        )
        .order_by(None)
        .order_by(Lesson.starts_at.desc())
    ).all()
    own = list(enrolments.values())
    rows = session.execute(
        select(
            AttendanceMark.enrolment_id, AttendanceMark.day, AttendanceMark.half_day,
            AttendanceMark.presence,
        ).where(AttendanceMark.enrolment_id.in_(own))
    )  # fmt: skip
    marked = {(number, day, half): presence for number, day, half, presence in rows}
    done = set(
        session.scalars(select(BallotSlip.lesson_id).where(BallotSlip.enrolment_id.in_(own)))
    )
    today = local(at).date()
    rules = scheme_on(today)
    found = []
    for lesson in held:
        number, day = enrolments[lesson.cohort_id], local(lesson.starts_at).date()
        presence = marked.get((number, day, half_day_of(lesson.span)))
        there = presence is None or presence in THERE
        is_open = rules.is_open(day, on=today)
        found.append(Turn(lesson, number, there, lesson.id in done, is_open))
    return found


def due(account: Account, *, at: datetime) -> Select[int]:
    """The numbers of the lessons that wait to be judged by this learner, for a statement around
    it; none while the norms do not say how."""
    try:
        since = at - timedelta(days=scheme_on(local(at).date()).days + 1)
        waiting = [one.lesson.id for one in turns(account, at=at, since=since) if one.is_due]
    except (Missing, Refused):
        waiting = []
    return select(Lesson.id).where(Lesson.id.in_(waiting))


def get_turn(lesson_id: int, account: Account, *, at: datetime) -> Turn:
    """The lesson for one of its learners, or Missing."""
    for turn in turns(account, at=at):
        if turn.lesson.id == lesson_id:
            return turn
    raise Missing("这次课")


def years() -> list[int]:
    """The years of which there are ballots, the latest first."""
    days = session.execute(select(func.min(Ballot.held_on), func.max(Ballot.held_on))).one()
    first, last = days
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def judged_instructors(year: int, *, search: str = "", page: int | None = None) -> Page[Instructor]:
    """Who was judged in a year, by name."""
    return paginate(_judged(year, search), number=page)


def all_judged_instructors(year: int, *, search: str = "") -> list[Instructor]:
    """All of them, for a file."""
    return list(session.scalars(_judged(year, search)))


def results(numbers: Collection[int], year: int, *, least: int) -> dict[int, Result]:
    """What may be told of each of these instructors, in one statement."""
    statement = (
        select(Ballot.instructor_id, Course.title, func.count(), func.sum(Ballot.points))
        .join(Ballot.course)
        .where(Ballot.instructor_id.in_(numbers), _in_year(year))
        .group_by(Ballot.instructor_id, Ballot.course_id, Course.title)
        .order_by(Course.title)
    )
    groups: dict[int, list[Group]] = defaultdict(list)
    for number, title, count, points in session.execute(statement):
        groups[number].append(Group(title, count, points))
    return {number: result(groups[number], least=least) for number in numbers}


def expected(numbers: Collection[int], year: int) -> dict[int, int]:
    """How many ballots there would be had everybody judged the lessons that anybody judged."""
    judged = (
        select(Ballot.lesson_id, Ballot.instructor_id)
        .distinct()
        .where(Ballot.instructor_id.in_(numbers), Ballot.lesson_id.is_not(None), _in_year(year))
        .subquery()
    )
    statement = (
        select(judged.c.instructor_id, func.count(Enrolment.id))
        .join(Lesson, Lesson.id == judged.c.lesson_id)
        .join(Enrolment, Enrolment.cohort_id == Lesson.cohort_id)
        .where(Enrolment.withdrawn_on.is_(None))
        .group_by(judged.c.instructor_id)
    )
    return dict.fromkeys(numbers, 0) | dict(session.execute(statement).all())


def ballots_of(instructor_id: int, year: int) -> list[Ballot]:
    """All ballots on an instructor with their courses, in an order that tells nothing."""
    wanted = select(Ballot).where(Ballot.instructor_id == instructor_id, _in_year(year))
    return list(session.scalars(wanted.options(joinedload(Ballot.course)).order_by(Ballot.id)))


def _judged(year: int, search: str) -> Select[Instructor]:
    said = exists().where(Ballot.instructor_id == Instructor.id, _in_year(year))
    statement = (
        select(Instructor)
        .join(Instructor.person)
        .options(joinedload(Instructor.person).joinedload(Person.unit))
        .where(said.correlate(Instructor))
        .order_by(Person.name, Instructor.id)
    )
    return statement.where(Person.name.ilike(f"%{search}%")) if search else statement


def _in_year(year: int) -> ColumnElement[bool]:
    return Ballot.held_on.between(date(year, 1, 1), date(year, 12, 31))
