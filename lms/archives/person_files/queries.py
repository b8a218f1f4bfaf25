"""Reading person files: whom an account may see is decided by the people's own scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Enrolment
from lms.archives.certificates import queries as completions
from lms.archives.certificates.queries import Completion
from lms.archives.person_files.models import PersonFile
from lms.archives.person_files.rules import CODES, Target, Year, codes_for, hours_by_year, years
from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.jobs.models import Job
from lms.ground.jobs.rules import OVER
from lms.ground.norms.models import Norm
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person, Unit
from lms.ground.people.queries import person_scope, visible_people


@dataclass(frozen=True)
class Record:
    """A person with everything they took part in, the latest first, and their 学时 by year."""

    person: Person
    completions: list[Completion]
    years: list[Year]


def page_of_people(account: Account, *, search: str = "", page: int | None = None) -> Page[Person]:
    """The people whom `account` may see and who were ever learners, by name."""
    statement = visible_people(account).where(exists().where(Enrolment.person_id == Person.id))
    if search:
        wanted = f"%{search}%"
        units = select(Unit.id).where(Unit.name.ilike(wanted))
        statement = statement.where(or_(Person.name.ilike(wanted), Person.unit_id.in_(units)))
    return paginate(statement, number=page)


def record(person: Person, *, today: date) -> Record:
    """The record of a person whom the caller has got by their scope."""
    found = completions.of_person(person.id)
    hours = hours_by_year(one.tally.by_year for one in found)
    codes = codes_for(
        rank=person.rank, politics=person.politics, is_secretary=person.is_party_secretary
    )
    return Record(person, found, years(hours, _targets(), codes, today=today))


def get_anyone(person_id: int) -> Person:
    """A person with unit, for the job that prints; Missing when there is none."""
    wanted = select(Person).options(joinedload(Person.unit)).where(Person.id == person_id)
    person = session.scalar(wanted)
    if person is None:
        raise Missing("这位人员")
    return person


def filed(person_id: int) -> list[PersonFile]:
    """What is filed of a person, the latest first."""
    wanted = select(PersonFile).options(joinedload(PersonFile.upload))
    wanted = wanted.where(PersonFile.person_id == person_id)
    return list(session.scalars(wanted.order_by(PersonFile.filed_at.desc(), PersonFile.id.desc())))


def get_filed(person_file_id: int, account: Account) -> PersonFile:
    """A filed register of a person whom `account` may see (oneself always); else Missing.

    Who has people in charge but does not read archives sees the own registers alone.
    """
    reads = Permission.READ_ARCHIVES in account.permissions
    scope = person_scope(account) if reads else Person.account_id == account.id
    found = session.scalar(
        select(PersonFile)
        .join(PersonFile.person)
        .options(joinedload(PersonFile.upload))
        .where(PersonFile.id == person_file_id, scope)
    )
    if found is None:
        raise Missing("这份归档文件")
    return found


def find_open_job(kind: str, person_id: int) -> Job | None:
    """A job for this person that is not over yet."""
    waiting = session.scalars(select(Job).where(Job.kind == kind, Job.state.not_in(OVER)))
    return next((job for job in waiting if job.arguments.get("person_id") == person_id), None)


def _targets() -> list[Target]:
    """The norms for everybody, with all their dates."""
    wanted = select(Norm).where(Norm.code.in_(CODES), Norm.scope == "")
    return [
        Target(
            norm.code,
            norm.name,
            norm.value,
            norm.basis,
            norm.verified,
            norm.valid_from,
            norm.valid_to,
        )
        for norm in session.scalars(wanted)
        if norm.value is not None
    ]
