"""Reading invitations: by lesson for the office, by token for a stranger, by account for oneself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from courses.availability import queries as availability
from courses.cohorts.models import Cohort
from courses.faculty import queries as faculty
from courses.faculty.models import Instructor
from courses.faculty.rules import InstructorState
from courses.invitations.models import Invitation
from courses.invitations.rules import Answer, looks_like_token
from courses.timetable.models import Lesson
from courses.venues import queries as bookings
from lms.ground.access import Role
from lms.ground.accounts.models import Account, Grant
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.spans import Span


@dataclass(frozen=True)
class Line:
    """A lesson that somebody is to give, and the last invitation to it."""

    lesson: Lesson
    invitation: Invitation | None


def lines_of(lessons: Sequence[Lesson]) -> list[Line]:
    """These lessons as far as they have an instructor, each with its last invitation."""
    taught = [lesson for lesson in lessons if lesson.instructor_id is not None]
    latest = _latest([lesson.id for lesson in taught])
    return [Line(lesson, latest.get(lesson.id)) for lesson in taught]


def coming(*, at: datetime, page: int | None) -> Page[Lesson]:
    """Every lesson from now on that has an instructor, the next first, with its cohort."""
    statement = (
        select(Lesson)
        .options(
            joinedload(Lesson.cohort),
            joinedload(Lesson.course),
            joinedload(Lesson.venue),
            joinedload(Lesson.instructor).joinedload(Instructor.person),
        )
        .where(Lesson.starts_at > at, Lesson.instructor_id.is_not(None))
        .order_by(Lesson.starts_at, Lesson.id)
    )
    return paginate(statement, number=page)


def get_invitation(invitation_id: int) -> Invitation:
    """The invitation with all that it names; Missing otherwise."""
    found = session.scalar(_loaded().where(Invitation.id == invitation_id))
    if found is None:
        raise Missing("这次邀请")
    return found


def find_by_token(token: str) -> Invitation | None:
    """The invitation whose link holds this token; None for any other text."""
    if not looks_like_token(token):
        return None
    wanted = Invitation.token_hash == sha256(token.encode()).hexdigest()
    return session.scalar(_loaded().where(wanted))


def find_last(lesson_id: int) -> Invitation | None:
    """The last invitation to a lesson."""
    wanted = _loaded().where(Invitation.lesson_id == lesson_id)
    return session.scalar(wanted.order_by(Invitation.id.desc()).limit(1))


def mine(account: Account, *, since: datetime) -> list[Invitation]:
    """What the instructor with this log-in is or was asked for, from an instant on."""
    statement = (
        _loaded()
        .join(Invitation.instructor)
        .join(Instructor.person)
        .join(Invitation.lesson)
        .where(Person.account_id == account.id, Lesson.ends_at > since)
        .order_by(Lesson.starts_at, Invitation.id.desc())
    )
    return list(session.scalars(statement))


def get_mine(invitation_id: int, account: Account) -> Invitation:
    """One's own invitation; Missing when it is somebody else's."""
    statement = _loaded().join(Invitation.instructor).join(Instructor.person)
    wanted = statement.where(Invitation.id == invitation_id, Person.account_id == account.id)
    found = session.scalar(wanted)
    if found is None:
        raise Missing("这次邀请")
    return found


def waiting_ids(account: Account, *, at: datetime) -> Select[int]:
    """The invitations that the instructor with this log-in may still answer."""
    return (
        _fitting(at)
        .join(Invitation.instructor)
        .join(Instructor.person)
        .where(
            Person.account_id == account.id,
            Invitation.answer.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > at,
        )
    )


def refused_ids(*, at: datetime) -> Select[int]:
    """Lessons to come whose instructor, asked last, declined or withdrew, and is still named."""
    latest = select(func.max(Invitation.id)).group_by(Invitation.lesson_id)
    refused = or_(Invitation.answer == Answer.DECLINED, Invitation.withdrawn_at.is_not(None))
    return _fitting(at).where(Invitation.id.in_(latest), refused)


def _fitting(at: datetime) -> Select[int]:
    """The numbers of invitations to lessons to come that are still what was asked for."""
    return (
        select(Invitation.id)
        .join(Invitation.lesson)
        .where(
            Lesson.starts_at > at,
            Lesson.starts_at == Invitation.lesson_starts_at,
            Lesson.instructor_id == Invitation.instructor_id,
        )
    )


def open_invitations(*, at: datetime) -> list[Invitation]:
    """Those to lessons that have not begun and that nobody took back: of these some are due."""
    statement = (
        _loaded()
        .join(Invitation.lesson)
        .where(
            Lesson.starts_at > at,
            Invitation.revoked_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
    )
    return list(session.scalars(statement))


def lessons_within(instructor_id: int, span: Span) -> list[Lesson]:
    """What an instructor gives within a span, with all that a sentence about it needs."""
    statement = (
        select(Lesson)
        .options(
            joinedload(Lesson.cohort).joinedload(Cohort.adviser),
            joinedload(Lesson.course),
            joinedload(Lesson.venue),
            joinedload(Lesson.instructor).joinedload(Instructor.person),
        )
        .where(
            Lesson.instructor_id == instructor_id,
            Lesson.starts_at < span.end,
            Lesson.ends_at > span.start,
        )
        .order_by(Lesson.starts_at)
    )
    return list(session.scalars(statement))


def substitutes(lessons: Sequence[Lesson]) -> dict[int, list[Instructor]]:
    """By lesson, who else of the pool teaches its course and is free; fixed statements."""
    if not lessons:
        return {}
    whole = Span(lessons[0].starts_at, max(lesson.ends_at for lesson in lessons))
    calendars, booked = availability.calendars(), bookings.bookings_touching(whole)
    people = [one for one in faculty.choosable() if one.state is InstructorState.IN_POOL]
    found = {}
    for lesson in lessons:
        taken = {
            one.person_id for one in booked if Span(one.starts_at, one.ends_at).touches(lesson.span)
        }
        found[lesson.id] = [
            one
            for one in people
            if one.id != lesson.instructor_id
            and one.person_id not in taken
            and any(line.course_id == lesson.course_id for line in one.teaches)
            and not (one.id in calendars and calendars[one.id].fault(lesson.span))
        ]
    return found


def staff_ids(*, also: Collection[int | None] = ()) -> list[int]:
    """The people of the office, and others besides."""
    office = (
        select(Person.id)
        .join(Grant, Grant.account_id == Person.account_id)
        .where(Grant.role == Role.OFFICE)
        .order_by(Person.id)
    )
    return list(dict.fromkeys([*session.scalars(office), *(one for one in also if one)]))


def person_of(account_id: int | None) -> int | None:
    """The person behind an account, by number."""
    if account_id is None:
        return None
    return session.scalar(select(Person.id).where(Person.account_id == account_id))


def _latest(lesson_ids: Collection[int]) -> dict[int, Invitation]:
    last = (
        select(func.max(Invitation.id))
        .where(Invitation.lesson_id.in_(lesson_ids))
        .group_by(Invitation.lesson_id)
    )
    found = session.scalars(_loaded().where(Invitation.id.in_(last)))
    return {one.lesson_id: one for one in found}


def _loaded() -> Select[Invitation]:
    lesson = joinedload(Invitation.lesson)
    return select(Invitation).options(
        joinedload(Invitation.instructor).joinedload(Instructor.person),
        lesson.joinedload(Lesson.course),
        lesson.joinedload(Lesson.venue),
        lesson.joinedload(Lesson.cohort).joinedload(Cohort.adviser),
    )
