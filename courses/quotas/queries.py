"""Reading quotas: who got how many places, and how many of them are named."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Enrolment
from courses.quotas.models import Quota
from courses.quotas.rules import Share, charged_unit, named_by_unit
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.people.models import Person, Unit, UnitDuty
from lms.ground.people.queries import unit_scope, units_below


def quotas(cohort_id: int) -> list[Quota]:
    """The quotas of a cohort with their units, by name of the unit."""
    wanted = select(Quota).join(Quota.unit).options(joinedload(Quota.unit))
    return list(session.scalars(wanted.where(Quota.cohort_id == cohort_id).order_by(Unit.name)))


def shares(cohort_id: int) -> list[Share]:
    """What every unit was given and has named, in three statements."""
    given = quotas(cohort_id)
    named = named_by_unit(_learners_units(cohort_id), _parents(), [one.unit_id for one in given])
    return [Share(one.unit_id, one.unit.name, one.places, named[one.unit_id]) for one in given]


def shares_of(cohort_id: int, account: Account) -> list[Share]:
    """The same for the units that `account` may see: a unit administrator's own and those below.

    A quota that an upper unit holds is shared by everybody below it and is shown to them too.
    """
    found = shares(cohort_id)
    seen = set(session.scalars(select(Unit.id).where(unit_scope(account))))
    parents, holders = _parents(), [one.unit_id for one in found]
    above = {charged_unit(unit, parents, holders) for unit in seen}
    return [one for one in found if one.unit_id in seen | above]


def find_share(cohort_id: int, unit_id: int | None) -> Share | None:
    """The share that a person of this unit counts against; None where no unit above has one."""
    found = {one.unit_id: one for one in shares(cohort_id)}
    charged = charged_unit(unit_id, _parents(), found)
    return found.get(charged) if charged is not None else None


def has_quotas(cohort_id: int) -> bool:
    """Were the places of this cohort given to units?"""
    return session.scalar(select(Quota.id).where(Quota.cohort_id == cohort_id).limit(1)) is not None


def administrators(unit_id: int) -> list[int]:
    """The ids of the people who administer a unit, or one above or below it."""
    tree = select(units_below(unit_id).subquery().c.id)
    wanted = (
        select(Person.id)
        .join(UnitDuty, UnitDuty.account_id == Person.account_id)
        .where(UnitDuty.unit_id.in_(tree))
        .order_by(Person.id)
    )
    return list(session.scalars(wanted))


def _learners_units(cohort_id: int) -> list[int | None]:
    wanted = (
        select(Person.unit_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.withdrawn_on.is_(None))
    )
    return list(session.scalars(wanted))


def _parents() -> dict[int, int | None]:
    rows = session.execute(select(Unit.id, Unit.parent_id))
    return dict(rows.all())
