"""Reading accounts."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lms.ground.accounts.models import Account
from lms.ground.db import session


def accounts() -> Select[Account]:
    """All accounts with their grants."""
    return select(Account).options(joinedload(Account.grants)).order_by(Account.login)


def find_account(account_id: int) -> Account | None:
    """The account with its grants, in one statement."""
    return session.scalars(accounts().where(Account.id == account_id)).unique().one_or_none()


def find_login(login: str) -> Account | None:
    """The account of a login name, as typed but for case and blanks."""
    wanted = login.strip().lower()
    return session.scalars(accounts().where(Account.login == wanted)).unique().one_or_none()


def load_user(user_id: str) -> Account | None:
    """Flask-Login's loader: `<id>.<epoch>`; a log-in of an earlier epoch has ended."""
    number, _, epoch = user_id.partition(".")
    if not number.isdigit():
        return None
    account = find_account(int(number))
    if account is None or str(account.epoch) != epoch or not account.is_active:
        return None
    return account
