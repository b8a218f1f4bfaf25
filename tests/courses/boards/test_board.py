"""The board of a week: what it shows, where a piece can go, dropping it, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from courses.boards import queries
from courses.boards.rules import NOBODY, By
from courses.cohorts.queries import get_cohort
from courses.faculty.queries import get_instructor
from courses.timetable.actions import planning
from courses.timetable.models import Lesson
from courses.timetable.rules import HalfDay, day_span, week_of
from courses.venues import actions as venues
from courses.venues.models import Booking
from lms.ground import db
from lms.ground.clock import local, now
from lms.ground.db import session
from tests import cast, make
from tests.courses.counting import statements

DAY = make.FIRST_DAY
WEEK = week_of(DAY)
JSON = {"Accept": "application/json"}


@dataclass(frozen=True)
class Here:
    """The numbers of a cohort of three days with a course of six hours, three of them placed."""

    cohort: int
    course: int
    venue: int
    instructor: int
    lesson: int


@pytest.fixture
def here(app: Flask) -> Here:
    with app.app_context(), db.transaction():
        course = make.course("党章", hours="6")
        teacher = make.instructor(make.person("王某"), teaches=(course,))
        cohort, venue = make.cohort(course, number=7), make.venue("党建实务操作室")
        lesson = planning.schedule(
            cohort=get_cohort(cohort.id, cast.office()),
            course=course,
            span=day_span(DAY, time(8, 30), time(11, 30)),
            hours=Decimal(3),
            venue=venue,
            instructor=get_instructor(teacher.id),
            by=cast.office(),
            at=now(),
        )
        return Here(cohort.id, course.id, venue.id, teacher.id, lesson.id)


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return cast.browser(app, cast.office)


def drop(client: FlaskClient, **fields: Any) -> TestResponse:
    return client.post("/boards/drop", data={"by": "cohort", **fields}, headers=JSON)


def place(here: Here, day: date, half: str, **fields: Any) -> dict[str, Any]:
    return {"line": here.cohort, "day": day.isoformat(), "half": half, **fields}


def times(app: Flask, lesson_id: int) -> str:
    with app.app_context():
        lesson = session.get_one(Lesson, lesson_id)
        booked = session.scalars(
            select(Booking.starts_at).where(Booking.holder_id == lesson_id).distinct()
        ).one()
        assert booked == lesson.starts_at
        return f"{local(lesson.starts_at):%m-%d %H:%M}"


def test_the_board_shows_lessons_and_what_waits(office: FlaskClient, here: Here) -> None:
    page = office.get(f"/boards/?week={DAY}").text
    assert f'data-lesson="{here.lesson}"' in page
    assert f'data-course="{here.course}"' in page and "3 学时" in page


@pytest.mark.parametrize("by", By)
def test_every_side_of_the_board_shows_the_lesson_once(
    office: FlaskClient, here: Here, by: By
) -> None:
    page = office.get(f"/boards/?week={DAY}&by={by}").text
    assert page.count(f'data-lesson="{here.lesson}"') == 1


def test_a_week_without_anything_says_what_to_do(office: FlaskClient) -> None:
    told = {By.COHORT: "这一周没有班次", By.INSTRUCTOR: "没有教师上课", By.VENUE: "没有这样的场地"}
    pages = {by: office.get(f"/boards/?week={DAY}&by={by}").text for by in By}
    assert [by for by in By if told[by] not in pages[by]] == []


def test_where_a_lesson_can_go_is_told_before_it_is_dropped(
    app: Flask, office: FlaskClient, here: Here
) -> None:
    with app.app_context(), db.transaction():
        other = make.cohort(number=8)
        venues.claim(
            holder_kind="sitting",
            holder_id=9,
            span=day_span(DAY, time(14, 30), time(16)),
            label="“第8期”的考试",
            cohort_ids=[other.id],
            venue_id=here.venue,
        )
    asked = f"lesson={here.lesson}&week={DAY}&by=cohort&lines={here.cohort}"
    found = office.get(f"/boards/places?{asked}").get_json()
    taken = found[f"{here.cohort}|{DAY}|afternoon"]
    assert (taken["severity"], taken["name"]) == ("refuse", "不能放在这里")
    assert taken["sentences"] == [
        "党建实务操作室2026年12月1日（星期二）下午 14:30–16:00 已安排“第8期”的考试，时间重叠。"
    ]
    inside = {
        f"{here.cohort}|{DAY + timedelta(days=n)}|{half}" for n in range(3) for half in HalfDay
    }
    assert inside & set(found) == {f"{here.cohort}|{DAY}|afternoon"}
    assert {cell for cell in found if cell not in inside} == {
        f"{here.cohort}|{day}|{half}" for day in WEEK for half in HalfDay
    } - inside


def test_looking_where_it_can_go_writes_nothing(
    app: Flask, office: FlaskClient, here: Here
) -> None:
    asked = f"lesson={here.lesson}&week={DAY}&by=venue&lines={here.venue},{NOBODY}"
    assert office.get(f"/boards/places?{asked}").status_code == 200
    assert times(app, here.lesson) == "12-01 08:30"


def test_a_dropped_lesson_moves_with_its_claims_and_can_be_taken_back(
    app: Flask, office: FlaskClient, here: Here
) -> None:
    second = DAY + timedelta(days=1)
    done = drop(office, lesson=here.lesson, version=1, **place(here, second, "afternoon"))
    assert (done.status_code, times(app, here.lesson)) == (200, "12-02 14:30")
    answer = done.get_json()
    assert answer["sentence"].startswith("调整：2026年12月1日（星期二）上午 8:30–11:30《党章》")
    assert office.post(answer["undo"], headers=JSON).status_code == 200
    assert times(app, here.lesson) == "12-01 08:30"
    assert office.post(answer["undo"], headers=JSON).status_code == 422


def test_who_drops_late_hears_what_was_changed(app: Flask, office: FlaskClient, here: Here) -> None:
    second = DAY + timedelta(days=1)
    drop(office, lesson=here.lesson, version=1, **place(here, second, "morning"))
    late = drop(office, lesson=here.lesson, version=1, **place(here, DAY, "evening"))
    assert (late.status_code, times(app, here.lesson)) == (409, "12-02 08:30")
    (sentence,) = late.get_json()["errors"]
    assert "刚刚改过这次课，您的改动没有保存：调整：" in sentence


def test_an_impossible_place_is_refused_and_a_doubtful_one_wants_a_reason(
    app: Flask, office: FlaskClient, here: Here
) -> None:
    outside = drop(
        office, lesson=here.lesson, version=1, **place(here, DAY + timedelta(days=5), "morning")
    )
    assert (outside.status_code, len(outside.get_json()["errors"])) == (422, 1)
    with app.app_context(), db.transaction():
        small = make.venue("小会议室", capacity=1).id
        for _ in range(2):
            make.enrolment(get_cohort(here.cohort, cast.office()))
    to = {"by": "venue", "line": small, "day": DAY.isoformat(), "half": "morning"}
    doubtful = office.post(
        "/boards/drop", data={"lesson": here.lesson, "version": 1, **to}, headers=JSON
    )
    assert doubtful.get_json()["errors"][-1] == "如确需这样安排，请填写理由。"
    done = office.post(
        "/boards/drop",
        data={"lesson": here.lesson, "version": 1, "reason": "只有几人到场", **to},
        headers=JSON,
    )
    assert done.status_code == 200


def test_a_waiting_course_is_dropped_with_its_teacher_and_the_usual_room(
    app: Flask, office: FlaskClient, here: Here
) -> None:
    waiting = {"cohort": here.cohort, "course": here.course}
    done = drop(office, **waiting, **place(here, DAY, "afternoon"))
    assert done.status_code == 200
    with app.app_context():
        made = session.scalars(select(Lesson).where(Lesson.id != here.lesson)).one()
        assert (made.venue_id, made.instructor_id, made.hours) == (
            here.venue, here.instructor, Decimal(3)
        )  # fmt: skip
    assert f'data-course="{here.course}"' not in office.get(f"/boards/?week={DAY}").text
    assert office.post(done.get_json()["undo"], headers=JSON).status_code == 200
    assert f'data-course="{here.course}"' in office.get(f"/boards/?week={DAY}").text


def test_a_lesson_goes_back_into_the_tray_and_out_again(
    app: Flask, office: FlaskClient, here: Here
) -> None:
    lifted = office.post(f"/boards/lessons/{here.lesson}/lift", data={"version": 1}, headers=JSON)
    assert lifted.status_code == 200
    assert "6 学时" in office.get(f"/boards/?week={DAY}").text
    assert office.post(lifted.get_json()["undo"], headers=JSON).status_code == 200
    assert times(app, here.lesson) == "12-01 08:30"


def test_blockings_and_sittings_lie_where_they_are(
    app: Flask, office: FlaskClient, here: Here
) -> None:
    with app.app_context(), db.transaction():
        span = day_span(DAY, time(12), time(20))
        venue = queries.lesson_piece(here.lesson, cast.office()).venue
        assert venue is not None
        venues.block(venue, span, reason="检修线路", by=cast.office(), at=now())
    page = office.get(f"/boards/?week={DAY}&by=venue").text
    assert page.count("停用：检修线路") == 3


@pytest.mark.parametrize("by", By)
def test_ten_rows_take_the_statements_of_one(app: Flask, here: Here, by: By) -> None:
    def asked() -> int:
        with app.app_context(), statements() as sent:
            queries.board(by, WEEK, cast.office())
        return len(sent)

    few = asked()
    with app.app_context(), db.transaction():
        for number in range(8, 17):
            of = make.cohort(make.course(), number=number)
            teacher, venue = make.instructor(), make.venue()
            make.lesson(of, instructor=teacher, venue=venue)
    assert asked() == few
