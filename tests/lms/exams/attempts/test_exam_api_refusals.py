"""Whoever is not the candidate, or sends what no page sends, is refused and changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.exams.attempts import api, queries
from lms.exams.attempts.api import replies
from lms.exams.attempts.models import Attempt, Sighting, Step
from lms.exams.attempts.rules.digests import digest_of
from lms.exams.attempts.rules.operations import LONGEST_VALUE, MOST_OPERATIONS
from lms.ground import db
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from tests import cast, make
from tests.lms.exams.attempts.hall import Seat, seat

BODIES: dict[str, dict[str, Any]] = {
    "open": {},
    "save": {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": "A"}]},
    "status": {},
    "report": {"lease": 1, "reports": [{"seq": 1, "kind": "left"}]},
    "facts": {},
    "submit": {"lease": 1, "digest": ""},
}


def snapshot(app: Flask, seat: Seat) -> tuple[Any, ...]:
    """All that an intruder could have changed."""
    with app.app_context():
        attempt = db.session.get_one(Attempt, seat.attempt_id)
        written = [
            db.session.scalar(select(func.count()).select_from(one)) for one in (Sighting, Step)
        ]
        return (attempt.lease, attempt.last_seen_at, attempt.submitted_at, *written)


@pytest.mark.parametrize("what", BODIES)
def test_another_candidates_attempt_looks_like_none(app: Flask, what: str) -> None:
    one = seat(app)
    one.open()
    before = snapshot(app, one)
    intruder = Seat(cast.browser(app, cast.other_learner), one.attempt_id, lease=1)
    guess = Seat(intruder.client, 987654321)
    refused, missing = intruder.post(what, **BODIES[what]), guess.post(what, **BODIES[what])
    assert (refused.status_code, missing.status_code) == (404, 404)
    assert refused.get_json() == missing.get_json()
    assert snapshot(app, one) == before


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize("number", [2**31, 2**63, 10**30], ids=str)
def test_a_number_that_no_attempt_can_have_looks_like_none(
    app: Flask, what: str, number: int
) -> None:
    one = seat(app)
    one.open()
    assert Seat(one.client, number).post(what, **BODIES[what]).status_code == 404
    for address in (f"/attempts/{number}", f"/recordings/{number}", f"/attempts/{number}/media/1"):
        assert one.client.get(address).status_code == 404
    assert one.client.get(f"/attempts/{one.attempt_id}/media/{number}").status_code == 404


@pytest.mark.parametrize("unsent", [True, -1, 10**9, "3", [], None, 1.5], ids=str)
def test_a_strange_count_of_what_waits_is_none(app: Flask, unsent: Any) -> None:
    one = seat(app)
    one.open()
    assert one.post("status", unsent=unsent).status_code == 200
    with app.app_context():
        assert db.session.get_one(Attempt, one.attempt_id).unsent == 0


@pytest.mark.parametrize("what", BODIES)
def test_without_a_log_in_401_and_without_the_right_403(app: Flask, what: str) -> None:
    one = seat(app)
    one.open()
    before = snapshot(app, one)
    nobody = Seat(app.test_client(), one.attempt_id)
    office = Seat(cast.browser(app, cast.office), one.attempt_id)
    assert nobody.post(what, **BODIES[what]).status_code == 401
    assert office.post(what, **BODIES[what]).status_code == 403
    assert snapshot(app, one) == before


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize("change", [{"epoch": 2}, {"disabled_at": now()}])
def test_a_log_in_that_has_ended_writes_nothing(
    app: Flask, what: str, change: dict[str, Any]
) -> None:
    one = seat(app)
    one.open()
    with app.app_context(), db.transaction():
        account = db.session.scalars(select(Account).where(Account.login == "learner")).one()
        for name, value in change.items():
            setattr(account, name, value)
    before = snapshot(app, one)
    assert one.post(what, **BODIES[what]).status_code == 401
    assert snapshot(app, one) == before


@pytest.mark.parametrize(
    ("lease", "operation"),
    [
        (1, {"seq": 1, "number": 4, "value": "A"}),
        (2, {"seq": 1, "number": 1, "value": "A"}),
        (999, {"seq": 1, "number": 1, "value": "A"}),
    ],
    ids=["a slot that the paper has not", "the lease to come", "a forged lease"],
)
def test_what_does_not_belong_to_the_sheet_is_not_kept(
    app: Flask, lease: int, operation: dict[str, Any]
) -> None:
    one = seat(app)
    one.open()
    refused = one.send([operation], lease=lease)
    assert (refused.status_code, refused.get_json()["acknowledged"]) == (422, [])
    assert refused.get_json()["errors"] == [replies.NOT_KEPT]
    assert snapshot(app, one)[-1] == 0


def test_of_a_mixed_batch_only_what_belongs_is_acknowledged(app: Flask) -> None:
    one = seat(app)
    one.open()
    mixed = one.send([one.operation(1, "A"), one.operation(77, "B")])
    assert (mixed.status_code, mixed.get_json()["acknowledged"]) == (422, [1])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lease": 1},
        {"lease": 1, "operations": []},
        {"lease": 1, "operations": "A"},
        {"lease": 1, "operations": [None]},
        {"lease": True, "operations": [{"seq": 1, "number": 1, "value": "A"}]},
        {"lease": 2**40, "operations": [{"seq": 1, "number": 1, "value": "A"}]},
        {"lease": 1, "operations": [{"seq": 0, "number": 1, "value": "A"}]},
        {"lease": 1, "operations": [{"seq": 1.5, "number": 1, "value": "A"}]},
        {"lease": 1, "operations": [{"seq": 1, "number": -1, "value": "A"}]},
        {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": 7}]},
        {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": [["A"]]}]},
        {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": {"x": "A"}}]},
        {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": "\x00"}]},
        {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": "\ud800"}]},
        {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": {"1": {"1": {"1": {}}}}}]},
        {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": "字" * LONGEST_VALUE}]},
        {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": "A"}] * 2},
        {
            "lease": 1,
            "operations": [
                {"seq": n, "number": 1, "value": "A"} for n in range(1, MOST_OPERATIONS + 2)
            ],
        },
    ],
    ids=str,
)
def test_a_malformed_body_is_refused_with_a_sentence(app: Flask, body: dict[str, Any]) -> None:
    one = seat(app)
    one.open()
    refused = one.post("save", **body)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0].endswith("。")
    assert snapshot(app, one)[-1] == 0


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"lease": 1}', "text/plain", 400),
        (b'{"lease": 1, "pad": "%s"}' % (b"x" * api.LARGEST_BODY), "application/json", 413),
    ],
    ids=["broken", "a list", "not said to be JSON", "too large"],
)
def test_what_is_no_json_or_too_much_is_refused(
    app: Flask, data: bytes, content_type: str, status: int
) -> None:
    one = seat(app)
    one.open()
    before = snapshot(app, one)
    for what in BODIES:
        refused = one.client.post(
            f"/attempts/{one.attempt_id}/{what}",
            data=data,
            content_type=content_type,
            headers={"Accept": "application/json"},
        )
        assert refused.status_code == status, what
        assert refused.get_json()["errors"][0].endswith("。")
    assert snapshot(app, one) == before


def test_no_answer_to_a_candidate_holds_a_key(app: Flask) -> None:
    with app.app_context(), db.transaction():
        secret = {"key": ["SECRETKEY"], "rationale": "SECRETWHY", "rubric": [], "points": "2"}
        paper = make.variant(answers={str(number): secret for number in (1, 2, 3)}).id
    one = seat(app, variant_id=paper)
    replies = [
        one.post("status"),
        one.post("open"),
        one.send([one.operation(1, "A")], lease=1),
        one.send([one.operation(9, "A")], lease=1),
        Seat(one.client, one.attempt_id, lease=1).submit({}),
        Seat(one.client, one.attempt_id, lease=1).submit({1: "A"}),
        one.post("open"),
    ]
    for reply in replies:
        assert "SECRET" not in reply.get_data(as_text=True)
        names = set(names_in(json.loads(reply.get_data())))
        assert names & {"key", "rationale", "rubric", "provenance", "item_version_id"} == set()


def names_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(name for one in value.values() for name in names_in(one))]
    return [name for one in value for name in names_in(one)] if isinstance(value, list) else []


def test_the_paper_comes_whole_with_the_order_of_its_options(app: Flask) -> None:
    one = seat(app)
    body = one.open()
    slots = body["content"]["sections"][0]["slots"]
    assert [slot["number"] for slot in slots] == [1, 2, 3]
    assert sorted(body["orders"]) == ["1", "2", "3"]
    assert all(sorted(order) == [0, 1, 2, 3] for order in body["orders"].values())
    assert body["orders"] == one.open()["orders"]


def test_a_candidate_without_the_role_any_more_is_refused(app: Flask) -> None:
    one = seat(app)
    one.open()
    with app.app_context(), db.transaction():
        account = db.session.scalars(select(Account).where(Account.login == "learner")).one()
        db.session.execute(make.Grant.__table__.delete().where(make.Grant.account_id == account.id))
    assert one.save(n1="A").status_code == 401


def test_late_counts_are_not_a_candidates_to_choose(app: Flask) -> None:
    """What time it is, is the server's to say: a body cannot carry it."""
    one = seat(app)
    one.open()
    with app.app_context(), db.transaction():
        attempt = db.session.get_one(Attempt, one.attempt_id)
        attempt.deadline = attempt.accepts_until = now() - timedelta(minutes=1)
    operation = {**one.operation(1, "A"), "received_at": "2020-01-01 00:00:00.000000"}
    refused = one.post("save", lease=1, operations=[operation], received_at="2020-01-01")
    assert refused.get_json()["set_aside"] == {"1": "late"}
    with app.app_context():
        assert queries.responses([one.attempt_id]) == {one.attempt_id: {}}


@pytest.mark.parametrize("what", BODIES)
def test_a_long_silence_ends_no_log_in_in_an_exam(app: Flask, what: str) -> None:
    one = seat(app)
    one.open()
    with one.client.session_transaction() as browser:
        browser["idle_minutes"], browser["seen_at"] = 15, int(now().timestamp()) - 3600
    body = {**BODIES[what], "digest": digest_of({})}
    assert one.post(what, **body).status_code == 200
    assert one.client.get(f"/attempts/{one.attempt_id}").status_code == 200
