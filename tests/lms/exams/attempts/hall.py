"""A candidate at the exam API: one browser, one lease, operations counted up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.digests import digest_of
from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.conftest import log_in


@dataclass
class Seat:
    """A device at which a candidate sits; `lease` as the last `open` told it."""

    client: FlaskClient
    attempt_id: int
    lease: int = 0
    seq: int = 0

    def open(self) -> dict[str, Any]:
        body = self.post("open").get_json()
        self.lease, self.seq = body["lease"], 0
        return body

    def save(self, **answers: Any) -> TestResponse:
        """save(n1="A", n2=None): one operation for each."""
        return self.send([self.operation(int(name[1:]), value) for name, value in answers.items()])

    def operation(self, number: int, value: Any) -> dict[str, Any]:
        self.seq += 1
        return {"seq": self.seq, "number": number, "value": value}

    def send(self, operations: list[dict[str, Any]], *, lease: int | None = None) -> TestResponse:
        return self.post("save", lease=lease or self.lease, operations=operations)

    def submit(self, answers: dict[int, Any]) -> TestResponse:
        return self.post("submit", lease=self.lease, digest=digest_of(answers))

    def post(self, what: str, **body: Any) -> TestResponse:
        return self.client.post(f"/attempts/{self.attempt_id}/{what}", json=body)


def seat(app: Flask, member: Callable[[], Account] = cast.learner, **columns: Any) -> Seat:
    """A new attempt of this member of the cast, and a browser logged in."""
    with app.app_context(), db.transaction():
        attempt: Attempt = make.attempt(get_person_of(member()), **columns)
        return Seat(_browser(app, member()), attempt.id)


def seat_newcomer(app: Flask, **columns: Any) -> Seat:
    """A learner whom nobody knows yet, with an attempt and a browser."""
    with app.app_context(), db.transaction():
        account = make.account(Role.LEARNER)
        attempt: Attempt = make.attempt(make.person(account=account), **columns)
        return Seat(_browser(app, account), attempt.id)


def at_another_device(app: Flask, seat: Seat, member: Callable[[], Account] = cast.learner) -> Seat:
    """The same candidate at another device."""
    with app.app_context():
        return Seat(_browser(app, member()), seat.attempt_id)


def _browser(app: Flask, account: Account) -> FlaskClient:
    client = app.test_client()
    log_in(client, account)
    return client
