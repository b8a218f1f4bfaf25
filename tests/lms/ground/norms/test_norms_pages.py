"""The pages of the norms."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from lms.ground import db
from lms.ground.clock import today
from lms.ground.norms import queries
from tests import cast, make


def test_the_list_shows_values_and_what_is_not_verified(app: Flask) -> None:
    page = cast.browser(app, cast.office).get("/norms/?q=leave.limit").text
    assert ("1/7" in page, "第十五条" in page, "bg-orange-lt" in page) == (True, True, False)


def test_only_unverified_norms_can_be_listed(app: Flask) -> None:
    page = cast.browser(app, cast.office).get("/norms/?unverified=1&q=exam").text
    assert ("exam.pass_score" in page, "leave.limit" in page) == (True, False)


def test_a_new_value_is_saved_from_a_day_on(app: Flask) -> None:
    client = cast.browser(app, cast.office)
    start = today() + timedelta(days=10)
    typed = {"content": "65", "valid_from": start.isoformat(), "basis": "校务会决定", "version": 1}
    answer = client.post("/norms/exam.pass_score/new", data=typed)
    assert answer.status_code == 303
    with app.app_context():
        found = [queries.value("exam.pass_score", on=day) for day in (today(), start)]
    assert found == [Decimal(60), Decimal(65)]
    assert "未到生效日期" in client.get("/norms/exam.pass_score").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"content": "六十"}, "不是数值"),
        ({"valid_from": "2019-01-01"}, "生效日期须晚于它"),
        ({"basis": ""}, "依据"),
    ],
)
def test_a_refused_value_shows_what_was_typed_and_why(
    app: Flask, typed: dict[str, str], sentence: str
) -> None:
    filled = {"content": "65", "valid_from": "2030-01-01", "basis": "校务会决定", "version": "1"}
    answer = cast.browser(app, cast.office).post(
        "/norms/exam.pass_score/new", data={**filled, **typed}
    )
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert f'value="{typed.get("content", "65")}"' in answer.text


def test_a_stale_form_is_told_so(app: Flask) -> None:
    typed = {"content": "65", "valid_from": "2030-01-01", "basis": "校务会决定", "version": "9"}
    answer = cast.browser(app, cast.office).post("/norms/exam.pass_score/new", data=typed)
    assert (answer.status_code, "刚被别人改过" in answer.text) == (409, True)


def test_a_programme_gets_a_value_of_its_own(app: Flask) -> None:
    client = cast.browser(app, cast.office)
    assert "与全部班次相同" in client.get("/norms/exam.pass_score/new?scope=zhixing").text
    typed = {"content": "80", "valid_from": "2026-01-01", "basis": "班次方案", "version": ""}
    assert client.post("/norms/exam.pass_score/new?scope=zhixing", data=typed).status_code == 303
    with app.app_context():
        assert queries.value("exam.pass_score", on=today(), scope="zhixing") == Decimal(80)


def test_a_scope_with_odd_characters_is_refused(app: Flask) -> None:
    answer = cast.browser(app, cast.office).get("/norms/exam.pass_score/new?scope=a/b")
    assert (answer.status_code, "代码只能由文字" in answer.text) == (422, True)


def test_a_future_value_is_withdrawn_from_its_page_once(app: Flask) -> None:
    client = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        start = today() + timedelta(days=5)
        norm_id = make.norm("a.one", Decimal(3), scope="zhixing", valid_from=start).id
        make.norm("a.one", Decimal(1))
    answers = [client.post(f"/norms/values/{norm_id}/withdraw").status_code for _ in range(2)]
    assert answers == [303, 404]


def test_a_basis_is_verified_from_its_page(app: Flask) -> None:
    client = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        norm_id = make.norm("a.one", Decimal(1), verified=False).id
    assert client.post(f"/norms/values/{norm_id}/verify", data={"basis": ""}).status_code == 422
    typed = {"basis": "某文件第三条", "version": "1"}
    assert client.post(f"/norms/values/{norm_id}/verify", data=typed).status_code == 303
    assert "未核实" not in client.get("/norms/a.one").text


def test_an_unknown_norm_is_missing(app: Flask) -> None:
    assert cast.browser(app, cast.office).get("/norms/no.such").status_code == 404


def test_a_learner_does_not_see_norms(app: Flask) -> None:
    assert cast.browser(app, cast.learner).get("/norms/").status_code == 403


def test_the_command_says_that_all_norms_are_there(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["norms", "load"])
    assert result.output == ""
