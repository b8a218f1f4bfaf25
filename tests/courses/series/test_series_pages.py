"""The pages of lessons that come together."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from courses.cohorts.models import Cohort
from courses.series.models import Series
from courses.timetable.models import Lesson
from lms.ground import db
from lms.ground.db import session
from tests import cast
from tests.courses.school import School, school  # noqa: F401


def counts(app: Flask) -> list[int]:
    with app.app_context():
        return [
            session.scalar(select(func.count()).select_from(one)) or 0 for one in (Cohort, Lesson)
        ]


def test_a_planner_copies_a_cohort_and_takes_it_back(
    app: Flask,
    school: School,  # noqa: F811
) -> None:
    client = cast.browser(app, cast.office)
    before = counts(app)
    preview = client.get(f"/series/rerun?source={school.cohort}").text
    assert f'name="take" value="{school.lesson}"' in preview
    first = school.first + timedelta(days=28)
    wanted = {
        "source": school.cohort, "number": 9, "title": "知行学堂第九期",
        "starts_on": first.isoformat(), "how": "weekdays", "take": school.lesson,
        "venue": school.lesson, "instructor": school.lesson, "reason": "春节调课",
    }  # fmt: skip
    made = client.post("/series/rerun", data=wanted)
    assert made.status_code == 303
    assert counts(app) == [before[0] + 1, before[1] + 1]
    twice = client.post("/series/rerun", data=wanted)
    assert (twice.status_code, "第9期已经有了" in twice.text) == (422, True)
    with app.app_context():
        kept = session.scalars(select(Series)).one()
        number, page = kept.id, f"/series/cohorts/{kept.cohort_id}"
    assert "整批撤销" in client.get(page).text
    assert client.post(f"/series/{number}/undo").headers["Location"] == "/cohorts/"
    assert counts(app) == before


def test_a_lesson_is_repeated_until_the_day_that_is_asked(
    app: Flask,
    school: School,  # noqa: F811
) -> None:
    client = cast.browser(app, cast.office)
    until = school.first + timedelta(days=14)
    with app.app_context(), db.transaction():
        session.get_one(Cohort, school.cohort).ends_on = until
    page = f"/series/lessons/{school.lesson}/weekly"
    keys = [(school.first + timedelta(days=days)).isoformat() for days in (7, 14)]
    shown = client.get(page).text
    assert [f'name="take" value="{key}"' in shown for key in keys] == [True, True]
    before = counts(app)
    wanted = {
        "until": until.isoformat(), "every": 1, "skip_rest": "y", "take": keys, "venue": keys,
        "instructor": keys, "reason": "试",
    }  # fmt: skip
    assert client.post(page, data=wanted).status_code == 303
    assert counts(app) == [before[0], before[1] + 2]
    assert "没有可以再排的日子" in client.get(page).text
    again = client.post(page, data=wanted)
    assert (again.status_code, "已经排好的日子不再列出" in again.text) == (422, True)


def test_a_wrong_date_is_said_in_the_form(app: Flask, school: School) -> None:  # noqa: F811
    client = cast.browser(app, cast.office)
    page = f"/series/rerun?source={school.cohort}&number=9&title=九&starts_on=&how=days"
    answer = client.get(page)
    assert (answer.status_code, 'name="take"' in answer.text) == (200, False)
    assert "is-invalid" in answer.text


def test_only_planners_put_lessons_on_together(app: Flask, school: School) -> None:  # noqa: F811
    client = cast.browser(app, cast.learner)
    assert client.get("/series/rerun").status_code == 403
