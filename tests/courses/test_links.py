"""No page of the courses leads anybody to a closed door, and every page is led to."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.ground.access import Role
from tests import cast
from tests.courses.school import School, school  # noqa: F401
from tests.markup import read

OURS = re.compile(
    r"/(catalogue|materials|faculty|availability|invitations|courseware|fees|loads|venues|cohorts|callups|openings|quotas|rosters|timetable|routes|trips|attendance|conduct|reflections|series|evaluations)\b"
)
DOORS = ("/cohorts/", "/timetable/", "/catalogue/", "/materials/", "/faculty/", "/venues/",
         "/routes/", "/trips/", "/attendance/", "/conduct/", "/reflections/",
         "/evaluations/")  # fmt: skip


def _walk(client: FlaskClient) -> Iterator[tuple[str, int]]:
    waiting, seen = list(DOORS), set(DOORS)
    while waiting:
        address = waiting.pop()
        with client.get(address) as answer:
            yield address, answer.status_code
            links = read(answer.text)[1] if answer.mimetype == "text/html" else []
        if answer.status_code != 200:
            continue
        for link in links:
            if OURS.match(link) and link not in seen and "week=" not in link:
                seen.add(link)
                waiting.append(link)


@pytest.mark.parametrize("role", Role)
def test_no_link_leads_to_a_closed_door(app: Flask, school: School, role: Role) -> None:  # noqa: F811
    client = cast.browser(app, cast.EVERYBODY[role])
    assert [found for found in _walk(client) if found[1] != 200 and found[0] not in DOORS] == []


def test_every_page_is_led_to(app: Flask, school: School) -> None:  # noqa: F811
    adapter = app.url_map.bind("localhost")
    reached = set()
    for role in (Role.OFFICE, Role.INSTRUCTOR, Role.LEARNER):
        for address, status in _walk(cast.browser(app, cast.EVERYBODY[role])):
            if status == 200:
                reached.add(adapter.match(address.partition("?")[0], method="GET")[0])
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and OURS.match(rule.rule)
    }
    after_an_upload = {"rosters.preview", "series.sheet"}
    after_a_form = {"venues.blocking"}
    after_a_search = {"faculty.new"}
    pictures, after_a_print = {"faculty.photo"}, {"faculty.letter"}
    after_a_click = {"invitations.ask", "invitations.show", "fees.show", "fees.line"}
    pictures |= {"trips.photo"}
    asked_by_a_script = {"trips_api.worker", "trips_api.state"}
    unreached = after_a_click | after_an_upload | after_a_search | pictures | after_a_print
    unreached |= asked_by_a_script | after_a_form
    assert pages - reached == unreached


WAYS = {
    "授课邀请",
    "课件落实",
    "课酬",
    "课时构成",
    "考试安排",
    "逢学必考",
    "鉴定",
    "结班检查",
    "结业证书",
    "班级档案",
}


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.OFFICE, WAYS),
        (Role.ORGANISER, WAYS - {"考试安排", "授课邀请", "课件落实"}),
        (Role.ADVISER, {"鉴定", "课件落实", "课时构成"}),
        (Role.INSTRUCTOR, {"课时构成"}),
        (Role.LEARNER, set()),
    ],
)
def test_a_cohort_leads_on_to_what_the_account_may_open(
    app: Flask,
    school: School,  # noqa: F811
    role: Role,
    shown: set[str],
) -> None:
    client = cast.browser(app, cast.EVERYBODY[role])
    page = client.get(f"/cohorts/{school.cohort}").text
    tabs = re.search(r'<nav class="tabs.*?</nav>', page, re.DOTALL)
    assert tabs is not None
    links = dict(re.findall(r'href="([^"]+)">([^<]+)</a>', tabs.group()))
    ways = {address: label for address, label in links.items() if label in WAYS}
    assert set(ways.values()) == shown
    assert {address: client.get(address).status_code for address in ways} == dict.fromkeys(
        ways, 200
    )
