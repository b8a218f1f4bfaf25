"""The shell: every wrong input is one sentence with the right status, and nothing is lost."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app import create_app
from lms.ground import db
from lms.ground.access import public
from lms.ground.errors import Conflict, Missing, Refused
from lms.ground.norms.models import Norm
from tests import cast, make

RAISED = {
    "refused": Refused("这个名称已经有人用了。", "日期不能早于今天。"),
    "missing": Missing("这个班次"),
    "conflict": Conflict(),
    "full": OperationalError("INSERT", {}, Exception("database or disk is full")),
    "locked": OperationalError("INSERT", {}, Exception("database is locked")),
    "bug": ZeroDivisionError("secret detail"),
}


@pytest.fixture
def annex(app: Flask) -> Iterator[Flask]:
    """A second house on the same database, to which a test may add addresses."""
    built = create_app(replace(app.config["FENGXUE"], testing=False))
    built.config["WTF_CSRF_ENABLED"] = False
    yield built
    with built.app_context():
        db.database().engine.dispose()


def _open(annex: Flask, address: str, view: Callable[..., str]) -> FlaskClient:
    annex.add_url_rule(address, endpoint="annex", view_func=public(view), methods=["GET", "POST"])
    return annex.test_client()


@pytest.fixture
def faulty(annex: Flask) -> FlaskClient:
    """A browser at a house with an address that raises."""

    def fail(name: str) -> str:
        raise RAISED[name]

    return _open(annex, "/fail/<name>", fail)


@pytest.mark.parametrize(
    ("name", "status", "sentences"),
    [
        ("refused", 422, ["这个名称已经有人用了。", "日期不能早于今天。"]),
        ("missing", 404, ["没有找到这个班次，它可能已被删除，或者您没有查看它的权限。"]),
        ("conflict", 409, ["这份内容刚被别人改过，您的修改没有保存，请刷新后再改。"]),
        ("full", 507, ["服务器磁盘已满，您的操作没有生效，请立即联系管理员。"]),
        ("locked", 503, ["系统正忙，您的操作没有生效，请过几秒再试一次。"]),
    ],
)
def test_a_refusal_is_told_as_json_fragment_and_page(
    faulty: FlaskClient, name: str, status: int, sentences: list[str]
) -> None:
    told = faulty.get(f"/fail/{name}", headers={"Accept": "application/json"})
    assert (told.status_code, told.json) == (status, {"errors": sentences, "error_id": None})
    fragment = faulty.get(f"/fail/{name}", headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert fragment.text.startswith('<div class="alert')
    page = faulty.get(f"/fail/{name}")
    assert page.status_code == status
    assert [page.text.count(sentence) for sentence in sentences] == [1] * len(sentences)


@pytest.mark.parametrize(
    ("method", "came", "leads_back"),
    [
        ("POST", "http://localhost/cohorts/7?tab=1", True),
        ("POST", "http://elsewhere.example/cohorts/7", False),
        ("POST", "http://localhost/fail/refused", False),
        ("POST", "", False),
        ("GET", "http://localhost/cohorts/7", False),
    ],
)
def test_a_refused_button_leads_back_to_its_page(
    faulty: FlaskClient, method: str, came: str, leads_back: bool
) -> None:
    page = faulty.open("/fail/refused", method=method, headers={"Referer": came})
    assert ('href="http://localhost/cohorts/7?tab=1">返回上一页' in page.text) == leads_back


def test_what_was_typed_into_a_stale_form_is_shown_again_to_copy(faulty: FlaskClient) -> None:
    typed = {"csrf_token": "secret", "version": "3", "title": "第七期", "purpose": "写了很久的话"}
    page = faulty.post("/fail/conflict", data=typed)
    assert page.status_code == 409
    assert ">第七期\n写了很久的话</textarea>" in page.text
    assert "secret" not in page.text


def test_a_bug_has_an_id_that_is_in_the_log_and_no_trace_on_the_page(
    faulty: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        page = faulty.get("/fail/bug", headers={"Accept": "application/json"})
    assert page.status_code == 500
    assert page.json is not None
    assert page.json["error_id"] in caplog.text
    assert "secret detail" not in page.text
    assert "secret detail" in caplog.text


def test_what_a_refused_request_wrote_is_gone(annex: Flask) -> None:
    def write_and_refuse() -> str:
        make.norm("test.refused", "1")
        raise Refused("不行。")

    assert _open(annex, "/write", write_and_refuse).post("/write").status_code == 422
    assert _kept(annex, "test.refused") is False


def test_a_get_never_writes(annex: Flask) -> None:
    def write() -> str:
        make.norm("test.get", "1")
        return "ok"

    client = _open(annex, "/write", write)
    assert client.get("/write").status_code == 200
    assert _kept(annex, "test.get") is False
    assert client.post("/write").status_code == 200
    assert _kept(annex, "test.get") is True


def _kept(annex: Flask, code: str) -> bool:
    with annex.app_context():
        return db.session.scalar(select(Norm.id).where(Norm.code == code)) is not None


def test_strange_addresses_are_answered_with_a_sentence(app: Flask) -> None:
    client = cast.browser(app, cast.office)
    assert client.get("/no-such-page").status_code == 404
    assert client.post("/people/").status_code == 405
    assert client.get("/people/?endpoint=x&page=99999&_external=1").status_code == 200
    assert client.get("/people/?page=nonsense").status_code == 200


def test_every_answer_carries_its_protection(client: FlaskClient) -> None:
    headers = client.get("/accounts/login").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in headers["Content-Security-Policy"]
