"""Before release nothing that a candidate can open holds a key, a rationale or a rubric."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.exams.attempts.models import Attempt
from lms.ground import db
from lms.ground.access import ROLE_PERMISSIONS, Permission, Role
from lms.ground.clock import now
from tests import make
from tests.lms.exams.attempts.hall import Seat, seat

SECRET = "机密答案"
ANSWER = {
    "kind": "single",
    "key": [f"{SECRET}键"],
    "points": "2",
    "policy": "S0@1",
    "rationale": f"{SECRET}解析",
    "rubric": [{"text": f"{SECRET}要点", "points": "2"}],
}


def addresses(app: Flask, attempt_id: int) -> Iterator[str]:
    """Everything that a learner may open, with the own attempt wherever one is asked for."""
    held = {str(one) for one in ROLE_PERMISSIONS[Role.LEARNER] | {Permission.USE_ACCOUNT}}
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "access", "public")
        is_open = access == "public" or set(access.split()[1:]) & held
        if is_open and "GET" in (rule.methods or set()) and rule.endpoint != "static":
            address = re.sub(r"<(?:\w+:)?attempt_id>", str(attempt_id), rule.rule)
            yield re.sub(r"<[^>]+>", "1", address)


def told(answer: TestResponse) -> str:
    """All text of an answer: its headers, JSON without escapes, and what a workbook holds."""
    body, headers = answer.get_data(), unquote(str(answer.headers))
    if body[:2] == b"PK":
        with ZipFile(BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    text = body.decode(errors="replace")
    return headers + (json.dumps(answer.json, ensure_ascii=False) if answer.is_json else text)


def said(one: Seat) -> list[str]:
    """What the exam API says to whatever a page, or somebody with a console, asks."""
    questions: list[tuple[str, dict[str, Any]]] = [
        ("status", {}),
        ("open", {}),
        ("open", {"answers": True, "key": 1}),
        ("save", {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": "A"}]}),
        ("save", {"lease": 1, "operations": [{"seq": 1, "number": 1, "value": "B"}]}),
        ("save", {"lease": 9, "operations": [{"seq": 1, "number": 1, "value": "A"}]}),
        ("save", {"lease": 1, "operations": "key"}),
        ("report", {"lease": 1, "reports": [{"seq": 1, "kind": "left"}]}),
        ("submit", {"lease": 2, "digest": ""}),
        ("submit", {}),
    ]
    return [told(one.post(what, **body)) for what, body in questions]


@pytest.mark.parametrize("moment", ["waiting", "running", "submitted", "over"])
def test_no_payload_of_any_moment_holds_a_secret(app: Flask, moment: str) -> None:
    with app.app_context(), db.transaction():
        answers = {str(number): ANSWER for number in (1, 2, 3)}
        paper = make.variant(answers=answers).id
    starts_in = {"waiting": 1, "over": -5}.get(moment, -1)
    opens_at = now() + timedelta(hours=starts_in)
    one = seat(app, variant_id=paper, opens_at=opens_at, closes_at=opens_at + timedelta(hours=2))
    texts = said(one)
    if moment == "submitted":
        with app.app_context(), db.transaction():
            sheet = db.session.get_one(Attempt, one.attempt_id)
            sheet.submitted_at, sheet.submitted_by = now(), "time"
            sheet.receipt = "ABCDEFGHJKMN"
        texts += said(one)
    opened = 0
    for address in addresses(app, one.attempt_id):
        for follow in (address, f"{address}?attempt={one.attempt_id}&code=ABCDEFGHJKMN"):
            reply = one.client.get(follow)
            opened += reply.status_code == 200
            texts.append(told(reply))
    assert opened > 10
    assert [text for text in texts if SECRET in text] == []


def test_the_walk_would_find_a_secret(app: Flask) -> None:
    """A paper whose stem holds the mark: the walk sees what it looks for."""
    with app.app_context(), db.transaction():
        slot = {"number": 1, "kind": "single", "stem": SECRET, "options": ["甲", "乙"],
                "points": "2", "media": [], "blanks": 0, "parts": []}  # fmt: skip
        section = {"title": "一", "kind": "single", "points": "2", "slots": [slot]}
        content = {"title": "卷", "minutes": 60, "total": "2", "sections": [section]}
        paper = make.variant(content).id
    assert any(SECRET in text for text in said(seat(app, variant_id=paper)))
