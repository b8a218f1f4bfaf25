"""Logging in and keeping accounts, through the browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts import actions, queries
from lms.ground.accounts.actions import hashed
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from tests import cast, make

PASSWORD = "Zhixing-2026"


def open_with_password(app: Flask, *roles: Role, login: str = "wangxue") -> int:
    with app.app_context(), db.transaction():
        account: Account = make.account(*roles, login=login, name="王学")
        actions.set_password(account, hashed(PASSWORD), at=now())
        return account.id


def type_in(client: FlaskClient, password: str, *, login: str = "wangxue", after: str = "") -> str:
    answer = client.post(f"/accounts/login{after}", data={"login": login, "password": password})
    return f"{answer.status_code} {answer.headers.get('Location', '')}".strip()


def is_in(client: FlaskClient) -> bool:
    return client.get("/accounts/me").status_code == 200


def test_whoever_is_not_logged_in_is_sent_to_the_login_page_and_back(
    app: Flask, client: FlaskClient
) -> None:
    open_with_password(app, Role.LEARNER)
    answer = client.get("/accounts/me?a=1")
    assert answer.headers["Location"] == "/accounts/login?next=/accounts/me?a%3D1"
    assert type_in(client, PASSWORD, after="?next=/accounts/me%3Fa%3D1") == "303 /accounts/me?a=1"
    assert "王学" in client.get("/accounts/me").text


def test_nobody_is_sent_out_of_the_house_after_logging_in(app: Flask, client: FlaskClient) -> None:
    open_with_password(app, Role.LEARNER)
    assert type_in(client, PASSWORD, after="?next=//evil.example") == "303 /"


def test_a_wrong_password_is_one_sentence_and_counts_although_it_is_refused(
    app: Flask, client: FlaskClient
) -> None:
    account_id = open_with_password(app, Role.LEARNER)
    answer = client.post("/accounts/login", data={"login": "wangxue", "password": "x"})
    assert (answer.status_code, answer.text.count("登录名或密码不正确。")) == (422, 1)
    assert 'value="wangxue"' in answer.text
    with app.app_context():
        assert queries.get_account(account_id).failures == 1


def test_five_wrong_passwords_lock_the_account_for_the_right_one_too(
    app: Flask, client: FlaskClient
) -> None:
    open_with_password(app, Role.LEARNER)
    answers = [type_in(client, "x") for _ in range(5)]
    assert answers == ["422"] * 5
    answer = client.post("/accounts/login", data={"login": "wangxue", "password": PASSWORD})
    assert (answer.status_code, "已暂时锁定" in answer.text) == (422, True)


def test_a_log_in_starts_with_a_cookie_of_its_own(app: Flask, client: FlaskClient) -> None:
    open_with_password(app, Role.LEARNER)
    with client.session_transaction() as browser:
        browser.update(language="en", leftover="from somebody else")
    type_in(client, PASSWORD)
    with client.session_transaction() as browser:
        kept = {key: browser.get(key) for key in ("language", "leftover", "idle_minutes")}
    assert kept == {"language": "en", "leftover": None, "idle_minutes": 30}


def test_logging_out_ends_it(app: Flask, client: FlaskClient) -> None:
    open_with_password(app, Role.LEARNER)
    type_in(client, PASSWORD)
    before = is_in(client)
    client.post("/accounts/logout")
    assert (before, is_in(client)) == (True, False)


def test_logging_out_twice_is_no_error(client: FlaskClient) -> None:
    assert client.post("/accounts/logout").headers["Location"] == "/accounts/login"


@pytest.mark.parametrize(("minutes", "awake"), [(29, True), (31, False)])
def test_a_log_in_ends_after_half_an_hour_of_nothing(
    app: Flask, client: FlaskClient, minutes: int, awake: bool
) -> None:
    open_with_password(app, Role.LEARNER)
    type_in(client, PASSWORD)
    with client.session_transaction() as browser:
        browser["seen_at"] = int((now() - timedelta(minutes=minutes)).timestamp())
    answer = client.get("/accounts/me")
    assert (answer.status_code == 200) is awake
    told = "超过30分钟没有操作" in client.get("/accounts/login", follow_redirects=True).text
    assert told is not awake


def test_being_seen_again_starts_the_half_hour_anew(app: Flask, client: FlaskClient) -> None:
    open_with_password(app, Role.LEARNER)
    type_in(client, PASSWORD)
    with client.session_transaction() as browser:
        browser["seen_at"] = int((now() - timedelta(minutes=20)).timestamp())
    client.get("/accounts/me")
    with client.session_transaction() as browser:
        age = now().timestamp() - browser["seen_at"]
    assert age < 5


def test_a_view_that_never_sleeps_is_served_after_hours(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.view_functions["accounts.me"], "never_sleeps", True, raising=False)
    open_with_password(app, Role.LEARNER)
    type_in(client, PASSWORD)
    with client.session_transaction() as browser:
        browser["seen_at"] = int((now() - timedelta(hours=3)).timestamp())
    assert is_in(client)


def test_whoever_must_change_the_password_gets_nowhere_else(
    app: Flask, client: FlaskClient
) -> None:
    account_id = open_with_password(app, Role.LEARNER)
    with app.app_context(), db.transaction():
        queries.get_account(account_id).must_change_password = True
    type_in(client, PASSWORD)
    assert client.get("/accounts/me").headers["Location"] == "/accounts/password"
    typed = {"old": PASSWORD, "password": "Gongfu-2026", "again": "Gongfu-2026"}
    assert client.post("/accounts/password", data=typed).status_code == 303
    assert is_in(client)


def test_one_changes_ones_own_password_and_stays_logged_in_here_only(
    app: Flask, client: FlaskClient
) -> None:
    open_with_password(app, Role.LEARNER)
    elsewhere = app.test_client()
    for browser in (client, elsewhere):
        type_in(browser, PASSWORD)
    typed = {"old": PASSWORD, "password": "Gongfu-2026", "again": "Gongfu-2026"}
    client.post("/accounts/password", data=typed)
    assert (is_in(client), is_in(elsewhere)) == (True, False)
    assert type_in(elsewhere, "Gongfu-2026") == "303 /"


def test_two_different_new_passwords_are_refused(app: Flask, client: FlaskClient) -> None:
    open_with_password(app, Role.LEARNER)
    type_in(client, PASSWORD)
    typed = {"old": PASSWORD, "password": "Gongfu-2026", "again": "Gongfu-2027"}
    answer = client.post("/accounts/password", data=typed)
    assert (answer.status_code, "两次输入的密码不一样" in answer.text) == (422, True)


def test_the_language_is_switched_without_being_logged_in(client: FlaskClient) -> None:
    client.post("/accounts/language?next=/accounts/login", data={"language": "en"})
    assert '<html lang="en">' in client.get("/accounts/login").text
    assert client.post("/accounts/language", data={"language": "xx"}).status_code == 422


def test_a_printed_code_leads_to_a_password_of_ones_own(app: Flask, client: FlaskClient) -> None:
    officer = cast.browser(app, cast.security)
    with app.app_context(), db.transaction():
        account_id = make.account(Role.LEARNER, login="wangxue", name="王学").id
    sheet = officer.post("/accounts/codes", data={"account": [account_id]}).text
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", sheet)
    assert code is not None
    typed = {"login": "wangxue", "code": code[0], "password": PASSWORD, "again": PASSWORD}
    assert client.post("/accounts/first", data=typed).status_code == 303
    assert is_in(client)
    again = app.test_client().post("/accounts/first", data=typed)
    assert (again.status_code, "已经用过" in again.text) == (410, True)


def test_a_wrong_code_is_one_sentence(app: Flask, client: FlaskClient) -> None:
    open_with_password(app, Role.LEARNER)
    typed = {"login": "wangxue", "code": "ABCD", "password": PASSWORD, "again": PASSWORD}
    answer = client.post("/accounts/first", data=typed)
    assert (answer.status_code, answer.text.count("登录名或一次性登录码不正确")) == (422, 1)


def test_the_security_officer_opens_an_account_and_grants_a_role(app: Flask) -> None:
    officer = cast.browser(app, cast.security)
    opened = officer.post(
        "/accounts/new", data={"login": "liming", "name": "李明", "roles": ["marker"]}
    )
    page = opened.headers["Location"]
    officer.post(f"{page}/grant", data={"role": "invigilator"})
    officer.post(f"{page}/revoke", data={"role": "marker"})
    with app.app_context():
        account = queries.find_login("liming")
        assert account is not None
        assert account.roles == frozenset({Role.INVIGILATOR})
    assert "李明" in officer.get("/accounts/?role=invigilator&q=li").text


def test_a_taken_login_name_is_refused_with_what_was_typed(app: Flask) -> None:
    officer = cast.browser(app, cast.security)
    answer = officer.post("/accounts/new", data={"login": "security", "name": "李明"})
    assert (answer.status_code, "已被使用" in answer.text, 'value="李明"' in answer.text) == (
        422,
        True,
        True,
    )


def test_an_account_is_disabled_enabled_and_logged_out_by_the_officer(
    app: Flask, client: FlaskClient
) -> None:
    account_id = open_with_password(app, Role.LEARNER)
    officer = cast.browser(app, cast.security)
    type_in(client, PASSWORD)
    officer.post(f"/accounts/{account_id}/end-logins")
    assert is_in(client) is False
    officer.post(f"/accounts/{account_id}/disable")
    assert "已停用" in officer.get(f"/accounts/{account_id}").text
    assert type_in(client, PASSWORD) == "422"
    officer.post(f"/accounts/{account_id}/enable")
    assert type_in(client, PASSWORD) == "303 /"


@pytest.mark.parametrize(
    ("member", "status"), [(cast.administrator, 403), (cast.office, 403), (cast.security, 200)]
)
def test_only_the_security_officer_sees_accounts(app: Flask, member: object, status: int) -> None:
    client = cast.browser(app, member)  # type: ignore[arg-type]
    assert client.get("/accounts/").status_code == status


def test_an_account_that_is_not_there_is_missing(app: Flask) -> None:
    assert cast.browser(app, cast.security).get("/accounts/4711").status_code == 404


def test_the_first_admin_is_printed_once(app: Flask) -> None:
    runner = app.test_cli_runner()
    first, second = (runner.invoke(args=["accounts", "first-admin"]).output for _ in range(2))
    assert re.findall(r"登录名 (\w+)", first) == ["admin", "security"]
    assert second.startswith("已经有账号了。")


def test_a_code_for_a_login_is_printed_by_command(app: Flask) -> None:
    open_with_password(app, Role.LEARNER)
    runner = app.test_cli_runner()
    known = runner.invoke(args=["accounts", "code", "wangxue"])
    unknown = runner.invoke(args=["accounts", "code", "nobody"])
    assert ("一次性登录码" in known.output, known.exit_code) == (True, 0)
    assert ("没有登录名为“nobody”的账号。" in unknown.output, unknown.exit_code) == (True, 1)
