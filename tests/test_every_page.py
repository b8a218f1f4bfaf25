"""The demo school on a busy day: every page renders as clean HTML, and for those it is meant for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.desk.actions import school
from lms.ground import clock, db
from lms.ground.accounts.queries import find_login
from lms.ground.audit.models import AuditEntry
from lms.ground.db import session
from tests import busy
from tests.conftest import House
from tests.foreign import FOREIGN, Foreign
from tests.markup import read

LIMIT = 5
"""Pages of one endpoint that are looked at for each log-in."""

UNLINKED = {
    "admission.authority": "linked where `make tls` has made an authority",
    "admission.configuration": "linked where a sitting asks for Safe Exam Browser",
    "admission.door": "the first page in Safe Exam Browser",
    "admission.launch_configuration": "fetched by Safe Exam Browser itself",
    "admission.leave": "where Safe Exam Browser ends; linked from receipts of such a sitting",
    "attempts.worker": "asked for by the script of the exam page",
    "incidents.export": "linked where a page has reported something",
    "scripts.preview": "led to by bringing a workbook",
    "attempts.media": "a picture in a paper, shown by the script of the exam page",
    "faculty.photo": "a picture of an instructor, shown by the instructor's page",
    "calendars.read": "fetched by calendar programs: the address is the secret",
    "boards.places": "asked by the script of the board while a lesson is in hand",
    "items.file": "a picture or recording of an item, shown by its page",
    "marking.next_disputed": "leads an arbiter on; linked where marks differ too much",
    "marking.progress": "asked by the page of an exam while a worker scores it",
    "marking.picture": "a picture in an answer's item, shown by the marking desk",
    "marking.hear": "what a candidate said, played by the marking desk",
    "marking.correction": "linked where a correction of a key was proposed",
    "results.hear": "what one said oneself, played by one's own result",
    "invigilation.recording": "a recording that was set aside, played where it is decided on",
    "recordings_api.listed": "asked by the script of the exam page",
    "recordings_api.hear": "what one said, played by the exam page",
    "assemblies.told_supply": "asked by the grid of a blueprint while it is filled in",
    "results.picture": "a picture of an item, shown by a candidate's own result",
    "trips.photo": "a picture in the report of a trip, shown by its page",
    "trips_api.state": "asked by the page for the day of a trip",
    "trips_api.worker": "lets that page open without signal",
    "desk.health": "asked by whoever watches over the server",
}
"""Opened by no link, and why."""


@dataclass(frozen=True)
class Demo:
    """The house with the demo school in it, and the pages of what the office has just begun."""

    app: Flask
    begun: list[str]


@pytest.fixture(scope="module")
def demo(house: House) -> Iterator[Demo]:
    """The demo school on a busy day, loaded once for all log-ins."""
    house.renew()
    with house.app.app_context(), db.transaction():
        school.load(at=clock.now())
    yield Demo(house.app, busy.begin(house.app))
    house.renew()


def _browsers(app: Flask) -> Iterator[tuple[str, FlaskClient]]:
    """Every log-in of the demo school, and a stranger."""
    yield "stranger", app.test_client()
    with app.app_context():
        names = [log_in.login for log_in in school.log_ins()]
    for name in names:
        yield name, busy.browser(app, name)


def _walk(app: Flask, client: FlaskClient, doors: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every page that can be reached from the doors: its endpoint and its faults."""
    waiting, seen, looked = [*doors], {*doors}, Counter[str]()
    adapter = app.url_map.bind("localhost")
    while waiting:
        address = waiting.pop(0)
        endpoint, _ = adapter.match(urlsplit(address).path, method="GET")
        looked[endpoint] += 1
        if looked[endpoint] > LIMIT or endpoint == "static":
            continue
        answer = client.get(address, follow_redirects=True, buffered=True)  # closes files
        if answer.status_code != 200:
            yield endpoint, f"{address}: {answer.status_code}"
            continue
        faults, links = read(answer.text) if answer.mimetype == "text/html" else ([], [])
        yield endpoint, "; ".join(f"{address} {fault}" for fault in faults)
        for link in (urljoin(address, link) for link in links):
            if link.startswith("/") and link not in seen:
                seen.add(link)
                waiting.append(link)


def test_every_page_renders_cleanly(demo: Demo) -> None:
    reached: set[str] = set()
    faults: list[str] = []
    for name, client in _browsers(demo.app):
        doors = ["/", *(demo.begun if name == "office" else ())]
        for endpoint, fault in _walk(demo.app, client, doors):
            reached.add(endpoint)
            if fault:
                faults.append(f"{name}: {fault}")
    assert faults == []
    assert _unreached(demo.app, reached) == []


def _unreached(app: Flask, reached: set[str]) -> list[str]:
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    return sorted(pages - reached - set(UNLINKED) - {"static"})


# Whole enough that nothing but the owner is wrong with it.
SAVED = {
    "lease": 1,
    "digest": "0" * 64,
    "operations": [{"seq": 1, "number": 1, "value": "A"}],
}


@pytest.mark.parametrize("one", FOREIGN, ids=lambda one: f"{one.login}-{one.what}")
def test_what_belongs_to_others_is_not_found(demo: Demo, one: Foreign) -> None:
    client = busy.browser(demo.app, one.login)
    with demo.app.app_context():
        account = find_login(one.login)
        assert account is not None
        theirs = session.execute(one.theirs(account).limit(1)).scalar_one()
        entries = session.scalar(select(func.count(AuditEntry.id)))
    for line in one.addresses:
        method, address = line.format(theirs).split()
        answer = client.open(address, method=method, json=SAVED if one.is_json else None)
        assert answer.status_code == 404, f"{method} {address}: {answer.status_code}"
    with demo.app.app_context():
        assert session.scalar(select(func.count(AuditEntry.id))) == entries
