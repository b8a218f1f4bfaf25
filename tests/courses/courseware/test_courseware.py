"""Courseware from the request to the pinned version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from courses.courseware import actions, queries
from courses.courseware.rules import (
    CoursewareState,
    Facts,
    due_day,
    due_fault,
    pin_fault,
    state_of,
)
from courses.materials import actions as materials
from courses.materials.models import Material
from courses.materials.rules import MaterialState
from courses.timetable.models import Lesson
from courses.timetable.queries.lessons import get_lesson
from lms.ground import db
from lms.ground.clock import local, now, today
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from lms.ground.notices.models import Notice
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.courses.counting import statements

S = CoursewareState
TODAY = date(2026, 11, 22)
DUE = Facts(due_on=TODAY)
SOON = today() + timedelta(days=20)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (Facts(due_on=None), S.NOT_ASKED),
        (DUE, S.OPEN),
        (replace(DUE, due_on=TODAY - timedelta(days=1)), S.OVERDUE),
        (replace(DUE, handed_in=frozenset({MaterialState.RETURNED})), S.RETURNED),
        (replace(DUE, handed_in=frozenset(MaterialState)), S.APPROVED),
        (
            replace(DUE, handed_in=frozenset({MaterialState.RETURNED, MaterialState.SUBMITTED})),
            S.SUBMITTED,
        ),
        (replace(DUE, is_pinned=True), S.PINNED),
    ],
)
def test_how_far_the_courseware_of_a_lesson_is(facts: Facts, state: CoursewareState) -> None:
    assert state_of(facts, on=TODAY) is state


def test_it_is_due_before_the_lesson_and_not_in_the_past() -> None:
    assert due_day(date(2026, 12, 10), 7, on=TODAY) == date(2026, 12, 3)
    assert due_day(date(2026, 11, 24), 7, on=TODAY) == TODAY
    assert due_fault(TODAY, TODAY) == ""
    assert due_fault(TODAY + timedelta(days=1), TODAY) == "交课件的日期不能晚于上课那天。"


def test_only_what_is_approved_for_the_course_is_pinned() -> None:
    assert pin_fault(MaterialState.APPROVED, same_course=True) == ""
    assert (
        pin_fault(MaterialState.SUBMITTED, same_course=True) == "只有审定的资料可以选定，请先审核。"
    )
    assert "另选" in pin_fault(MaterialState.APPROVED, same_course=False)


def _lesson() -> Lesson:
    course = make.course("茶叶栽培")
    tea = make.instructor(get_person_of(cast.instructor()), teaches=(course,))
    cohort = make.cohort(course, adviser=get_person_of(cast.adviser()), starts_on=SOON)
    return get_lesson(make.lesson(cohort, course, day=SOON, instructor=tea).id, cast.office())


def _hand_in(lesson: Lesson, text: str) -> Material:
    teacher = cast.instructor()
    return materials.submit(
        course=lesson.course, title=text, content=text.encode(), name=f"{text}.txt",
        owner_id=teacher.id, by=teacher, at=now(),
    )  # fmt: skip


def _approve(material: Material) -> None:
    seen, to = material.version, MaterialState.APPROVED
    materials.review(material=material, to=to, remark="", seen=seen, by=cast.office(), at=now())


def _state(lesson: Lesson) -> CoursewareState:
    session.flush()
    return queries.get_line(lesson, on=today()).state


@pytest.mark.usefixtures("context")
def test_from_the_request_to_the_pinned_version() -> None:
    lesson, office = _lesson(), cast.office()
    states = [_state(lesson)]
    assert actions.ask_all(lessons=[lesson], by=office, at=now()) == 1
    assert actions.ask_all(lessons=[lesson], by=office, at=now()) == 0
    states.append(_state(lesson))
    first = _hand_in(lesson, "第一稿")
    states.append(_state(lesson))
    due = queries.get_due(lesson.id)
    assert due.due_on == local(lesson.starts_at).date() - timedelta(days=7)
    with pytest.raises(Refused, match="只有审定的资料可以选定"):
        actions.pin(due=due, material=first, seen=due.version, by=office, at=now())
    _approve(first)
    states.append(_state(lesson))
    actions.pin(due=due, material=first, seen=due.version, by=office, at=now())
    states.append(_state(lesson))
    assert states == [S.NOT_ASKED, S.OPEN, S.SUBMITTED, S.APPROVED, S.PINNED]
    pinned = due.sha256
    _approve(_hand_in(lesson, "第二稿"))
    assert (due.sha256, _state(lesson)) == (pinned, S.PINNED)
    with pytest.raises(Conflict):
        actions.unpin(due=due, seen=1, by=office, at=now())
    actions.unpin(due=due, seen=due.version, by=office, at=now())
    assert (due.material, due.sha256, _state(lesson)) == (None, None, S.APPROVED)


@pytest.mark.usefixtures("context")
def test_who_handed_it_in_does_not_sign_it_off() -> None:
    lesson, office = _lesson(), cast.office()
    made = materials.submit(
        course=lesson.course, title="稿", content=b"text", name="a.txt",
        owner_id=office.id, by=office, at=now(),
    )  # fmt: skip
    with pytest.raises(Refused, match="不能审核自己上传的资料"):
        _approve(made)


@pytest.mark.usefixtures("context")
def test_reminders_go_out_once_and_lateness_is_told_once() -> None:
    lesson, office = _lesson(), cast.office()
    actions.ask_all(lessons=[lesson], by=office, at=now())
    due = queries.get_due(lesson.id)
    days = (due.due_on - today()).days
    at = [now() + timedelta(days=days + off) for off in (-10, -3, -2, 1, 2)]
    assert [actions.remind(at=one) for one in at] == [0, 1, 0, 1, 0]
    told = session.scalars(select(Notice.subject).order_by(Notice.id)).all()
    assert told == ["请交课件", "课件提醒", "课件逾期未交"]


@pytest.mark.usefixtures("context")
def test_a_cohort_of_many_lessons_takes_two_statements() -> None:
    lesson, office = _lesson(), cast.office()
    lessons = [lesson]
    for _number in range(10):
        other = make.lesson(lesson.cohort, day=SOON, instructor=lesson.instructor)
        lessons.append(get_lesson(other.id, office))
    actions.ask_all(lessons=lessons, by=office, at=now())
    session.flush()
    with statements() as sent:
        assert len(queries.lines_of(lessons, on=today())) == 11
    assert len(sent) == 2


def test_the_pages_lead_through_it(app: Flask) -> None:
    with app.app_context(), db.transaction():
        lesson = _lesson()
        number, cohort_id = lesson.id, lesson.cohort_id
        material = _hand_in(lesson, "讲稿")
        _approve(material)
        material_id, sha256 = material.id, material.upload.sha256
    office = cast.browser(app, cast.office)
    late = {"due_on": str(SOON + timedelta(days=1))}
    answer = office.post(f"/courseware/lessons/{number}/due", data=late)
    assert (answer.status_code, "不能晚于上课那天" in answer.text) == (422, True)
    assert office.post(f"/courseware/cohorts/{cohort_id}/ask").status_code == 303
    page = office.get(f"/courseware/lessons/{number}").text
    assert f"讲稿（{sha256[:8]}）" in page
    data = {"material_id": material_id, "version": "1"}
    assert office.post(f"/courseware/lessons/{number}/pin", data=data).status_code == 303
    assert sha256 in office.get(f"/courseware/lessons/{number}").text
    assert sha256[:8] in office.get(f"/courseware/cohorts/{cohort_id}").text
    assert "茶叶栽培" in cast.browser(app, cast.instructor).get("/courseware/mine").text
