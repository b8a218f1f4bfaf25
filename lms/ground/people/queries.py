"""Reading people and units: whom an account may see is decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing, Refused
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person, Unit, UnitDuty
from lms.ground.people.rules import (
    Politics,
    Private,
    RankLevel,
    UnitLine,
    as_tree,
    clean_id_number,
    clean_phone,
)
from lms.ground.vault import lookup_hash


@dataclass(frozen=True)
class Wanted:
    """What a list of people is narrowed by; nothing set means everybody."""

    search: str = ""
    unit_id: int | None = None
    politics: Politics | None = None
    rank: RankLevel | None = None
    is_party_secretary: bool = False
    without_account: bool = False


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
    if _is_bound_to_units(account):
        return or_(mine, Person.unit_id.in_(units_in_charge(account)))
    return true()


def unit_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Unit for what `account` may see: those in charge, or all."""
    if Permission.READ_PEOPLE not in account.permissions:
        return false()
    return Unit.id.in_(units_in_charge(account)) if _is_bound_to_units(account) else true()


def units_in_charge(account: Account) -> Select[Any]:
    """The ids of the units that `account` administers, and of all below them."""
    return _and_below(select(UnitDuty.unit_id.label("id")).where(UnitDuty.account_id == account.id))


def units_below(unit_id: int) -> Select[Any]:
    """The ids of a unit and of all below it."""
    return _and_below(select(Unit.id.label("id")).where(Unit.id == unit_id))


def page_of_people(account: Account, wanted: Wanted, *, page: int | None) -> Page[Person]:
    """The people whom `account` may see and who are wanted, by name."""
    return paginate(_narrowed(visible_people(account), wanted), number=page)


def some_people(person_ids: Iterable[int], account: Account) -> list[Person]:
    """The people of these ids whom `account` may see; others are left out."""
    wanted = visible_people(account).where(Person.id.in_(set(person_ids)))
    return list(session.scalars(wanted))


def found_by_number(typed: str, account: Account) -> list[Person]:
    """Whoever of the visible people has exactly this ID or phone number; Refused when it is neither.

    A whole number is asked for: parts of it are nowhere to be searched.
    """
    if sum(mark.isalnum() for mark in typed) > len("8610012345678"):
        condition = Person.id_number_hash == lookup_hash(clean_id_number(typed))
    else:
        condition = Person.phone_hash == lookup_hash(clean_phone(typed))
    return list(session.scalars(visible_people(account).where(condition)))


def get_person(person_id: int, account: Account) -> Person:
    """The person, or Missing for whoever may not see them."""
    person = session.scalar(visible_people(account).where(Person.id == person_id))
    if person is None:
        raise Missing("这位人员")
    return person


def get_private(person_id: int, kind: Private, account: Account) -> str:
    """One sealed column in the clear: for an action that writes down who asked and why."""
    column = getattr(Person, kind.value)
    wanted = select(column).where(Person.id == person_id, person_scope(account))
    row = session.execute(wanted).one_or_none()
    if row is None:
        raise Missing("这位人员")
    if row[0] is None:
        raise Refused("这一项没有填写。")
    return str(row[0])


def filled_private(person: Person) -> frozenset[Private]:
    """Which sealed columns of a person hold anything; nothing is decrypted for it."""
    columns = [getattr(Person, kind.value).is_not(None).label(kind.value) for kind in Private]
    row = session.execute(select(*columns).where(Person.id == person.id)).one()
    return frozenset(kind for kind in Private if row._mapping[kind.value])


def find_by_id_number(id_number_hash: str) -> Person | None:
    """Whoever has this ID number, visible or not: `vault.lookup_hash(rules.clean_id_number(…))`."""
    return people_by_id_hash([id_number_hash]).get(id_number_hash)


def people_by_id_hash(hashes: Collection[str]) -> dict[str, Person]:
    """Everybody whose ID number has one of these keyed hashes, by hash, with unit."""
    wanted = select(Person).options(joinedload(Person.unit))
    found = session.scalars(wanted.where(Person.id_number_hash.in_(hashes)))
    return {person.id_number_hash: person for person in found if person.id_number_hash}


def find_person_of(account: Account) -> Person | None:
    """The person whose log-in this is, with their unit."""
    wanted = select(Person).options(joinedload(Person.unit))
    return session.scalar(wanted.where(Person.account_id == account.id))


def get_person_of(account: Account) -> Person:
    """The person whose log-in this is, or Missing."""
    person = find_person_of(account)
    if person is None:
        raise Missing("与此账号对应的人员")
    return person


def unit_tree(account: Account) -> list[UnitLine]:
    """All units that `account` may see, closed ones too, as a tree from the top down."""
    people = select(Person.unit_id, func.count().label("n")).group_by(Person.unit_id).subquery()
    rows = session.execute(
        select(Unit, func.coalesce(people.c.n, 0))
        .outerjoin(people, people.c.unit_id == Unit.id)
        .where(unit_scope(account))
    )
    return as_tree(
        UnitLine(unit.id, unit.name, unit.kind, unit.parent_id, unit.closed_on is not None, n)
        for unit, n in rows
    )


def get_unit(unit_id: int, account: Account) -> Unit:
    """The unit with its parent, or Missing for whoever may not see it."""
    wanted = select(Unit).options(joinedload(Unit.parent))
    unit = session.scalar(wanted.where(Unit.id == unit_id, unit_scope(account)))
    if unit is None:
        raise Missing("这个单位")
    return unit


def units_by_name() -> dict[str, Unit]:
    """Every open unit whose name is the only one of its kind, by name: for rosters."""
    named: dict[str, list[Unit]] = {}
    for unit in session.scalars(select(Unit).where(Unit.closed_on.is_(None))):
        named.setdefault(unit.name, []).append(unit)
    return {name: units[0] for name, units in named.items() if len(units) == 1}


def find_sibling(name: str, parent_id: int | None) -> Unit | None:
    """The unit of this name right below a parent (None: at the top)."""
    return session.scalar(
        select(Unit).where(Unit.name == name, Unit.parent_id.is_not_distinct_from(parent_id))
    )


def has_open_units_below(unit: Unit) -> bool:
    """Is there a unit below this one that is not closed?"""
    below = select(Unit.id).where(Unit.parent_id == unit.id, Unit.closed_on.is_(None))
    return session.scalar(below.limit(1)) is not None


def lies_below(unit_id: int, top_id: int) -> bool:
    """Is `unit_id` the unit `top_id` itself or below it?"""
    ids = units_below(top_id).subquery()
    return session.scalar(select(ids.c.id).where(ids.c.id == unit_id)) is not None


def duties(unit: Unit) -> list[tuple[UnitDuty, Account]]:
    """Who administers this unit."""
    rows = session.execute(
        select(UnitDuty, Account)
        .join(Account, Account.id == UnitDuty.account_id)
        .where(UnitDuty.unit_id == unit.id)
        .order_by(Account.login)
    )
    return [(duty, account) for duty, account in rows]


def get_duty(duty_id: int) -> UnitDuty:
    """One charge over a unit, or Missing."""
    duty = session.get(UnitDuty, duty_id)
    if duty is None:
        raise Missing("这项单位管理员指派")
    return duty


def _is_bound_to_units(account: Account) -> bool:
    wide = {Permission.MANAGE_PEOPLE, Permission.READ_COURSES}
    permissions = account.permissions
    return Permission.NAME_LEARNERS in permissions and not permissions & wide


def _and_below(tops: Select[Any]) -> Select[Any]:
    branch = tops.cte(recursive=True)  # unnamed: a statement may hold several
    branch = branch.union(select(Unit.id).join(branch, Unit.parent_id == branch.c.id))
    return select(branch.c.id)


def _narrowed(statement: Select[Person], wanted: Wanted) -> Select[Person]:
    if wanted.search:
        like = f"%{wanted.search}%"
        units = select(Unit.id).where(Unit.name.ilike(like))
        statement = statement.where(or_(Person.name.ilike(like), Person.unit_id.in_(units)))
    if wanted.unit_id is not None:
        statement = statement.where(Person.unit_id.in_(units_below(wanted.unit_id)))
    if wanted.politics is not None:
        statement = statement.where(Person.politics == wanted.politics)
    if wanted.rank is not None:
        statement = statement.where(Person.rank == wanted.rank)
    if wanted.is_party_secretary:
        statement = statement.where(Person.is_party_secretary.is_(True))
    if wanted.without_account:
        statement = statement.where(Person.account_id.is_(None))
    return statement
