"""Opening accounts, granting roles, codes, lock-out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from lms.ground.access import EXCLUSIVE_ROLES, Role
from lms.ground.accounts import actions, queries
from lms.ground.accounts.actions import (
    DISABLED,
    NO_ROLES,
    WRONG,
    WRONG_CODE,
    Check,
    check_password,
    hashed,
)
from lms.ground.accounts.models import Account, Grant, OneTimeCode, Stranger
from lms.ground.audit.models import AuditEntry
from lms.ground.db import session
from lms.ground.errors import Refused
from tests import cast, make

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
RIGHT, WRONG_CHECK = Check(matches=True), Check(matches=False)
PASSWORD = "Zhixing-2026"


def last_sentence() -> str | None:
    session.flush()
    return session.scalar(select(AuditEntry.sentence).order_by(AuditEntry.id.desc()).limit(1))


def test_an_account_is_opened_with_its_roles(context: None) -> None:
    by = cast.security()
    account = actions.open_account("Li.Ming", "李明", [Role.MARKER], by=by, at=AT)
    assert (account.login, account.roles) == ("li.ming", frozenset({Role.MARKER}))
    assert last_sentence() == "开通账号li.ming（李明），角色：阅卷人"


def test_a_login_name_is_given_once(context: None) -> None:
    by = cast.security()
    actions.open_account("liming", "李明", [], by=by, at=AT)
    with pytest.raises(Refused, match="已被使用"):
        actions.open_account("LIMING", "另一位李明", [], by=by, at=AT)
    assert session.scalar(select(func.count()).where(Account.login == "liming")) == 1


@pytest.mark.parametrize("pair", [("administrator", "security"), ("security", "auditor")])
def test_the_three_administrators_are_three_people(context: None, pair: tuple[str, str]) -> None:
    roles = [Role(name) for name in pair]
    with pytest.raises(Refused, match="三员分立"):
        actions.open_account("liming", "李明", roles, by=cast.security(), at=AT)
    account = make.account(roles[0])
    with pytest.raises(Refused, match="三员分立"):
        actions.grant(account, roles[1], by=cast.security(), at=AT)


def test_a_granted_role_counts_at_once_and_a_revoked_one_no_more(context: None) -> None:
    account, by = make.account(Role.MARKER), cast.security()
    actions.grant(account, Role.INVIGILATOR, by=by, at=AT)
    both = account.roles
    actions.revoke(account, Role.MARKER, by=by, at=AT)
    assert (both, account.roles) == (
        frozenset({Role.MARKER, Role.INVIGILATOR}),
        frozenset({Role.INVIGILATOR}),
    )


def test_a_role_is_granted_once(context: None) -> None:
    account = make.account(Role.MARKER)
    with pytest.raises(Refused, match="已经是阅卷人"):
        actions.grant(account, Role.MARKER, by=cast.security(), at=AT)


@pytest.mark.parametrize("change", [actions.grant, actions.revoke])
def test_nobody_changes_their_own_roles(context: None, change: object) -> None:
    myself = cast.security()
    with pytest.raises(Refused, match="自己"):
        change(myself, Role.OFFICE, by=myself, at=AT)  # type: ignore[operator]


@pytest.mark.parametrize("change", [actions.disable, actions.enable, actions.unlock])
def test_nobody_disables_or_unlocks_themselves(context: None, change: object) -> None:
    myself = cast.security()
    with pytest.raises(Refused, match="自己"):
        change(myself, by=myself, at=AT)  # type: ignore[operator]


def test_a_right_password_lets_in_and_forgets_the_failures(context: None) -> None:
    account = make.account(Role.LEARNER, login="wangxue", failures=3)
    entry = actions.log_in("WangXue", RIGHT, at=AT)
    assert (entry.account, entry.refusals, entry.idle_minutes) == (account, (), 30)
    assert (account.failures, account.last_login_at) == (0, AT)


def test_an_unknown_name_and_a_wrong_password_sound_the_same(context: None) -> None:
    make.account(Role.LEARNER, login="wangxue")
    known = actions.log_in("wangxue", WRONG_CHECK, at=AT)
    unknown = actions.log_in("nobody", WRONG_CHECK, at=AT)
    assert known == unknown == actions.Entry(refusals=(WRONG,))


def test_a_lock_does_not_tell_which_names_exist(context: None) -> None:
    make.account(Role.LEARNER, login="wangxue", password_hash="x")

    def tries(login: str) -> list[tuple[str, ...]]:
        times = [timedelta(minutes=minute) for minute in (*range(7), 33, 34)]
        return [actions.log_in(login, WRONG_CHECK, at=AT + time).refusals for time in times]

    known = tries("wangxue")
    assert tries("Nobody") == tries("nobody2") == known
    locked = "连续多次失败，账号已暂时锁定，请在10:34以后再试。"
    assert known[4:8] == [(WRONG, locked), (locked,), (locked,), (locked,)]
    redeemed = [
        actions.redeem(login, "CODE", actions.hashed("Passwort-123"), at=AT + timedelta(minutes=5))
        for login in ("wangxue", "nobody")
    ]
    assert redeemed[0] == redeemed[1]


def test_names_that_nobody_has_are_forgotten_after_a_day(context: None) -> None:
    for login, day in (("nobody", 0), ("somebody", 2)):
        actions.log_in(login, WRONG_CHECK, at=AT + timedelta(days=day))
    assert session.scalar(select(func.count()).select_from(Stranger)) == 1


def test_an_unknown_name_is_not_written_down_in_full(context: None) -> None:
    actions.log_in("MyPassword1", WRONG_CHECK, at=AT)
    assert last_sentence() == "用不存在的登录名my…登录失败"


def test_the_fifth_failure_locks_for_half_an_hour_and_says_until_when(context: None) -> None:
    account = make.account(Role.LEARNER, login="wangxue", password_hash="x")
    entries = [actions.log_in("wangxue", WRONG_CHECK, at=AT) for _ in range(5)]
    locked = "连续多次失败，账号已暂时锁定，请在10:30以后再试。"
    assert [entry.refusals for entry in entries] == [(WRONG,)] * 4 + [(WRONG, locked)]
    assert actions.log_in("wangxue", RIGHT, at=AT + timedelta(minutes=29)).refusals == (locked,)
    later = AT + timedelta(minutes=30)
    assert actions.log_in("wangxue", RIGHT, at=later).account == account


def test_the_norms_say_when_an_account_is_locked(context: None) -> None:
    make.norm("login.failures", Decimal(2))
    make.norm("login.lock_minutes", Decimal(10))
    account = make.account(Role.LEARNER, login="wangxue")
    for _ in range(2):
        actions.log_in("wangxue", WRONG_CHECK, at=AT)
    assert account.locked_until == AT + timedelta(minutes=10)


def test_a_locked_account_is_unlocked_by_hand(context: None) -> None:
    account = make.account(Role.LEARNER, login="wangxue", locked_until=AT + timedelta(hours=1))
    actions.unlock(account, by=cast.security(), at=AT)
    assert actions.log_in("wangxue", RIGHT, at=AT).account == account


@pytest.mark.parametrize(
    ("roles", "columns", "sentence"),
    [((Role.LEARNER,), {"disabled_at": AT}, DISABLED), ((), {}, NO_ROLES)],
)
def test_a_right_password_is_not_always_enough(
    context: None, roles: tuple[Role, ...], columns: dict[str, datetime], sentence: str
) -> None:
    make.account(*roles, login="wangxue", **columns)
    assert actions.log_in("wangxue", RIGHT, at=AT) == actions.Entry(refusals=(sentence,))


def test_whether_an_account_is_disabled_is_told_to_nobody_else(context: None) -> None:
    make.account(Role.LEARNER, login="wangxue", disabled_at=AT)
    assert actions.log_in("wangxue", WRONG_CHECK, at=AT).refusals == (WRONG,)


def test_an_old_password_has_to_be_changed_where_the_norm_wants_it(context: None) -> None:
    make.norm("password.days", Decimal(90))
    account = make.account(Role.LEARNER, login="wangxue", password_set_at=AT - timedelta(days=91))
    actions.log_in("wangxue", RIGHT, at=AT)
    assert account.must_change_password is True


def test_a_password_is_compared_by_its_hash() -> None:
    stored = hashed(PASSWORD).hash
    found = [
        check_password(stored, PASSWORD),
        check_password(stored, "x"),
        check_password(None, "x"),
    ]
    assert found == [Check(matches=True), Check(matches=False), Check(matches=False)]


def test_a_hash_of_lower_cost_is_renewed_at_the_next_login(context: None) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    account = make.account(Role.LEARNER, login="wangxue", password_hash=weak)
    actions.log_in("wangxue", check_password(weak, PASSWORD), at=AT)
    assert account.password_hash != weak
    assert check_password(account.password_hash, PASSWORD) == Check(matches=True)


def test_a_code_is_kept_as_a_hash_and_used_once(context: None) -> None:
    account = make.account(Role.LEARNER, login="wangxue")
    issued = actions.issue_codes([account], by=cast.security(), at=AT)[0]
    kept = session.scalars(select(OneTimeCode.code_hash)).all()
    assert [issued.code.replace("-", "") in code for code in kept] == [False]
    first = actions.redeem("wangxue", issued.code.lower(), hashed(PASSWORD), at=AT)
    again = actions.redeem("wangxue", issued.code, hashed(PASSWORD), at=AT)
    assert (first.account, again.account, again.expired) == (account, None, True)
    assert again.refusals == ("这个一次性登录码已经用过或被新的代替，请向管理员要一个新的。",)
    assert check_password(account.password_hash, PASSWORD).matches is True


@pytest.mark.parametrize(("days", "lets_in"), [(29, True), (30, False)])
def test_a_code_expires_by_its_norm(context: None, days: int, lets_in: bool) -> None:
    account = make.account(Role.LEARNER, login="wangxue")
    issued = actions.issue_codes([account], by=cast.security(), at=AT)[0]
    entry = actions.redeem("wangxue", issued.code, hashed(PASSWORD), at=AT + timedelta(days=days))
    assert (entry.account is not None, entry.expired) == (lets_in, not lets_in)


def test_a_new_code_replaces_the_unused_one(context: None) -> None:
    account, by = make.account(Role.LEARNER, login="wangxue"), cast.security()
    old = actions.issue_codes([account], by=by, at=AT)[0]
    actions.issue_codes([account], by=by, at=AT)
    assert actions.redeem("wangxue", old.code, hashed(PASSWORD), at=AT).expired is True


def test_somebody_elses_code_is_a_wrong_one_and_counts_as_a_failure(context: None) -> None:
    account, other = make.account(Role.LEARNER, login="wangxue"), make.account(Role.LEARNER)
    issued = actions.issue_codes([other], by=cast.security(), at=AT)[0]
    entry = actions.redeem("wangxue", issued.code, hashed(PASSWORD), at=AT)
    assert (entry.refusals, entry.expired, account.failures) == ((WRONG_CODE,), False, 1)


@pytest.mark.parametrize(("role", "accepted"), [(Role.LEARNER, True), (Role.SECURITY, False)])
def test_administrators_need_longer_passwords(context: None, role: Role, accepted: bool) -> None:
    account = make.account(role, login="wangxue")
    issued = actions.issue_codes([account], by=cast.security(), at=AT)[0]
    entry = actions.redeem("wangxue", issued.code, hashed("Abcdefg1"), at=AT)
    assert (entry.account is not None) is accepted
    assert entry.refusals == (() if accepted else ("密码至少需要12个字符。",))


def test_a_refused_password_does_not_use_up_the_code(context: None) -> None:
    account = make.account(Role.LEARNER, login="wangxue")
    issued = actions.issue_codes([account], by=cast.security(), at=AT)[0]
    actions.redeem("wangxue", issued.code, hashed("short"), at=AT)
    assert actions.redeem("wangxue", issued.code, hashed(PASSWORD), at=AT).account == account


def test_printing_no_codes_is_refused(context: None) -> None:
    with pytest.raises(Refused, match="勾选"):
        actions.issue_codes([], by=cast.security(), at=AT)


def test_a_changed_password_ends_the_other_logins(context: None) -> None:
    account = make.account(Role.LEARNER, password_hash=hashed(PASSWORD).hash)
    user_id = account.get_id()
    actions.change_password(account, RIGHT, hashed("Gongfu-2026"), at=AT)
    session.flush()
    assert queries.load_user(user_id) is None
    assert queries.load_user(account.get_id()) == account


def test_a_changed_password_is_told_everything_that_is_wrong(context: None) -> None:
    account = make.account(Role.LEARNER, login="wangxue", password_hash=hashed("abc").hash)
    with pytest.raises(Refused) as refusal:
        actions.change_password(account, WRONG_CHECK, hashed("abc"), at=AT)
    assert refusal.value.reasons == (
        "当前密码不正确。",
        "密码至少需要8个字符。",
        "密码须包含大写字母、小写字母、数字、符号中的至少三类。",
        "新密码不能与当前密码相同。",
    )


def test_a_disabled_account_is_logged_out_at_once(context: None) -> None:
    account = make.account(Role.LEARNER)
    user_id = account.get_id()
    actions.disable(account, by=cast.security(), at=AT)
    session.flush()
    assert queries.load_user(user_id) is None
    actions.enable(account, by=cast.security(), at=AT)
    assert queries.load_user(user_id) is None
    assert queries.load_user(account.get_id()) == account


def test_the_first_house_gets_an_administrator_and_a_security_officer(context: None) -> None:
    issued = actions.first_admin(at=AT)
    assert [(each.account.login, each.account.roles) for each in issued] == [
        ("admin", frozenset({Role.ADMINISTRATOR})),
        ("security", frozenset({Role.SECURITY})),
    ]
    assert actions.first_admin(at=AT) == []


def test_accounts_are_found_by_name_role_and_state(context: None) -> None:
    cast.office()
    make.account(Role.LEARNER, login="wangxue", name="王学", last_login_at=AT)
    make.account(Role.LEARNER, login="zhao", name="赵同", disabled_at=AT)
    make.account(Role.MARKER, login="qian", name="钱阅", locked_until=AT + timedelta(minutes=1))

    def logins(**asked: object) -> list[str]:
        found = queries.page_of_accounts(at=AT, page=1, **asked)  # type: ignore[arg-type]
        return [account.login for account in found.rows]

    assert logins(search="王") == ["wangxue"]
    assert logins(role=Role.LEARNER) == ["wangxue", "zhao"]
    assert logins(state="disabled") == ["zhao"]
    assert logins(state="locked") == ["qian"]
    assert logins(state="new", role=Role.LEARNER) == ["zhao"]


def test_a_page_of_accounts_counts_accounts_and_not_roles(context: None) -> None:
    make.account(Role.LEARNER, Role.MARKER, Role.INVIGILATOR)
    page = queries.page_of_accounts(at=AT, page=1)
    assert (page.total, len(page.rows)) == (1, 1)


def test_who_granted_a_role_is_written_beside_it(context: None) -> None:
    account = actions.open_account(
        "liming", "李明", EXCLUSIVE_ROLES & {Role.AUDITOR}, by=cast.security(), at=AT
    )
    found = session.scalars(select(Grant).where(Grant.account_id == account.id)).one()
    assert (found.granted_by, found.granted_at) == ("吴安", AT)
