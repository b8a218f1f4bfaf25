"""Reading people: whom an account may see is decided here, in the SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import joinedload

from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person, Unit, UnitDuty


def visible_people(account: Account) -> Select[Person]:
    """The people whom `account` may see, with their unit."""
    return (
        select(Person)
        .options(joinedload(Person.unit))
        .where(person_scope(account))
        .order_by(Person.name, Person.id)
    )


def person_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Person for what `account` may see.

    A unit administrator sees the people of the units in charge and below; other
    readers see everybody; everyone sees themselves.
    """
    mine = Person.account_id == account.id
    if Permission.READ_PEOPLE not in account.permissions:
        return mine
    if Permission.NAME_LEARNERS in account.permissions and not (
        account.permissions & {Permission.MANAGE_PEOPLE, Permission.READ_COURSES}
    ):
        return or_(mine, Person.unit_id.in_(units_in_charge(account)))
    return true()


def units_in_charge(account: Account) -> Select[Any]:
    """The ids of the units that `account` administers, and of all below them."""
    charge = (
        select(UnitDuty.unit_id.label("id"))
        .where(UnitDuty.account_id == account.id)
        .cte("charge", recursive=True)
    )
    charge = charge.union(select(Unit.id).join(charge, Unit.parent_id == charge.c.id))
    return select(charge.c.id)


def get_person(person_id: int, account: Account) -> Person:
    """The person, or Missing for whoever may not see them."""
    person = session.scalar(visible_people(account).where(Person.id == person_id))
    if person is None:
        raise Missing("这位人员")
    return person


def find_person_of(account: Account) -> Person | None:
    """The person whose log-in this is."""
    return session.scalar(select(Person).where(Person.account_id == account.id))


def get_person_of(account: Account) -> Person:
    """The person whose log-in this is, or Missing."""
    person = find_person_of(account)
    if person is None:
        raise Missing("与此账号对应的人员")
    return person
