"""Versions of a timetable: what differs, what was done, what is printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from flask import Flask
from sqlalchemy import select

from courses.editions.rules import Head, sheet
from courses.timetable.models import Lesson
from courses.timetable.rules import HalfDay, day_span
from courses.timetable.rules.releases import Entry
from lms.ground import db
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.jobs.models import Job
from lms.ground.jobs.worker import run_pending
from lms.ground.uploads.delivery import path
from lms.ground.uploads.models import Upload
from tests import cast
from tests.courses.school import School, school  # noqa: F401

# ruff: noqa: F811
DAY = date(2026, 12, 1)
TIMES = {
    HalfDay.MORNING: (time(8, 30), time(11, 30)),
    HalfDay.AFTERNOON: (time(14, 30), time(17, 30)),
    HalfDay.EVENING: (time(19, 30), time(21)),
}
HEAD = Head("知行学堂第7期", "第1版", DAY, DAY + timedelta(days=1), "陈班", "提前到场。", "教务科")


def entry(number: int, starts: str, ends: str, **more: Any) -> Entry:
    span = day_span(DAY, time.fromisoformat(starts), time.fromisoformat(ends))
    return Entry(number, span.start, span.end, "党章", "专题讲授", "3", **more)


def test_a_printed_lesson_says_what_who_where_and_who_presides() -> None:
    told = {
        "instructor": "王某",
        "instructor_title": "县委党校 讲师",
        "venue": "一教室",
        "host": "李某",
    }
    made = sheet(HEAD, [entry(1, "08:30", "11:30", **told)], TIMES)
    assert made.rows[0] == (
        "12月1日\n（星期二）",
        (
            (
                (
                    "党章",
                    "专题讲授，3学时，一教室",
                    "授课人：王某（县委党校 讲师）",
                    "主持人：李某",
                ),
            ),
            (),
        ),
    )
    assert made.facts == (
        ("时间", "2026年12月1日（星期二）至2026年12月2日（星期三）"),
        ("地点", "一教室"),
        ("班主任", "陈班"),
    )
    assert made.notes == (
        ("作息", "上午8:30–11:30；下午14:30–17:30"),
        ("要求", "提前到场。"),
        ("联系人", "教务科"),
    )


def test_unusual_times_are_written_and_evenings_shown_where_there_are_any() -> None:
    made = sheet(HEAD, [entry(1, "10:10", "11:30"), entry(2, "19:30", "21:00")], TIMES)
    assert [half.split("\n")[0] for half in made.halves] == ["上午", "下午", "晚上"]
    assert made.rows[0][1] == (
        (("10:10–11:30　党章", "专题讲授，3学时"),),
        (),
        (("党章", "专题讲授，3学时"),),
    )


def test_a_weekend_without_lessons_takes_no_room() -> None:
    long = Head("知行学堂第7期", "", DAY, DAY + timedelta(days=7), "", "", "")
    made = sheet(long, [entry(1, "08:30", "11:30")], TIMES)
    assert [day.split("\n")[0] for day, _ in made.rows] == [
        "12月1日", "12月2日", "12月3日", "12月4日", "12月7日", "12月8日",
    ]  # fmt: skip


@pytest.mark.parametrize(("as_format", "ending"), [("pdf", ".pdf"), ("docx", ".docx")])
def test_a_worker_prints_the_released_version_for_a_learner(
    app: Flask, school: School, as_format: str, ending: str
) -> None:
    learner = cast.browser(app, cast.learner)
    asked = learner.post(
        f"/editions/cohorts/{school.cohort}/print", data={"format": as_format, "number": "1"}
    )
    assert asked.status_code == 303
    run_pending(app)
    with app.app_context():
        job = session.scalars(select(Job)).one()
        upload = session.get_one(Upload, job.result_upload_id)
        assert upload.name == f"知行学堂第7期课程表（第1版）{ending}"
        content = path(upload).read_bytes()
    if as_format == "docx":
        table = Document(BytesIO(content)).tables[0]
        assert [cell.text.split("\n")[0] for cell in table.rows[0].cells] == [
            "日期",
            "上午",
            "下午",
        ]
        assert "党章" in table.rows[1].cells[1].text
    else:
        assert content.startswith(b"%PDF-")


def test_a_learner_gets_no_draft(app: Flask, school: School) -> None:
    learner = cast.browser(app, cast.learner)
    assert learner.get(f"/editions/cohorts/{school.cohort}/paper?number=0").status_code == 404
    asked = {"format": "pdf", "number": "0"}
    assert learner.post(f"/editions/cohorts/{school.cohort}/print", data=asked).status_code == 404


def _move(app: Flask, school: School) -> None:
    """Half an hour later, by the form."""
    office, day = cast.browser(app, cast.office), school.first.isoformat()
    times = {"day": day, "starts": "09:00", "ends": "11:30", "hours": "3", "version": "1"}
    chosen = {"course_id": school.course, "form": "lecture", "venue_id": school.venue}
    fields = {**times, **chosen, "instructor_id": school.instructor, "reason": "调时间"}
    saved = office.post(f"/timetable/lessons/{school.lesson}/edit", data=fields)
    assert saved.status_code == 303


def test_the_draft_stands_beside_what_was_released(app: Flask, school: School) -> None:
    office = cast.browser(app, cast.office)
    address = f"/editions/cohorts/{school.cohort}"
    assert "这两版没有差别" in office.get(address).text
    _move(app, school)
    page = office.get(address).text
    assert "08:30–11:30" in page and "09:00–11:30" in page and "调整 1" in page
    learner = cast.browser(app, cast.learner)
    assert "08:30" in learner.get(f"{address}/paper").text


@pytest.mark.parametrize(
    ("who", "moved", "asked", "offered"),
    [
        (cast.office, True, "", True),
        (cast.office, False, "", False),
        (cast.office, True, "?before=0", False),
        (cast.adviser, True, "", False),
    ],
)
def test_the_draft_is_released_from_the_page_of_versions(
    app: Flask, school: School, who: Callable[[], Account], moved: bool, asked: str, offered: bool
) -> None:
    browser, address = cast.browser(app, who), f"/editions/cohorts/{school.cohort}"
    release = f"/timetable/cohorts/{school.cohort}/release"
    if moved:
        _move(app, school)
    page = browser.get(address + asked).text
    assert (release in page) is offered
    if offered:
        assert 'name="number" value="2"' in page and "发布第2版" in page
        assert browser.post(release, data={"number": 2}).status_code == 303
        assert "这两版没有差别" in browser.get(address).text


def test_the_log_says_who_did_what_and_takes_it_back(app: Flask, school: School) -> None:
    office, address = cast.browser(app, cast.office), f"/editions/cohorts/{school.cohort}"
    _move(app, school)
    page = office.get(f"{address}/log").text
    assert "调时间" in page and page.count("/undo") == 1
    number = int(page.partition("/editions/changes/")[2].partition("/")[0])
    assert office.post(f"/editions/changes/{number}/undo").status_code == 303
    assert "这两版没有差别" in office.get(address).text


def test_two_planners_at_one_lesson_the_later_sees_what_changed(app: Flask, school: School) -> None:
    _move(app, school)
    office, day = cast.browser(app, cast.office), school.first.isoformat()
    times = {"day": day, "starts": "14:30", "ends": "17:30", "hours": "3", "version": "1"}
    chosen = {"course_id": school.course, "form": "lecture", "note": "我的备注"}
    late = office.post(f"/timetable/lessons/{school.lesson}/edit", data={**times, **chosen})
    assert late.status_code == 409
    assert "这次课刚被别人改过" in late.text and "9:00–11:30" in late.text
    assert 'value="我的备注"' in late.text and 'name="version" type="hidden" value="2"' in late.text
    again = {**times, **chosen, "version": "2"}
    saved = office.post(f"/timetable/lessons/{school.lesson}/edit", data=again)
    assert saved.status_code == 303


def test_who_saves_a_cancelled_lesson_hears_who_cancelled_it(app: Flask, school: School) -> None:
    office, day = cast.browser(app, cast.office), school.first.isoformat()
    gone = {"reason": "教师出差", "version": "1"}
    assert office.post(f"/timetable/lessons/{school.lesson}/cancel", data=gone).status_code == 303
    times = {"day": day, "starts": "14:30", "ends": "17:30", "hours": "3", "version": "1"}
    late = office.post(
        f"/timetable/lessons/{school.lesson}/edit",
        data={**times, "course_id": school.course, "form": "lecture"},
    )
    assert (late.status_code, "已经取消了这次课（教师出差）" in late.text) == (409, True)
    with app.app_context(), db.transaction():
        assert session.get(Lesson, school.lesson) is None
