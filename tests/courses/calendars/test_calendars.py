"""Calendars under private addresses: who gets which, what stands in them, and revoking."""

from __future__ import annotations

import re
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient

from courses.catalogue.queries import get_course
from courses.cohorts.queries import get_cohort
from courses.timetable.actions import planning, releasing
from courses.timetable.rules import day_span
from lms.ground import db
from lms.ground.clock import now
from lms.ground.people.queries import get_person_of
from tests import cast
from tests.courses.school import School, school  # noqa: F401

# ruff: noqa: F811


def subscribe(client: FlaskClient, what: str) -> str:
    """The path of the address that is shown afterwards."""
    assert client.post("/calendars/", data={"what": what}).status_code == 303
    found = re.findall(
        r'value="http://[^/]+(/calendars/[^"]+\.ics)"', client.get("/calendars/").text
    )
    return str(found[-1])


def events(app: Flask, path: str) -> list[Any]:
    """What a calendar program gets that nobody logged in to."""
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def test_a_calendar_has_full_zone_names_and_their_definition(app: Flask, school: School) -> None:
    path = subscribe(cast.browser(app, cast.learner), f"cohort-{school.cohort}")
    text = app.test_client().get(path).text
    assert f"DTSTART;TZID=Asia/Shanghai:{school.first:%Y%m%d}T083000" in text
    zone = text.partition("BEGIN:VTIMEZONE")[2].partition("END:VTIMEZONE")[0]
    assert "TZID:Asia/Shanghai" in zone and "TZOFFSETTO:+0800" in zone


def test_person_cohort_and_venue_each_have_their_lessons(app: Flask, school: School) -> None:
    with app.app_context(), db.transaction():
        person = {
            who: get_person_of(getattr(cast, who)()).id
            for who in ("learner", "instructor", "adviser")
        }
    office = cast.browser(app, cast.office)
    paths = [
        subscribe(cast.browser(app, cast.learner), f"person-{person['learner']}"),
        subscribe(cast.browser(app, cast.instructor), f"person-{person['instructor']}"),
        subscribe(cast.browser(app, cast.adviser), f"person-{person['adviser']}"),
        subscribe(office, f"cohort-{school.cohort}"),
        subscribe(office, f"venue-{school.venue}"),
    ]
    summaries = [[str(event["summary"]) for event in events(app, path)] for path in paths]
    assert summaries == [["党章（知行学堂第7期）"]] * 5


def test_a_draft_is_not_in_it_until_it_is_released_under_the_same_uid(
    app: Flask, school: School
) -> None:
    path = subscribe(cast.browser(app, cast.learner), f"cohort-{school.cohort}")
    (before,) = events(app, path)
    office, day = cast.office, school.first + timedelta(days=1)
    with app.app_context(), db.transaction():
        cohort = get_cohort(school.cohort, office())
        planning.schedule(
            cohort=cohort, course=get_course(school.course), span=day_span(day, time(9), time(10)),
            hours=Decimal(1), by=office(), at=now(),
        )  # fmt: skip
    assert len(events(app, path)) == 1
    with app.app_context(), db.transaction():
        releasing.release(cohort=get_cohort(school.cohort, office()), seen=2, by=office(), at=now())
    after = events(app, path)
    assert (len(after), str(after[0]["uid"])) == (2, str(before["uid"]))
    assert [event["sequence"] for event in after] == [2, 2]


def test_a_revoked_address_is_gone_and_others_cannot_revoke_it(app: Flask, school: School) -> None:
    learner = cast.browser(app, cast.learner)
    path = subscribe(learner, f"cohort-{school.cohort}")
    number = int(re.findall(r"/calendars/(\d+)/revoke", learner.get("/calendars/").text)[0])
    other = cast.browser(app, cast.other_learner)
    assert other.post(f"/calendars/{number}/revoke").status_code == 404
    assert learner.post(f"/calendars/{number}/revoke").status_code == 303
    assert app.test_client().get(path).status_code == 410
    assert subscribe(learner, f"cohort-{school.cohort}") != path


def test_the_same_calendar_asked_for_twice_has_one_address(app: Flask, school: School) -> None:
    learner = cast.browser(app, cast.learner)
    paths = {subscribe(learner, f"cohort-{school.cohort}") for _ in range(2)}
    assert len(paths) == 1


@pytest.mark.parametrize("what", ["cohort-{other_cohort}", "venue-{venue}", "person-1", "x", ""])
def test_nobody_gets_what_is_not_his(app: Flask, school: School, what: str) -> None:
    learner = cast.browser(app, cast.learner)
    answer = learner.post("/calendars/", data={"what": what.format(**vars(school))})
    assert answer.status_code in (404, 422)


def test_a_guessed_address_finds_nothing(app: Flask) -> None:
    assert app.test_client().get(f"/calendars/{'x' * 43}.ics").status_code == 404


def test_an_unchanged_calendar_is_not_sent_again(app: Flask, school: School) -> None:
    path = subscribe(cast.browser(app, cast.learner), f"cohort-{school.cohort}")
    first = app.test_client().get(path)
    again = app.test_client().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
