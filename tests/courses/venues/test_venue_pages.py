"""Pages of venues: hours, points, blockings with what they affect, and ways."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from courses.cohorts.models import Cohort
from courses.venues.actions import AFFECTED, claim
from courses.venues.models import Blocking, Booking, TravelTime, Venue, VenueOpening
from lms.ground import db
from lms.ground.clock import today
from lms.ground.db import session
from lms.ground.jobs.models import Job
from tests import cast, make
from tests.courses.school import School, school  # noqa: F401

# ruff: noqa: F811

VENUE = {"name": "实务室", "kind": "room", "capacity": "60", "version": "1"}


def test_hours_and_point_are_kept_as_they_were_entered(app: Flask, school: School) -> None:
    office = cast.browser(app, cast.office)
    point = {"longitude": "120.155070", "latitude": "30.27", "datum": "gcj02"}
    hours = {"openings-0-opens": "08:00", "openings-0-closes": "17:30"}
    answer = office.post(f"/venues/{school.venue}/edit", data={**VENUE, **point, **hours})
    assert answer.status_code == 303
    with app.app_context():
        venue = session.get_one(Venue, school.venue)
        assert (venue.longitude, venue.latitude, venue.datum) == ("120.155070", "30.27", "gcj02")
        (monday,) = session.scalars(select(VenueOpening))
        assert (monday.weekday, f"{monday.closes:%H:%M}") == (0, "17:30")
    page = office.get(f"/venues/{school.venue}").text
    assert "周一 08:00–17:30" in page and "120.155070" in page


def test_half_a_point_and_half_a_day_are_refused_with_what_was_typed(
    app: Flask, school: School
) -> None:
    office = cast.browser(app, cast.office)
    answer = office.post(f"/venues/{school.venue}/edit", data={**VENUE, "longitude": "120.1"})
    assert answer.status_code == 422
    assert "经度、纬度和坐标系要一起填写" in answer.text and 'value="120.1"' in answer.text
    answer = office.post(
        f"/venues/{school.venue}/edit", data={**VENUE, "openings-2-opens": "08:00"}
    )
    assert (answer.status_code, "周三：开门和关门时间要都填写" in answer.text) == (422, True)


def test_a_blocking_lists_what_it_affects_until_it_is_lifted(app: Flask, school: School) -> None:
    office = cast.browser(app, cast.office)
    day = today() + timedelta(days=1)
    with app.app_context(), db.transaction():
        lesson = make.lesson(session.get_one(Cohort, school.cohort), day=day)
        span = lesson.span
        claim(holder_kind="lesson", holder_id=lesson.id, span=span, label="“第7期”的课",
              venue_id=school.venue)  # fmt: skip
    entered = {"starts_at": f"{day}T00:00", "ends_at": f"{day}T23:59", "cause": "检修线路"}
    address = f"/venues/{school.venue}/blockings"
    assert [office.post(address, data=entered).status_code for _ in range(2)] == [303, 303]
    page = office.get(f"/venues/{school.venue}").text
    assert "有1项安排落在停用或不开放的时间里" in page and "检修线路" in page
    with app.app_context():
        (blocking,) = session.scalars(select(Blocking)).all()
        number = blocking.id
        assert session.scalars(select(Booking).where(Booking.label == "“第7期”的课")).one()
    assert office.post(f"/venues/blockings/{number}/lift").status_code == 303
    assert "检修线路" not in office.get(f"/venues/{school.venue}").text


def test_a_blocking_that_ends_before_it_begins_is_refused(app: Flask, school: School) -> None:
    office = cast.browser(app, cast.office)
    entered = {"starts_at": "2026-12-02T08:00", "ends_at": "2026-12-01T08:00", "cause": "检修"}
    answer = office.post(f"/venues/{school.venue}/blockings", data=entered)
    assert (answer.status_code, "结束时间须晚于开始时间" in answer.text) == (422, True)


def test_ways_are_entered_once_for_both_directions(app: Flask, school: School) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        far = make.venue("四连山").id
    saved = office.post(f"/venues/{school.venue}/travel", data={f"minutes-{far}": "40"})
    assert saved.status_code == 303
    assert 'value="40"' in office.get(f"/venues/{far}/travel").text
    refused = office.post(f"/venues/{far}/travel", data={f"minutes-{school.venue}": "-5"})
    assert refused.status_code == 422
    office.post(f"/venues/{far}/travel", data={f"minutes-{school.venue}": ""})
    with app.app_context():
        assert session.scalars(select(TravelTime)).all() == []


def _lesson_tomorrow(app: Flask, school: School) -> int:
    day = today() + timedelta(days=1)
    with app.app_context(), db.transaction():
        of = session.get_one(Cohort, school.cohort)
        lesson = make.lesson(of, day=day, venue_id=school.venue)
        claim(holder_kind="lesson", holder_id=lesson.id, span=lesson.span, label="“第7期”的课",
              venue_id=school.venue, cohort_ids=[school.cohort])  # fmt: skip
        return lesson.id


def test_what_a_closing_affects_is_shown_before_and_after_and_nothing_is_lost(
    app: Flask, school: School
) -> None:
    office, lesson = cast.browser(app, cast.office), _lesson_tomorrow(app, school)
    entered = {"on": today().isoformat(), "reason": "改造", "version": 1}
    before = office.get(f"/venues/{school.venue}/close", query_string=entered).text
    assert "有1项安排受影响" in before and f'href="/timetable/lessons/{lesson}/edit"' in before
    with app.app_context():
        assert session.get_one(Venue, school.venue).closed_on is None
    assert office.post(f"/venues/{school.venue}/close", data=entered).status_code == 303
    page = office.get(f"/venues/{school.venue}").text
    assert "有1项安排落在停用或不开放的时间里" in page
    assert f'href="/timetable/lessons/{lesson}/edit"' in page
    assert "起停用。" in office.get(f"/timetable/cohorts/{school.cohort}").text
    with app.app_context():
        told = Booking.holder_kind == "lesson", Booking.holder_id == lesson
        assert len(session.scalars(select(Booking).where(*told)).all()) == 2
        (job,) = session.scalars(select(Job).where(Job.kind == AFFECTED)).all()
        assert len(job.arguments["bookings"]) == 1
        assert job.arguments["what"].endswith("起停用。原因：改造。")


def test_a_closing_that_affects_nothing_tells_nobody(app: Flask, school: School) -> None:
    office = cast.browser(app, cast.office)
    entered = {"on": (today() + timedelta(days=9)).isoformat(), "reason": "改造", "version": 1}
    shown = office.get(f"/venues/{school.venue}/close", query_string=entered).text
    assert "没有安排受影响" in shown
    assert office.post(f"/venues/{school.venue}/close", data=entered).status_code == 303
    with app.app_context():
        assert session.scalars(select(Job).where(Job.kind == AFFECTED)).all() == []


def test_a_blocking_shows_what_it_affects_before_it_is_entered(app: Flask, school: School) -> None:
    office, _lesson = cast.browser(app, cast.office), _lesson_tomorrow(app, school)
    day = today() + timedelta(days=1)
    entered = {"starts_at": f"{day}T00:00", "ends_at": f"{day}T23:59", "cause": "检修"}
    shown = office.get(f"/venues/{school.venue}/blockings", query_string=entered).text
    assert "有1项安排受影响" in shown
    wrong = {**entered, "ends_at": f"{day}T00:00"}
    again = office.get(f"/venues/{school.venue}/blockings", query_string=wrong).text
    assert "结束时间须晚于开始时间" in again


def test_a_venue_that_will_be_closed_is_listed_as_in_use_until_then(
    app: Flask, school: School
) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        session.get_one(Venue, school.venue).closed_on = today() + timedelta(days=1)
    address = f'href="/venues/{school.venue}"'
    pages = ["/venues/", "/venues/?closed=on"]
    assert [address in office.get(page).text for page in pages] == [True, False]
    with app.app_context(), db.transaction():
        session.get_one(Venue, school.venue).closed_on = today()
    assert [address in office.get(page).text for page in pages] == [False, True]
