"""Before the release nobody reads a key whom the house has not given items, marking or results."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lms.ground import db
from lms.ground.access import ROLE_PERMISSIONS, Permission, Role
from lms.ground.audit.actions import System
from lms.ground.clock import now
from question_bank.assemblies.actions import assemble
from question_bank.items.models import ItemVersion
from question_bank.papers.actions.sealing import seal
from question_bank.papers.models import Paper
from tests import cast, make
from tests.lms.exams.attempts.hall import Seat
from tests.lms.exams.attempts.test_secrecy import told
from tests.lms.exams.results.test_result_pages import scored
from tests.lms.exams.sittings.hall import School, begin, make_school, running_sitting, sheet_of

__all__ = ["make_school"]

P = Permission
READERS = {P.READ_ITEMS, P.WRITE_ITEMS, P.REVIEW_ITEMS, P.ASSEMBLE, P.MARK, P.RELEASE}
OTHERS = [role for role in Role if not ROLE_PERMISSIONS[role] & READERS]
# The other wings know of an exam what these tell them; so only these are asked.
ROOMS = ("lms.exams.", "lms.desk.", "lms.archives.", "question_bank.")
SECRET = "机密答案"
SECRETS = (SECRET, "解析秘密", "参考答案秘密", "说出召集人")


def secret_paper() -> Paper:
    """A sealed paper whose items say a secret wherever a candidate must not read."""
    home, media = make.bank(), [make.picture(name=f"{SECRET}.png").id for _ in range(2)]
    point = {"text": f"{SECRET}要点", "points": "1"}
    for each in "一二":
        stem = f"看图{each}［图1］选（　）"
        make.item(bank=home, stem=stem, rationale=f"{SECRET}解析", media=media)
        make.item("short", bank=home, key=[f"{SECRET}参考{each}"], rubric=[point])
    rows = [(kind, 1, "2", {"bank_id": home.id}) for kind in ("single", "short")]
    made = assemble(make.blueprint(*rows), seed=1, by=System(), at=now())
    seal(made, by=System(), at=now())
    return made


@pytest.fixture(name="seat")
def examine(app: Flask, school: School) -> Seat:
    """A hall at work on a secret paper; another exam is scored and not released."""
    with app.app_context(), db.transaction():
        school.paper = secret_paper().id
    running_sitting(app, school)
    seat = begin(app)
    other = Seat(cast.browser(app, cast.other_learner), sheet_of(app, 2).id)
    other.open()
    assert other.submit({}).status_code == 200
    assert seat.post("report", lease=1, reports=[{"seq": 1, "kind": "left"}]).status_code == 200
    with app.app_context(), db.transaction():
        scored(cast.learner(), "上一次考试", number=9)
    return seat


def opened(app: Flask, client: FlaskClient, role: Role) -> Iterator[TestResponse]:
    """Whatever this role gets where exams and items are told of, with small numbers for all that
    is asked for."""
    held = {str(one) for one in ROLE_PERMISSIONS[role] | {P.USE_ACCOUNT}}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        is_open = set(getattr(view, "access", "").split()) & held
        if is_open and "GET" in (rule.methods or ()) and view.__module__.startswith(ROOMS):
            for address in addresses(rule):
                answer = client.get(address, buffered=True)
                if answer.status_code == 200:
                    yield answer


def addresses(rule: Rule) -> list[str]:
    return [re.sub("<[^>]+>", one, rule.rule) for one in ("12" if rule.arguments else "1")]


def found(texts: list[str]) -> list[str]:
    return [text for text in texts if any(one in text for one in SECRETS)]


def test_who_does_not_work_on_items_or_marks_reads_no_key(app: Flask, seat: Seat) -> None:
    read = {role: [*opened(app, cast.browser(app, cast.EVERYBODY[role]), role)] for role in OTHERS}
    leaks = {role: found([told(one) for one in answers]) for role, answers in read.items()}
    assert {role: texts for role, texts in leaks.items() if texts} == {}
    assert len(read[Role.INVIGILATOR]) > 10


def test_the_walk_would_find_a_secret_in_pages_names_and_workbooks(app: Flask, seat: Seat) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context():
        wanted = select(ItemVersion).where(ItemVersion.rationale.startswith(SECRET))
        item = db.session.scalars(wanted.order_by(ItemVersion.id).limit(1)).one()
    pages = [f"/items/{item.item_id}", f"/items/{item.item_id}/files/{item.media[0]}"]
    read = [office.get(page, buffered=True) for page in pages]
    assert [one.mimetype for one in read] == ["text/html", "image/png"]
    assert len(found([told(one) for one in read])) == 2
    assert "离开页面" in told(office.get("/incidents/1.xlsx"))
