"""The pages of people and units."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.people import queries
from lms.ground.people.models import Person, Unit
from tests import cast, make

ID, PHONE = make.id_number(12), make.phone(7)


def person_id(app: Flask, name: str = "王学", **columns: str) -> int:
    with app.app_context(), db.transaction():
        made: Person = make.person(name, **columns)
        return made.id


def unit_id(app: Flask, name: str = "老街镇") -> int:
    with app.app_context(), db.transaction():
        made: Unit = make.unit(name)
        return made.id


def test_the_office_registers_a_person_and_the_page_shows_nothing_private(app: Flask) -> None:
    client, unit = cast.browser(app, cast.office), unit_id(app)
    typed = {"name": "王　学", "unit_id": unit, "id_number": ID, "phone": PHONE, "diet": "清真"}
    answer = client.post("/people/new", data=typed)
    page = client.get(answer.headers["Location"]).text
    assert [text in page for text in ("王学", "老街镇", "990***********", "100****0007")] == [
        True
    ] * 4
    assert [text in page for text in (ID, PHONE, "清真")] == [False] * 3


def test_a_refused_person_shows_what_was_typed_and_everything_wrong(app: Flask) -> None:
    typed = {"name": "王学", "post": "科员", "id_number": "123", "phone": "456"}
    answer = cast.browser(app, cast.office).post("/people/new", data=typed)
    assert answer.status_code == 422
    for text in ("身份证号应为18位", "手机号应为11位", 'value="科员"', 'value="123"'):
        assert text in answer.text


def test_editing_shows_no_number_and_leaves_it_when_nothing_is_typed(app: Flask) -> None:
    client, number = cast.browser(app, cast.office), person_id(app, id_number=ID)
    assert ID not in client.get(f"/people/{number}/edit").text
    answer = client.post(f"/people/{number}/edit", data={"name": "王学习", "version": 1})
    assert answer.status_code == 303
    with app.app_context():
        person = session.get(Person, number)
        assert person is not None
        assert (person.name, person.id_number) == ("王学习", ID)


def test_a_number_is_removed_by_saying_so(app: Flask) -> None:
    client, number = cast.browser(app, cast.office), person_id(app, phone=PHONE)
    client.post(f"/people/{number}/edit", data={"name": "王学", "version": 1, "phone": "清除"})
    with app.app_context():
        person = session.get(Person, number)
        assert person is not None
        assert (person.phone, person.phone_hash, person.phone_masked) == (None, None, "")


def test_a_stale_person_form_is_told_so(app: Flask) -> None:
    client, number = cast.browser(app, cast.office), person_id(app)
    first, second = (
        client.post(f"/people/{number}/edit", data={"name": name, "version": 1})
        for name in ("甲", "乙")
    )
    assert (first.status_code, second.status_code) == (303, 409)


def test_a_number_is_looked_up_by_a_post_and_never_stands_in_an_address(app: Flask) -> None:
    client, number = cast.browser(app, cast.office), person_id(app, id_number=ID)
    answer = client.post("/people/find", data={"number": ID})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/{number}")
    nobody = client.post("/people/find", data={"number": make.id_number(14)})
    assert "没有人员登记了这个号码" in nobody.text


def test_a_value_is_unmasked_once_for_a_reason(app: Flask) -> None:
    client, number = cast.browser(app, cast.office), person_id(app, id_number=ID)
    page = f"/people/{number}"
    refused = client.post(f"{page}/unmask", data={"kind": "id_number", "reason": "看"})
    assert (refused.status_code, ID in refused.text) == (422, False)
    shown = client.post(f"{page}/unmask", data={"kind": "id_number", "reason": "核对结业证书"})
    assert (shown.status_code, ID in shown.text, ID in client.get(page).text) == (200, True, False)


@pytest.mark.parametrize("member", [cast.administrator, cast.adviser, cast.unit_admin])
def test_others_who_see_people_do_not_unmask(app: Flask, member: Callable[[], Account]) -> None:
    client = cast.browser(app, member)
    answer = client.post("/people/1/unmask", data={"kind": "id_number", "reason": "核对证书"})
    assert answer.status_code == 403


def test_a_unit_administrator_sees_no_page_of_a_person_of_another_unit(app: Flask) -> None:
    client, number = cast.browser(app, cast.unit_admin), person_id(app)
    assert client.get(f"/people/{number}").status_code == 404
    assert "王学" not in client.get("/people/").text


def test_a_learner_sees_the_own_page_only(app: Flask) -> None:
    client = cast.browser(app, cast.learner)
    assert (client.get("/people/").status_code, "老街镇" in client.get("/people/mine").text) == (
        403,
        True,
    )


def test_an_account_without_a_person_is_told_so(app: Flask) -> None:
    assert "还没有关联人员信息" in cast.browser(app, cast.marker).get("/people/mine").text


def test_the_security_officer_opens_learners_accounts_for_those_who_are_ticked(app: Flask) -> None:
    client = cast.browser(app, cast.security)
    chosen = [person_id(app, name) for name in ("甲", "乙")]
    answer = client.post("/people/accounts", data={"person": chosen})
    assert answer.headers["Location"] == "/accounts/?state=new&role=learner"
    page = client.get(answer.headers["Location"]).text
    assert [f"u{number:05d}" in page for number in chosen] == [True, True]
    assert client.post("/people/accounts").status_code == 422


def test_one_persons_account_is_opened_with_a_role_or_linked(app: Flask) -> None:
    client = cast.browser(app, cast.security)
    one, other = person_id(app, "甲"), person_id(app, "乙")
    client.post(f"/people/{one}/account", data={"role": "instructor"})
    again = client.post(f"/people/{one}/account", data={"role": "instructor"})
    with app.app_context(), db.transaction():
        make.account(Role.MARKER, login="qianyue")
    client.post(f"/people/{other}/link", data={"login": "QianYue"})
    with app.app_context():
        people = [session.get(Person, number) for number in (one, other)]
        accounts = [session.get(Account, person.account_id) for person in people if person]
        logins = [account.login for account in accounts if account]
    assert (again.status_code, logins) == (422, [f"u{one:05d}", "qianyue"])


def test_a_unit_is_created_renamed_moved_and_closed(app: Flask) -> None:
    client, parent = cast.browser(app, cast.office), unit_id(app)
    opened = client.post(
        "/people/units/new", data={"name": "河东村", "kind": "village", "parent_id": parent}
    )
    page = opened.headers["Location"]
    moved = {"name": "河西村", "kind": "village", "parent_id": "", "version": 1}
    assert client.post(f"{page}/edit", data=moved).status_code == 303
    assert client.post(f"{page}/edit", data=moved).status_code == 409
    assert client.post(f"{page}/close").status_code == 303
    listed = client.get("/people/units?q=河西").text
    assert ("已撤销" in listed, "河东村" in listed, "老街镇" in listed) == (True, False, False)


def test_a_unit_of_the_same_name_is_refused_with_a_sentence(app: Flask) -> None:
    client = cast.browser(app, cast.office)
    answers = [
        client.post(
            "/people/units/new", data={"name": "老街镇", "kind": "township", "parent_id": ""}
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 422]
    assert "已有名为“老街镇”的单位" in answers[1].text


def test_a_unit_administrator_is_put_in_charge_and_relieved(app: Flask) -> None:
    client, number = cast.browser(app, cast.security), unit_id(app, "新桥乡")
    with app.app_context(), db.transaction():
        make.account(Role.UNIT_ADMIN, login="zhudan", name="朱丹")
    client.post(f"/people/units/{number}/administrators", data={"login": "zhudan"})
    assert "朱丹" in client.get(f"/people/units/{number}").text
    with app.app_context():
        unit = session.get(Unit, number)
        assert unit is not None
        duty = queries.duties(unit)[0][0].id
    client.post(f"/people/units/administrators/{duty}/end")
    assert "朱丹" not in client.get(f"/people/units/{number}").text


@pytest.mark.parametrize("path", ["/people/4711", "/people/units/4711", "/people/4711/edit"])
def test_what_is_not_there_is_missing(app: Flask, path: str) -> None:
    assert cast.browser(app, cast.office).get(path).status_code == 404
