"""Reading the conduct register."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import charge_scope
from courses.conduct.models import ConductEntry
from courses.conduct.rules import ConductKind
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person


def entries(cohort_id: int) -> list[ConductEntry]:
    """The whole register of a cohort, withdrawn entries too, in order of days, with the learner."""
    statement = _loaded().where(Cohort.id == cohort_id)
    return list(session.scalars(statement.order_by(ConductEntry.day, ConductEntry.id)))


def entries_in_charge(
    account: Account,
    *,
    search: str = "",
    kind: ConductKind | None = None,
    cohort_id: int | None = None,
    page: int | None = None,
) -> Page[ConductEntry]:
    """The registers of the cohorts that `account` looks after, the latest first."""
    statement = _loaded().where(charge_scope(account))
    statement = statement.order_by(ConductEntry.day.desc(), ConductEntry.id.desc())
    if search:
        statement = statement.where(Person.name.ilike(f"%{search}%"))
    if kind is not None:
        statement = statement.where(ConductEntry.kind == kind)
    if cohort_id is not None:
        statement = statement.where(Cohort.id == cohort_id)
    return paginate(statement, number=page)


def get_entry_in_charge(entry_id: int, account: Account) -> ConductEntry:
    """An entry of a cohort that `account` looks after, or Missing."""
    return _one(_loaded().where(ConductEntry.id == entry_id, charge_scope(account)))


def get_enrolment_in_charge(enrolment_id: int, account: Account) -> Enrolment:
    """A present learner of a cohort that `account` looks after, or Missing."""
    statement = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .options(joinedload(Enrolment.person))
        .options(joinedload(Enrolment.cohort).selectinload(Cohort.steps))
        .where(Enrolment.id == enrolment_id, Enrolment.withdrawn_on.is_(None))
        .where(charge_scope(account))
    )
    enrolment = session.scalar(statement)
    if enrolment is None:
        raise Missing("这位学员")
    return enrolment


def own_entries(account: Account) -> list[ConductEntry]:
    """What is written of the person of this account, the latest first."""
    statement = _loaded().where(Person.account_id == account.id)
    return list(session.scalars(statement.order_by(ConductEntry.day.desc())))


def get_own_entry(entry_id: int, account: Account) -> ConductEntry:
    """An entry about the person of this account, or Missing."""
    return _one(_loaded().where(ConductEntry.id == entry_id, Person.account_id == account.id))


def find_same(enrolment_id: int, kind: ConductKind, sentence: str) -> list[ConductEntry]:
    """Entries that say the same of the same learner and stand."""
    return list(
        session.scalars(
            select(ConductEntry).where(
                ConductEntry.enrolment_id == enrolment_id,
                ConductEntry.kind == kind,
                ConductEntry.sentence == sentence,
                ConductEntry.withdrawn_at.is_(None),
            )
        )
    )


def _loaded() -> Select[ConductEntry]:
    return (
        select(ConductEntry)
        .join(ConductEntry.enrolment)
        .join(Enrolment.person)
        .join(Enrolment.cohort)
        .options(
            joinedload(ConductEntry.enrolment).joinedload(Enrolment.person),
            joinedload(ConductEntry.enrolment).joinedload(Enrolment.cohort),
        )
    )


def _one(statement: Select[ConductEntry]) -> ConductEntry:
    entry = session.scalar(statement)
    if entry is None:
        raise Missing("这条记录")
    return entry
