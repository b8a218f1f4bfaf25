"""Every page that a role can reach from the front door renders, as clean HTML, in the demo school."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.desk.actions import school
from lms.ground import clock, db
from lms.ground.accounts.queries import find_login
from lms.ground.jobs import worker
from tests.conftest import House, log_in
from tests.markup import read

LIMIT = 3
"""Pages of one endpoint that are looked at for each log-in."""


@pytest.fixture(scope="module")
def demo(house: House) -> Iterator[Flask]:
    """The demo school, loaded once for all log-ins."""
    house.renew()
    with house.app.app_context(), db.transaction():
        school.load(at=clock.now())
    worker.run_pending(house.app)
    yield house.app
    house.renew()


def _log_ins(app: Flask) -> list[str]:
    with app.app_context():
        return [log_in.login for log_in in school.log_ins()]


def _walk(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Every page that can be reached from the front door: its endpoint and its faults."""
    waiting, seen, looked = ["/"], {"/"}, Counter[str]()
    adapter = app.url_map.bind("localhost")
    while waiting:
        address = waiting.pop(0)
        endpoint, _ = adapter.match(urlsplit(address).path, method="GET")
        looked[endpoint] += 1
        if looked[endpoint] > LIMIT or endpoint == "static":
            continue
        answer = client.get(address, follow_redirects=True)
        if answer.status_code != 200:
            yield endpoint, f"{address}: {answer.status_code}"
            continue
        if answer.mimetype != "text/html":
            continue
        faults, links = read(answer.text)
        yield endpoint, "; ".join(f"{address} {fault}" for fault in faults)
        for link in links:
            if link.startswith("/") and not link.startswith("//") and link not in seen:
                seen.add(link)
                waiting.append(link)


def test_every_page_renders_cleanly(demo: Flask) -> None:
    reached: set[str] = set()
    faults: list[str] = []
    for login in _log_ins(demo):
        client = demo.test_client()
        with demo.app_context():
            account = find_login(login)
            assert account is not None
            log_in(client, account)
        for endpoint, fault in _walk(demo, client):
            reached.add(endpoint)
            if fault:
                faults.append(f"{login}: {fault}")
    assert faults == []
    assert _unreached(demo, reached) == []


# Not linked from a page: pieces that a page fetches, and doors that are opened from outside.
UNLINKED: set[str] = set()


def _unreached(app: Flask, reached: set[str]) -> list[str]:
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    return sorted(pages - reached - UNLINKED - {"static"})
