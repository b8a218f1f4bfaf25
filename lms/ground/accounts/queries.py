"""Reading accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from lms.ground.access import Role
from lms.ground.accounts.models import Account, Grant, OneTimeCode, Stranger
from lms.ground.accounts.rules import clean_code, clean_login
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.vault import lookup_hash


def accounts() -> Select[Account]:
    """All accounts with their grants."""
    return select(Account).options(joinedload(Account.grants)).order_by(Account.login)


def page_of_accounts(
    *, search: str = "", role: Role | None = None, state: str = "", at: datetime, page: int | None
) -> Page[Account]:
    """Accounts whose login or name contains `search`, of one role, in one state.

    `state`: active, disabled, locked, or new (has never logged in).
    """
    statement = accounts()
    if search:
        wanted = f"%{search}%"
        statement = statement.where(or_(Account.login.ilike(wanted), Account.name.ilike(wanted)))
    if role is not None:
        statement = statement.where(Account.grants.any(Grant.role == role))
    conditions = {
        "active": Account.disabled_at.is_(None),
        "disabled": Account.disabled_at.is_not(None),
        "locked": Account.locked_until > at,
        "new": Account.last_login_at.is_(None),
    }
    if state in conditions:
        statement = statement.where(conditions[state])
    return paginate(statement, number=page)


def some_accounts(account_ids: Iterable[int]) -> list[Account]:
    """The accounts of these ids, by login; ids that are none are left out."""
    wanted = accounts().where(Account.id.in_(set(account_ids)))
    return list(session.scalars(wanted).unique())


def find_account(account_id: int) -> Account | None:
    """The account with its grants, in one statement."""
    return session.scalars(accounts().where(Account.id == account_id)).unique().one_or_none()


def get_account(account_id: int) -> Account:
    """The account with its grants, or Missing."""
    account = find_account(account_id)
    if account is None:
        raise Missing("这个账号")
    return account


def find_login(login: str) -> Account | None:
    """The account of a login name, as typed but for case, width and blanks."""
    wanted = accounts().where(Account.login == clean_login(login))
    return session.scalars(wanted).unique().one_or_none()


def find_login_to_change(login: str) -> Account | None:
    """The same, held until the end of the transaction: two failures at once count two."""
    wanted = accounts().where(Account.login == clean_login(login))
    return session.scalars(wanted.with_for_update(of=Account)).unique().one_or_none()


def find_stranger_to_change(login: str) -> Stranger | None:
    """What was tried under a login name that nobody has, held until the transaction ends."""
    wanted = select(Stranger).where(Stranger.login_hash == lookup_hash(clean_login(login)))
    return session.scalar(wanted.with_for_update())


def stored_password(login: str) -> str | None:
    """The password hash of a login name; None for no such name and for no password yet."""
    wanted = select(Account.password_hash).where(Account.login == clean_login(login))
    return session.scalar(wanted)


def find_code(account: Account, typed: str) -> OneTimeCode | None:
    """The one-time code that was typed, used and expired ones too, if it is this account's."""
    wanted = select(OneTimeCode).where(
        OneTimeCode.account_id == account.id,
        OneTimeCode.code_hash == lookup_hash(clean_code(typed)),
    )
    return session.scalar(wanted.with_for_update())


def open_codes(account_ids: Iterable[int]) -> list[OneTimeCode]:
    """The codes of these accounts that nobody has used."""
    wanted = select(OneTimeCode).where(
        OneTimeCode.account_id.in_(set(account_ids)), OneTimeCode.used_at.is_(None)
    )
    return list(session.scalars(wanted))


def any_account() -> bool:
    """Is there an account at all?"""
    return session.scalar(select(Account.id).limit(1)) is not None


def load_user(user_id: str) -> Account | None:
    """Flask-Login's loader: `<id>.<epoch>`; a log-in of an earlier epoch has ended."""
    number, _, epoch = user_id.partition(".")
    if not number.isdigit():
        return None
    account = find_account(int(number))
    if account is None or str(account.epoch) != epoch or not account.is_active:
        return None
    return account
