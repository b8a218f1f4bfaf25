"""Reading quotas: who got how many places, and how many of them are named."""

from __future__ import annotations

from sqlalchemy import CTE, Select, and_, exists, func, literal, select
from sqlalchemy.orm import aliased, joinedload

from courses.cohorts.models import Enrolment
from courses.quotas.models import Quota
from courses.quotas.rules import Share, charged_unit, named_by_unit
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.people.models import Person, Unit, UnitDuty
from lms.ground.people.queries import unit_scope, units_below, units_in_charge

DEEPEST = 12
"""Units are looked for so many steps up; one that stands below itself ends there."""


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


def unfilled(account: Account) -> Select[int]:
    """The numbers of the cohorts for which a unit that `account` administers, or the one above it
    whose quota it shares, has named fewer than it may; for a statement around it."""
    charged = _charged()
    of_quota = charged.c.cohort_id == Quota.cohort_id, charged.c.holder == Quota.unit_id
    named = (
        select(func.count())
        .select_from(Enrolment)
        .join(Enrolment.person)
        .join(
            charged,
            and_(charged.c.cohort_id == Enrolment.cohort_id, charged.c.unit == Person.unit_id),
        )
        .where(*of_quota, Enrolment.withdrawn_on.is_(None))
        .correlate(Quota)
        .scalar_subquery()
    )
    shared = exists().where(*of_quota, charged.c.unit.in_(units_in_charge(account)))
    return select(Quota.cohort_id).where(shared, Quota.places > named).distinct()


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


def _charged() -> CTE:
    """`charged_unit` as a table: which unit's quota (`holder`) a `unit` counts against, by cohort."""
    up = select(Unit.id.label("unit"), Unit.id.label("above"), literal(0).label("steps"))
    way = up.cte(recursive=True)  # unnamed: a statement may hold several
    upper = aliased(Unit)
    further = select(way.c.unit, upper.parent_id, way.c.steps + 1).join(
        upper, upper.id == way.c.above
    )
    way = way.union_all(further.where(upper.parent_id.is_not(None), way.c.steps < DEEPEST))
    nearest = (
        select(Quota.cohort_id, way.c.unit, func.min(way.c.steps).label("steps"))
        .join(way, way.c.above == Quota.unit_id)
        .group_by(Quota.cohort_id, way.c.unit)
        .subquery()
    )
    return (
        select(nearest.c.cohort_id, nearest.c.unit, way.c.above.label("holder"))
        .join(way, and_(way.c.unit == nearest.c.unit, way.c.steps == nearest.c.steps))
        .cte()
    )


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
