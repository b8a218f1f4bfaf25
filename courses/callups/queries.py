"""Finding people who were not called up: whom an account may see is decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, select

from courses.callups.rules import Coverage, Period
from courses.cohorts.models import Cohort, Enrolment
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.people.queries import person_scope, units_below, visible_people
from lms.ground.people.rules import RankLevel


@dataclass(frozen=True)
class Narrowed:
    """Which people are asked about; nothing set means everybody."""

    unit_id: int | None = None
    rank: RankLevel | None = None
    is_party_secretary: bool = False
    search: str = ""


def page_of_people(
    account: Account, period: Period, narrowed: Narrowed, *, page: int | None
) -> Page[Person]:
    """Visible people who were in no cohort of the period, by name."""
    return paginate(_not_called(account, period, narrowed), number=page)


def all_people(account: Account, period: Period, narrowed: Narrowed) -> list[Person]:
    """The same, all of them, for a file."""
    return list(session.scalars(_not_called(account, period, narrowed)))


def coverage(account: Account, period: Period, narrowed: Narrowed) -> Coverage:
    """How many of the visible people were called up, in two statements."""
    asked = select(func.count(Person.id)).where(person_scope(account), *_those(narrowed))
    called = asked.where(_was_called(period))
    return Coverage(session.scalar(asked) or 0, session.scalar(called) or 0)


def last_calls(person_ids: Collection[int]) -> dict[int, date]:
    """When each of these people last began a cohort; whoever never did is left out."""
    rows = session.execute(
        select(Enrolment.person_id, func.max(Cohort.starts_on))
        .join(Enrolment.cohort)
        .where(Enrolment.person_id.in_(person_ids), Enrolment.withdrawn_on.is_(None))
        .group_by(Enrolment.person_id)
    )
    return dict(rows.all())


def _not_called(account: Account, period: Period, narrowed: Narrowed) -> Select[Person]:
    return visible_people(account).where(*_those(narrowed), ~_was_called(period))


def _was_called(period: Period) -> ColumnElement[bool]:
    """A learner who left in between was not trained."""
    return exists().where(
        Enrolment.person_id == Person.id,
        Enrolment.withdrawn_on.is_(None),
        Enrolment.cohort_id == Cohort.id,
        Cohort.starts_on.between(period.first_day, period.last_day),
    )


def _those(narrowed: Narrowed) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if narrowed.unit_id is not None:
        found.append(Person.unit_id.in_(units_below(narrowed.unit_id)))
    if narrowed.rank is not None:
        found.append(Person.rank == narrowed.rank)
    if narrowed.is_party_secretary:
        found.append(Person.is_party_secretary.is_(True))
    if narrowed.search:
        found.append(Person.name.ilike(f"%{narrowed.search}%"))
    return found
