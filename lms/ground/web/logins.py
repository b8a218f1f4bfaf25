"""Beginning a log-in in a browser."""

from __future__ import annotations

from typing import Protocol

from flask import session as browser
from flask_login import login_user


class Entering(Protocol):
    """An account."""

    @property
    def must_change_password(self) -> bool: ...


def begin(account: Entering, idle_minutes: int) -> None:
    """Begin a log-in in a fresh cookie: nothing of an earlier visitor is left in it."""
    kept = {"language": browser["language"]} if "language" in browser else {}
    browser.clear()
    browser.update(kept, idle_minutes=idle_minutes, must_change=account.must_change_password)
    login_user(account)
