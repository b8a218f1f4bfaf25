"""Writing down people and units; the one place that seals, hashes and masks private columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from lms.ground.access import Role
from lms.ground.accounts import actions as accounts
from lms.ground.accounts import queries as account_queries
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.people import queries
from lms.ground.people.models import Person, Unit, UnitDuty
from lms.ground.people.rules import (
    PRIVATE_NAMES,
    PersonDetails,
    Private,
    UnitKind,
    clean_details,
    mask_id_number,
    mask_phone,
)
from lms.ground.vault import lookup_hash

_OPEN_COLUMNS = (
    *("name", "unit_id", "gender", "born", "ethnicity", "politics", "party_joined"),
    *("education", "post", "rank", "is_party_secretary"),
)
SHORTEST_REASON = 4


def save_person(
    person: Person | None,
    details: PersonDetails,
    *,
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> Person:
    """Write down a new person (`person` None) or change one whose version was `seen`.

    Private columns that `details` says nothing about stay as they are. Refused with
    everything wrong, and when the ID number is somebody else's; Conflict on a stale form.
    """
    details = clean_details(details, on=local(at).date())
    is_new = person is None
    if person is None:
        person = Person(created_at=at)
    else:
        person.edited_from(seen)
    try:
        with session.begin_nested():
            changed = _write(person, details)
            session.add(person)
    except IntegrityError:
        raise Refused("这个身份证号已登记在另一位人员名下，请先按身份证号查找。") from None
    verb, action = ("登记", "people.create") if is_new else ("修改", "people.edit")
    record(action, person, f"{verb}人员{person.name}", by=by, at=at, columns=changed)
    return person


def unmask(person: Person, kind: Private, reason: str, *, viewer: Account, at: datetime) -> str:
    """One private column in the clear, once, for a reason that is written down. Else Refused."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(f"请写明查看的事由（至少{SHORTEST_REASON}个字）。")
    value = queries.get_private(person.id, kind, viewer)
    sentence = f"查看{person.name}的{PRIVATE_NAMES[kind]}，事由：{reason.strip()}"
    record("people.unmask", person, sentence, by=viewer, at=at, column=kind.value)
    return value


def open_accounts(
    people: Iterable[Person], role: Role, *, by: Actor, at: datetime
) -> list[Account]:
    """A log-in each for people who have none; its name is `u` and the person's number."""
    opened = []
    for person in people:
        if person.account_id is None:
            login = f"u{person.id:05d}"
            account = accounts.open_account(login, person.name, [role], by=by, at=at)
            person.account_id = account.id
            opened.append(account)
    session.flush()
    return opened


def link_account(person: Person, login: str, *, by: Actor, at: datetime) -> None:
    """Say that an account is this person's. Refused: no such account, or either has another."""
    account = account_queries.find_login(login)
    if account is None:
        raise Refused(f"没有登录名为“{login}”的账号。")
    if person.account_id is not None:
        raise Refused(f"{person.name}已经有账号。")
    try:
        with session.begin_nested():
            person.account_id = account.id
    except IntegrityError:
        raise Refused(f"账号{account.login}已经属于另一位人员。") from None
    sentence = f"将账号{account.login}与人员{person.name}关联"
    record("people.link_account", person, sentence, by=by, at=at, account=account.id)


def create_unit(name: str, kind: UnitKind, parent: Unit | None, *, by: Actor, at: datetime) -> Unit:
    """A new unit below `parent` (None: at the top); Refused for a name that is there already."""
    unit = Unit(kind=kind)
    _place(unit, name, parent)
    session.add(unit)
    record("people.create_unit", unit, f"新增单位{unit.name}", by=by, at=at)
    return unit


def edit_unit(
    unit: Unit,
    name: str,
    kind: UnitKind,
    parent: Unit | None,
    *,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Rename or move a unit; Refused when it would come to lie below itself."""
    if parent is not None and queries.lies_below(parent.id, unit.id):
        raise Refused(f"“{parent.name}”是“{unit.name}”自己或它的下级，不能作为它的上级。")
    unit.edited_from(seen)
    before = {"name": unit.name, "parent_id": unit.parent_id}
    _place(unit, name, parent)
    unit.kind = kind
    record("people.edit_unit", unit, f"修改单位{unit.name}", by=by, at=at, before=before)


def close_unit(unit: Unit, *, on: date, by: Actor, at: datetime) -> None:
    """From `on` nobody is put into it any more; its people stay known as its people."""
    if unit.closed_on is not None:
        raise Refused(f"“{unit.name}”已经撤销。")
    if queries.has_open_units_below(unit):
        raise Refused(f"“{unit.name}”还有未撤销的下级单位，请先撤销或移走它们。")
    unit.closed_on = on
    record("people.close_unit", unit, f"撤销单位{unit.name}", by=by, at=at)


def put_in_charge(unit: Unit, login: str, *, by: Actor, at: datetime) -> None:
    """Let an account with the role of unit administrator see and name this unit tree."""
    account = account_queries.find_login(login)
    if account is None or Role.UNIT_ADMIN not in account.roles:
        raise Refused(f"“{login}”不是单位管理员的账号，请先在账号页授予单位管理员角色。")
    try:
        with session.begin_nested():
            session.add(UnitDuty(account_id=account.id, unit_id=unit.id))
    except IntegrityError:
        raise Refused(f"{account.name}已经是“{unit.name}”的单位管理员。") from None
    sentence = f"指派{account.name}（{account.login}）为“{unit.name}”的单位管理员"
    record("people.put_in_charge", unit, sentence, by=by, at=at, account=account.id)


def relieve(duty: UnitDuty, unit: Unit, *, by: Actor, at: datetime) -> None:
    """End an account's charge over a unit."""
    session.delete(duty)
    sentence = f"解除“{unit.name}”的一项单位管理员指派"
    record("people.relieve", unit, sentence, by=by, at=at, account=duty.account_id)


def _write(person: Person, details: PersonDetails) -> list[str]:
    """Put the details into the columns; the names of those that change."""
    changed = [
        name
        for name in _OPEN_COLUMNS
        if person.id is None or getattr(person, name) != getattr(details, name)
    ]
    for name in _OPEN_COLUMNS:
        setattr(person, name, getattr(details, name))
    for kind, value in details.private.items():
        _seal(person, kind, value or None)
    return changed + [kind.value for kind in details.private]


def _seal(person: Person, kind: Private, value: str | None) -> None:
    """A private column with what is derived from it: the hash that finds it, what may be shown."""
    derived: dict[str, Any] = {kind.value: value}
    if kind in {Private.ID_NUMBER, Private.PHONE}:
        mask = mask_id_number if kind == Private.ID_NUMBER else mask_phone
        derived[f"{kind.value}_hash"] = lookup_hash(value) if value else None
        derived[f"{kind.value}_masked"] = mask(value) if value else ""
    for column, content in derived.items():
        setattr(person, column, content)


def _place(unit: Unit, name: str, parent: Unit | None) -> None:
    """Names are unique among siblings; at the top no constraint says so, because NULLs differ."""
    name = name.strip()
    if not name:
        raise Refused("请填写单位名称。")
    if parent is not None and parent.closed_on is not None:
        raise Refused(f"“{parent.name}”已经撤销，不能作为上级单位。")
    parent_id = None if parent is None else parent.id
    sibling = queries.find_sibling(name, parent_id)
    if sibling is not None and sibling.id != unit.id:
        raise Refused(f"同一上级下已有名为“{name}”的单位。")
    unit.name, unit.parent_id, unit.parent = name, parent_id, parent
