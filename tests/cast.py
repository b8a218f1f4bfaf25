"""The permanent people of the tests: one account for each role, the same whenever asked for.

Call them within an app context. For pages, `browser(app, cast.office)` is a client in
which that account is logged in.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.accounts.queries import find_login
from lms.ground.db import session
from lms.ground.people.models import Unit, UnitDuty
from tests import make
from tests.conftest import log_in


def browser(app: Flask, member: Callable[[], Account]) -> FlaskClient:
    """A browser in which this member of the cast is logged in."""
    client = app.test_client()
    with app.app_context(), db.transaction():
        log_in(client, member())
    return client


def administrator() -> Account:
    """Runs the system, has no say over accounts."""
    return _member(Role.ADMINISTRATOR, "周维")


def security() -> Account:
    """Opens accounts and grants roles."""
    return _member(Role.SECURITY, "吴安")


def auditor() -> Account:
    """Reads the audit trail and nothing else."""
    return _member(Role.AUDITOR, "郑审")


def organiser() -> Account:
    """Approves for the organisation department."""
    return _member(Role.ORGANISER, "孙组")


def office() -> Account:
    """The school's office: plans, enrols, arranges exams, files."""
    return _member(Role.OFFICE, "李教务", unit="县委党校")


def adviser() -> Account:
    """Looks after a cohort."""
    return _member(Role.ADVISER, "陈班", unit="县委党校")


def instructor() -> Account:
    """Teaches and writes items."""
    return _member(Role.INSTRUCTOR, "何讲", unit="县委党校")


def marker() -> Account:
    """Marks what machines cannot score."""
    return _member(Role.MARKER, "钱阅")


def invigilator() -> Account:
    """Watches over sittings."""
    return _member(Role.INVIGILATOR, "冯监")


def unit_admin() -> Account:
    """Names and sees the people of the township 老街镇 and of what is below it."""
    account = _member(Role.UNIT_ADMIN, "朱单", unit="老街镇")
    if not _has_duty(account):
        make.unit_duty(account, _unit("老街镇"))
    return account


def learner() -> Account:
    """A cadre of the township 老街镇."""
    return _member(Role.LEARNER, "王学", unit="老街镇")


def other_learner() -> Account:
    """A cadre of another unit, whose things the first must never see."""
    return _member(Role.LEARNER, "赵同", unit="新桥乡", login="other_learner")


EVERYBODY: dict[Role, Callable[[], Account]] = {
    Role.ADMINISTRATOR: administrator,
    Role.SECURITY: security,
    Role.AUDITOR: auditor,
    Role.ORGANISER: organiser,
    Role.OFFICE: office,
    Role.ADVISER: adviser,
    Role.INSTRUCTOR: instructor,
    Role.MARKER: marker,
    Role.INVIGILATOR: invigilator,
    Role.UNIT_ADMIN: unit_admin,
    Role.LEARNER: learner,
}


def _member(role: Role, name: str, *, unit: str = "", login: str = "") -> Account:
    """The account of this role and, where a unit is named, the person behind it."""
    login = login or role.value
    known = find_login(login)
    if known is not None:
        return known
    account: Account = make.account(role, login=login, name=name)
    if unit:
        make.person(name, unit=_unit(unit), account=account)
    return account


def _unit(name: str) -> Unit:
    known = session.scalar(select(Unit).where(Unit.name == name))
    return known or make.unit(name)


def _has_duty(account: Account) -> bool:
    duties = select(UnitDuty.id).where(UnitDuty.account_id == account.id)
    return session.scalar(duties) is not None
