"""Reading reflections: one's own, and those of cohorts that one looks after."""

from __future__ import annotations

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import charge_scope
from courses.reflections.models import Reflection
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person


def graded(cohort_id: int) -> list[Reflection]:
    """Every reflection of the cohort that has a grade, by learner number, with the learner."""
    statement = _loaded().where(Cohort.id == cohort_id, Reflection.grade.is_not(None))
    return list(session.scalars(statement.order_by(Enrolment.learner_number, Reflection.id)))


def reflections(
    account: Account,
    *,
    search: str = "",
    cohort_id: int | None = None,
    ungraded: bool = False,
    page: int | None = None,
) -> Page[Reflection]:
    """Those of the cohorts that `account` looks after, the latest first."""
    statement = _loaded().where(charge_scope(account))
    statement = statement.order_by(Reflection.submitted_at.desc(), Reflection.id.desc())
    if search:
        wanted = f"%{search}%"
        statement = statement.where(or_(Person.name.ilike(wanted), Reflection.title.ilike(wanted)))
    if cohort_id is not None:
        statement = statement.where(Cohort.id == cohort_id)
    if ungraded:
        statement = statement.where(Reflection.grade.is_(None))
    return paginate(statement, number=page)


def own_reflections(account: Account) -> list[Reflection]:
    """What the person of this account wrote, the latest first."""
    statement = _loaded().where(Person.account_id == account.id)
    return list(session.scalars(statement.order_by(Reflection.submitted_at.desc())))


def get_reflection(reflection_id: int, account: Account) -> Reflection:
    """A reflection for its writer and for whoever looks after the cohort; Missing otherwise."""
    readers = or_(Person.account_id == account.id, charge_scope(account))
    return _one(_loaded().where(Reflection.id == reflection_id, readers))


def get_own_reflection(reflection_id: int, account: Account) -> Reflection:
    """A reflection for its writer, Missing for everybody else."""
    own = Person.account_id == account.id
    return _one(_loaded().where(Reflection.id == reflection_id, own))


def find_titled(enrolment_id: int, title: str) -> Reflection | None:
    """The reflection of this title by this learner."""
    return session.scalar(
        select(Reflection).where(Reflection.enrolment_id == enrolment_id, Reflection.title == title)
    )


def _loaded() -> Select[Reflection]:
    return (
        select(Reflection)
        .join(Reflection.enrolment)
        .join(Enrolment.person)
        .join(Enrolment.cohort)
        .options(
            joinedload(Reflection.enrolment).joinedload(Enrolment.person).joinedload(Person.unit),
            joinedload(Reflection.enrolment)
            .joinedload(Enrolment.cohort)
            .selectinload(Cohort.steps),
        )
    )


def _one(statement: Select[Reflection]) -> Reflection:
    reflection = session.scalar(statement)
    if reflection is None:
        raise Missing("这篇心得体会")
    return reflection
