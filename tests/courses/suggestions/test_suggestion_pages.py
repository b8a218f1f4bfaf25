"""Suggestions in the browser: asked for, found by a worker, looked through, taken or refused."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import func, select

from courses.availability import actions as availability
from courses.availability.rules import week_of
from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortStage
from courses.suggestions import queries
from courses.timetable.actions import planning as timetable
from courses.timetable.models import Lesson
from courses.timetable.rules import day_span
from courses.venues import actions as venues
from courses.venues.models import Booking
from courses.venues.queries import get_venue
from lms.ground import db
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.jobs.worker import run_pending
from tests import cast, make
from tests.courses.counting import statements


class Here(NamedTuple):
    """The numbers of what the tests ask for."""

    cohort: int
    venue: int


@pytest.fixture
def here(app: Flask) -> Here:
    """A cohort of three days (Tuesday to Thursday) whose plan has eight hours of one course and
    four of one that nobody teaches; its first morning is taken by another course."""
    with app.app_context(), db.transaction():
        law, rare, known = (
            make.course("公务员法", hours="8"),
            make.course("冷门课", hours="4"),
            make.course(),
        )
        cohort = make.cohort(law, rare, stage=CohortStage.RUNNING, title="知行学堂第七期")
        make.enrolment(cohort)
        make.instructor("王老师", teaches=(law,))
        venue = make.venue("一号教室")
        timetable.schedule(
            cohort=get_cohort(cohort.id, cast.office()),
            course=known,
            span=day_span(make.FIRST_DAY, time(8, 30), time(11, 30)),
            hours=Decimal(4),
            by=cast.office(),
            at=now(),
        )
        return Here(cohort.id, venue.id)


def found(app: Flask, here: Here) -> str:
    """Ask for a suggestion and let a worker find it; its page."""
    office = cast.browser(app, cast.office)
    page = office.post(f"/suggestions/cohorts/{here.cohort}")
    assert page.status_code == 303
    run_pending(app)
    return page.location


def test_a_suggestion_fills_the_earliest_half_days_and_says_what_is_lacking(
    app: Flask, here: Here
) -> None:
    address = found(app, here)
    office = cast.browser(app, cast.office)
    page = office.get(address).text
    assert ("14:30–17:30" in page, "08:30–11:30" in page, page.count("王老师")) == (True, True, 2)
    assert "《冷门课》还差1次课：师资库里没有能讲这门课的在库教师。" in page
    with app.app_context():
        before = session.scalar(select(func.count()).select_from(Lesson))
    answer = office.post(f"{address}/take", data={"lesson": ["0", "1"]})
    assert (answer.status_code, answer.location) == (303, f"/timetable/cohorts/{here.cohort}")
    with app.app_context():
        after = session.scalar(select(func.count()).select_from(Lesson))
        claims = session.scalar(select(func.count()).where(Booking.venue_id == here.venue))
    assert (before, after, claims) == (1, 3, 2)
    again = office.post(f"{address}/take", data={"lesson": ["0", "1"]})
    assert (again.status_code, "没有重复排课" in again.text) == (422, True)


def test_whoever_asked_sees_how_far_it_has_come(app: Flask, here: Here) -> None:
    client = cast.browser(app, cast.office)
    asked = client.post(f"/suggestions/cohorts/{here.cohort}")
    answer = client.get(asked.location)
    assert (answer.status_code, 'id="job"' in answer.text) == (200, True)


def test_what_was_left_out_is_offered_again(app: Flask, here: Here) -> None:
    """Indico #4180: what was skipped once could not be put back."""
    office = cast.browser(app, cast.office)
    assert office.post(f"{found(app, here)}/take", data={"lesson": ["0"]}).status_code == 303
    again = found(app, here)
    assert office.get(again).text.count("王老师") == 1
    assert office.post(f"{again}/take", data={"lesson": ["0"]}).status_code == 303
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(Lesson)) == 3


def test_what_has_become_impossible_is_named_and_nothing_is_taken(app: Flask, here: Here) -> None:
    address = found(app, here)
    with app.app_context(), db.transaction():
        other = make.cohort(stage=CohortStage.RUNNING)
        timetable.schedule(
            cohort=get_cohort(other.id, cast.office()),
            course=make.course(),
            span=day_span(make.FIRST_DAY, time(14, 30), time(17, 30)),
            hours=Decimal(4),
            venue=get_venue(here.venue),
            by=cast.office(),
            at=now(),
        )
    answer = cast.browser(app, cast.office).post(f"{address}/take", data={"lesson": ["0", "1"]})
    assert (answer.status_code, "一号教室" in answer.text) == (422, True)
    with app.app_context():
        taken = session.scalar(select(func.count()).where(Lesson.cohort_id == here.cohort))
    assert taken == 1


def test_nothing_ticked_is_told(app: Flask, here: Here) -> None:
    answer = cast.browser(app, cast.office).post(f"{found(app, here)}/take")
    assert (answer.status_code, "请至少勾选一次课。" in answer.text) == (422, True)


def test_a_plan_without_courses_is_told_where_to_start(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cohort = make.cohort().id
    answer = cast.browser(app, cast.office).post(f"/suggestions/cohorts/{cohort}")
    assert (answer.status_code, "教学计划里还没有课程" in answer.text) == (422, True)


def test_the_list_tells_what_became_of_each(app: Flask, here: Here) -> None:
    office = cast.browser(app, cast.office)
    assert "还没有排过建议" in office.get(f"/suggestions/cohorts/{here.cohort}").text
    found(app, here)
    page = office.get(f"/suggestions/cohorts/{here.cohort}").text
    assert ("2次课" in page, "1门课没有排全" in page) == (True, True)


@pytest.mark.usefixtures("context")
def test_a_wish_takes_the_same_statements_however_large_the_school() -> None:
    law = make.course("公务员法", hours="8")
    cohort = make.cohort(law)
    for _ in range(5):
        make.instructor(teaches=(law,))
        make.venue()
    loaded = get_cohort(cohort.id, cast.office())
    with statements() as sent:
        wish = queries.wish(loaded, now=now())
    assert (len(wish.teachers), len(wish.places), len(wish.slots), len(sent)) == (5, 5, 6, 15)


@pytest.mark.usefixtures("context")
def test_who_cannot_come_and_what_cannot_be_had_is_not_suggested() -> None:
    law = make.course("公务员法", hours="8")
    cohort, teacher, venue = make.cohort(law), make.instructor(teaches=(law,)), make.venue()
    loaded, office = get_cohort(cohort.id, cast.office()), cast.office()
    availability.set_week(instructor=teacher, weekly=week_of(["1-0"]), by=office, at=now())
    first = queries.wish(loaded, now=now()).slots[1]
    venues.block(venue, first, reason="检修线路", by=office, at=now())
    wish = queries.wish(loaded, now=now())
    assert (wish.teachers[0].busy, wish.places[0].busy) == ({0}, {1})
