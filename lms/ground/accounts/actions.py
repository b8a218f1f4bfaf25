"""Opening accounts, granting roles, logging in.

Hashing a password takes long on purpose. `check_password` and `hashed` do it without the
database, so that on an exam day nobody waits for a lock while somebody's password is hashed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from lms.ground.access import EXCLUSIVE_ROLES, ROLE_NAMES, Role, check_roles
from lms.ground.accounts import queries
from lms.ground.accounts.models import Account, Grant, OneTimeCode, Stranger
from lms.ground.accounts.rules import (
    clean_login,
    login_faults,
    make_code,
    password_faults,
    show_code,
)
from lms.ground.audit.actions import Actor, System, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms.queries import value, values
from lms.ground.vault import lookup_hash

# 19 MiB, two passes, one lane: OWASP's least for Argon2id, so that a hall may log in at once.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# What is checked where there is nothing to check: unknown names take as long as known ones.
_NOBODY = _HASHER.hash(secrets.token_hex(16))

WRONG = "登录名或密码不正确。"
WRONG_CODE = "登录名或一次性登录码不正确，请对照凭条重新输入。"
DISABLED = "这个账号已停用，请联系管理员。"
FORGOTTEN_AFTER = timedelta(days=1)
NO_ROLES = "这个账号还没有任何角色，请联系管理员授予角色后再登录。"


@dataclass(frozen=True)
class Check:
    """Whether a password is the right one, and its hash by today's cost if that is due."""

    matches: bool
    fresh_hash: str | None = None


@dataclass(frozen=True)
class NewPassword:
    """A password that somebody chose, with its hash."""

    text: str
    hash: str


@dataclass(frozen=True)
class Entry:
    """How an attempt to log in ended: an account, or sentences that say why not.

    `expired`: the one-time code was right once. `idle_minutes`: how long the log-in may sleep.
    """

    account: Account | None = None
    refusals: tuple[str, ...] = ()
    expired: bool = False
    idle_minutes: int = 0


@dataclass(frozen=True)
class IssuedCode:
    """A one-time code in the clear: to be printed now, known to nobody later."""

    account: Account
    code: str
    expires_at: datetime


def check_password(stored: str | None, typed: str) -> Check:
    """Compare, in the same time whether there is a password or not. No database."""
    try:
        _HASHER.verify(stored or _NOBODY, typed)
    except (VerificationError, InvalidHashError):
        return Check(matches=False)
    due = stored is not None and _HASHER.check_needs_rehash(stored)
    return Check(matches=stored is not None, fresh_hash=_HASHER.hash(typed) if due else None)


def hashed(text: str) -> NewPassword:
    """A new password with its hash. No database."""
    return NewPassword(text, _HASHER.hash(text))


def log_in(login: str, check: Check, *, at: datetime) -> Entry:
    """Let the account in, or count the failure (keep it: the answer will be a refusal).

    After as many failures as the norm says the account is locked for a while
    (GB/T 22239-2019, 身份鉴别 b); unknown names get the same sentences, and the same lock.
    """
    account = queries.find_login_to_change(login)
    if account is None:
        return _unknown(login, at=at)
    if _is_locked(account, at):
        return Entry(refusals=(_locked_sentence(account),))
    if not check.matches:
        return _failed(account, WRONG, at=at)
    refusal = _refusal(account)
    if refusal:
        return Entry(refusals=(refusal,))
    norms = values("login.idle_minutes", "password.days", on=local(at).date())
    if check.fresh_hash:
        account.password_hash = check.fresh_hash
    _enter(account, at=at)
    if _is_old(account, norms["password.days"], at=at):
        account.must_change_password = True
    record("accounts.log_in", account, f"{account.name}登录", by=account, at=at)
    return Entry(account, idle_minutes=int(norms["login.idle_minutes"]))


def redeem(login: str, typed_code: str, password: NewPassword, *, at: datetime) -> Entry:
    """Log in for the first time: a printed code, used once, for a password of one's own."""
    account = queries.find_login_to_change(login)
    if account is None:
        return _unknown(login, at=at, sentence=WRONG_CODE)
    if _is_locked(account, at):
        return Entry(refusals=(_locked_sentence(account),))
    code = queries.find_code(account, typed_code)
    if code is None:
        return _failed(account, WRONG_CODE, at=at)
    refusal = _refusal(account)
    if refusal:
        return Entry(refusals=(refusal,))
    if code.used_at is not None or code.expires_at <= at:
        state = "已经用过或被新的代替" if code.used_at else "已经过期"
        return Entry(refusals=(f"这个一次性登录码{state}，请向管理员要一个新的。",), expired=True)
    faults = _faults(account, password, at=at)
    if faults:
        return Entry(refusals=tuple(faults))
    set_password(account, password, at=at)
    _void_codes([account], at=at)
    _enter(account, at=at)
    record("accounts.redeem", account, f"{account.name}用一次性登录码设置了密码", by=account, at=at)
    idle = value("login.idle_minutes", on=local(at).date())
    return Entry(account, idle_minutes=int(idle))


def change_password(account: Account, old: Check, new: NewPassword, *, at: datetime) -> None:
    """Set one's own password and end one's other log-ins; Refused with everything wrong."""
    reasons = [] if old.matches else ["当前密码不正确。"]
    reasons += _faults(account, new, at=at)
    if check_password(account.password_hash, new.text).matches:
        reasons.append("新密码不能与当前密码相同。")
    if reasons:
        raise Refused(*reasons)
    set_password(account, new, at=at)
    record("accounts.change_password", account, f"{account.name}修改了密码", by=account, at=at)


def set_password(account: Account, password: NewPassword, *, at: datetime) -> None:
    """Give the account this password, whatever its rules; every open log-in of it ends."""
    account.password_hash = password.hash
    account.password_set_at = at
    account.must_change_password = False
    account.epoch += 1


def open_account(
    login: str, name: str, roles: Iterable[Role], *, by: Actor, at: datetime, is_demo: bool = False
) -> Account:
    """A new account without a password: its first log-in takes a one-time code.

    Refused: the login name is taken or malformed, the roles exclude each other.
    """
    login, granted = clean_login(login), frozenset(roles)
    reasons = login_faults(login) + ([] if name.strip() else ["请填写姓名。"])
    if reasons:
        raise Refused(*reasons)
    check_roles(granted)
    account = Account(login=login, name=name.strip(), created_at=at, is_demo=is_demo)
    account.grants = [
        Grant(role=role, granted_by=by.name, granted_at=at) for role in sorted(granted)
    ]
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        raise Refused(f"登录名“{login}”已被使用，请换一个。") from None
    names = "、".join(ROLE_NAMES[role] for role in sorted(granted)) or "无"
    sentence = f"开通账号{login}（{account.name}），角色：{names}"
    record("accounts.open", account, sentence, by=by, at=at)
    return account


def grant(account: Account, role: Role, *, by: Actor, at: datetime) -> None:
    """Give a role. Refused: to oneself, twice, or against 三员分立 (GB/T 22239-2019)."""
    _not_oneself(account, by)
    if role in account.roles:
        raise Refused(f"{account.name}已经是{ROLE_NAMES[role]}。")
    check_roles(account.roles | {role})
    account.grants.append(Grant(role=role, granted_by=by.name, granted_at=at))
    account.forget_roles()
    sentence = f"授予{account.name}（{account.login}）{ROLE_NAMES[role]}角色"
    record("accounts.grant", account, sentence, by=by, at=at, role=role.value)


def revoke(account: Account, role: Role, *, by: Actor, at: datetime) -> None:
    """Take a role back; Refused for one's own and for one that the account has not."""
    _not_oneself(account, by)
    found = next((grant for grant in account.grants if grant.role == role), None)
    if found is None:
        raise Refused(f"{account.name}没有{ROLE_NAMES[role]}角色。")
    account.grants.remove(found)
    account.forget_roles()
    sentence = f"收回{account.name}（{account.login}）的{ROLE_NAMES[role]}角色"
    record("accounts.revoke", account, sentence, by=by, at=at, role=role.value)


def disable(account: Account, *, by: Actor, at: datetime) -> None:
    """Nobody can log in with it any more, and whoever is logged in is out. Not one's own."""
    _not_oneself(account, by)
    if account.disabled_at is not None:
        raise Refused("这个账号已经是停用状态。")
    account.disabled_at = at
    account.epoch += 1
    record("accounts.disable", account, f"停用账号{account.login}（{account.name}）", by=by, at=at)


def enable(account: Account, *, by: Actor, at: datetime) -> None:
    """Open a disabled account again."""
    _not_oneself(account, by)
    if account.disabled_at is None:
        raise Refused("这个账号没有停用。")
    account.disabled_at = None
    record("accounts.enable", account, f"启用账号{account.login}（{account.name}）", by=by, at=at)


def unlock(account: Account, *, by: Actor, at: datetime) -> None:
    """End a lock-out before its time."""
    _not_oneself(account, by)
    account.locked_until, account.failures = None, 0
    record("accounts.unlock", account, f"解锁账号{account.login}（{account.name}）", by=by, at=at)


def end_logins(account: Account, *, by: Actor, at: datetime) -> None:
    """End every open log-in of the account, on whatever machine."""
    account.epoch += 1
    sentence = f"结束账号{account.login}（{account.name}）的全部登录"
    record("accounts.end_logins", account, sentence, by=by, at=at)


def issue_codes(accounts: Iterable[Account], *, by: Actor, at: datetime) -> list[IssuedCode]:
    """One-time codes to print; each replaces the unused ones that its account had."""
    chosen = list(accounts)
    if not chosen:
        raise Refused("请先勾选要打印登录码的账号。")
    _void_codes(chosen, at=at)
    days = value("code.days", on=local(at).date())
    expires_at = at + timedelta(days=int(days))
    return [_issue(account, expires_at, by=by, at=at) for account in chosen]


def first_admin(*, at: datetime) -> list[IssuedCode]:
    """Accounts of an administrator and a security officer for a house that has none, with codes.

    An empty list where there is any account already.
    """
    if queries.any_account():
        return []
    first = [
        open_account("admin", "系统管理员", [Role.ADMINISTRATOR], by=System(), at=at),
        open_account("security", "安全管理员", [Role.SECURITY], by=System(), at=at),
    ]
    return issue_codes(first, by=System(), at=at)


def _unknown(login: str, *, at: datetime, sentence: str = WRONG) -> Entry:
    # Only a little of the name: people type passwords into the wrong field.
    tried = clean_login(login)[:2] + "…"
    stranger = queries.find_stranger_to_change(login) or _new_stranger(login, at=at)
    if _is_locked(stranger, at):
        return Entry(refusals=(_locked_sentence(stranger),))
    record("accounts.fail", System(), f"用不存在的登录名{tried}登录失败", by=System(), at=at)
    stranger.tried_at = at
    return _counted(stranger, sentence, at=at)


def _new_stranger(login: str, *, at: datetime) -> Stranger:
    """A row for a name that nobody has; those that nobody tried for long are forgotten."""
    session.execute(delete(Stranger).where(Stranger.tried_at < at - FORGOTTEN_AFTER))
    made = Stranger(login_hash=lookup_hash(clean_login(login)), failures=0, tried_at=at)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # somebody else has just tried the same name
        return queries.find_stranger_to_change(login) or made
    return made


def _failed(account: Account, sentence: str, *, at: datetime) -> Entry:
    record("accounts.fail", account, f"{account.name}登录失败", by=account, at=at)
    entry = _counted(account, sentence, at=at)
    if _is_locked(account, at):
        reason = f"账号{account.login}（{account.name}）因连续登录失败被锁定"
        record("accounts.lock", account, reason, by=System(), at=at)
    return entry


def _counted(tried: Account | Stranger, sentence: str, *, at: datetime) -> Entry:
    """One failure more; the same for names that exist and for names that don't."""
    norms = values("login.failures", "login.lock_minutes", on=local(at).date())
    tried.failures += 1
    if tried.failures < norms["login.failures"]:
        return Entry(refusals=(sentence,))
    tried.failures = 0
    tried.locked_until = at + timedelta(minutes=int(norms["login.lock_minutes"]))
    return Entry(refusals=(sentence, _locked_sentence(tried)))


def _is_locked(tried: Account | Stranger, at: datetime) -> bool:
    return tried.locked_until is not None and tried.locked_until > at


def _locked_sentence(tried: Account | Stranger) -> str:
    assert tried.locked_until is not None
    until = local(tried.locked_until)
    # Never the minute before the lock ends.
    return f"连续多次失败，账号已暂时锁定，请在{until + timedelta(seconds=59):%H:%M}以后再试。"


def _refusal(account: Account) -> str:
    if not account.is_active:
        return DISABLED
    return "" if account.grants else NO_ROLES


def _enter(account: Account, *, at: datetime) -> None:
    account.failures, account.locked_until, account.last_login_at = 0, None, at


def _is_old(account: Account, days: Decimal, *, at: datetime) -> bool:
    if not days or account.password_set_at is None:
        return False
    return at - account.password_set_at > timedelta(days=int(days))


def _faults(account: Account, password: NewPassword, *, at: datetime) -> list[str]:
    is_admin = bool(account.roles & EXCLUSIVE_ROLES)
    code = "password.length_admin" if is_admin else "password.length"
    least = int(value(code, on=local(at).date()))
    return password_faults(password.text, login=account.login, least=least)


def _void_codes(accounts: Iterable[Account], *, at: datetime) -> None:
    for code in queries.open_codes(account.id for account in accounts):
        code.used_at = at


def _issue(account: Account, expires_at: datetime, *, by: Actor, at: datetime) -> IssuedCode:
    code = make_code(secrets.choice)
    session.add(
        OneTimeCode(
            account_id=account.id,
            code_hash=lookup_hash(code),
            issued_at=at,
            expires_at=expires_at,
        )
    )
    sentence = f"为账号{account.login}（{account.name}）生成一次性登录码"
    record("accounts.issue_code", account, sentence, by=by, at=at)
    return IssuedCode(account, show_code(code), expires_at)


def _not_oneself(account: Account, by: Actor) -> None:
    if account.id == by.id:
        raise Refused("不能变更自己的账号和角色，请由另一位安全管理员操作。")
