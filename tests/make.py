"""Factories: each writes one row within the current app context and flushes it.

Everybody here is invented. ID numbers carry the unassigned area code 990101, phone
numbers the unassigned prefix 100. Append factories for your own rooms at the end.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import delete

from lms.ground.access import Role
from lms.ground.accounts.models import Account, Grant
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.norms.models import Norm
from lms.ground.notices.models import Notice
from lms.ground.people.models import Person, Unit, UnitDuty
from lms.ground.people.rules import UnitKind, mask_id_number, mask_phone
from lms.ground.vault import lookup_hash

_serial = count(1)


def account(*roles: Role, login: str = "", name: str = "", **columns: Any) -> Account:
    """An account with these roles, without a password."""
    number = next(_serial)
    grants = [Grant(role=role, granted_by="系统", granted_at=now()) for role in roles]
    made = Account(
        login=login or f"user{number}",
        name=name or f"用户{number}",
        grants=grants,
        **{"created_at": now(), **columns},
    )
    return _keep(made)


def unit(name: str = "", *, parent: Unit | None = None, **columns: Any) -> Unit:
    """A unit, by default an organ at the top of the tree."""
    columns = {"kind": UnitKind.ORGAN, **columns}
    parent_id = None if parent is None else parent.id
    return _keep(Unit(name=name or f"第{next(_serial)}办公室", parent_id=parent_id, **columns))


def person(
    name: str = "",
    *,
    unit: Unit | None = None,
    account: Account | None = None,
    id_number: str | None = None,
    phone: str | None = None,
    **columns: Any,
) -> Person:
    """A person; ID number and phone are sealed, hashed and masked as the house does it."""
    made = Person(
        name=name or f"人员{next(_serial)}",
        unit_id=None if unit is None else unit.id,
        account_id=None if account is None else account.id,
        **{"created_at": now(), **columns},
    )
    if id_number is not None:
        made.id_number = id_number
        made.id_number_hash = lookup_hash(id_number)
        made.id_number_masked = mask_id_number(id_number)
    if phone is not None:
        made.phone, made.phone_hash = phone, lookup_hash(phone)
        made.phone_masked = mask_phone(phone)
    return _keep(made)


def unit_duty(account: Account, unit: Unit) -> UnitDuty:
    """The account administers the unit and what is below it."""
    return _keep(UnitDuty(account_id=account.id, unit_id=unit.id))


def norm(code: str, value: Decimal | str, *, scope: str = "", **columns: Any) -> Norm:
    """A norm in force since 2020 in place of the house's own; a Decimal is its value, a str its text."""
    session.execute(delete(Norm).where(Norm.code == code, Norm.scope == scope))
    number = value if isinstance(value, Decimal) else None
    filled = {
        "name": code,
        "unit": "",
        "basis": "测试",
        "verified": True,
        "valid_from": date(2020, 1, 1),
        "changed_by": "系统",
        "changed_at": now(),
        **columns,
    }
    text = None if number is not None else str(value)
    return _keep(Norm(code=code, scope=scope, value=number, text=text, **filled))


def notice(person: Person, subject: str = "通知", **columns: Any) -> Notice:
    """A notice that nobody has read yet."""
    columns = {"body": "内容", "sent_at": now(), **columns}
    return _keep(Notice(person_id=person.id, subject=subject, **columns))


def id_number(serial: int, *, born: date = date(1985, 3, 2)) -> str:
    """A valid ID number of an area that does not exist; odd serials are men's."""
    body = f"990101{born:%Y%m%d}{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def phone(serial: int) -> str:
    """A phone number with a prefix that no carrier has."""
    return f"100{serial:08d}"


def _keep(row: Any) -> Any:
    session.add(row)
    session.flush()
    return row
