"""The log-ins of the demo school: random passwords, printed, kept beside the database."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from lms.ground.access import ROLE_NAMES, Role
from lms.ground.accounts import actions as accounts
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import System
from lms.ground.config import Config


@dataclass(frozen=True)
class LogIn:
    """One account of the demo school, as it is printed."""

    login: str
    password: str
    name: str
    roles: str


def open_log_in(
    login: str, name: str, roles: Iterable[Role], *, at: datetime
) -> tuple[Account, LogIn]:
    """An account with a random password."""
    held = tuple(roles)
    account = accounts.open_account(login, name, held, by=System(), at=at, is_demo=True)
    password = _password()
    accounts.set_password(account, accounts.hashed(password), at=at)
    return account, LogIn(login, password, name, "、".join(ROLE_NAMES[role] for role in held))


def remember(log_ins: Iterable[LogIn], config: Config) -> None:
    """Keep the passwords where only the owner of the installation can read them."""
    descriptor = os.open(_file(config), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(log_in) for log_in in log_ins], file, ensure_ascii=False)


def remembered(config: Config) -> list[LogIn]:
    """The log-ins again; none where there is no demo school."""
    file = _file(config)
    if not file.exists():
        return []
    return [LogIn(**row) for row in json.loads(file.read_text(encoding="utf-8"))]


def _file(config: Config) -> Path:
    return config.keys / "demo_log_ins.json"


def _password() -> str:
    """Ten letters and digits in two groups, and what the password rules ask for."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(2))
    return "Fx-" + "-".join(groups) + secrets.choice("23456789")
