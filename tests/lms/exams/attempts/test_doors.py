"""The door of a paper at the exam API: code, address, Safe Exam Browser, by gate and by house."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from lms.exams.attempts.actions import steering
from lms.exams.attempts.models import Admission, Attempt
from lms.exams.attempts.rules.digests import digest_of
from lms.exams.attempts.rules.doors import (
    Asks,
    caller_of,
    is_within,
    read_networks,
    request_hash,
)
from lms.ground import db
from lms.ground.clock import now
from tests import cast, make
from tests.lms.exams.attempts.hall import Seat, at_another_device, seat, seat_newcomer
from tests.lms.exams.attempts.test_journal import statements

KEY, EXAM_KEY = "ab" * 32, "cd" * 32
HOUSE = "http://localhost"
# What a page that is in goes on to ask.
BODIES: dict[str, dict[str, Any]] = {
    "save": {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": "A"}]},
    "status": {},
    "report": {"lease": 1, "reports": [{"seq": 1, "kind": "left"}]},
    "facts": {},
    "submit": {"lease": 1, "digest": digest_of({1: "A"})},
}


def door(app: Flask, one: Seat, **asked: Any) -> str:
    """Put a door before a paper; its name."""
    with app.app_context(), db.transaction():
        made = Admission(mark=secrets.token_hex(8), set_by="李教务", set_at=now(), **asked)
        db.session.add(made)
        db.session.flush()
        mine = update(Attempt).where(Attempt.id == one.attempt_id)
        db.session.execute(mine.values(admission_id=made.id))
        return made.door.sign


def ask(one: Seat, what: str, headers: dict[str, str], **body: Any) -> TestResponse:
    return one.client.post(f"/attempts/{one.attempt_id}/{what}", json=body, headers=headers)


def proofs(one: Seat, what: str, sign: str, *, key: str = KEY) -> dict[str, str]:
    """What Safe Exam Browser sends with a request."""
    url = f"{HOUSE}/attempts/{one.attempt_id}/{what}"
    return {"X-Exam-Door": sign, "X-SafeExamBrowser-ConfigKeyHash": request_hash(url, key)}


def asks(reply: TestResponse) -> tuple[int, str]:
    return reply.status_code, reply.get_json()["asks"]


def test_the_code_of_the_hall_is_asked_for_at_the_start_and_no_more(app: Flask) -> None:
    one = seat(app)
    sign = {"X-Exam-Door": door(app, one, code="ABC234")}
    assert asks(ask(one, "open", sign)) == (403, Asks.CODE)
    wrong = ask(one, "open", sign, code="ABC235")
    assert "口令不对" in wrong.get_json()["errors"][0]
    assert "content" not in wrong.get_json()
    opened = ask(one, "open", sign, code=" abc-234 ")
    assert (opened.status_code, opened.get_json()["lease"]) == (200, 1)
    operations = [{"seq": 1, "number": 1, "value": "A"}]
    assert ask(one, "save", sign, lease=1, operations=operations).status_code == 200
    assert ask(one, "status", sign).status_code == 200
    assert ask(one, "submit", sign, lease=1, digest=digest_of({1: "A"})).status_code == 200


def open_at(one: Seat, address: str, sign: str) -> TestResponse:
    """Open the paper at the machine of this network address."""
    return one.client.post(
        f"/attempts/{one.attempt_id}/open",
        json={},
        headers={"X-Exam-Door": sign},
        environ_base={"REMOTE_ADDR": address},
    )


def test_a_bound_paper_stays_at_its_machine_until_the_invigilator_lets_it_go(app: Flask) -> None:
    one = seat(app)
    sign = door(app, one, binds_seat=True)
    neighbour = at_another_device(app, one)
    # Twice each: the house lets in first, the gate from then on.
    assert [open_at(one, "192.168.1.15", sign).status_code for _ in range(2)] == [200, 200]
    for _ in range(2):
        refused = open_at(neighbour, "192.168.1.16", sign)
        assert asks(refused) == (403, Asks.SEAT)
        assert "已在另一台电脑（192.168.1.15）上打开" in refused.get_json()["errors"][0]
        assert "content" not in refused.get_json()
    assert open_at(one, "192.168.1.15", sign).get_json()["lease"] == 3
    with app.app_context(), db.transaction():
        steering.release([one.attempt_id], reason="电脑坏了", by=cast.office(), at=now())
    assert open_at(neighbour, "192.168.1.16", sign).status_code == 200
    assert asks(open_at(one, "192.168.1.15", sign)) == (403, Asks.SEAT)


def test_without_binding_a_paper_opens_anywhere_and_the_console_knows_where(app: Flask) -> None:
    one = seat(app)
    sign = door(app, one, code="")
    for address in ("192.168.1.15", "192.168.1.16"):
        assert open_at(one, address, sign).status_code == 200
    with app.app_context():
        assert db.session.get_one(Attempt, one.attempt_id).opened_from == "192.168.1.16"


def test_a_page_that_knows_no_door_is_told_which_it_is(app: Flask) -> None:
    one = seat(app)
    one.post("status")
    sign = door(app, one, code="ABC234")
    bodies = {"open": {"code": "ABC234"}, **BODIES}
    for headers in ({}, {"X-Exam-Door": "1.forged"}, {"X-Exam-Door": "nonsense"}):
        for what, body in bodies.items():
            told = ask(one, what, headers, **body)
            assert asks(told) == (403, Asks.DOOR), what
            assert told.get_json()["door"] == sign


def test_the_door_of_another_paper_opens_nothing(app: Flask) -> None:
    one, other = seat(app), seat_newcomer(app)
    door(app, one, code="ABC234")
    theirs = door(app, other, code="XYZ789")
    told = ask(one, "open", {"X-Exam-Door": theirs}, code="XYZ789")
    assert asks(told) == (403, Asks.DOOR)


@pytest.mark.parametrize(
    ("networks", "status"),
    [(["10.0.0.0/8"], 403), (["127.0.0.0/8", "10.0.0.0/8"], 200), (["127.0.0.1/32"], 200)],
)
def test_addresses_are_asked_for_at_the_start(app: Flask, networks: list[str], status: int) -> None:
    one = seat(app)
    sign = {"X-Exam-Door": door(app, one, networks=networks), "X-Forwarded-For": "10.1.2.3"}
    told = ask(one, "open", sign)
    assert told.status_code == status
    if status == 403:
        assert told.get_json()["asks"] == Asks.ADDRESS
        assert "127.0.0.1" in told.get_json()["errors"][0]


def test_only_a_configured_proxy_is_believed() -> None:
    environ = {
        "REMOTE_ADDR": "192.168.1.5", "PATH_INFO": "/attempts/7/save", "HTTP_HOST": "exam.local",
        "wsgi.url_scheme": "http", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 10.1.2.3, 192.168.1.6",
        "HTTP_X_FORWARDED_PROTO": "https",
    }  # fmt: skip
    believed = caller_of(environ, ["192.168.1.0/24"])
    assert (believed.address, believed.url) == ("10.1.2.3", "https://exam.local/attempts/7/save")
    assert believed.page == "https://exam.local/attempts/7"
    doubted = caller_of(environ, [])
    assert (doubted.address, doubted.url) == ("192.168.1.5", "http://exam.local/attempts/7/save")


def test_safe_exam_browser_proves_itself_with_every_request(app: Flask) -> None:
    one = seat(app)
    sign = door(app, one, config_key=KEY)
    assert asks(ask(one, "open", {"X-Exam-Door": sign})) == (403, Asks.BROWSER)
    elsewhere = proofs(one, "save", sign)
    assert asks(ask(one, "open", elsewhere)) == (403, Asks.BROWSER)
    assert ask(one, "open", proofs(one, "open", sign)).status_code == 200
    for what, body in BODIES.items():
        assert asks(ask(one, what, {"X-Exam-Door": sign}, **body)) == (403, Asks.BROWSER)
        wrong = proofs(one, what, sign, key=EXAM_KEY)
        assert asks(ask(one, what, wrong, **body)) == (403, Asks.BROWSER)
        assert asks(ask(one, what, {}, **body)) == (403, Asks.DOOR)
        assert ask(one, what, proofs(one, what, sign), **body).status_code == 200, what


def test_what_a_page_of_it_knows_is_as_good_as_its_headers(app: Flask) -> None:
    one = seat(app)
    sign = door(app, one, config_key=KEY, exam_keys=["00" * 32, EXAM_KEY])
    page = f"{HOUSE}/attempts/{one.attempt_id}"
    known = {"X-Exam-Door": sign, "X-Exam-Page-ConfigKeyHash": request_hash(page, KEY)}
    assert asks(ask(one, "open", known)) == (403, Asks.BROWSER)
    known["X-Exam-Page-RequestHash"] = request_hash(page, EXAM_KEY).upper()
    assert ask(one, "open", known).status_code == 200


def shown(app: Flask, **columns: Any) -> tuple[Seat, str]:
    """A candidate whose paper shows a picture that its author named after the key; its address."""
    with app.app_context(), db.transaction():
        picture = make.picture(name="答案是甲.png").id
        slot = {"number": 1, "kind": "single", "stem": "看图［图1］", "options": ["甲", "乙"],
                "points": "2", "media": [picture], "blanks": 0, "parts": []}  # fmt: skip
        section = {"title": "一", "kind": "single", "points": "2", "slots": [slot]}
        content = {"title": "图卷", "minutes": 60, "total": "2", "sections": [section]}
        paper = make.variant(content).id
    one = seat(app, variant_id=paper, slots=1, **columns)
    return one, f"/attempts/{one.attempt_id}/media/{picture}"


def test_pictures_are_for_whoever_was_let_in(app: Flask) -> None:
    one, address = shown(app)
    sign = {"X-Exam-Door": door(app, one, code="ABC234")}
    opened = ask(one, "open", sign, code="ABC234").get_json()
    told = opened["media_pass"]
    other, _ = shown(app)
    theirs = ask(other, "open", {"X-Exam-Door": door(app, other, code="XYZ789")}, code="XYZ789")
    passes = ["", "?pass=forged", f"?pass={theirs.get_json()['media_pass']}", f"?pass={told}"]
    statuses = [one.client.get(address + query, buffered=True).status_code for query in passes]
    assert statuses == [404, 404, 404, 200]


def test_a_picture_does_not_tell_what_its_author_called_it(app: Flask) -> None:
    one, address = shown(app)
    answer = one.client.get(address, buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert (
        answer.headers["Content-Disposition"]
        == f"attachment; filename={address.rpartition('/')[2]}"
    )


def test_no_picture_is_seen_before_the_start(app: Flask) -> None:
    opens_at = now() + timedelta(minutes=1)
    one, address = shown(app, opens_at=opens_at, closes_at=opens_at + timedelta(hours=2))
    assert one.client.get(address).status_code == 404


def test_the_door_costs_no_statement(app: Flask) -> None:
    first, one = seat(app), seat_newcomer(app)
    with app.app_context():
        paper = db.session.get_one(Attempt, first.attempt_id).variant_id
    one = seat_newcomer(app, variant_id=paper)
    first.open()
    sign = door(app, one, code="ABC234", networks=["127.0.0.0/8"], config_key=KEY)
    ask(one, "status", proofs(one, "status", sign))  # this process has read the door
    operations = [{"seq": 1, "number": 1, "value": "A"}]
    with statements(app) as start:
        assert ask(one, "open", proofs(one, "open", sign), code="ABC234").status_code == 200
    with statements(app) as save:
        ask(one, "save", proofs(one, "save", sign), lease=1, operations=operations)
    with statements(app) as submit:
        ask(one, "submit", proofs(one, "submit", sign), lease=1, digest=digest_of({1: "A"}))
    assert (len(start), len(save), len(submit)) == (2, 1, 3)


@pytest.mark.parametrize(
    ("address", "networks", "within"),
    [
        ("192.168.1.20", ["192.168.1.0/24"], True),
        ("192.168.2.20", ["192.168.1.0/24"], False),
        ("::ffff:192.168.1.20", ["192.168.1.0/24"], True),
        ("fe80::1%eth0", ["fe80::/10"], True),
        ("", ["0.0.0.0/0"], False),
        ("unknown", ["0.0.0.0/0"], False),
    ],
)
def test_an_address_is_within_a_network(address: str, networks: list[str], within: bool) -> None:
    assert is_within(address, networks) is within


def test_networks_are_read_as_people_type_them() -> None:
    networks, faults = read_networks("192.168.1.7/24，10.0.0.5\n10.0.0.5 考场一")
    assert networks == ["192.168.1.0/24", "10.0.0.5/32"]
    assert faults == ["“考场一”不是网络地址，应写成 192.168.1.0/24 或 192.168.1.15 这样。"]
