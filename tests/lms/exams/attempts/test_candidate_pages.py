"""The candidate's pages, receipts, and the sweeper that collects what is over."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.exams.attempts import queries
from lms.exams.attempts.actions import collecting, making
from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.rules.digests import (
    clean_code,
    digest_of,
    receipt_code,
    show_code,
)
from lms.exams.attempts.rules.operations import canonical
from lms.exams.attempts.rules.sheets import secrets_in
from lms.exams.attempts.rules.states import SubmittedBy
from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now
from lms.ground.errors import Refused
from tests import cast, make
from tests.lms.exams.attempts.hall import Seat, seat, seat_newcomer


def page(seat: Seat) -> str:
    response = seat.client.get(f"/attempts/{seat.attempt_id}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def config(text: str) -> dict[str, Any]:
    """What the page tells its script."""
    found = re.search(r'<script id="config"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def submitted(app: Flask) -> tuple[Seat, str]:
    """A candidate who handed in one answer, and the receipt."""
    one = seat(app)
    one.open()
    one.save(n1="A")
    return one, one.submit({1: "A"}).get_json()["receipt"]


@pytest.mark.parametrize(
    ("columns", "state", "button"),
    [
        ({"opens_at": timedelta(minutes=9)}, "waiting", "进入候考"),
        ({"opens_at": timedelta(minutes=-1)}, "open", "进入考试"),
        ({"opens_at": timedelta(hours=-3)}, "over", "没有参加这场考试"),
    ],
)
def test_the_page_follows_the_time_and_shows_no_item_of_its_own(
    app: Flask, columns: dict[str, timedelta], state: str, button: str
) -> None:
    opens_at = now() + columns["opens_at"]
    one = seat(app, opens_at=opens_at, closes_at=opens_at + timedelta(hours=2))
    text = page(one)
    assert config(text)["state"] == state
    assert "题的题干" not in text
    assert button in one.client.get("/attempts/").get_data(as_text=True)


def test_a_running_exam_is_taken_up_again(app: Flask) -> None:
    one = seat(app)
    one.open()
    assert config(page(one))["state"] == "running"
    assert "继续作答" in one.client.get("/attempts/").get_data(as_text=True)


def test_the_page_of_another_candidate_is_none(app: Flask) -> None:
    one = seat(app)
    other = cast.browser(app, cast.other_learner)
    assert other.get(f"/attempts/{one.attempt_id}").status_code == 404
    assert "结业考试" not in other.get("/attempts/").get_data(as_text=True)
    assert cast.browser(app, cast.office).get(f"/attempts/{one.attempt_id}").status_code == 403


def test_a_receipt_can_be_checked_by_candidate_and_staff_but_by_no_other_candidate(
    app: Flask,
) -> None:
    one, code = submitted(app)
    assert show_code(code) in page(one)
    for browser in (
        one.client,
        cast.browser(app, cast.office),
        cast.browser(app, cast.invigilator),
    ):
        assert "回执属实" in browser.get(f"/attempts/receipts/{code}").get_data(as_text=True)
    typed = show_code(code).lower()
    assert "回执属实" in one.client.get(f"/attempts/receipts/?code={typed}").get_data(as_text=True)
    other = cast.browser(app, cast.other_learner).get(f"/attempts/receipts/{code}")
    assert "没有找到这个回执" in other.get_data(as_text=True)


@pytest.mark.parametrize("changed", ["answered", "submitted_at", "answer_digest", "step"])
def test_a_receipt_shows_that_something_was_changed_afterwards(app: Flask, changed: str) -> None:
    one, code = submitted(app)
    with app.app_context(), db.transaction():
        attempt = db.session.get_one(Attempt, one.attempt_id)
        if changed == "step":
            db.session.scalars(select(Step)).one().value = "B"
        elif changed == "answered":
            attempt.answered = 2
        elif changed == "submitted_at":
            attempt.submitted_at = now() - timedelta(hours=1)
        else:
            attempt.answer_digest = "0" * 64
    assert "请联系教务人员核查" in one.client.get(f"/attempts/receipts/{code}").get_data(
        as_text=True
    )


def test_the_sweeper_collects_what_is_over_and_nothing_else(app: Flask) -> None:
    over, grace, running, absent = (seat_newcomer(app) for _ in range(4))
    for one in (over, grace, running):
        one.open()
        one.save(n1="A")
    for one, seconds in ((over, -11), (grace, -5), (absent, None)):
        with app.app_context(), db.transaction():
            attempt = db.session.get_one(Attempt, one.attempt_id)
            if seconds is None:
                attempt.opens_at, attempt.closes_at = now() - timedelta(hours=3), now()
            else:
                attempt.deadline = now() + timedelta(seconds=seconds)
                attempt.accepts_until = attempt.deadline + timedelta(seconds=10)
    with app.app_context(), db.transaction():
        assert collecting.sweep(at=now()) == 1
        assert collecting.sweep(at=now()) == 0
    with app.app_context():
        ended = {a.id: a for a in db.session.scalars(select(Attempt)) if a.submitted_at}
        assert list(ended) == [over.attempt_id]
        assert ended[over.attempt_id].submitted_by is SubmittedBy.TIME
        assert ended[over.attempt_id].answer_digest == digest_of({1: "A"})
        assert queries.verify(ended[over.attempt_id]) == queries.Verdict(True, True)
        entries = db.session.scalars(select(AuditEntry.action))
        assert list(entries) == ["attempts.sweep"]


def test_a_recording_or_picture_of_another_paper_is_none(app: Flask) -> None:
    one = seat(app)
    assert one.client.get(f"/attempts/{one.attempt_id}/media/1").status_code == 404


@pytest.mark.parametrize("name", ["key", "rationale", "answers"])
def test_no_sheet_is_made_of_a_paper_that_shows_a_key(app: Flask, name: str) -> None:
    with app.app_context():
        content = make.variant().content
        content["sections"][0]["slots"][0][name] = "A"
        unsound = make.variant(content)
        place = making.Place(make.person().id, unsound.id, 1)
        with pytest.raises(Refused, match="试卷内容里有答案或解析"):
            making.make_sheets([place], title="考试", opens_at=now(), minutes=60,
                                closes_at=now() + timedelta(hours=1), grace_seconds=10)  # fmt: skip


def test_secrets_are_found_however_deep_they_hide() -> None:
    assert secrets_in({"sections": [{"slots": [{"parts": [{"rubric": []}]}]}]}) == ["rubric"]
    assert secrets_in({"sections": [{"title": "key", "slots": []}]}) == []


def test_the_canonical_text_is_the_one_that_browsers_write() -> None:
    value = {"2": ["乙", 'a"b\\', "\n\t\x01"], "1": "Việt\u2028Nam"}
    assert canonical(value) == '{"1":"Việt\u2028Nam","2":["乙","a\\"b\\\\","\\n\\t\\u0001"]}'


def test_a_code_survives_being_read_aloud() -> None:
    code = receipt_code("ab" * 32)
    assert len(code) == 12
    assert clean_code(f" {show_code(code).lower()} ") == code
    assert not set(code) & set("01ILO")
