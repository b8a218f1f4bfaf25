"""The desk: what waits for whom, and that search finds only what one may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from courses.cohorts.rules import CohortStage
from courses.courseware.models import CoursewareDue
from courses.fees.models import FeeSheet
from courses.invitations import actions as invitations
from courses.invitations.actions import Guest
from courses.invitations.rules import Answer
from courses.materials import actions as materials
from courses.timetable.models import Lesson
from courses.timetable.queries.lessons import get_lesson
from lms.desk.queries import search, tasks, today
from lms.desk.rules.progress import way_of
from lms.exams.marking.actions import marks as marking
from lms.ground import db
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.lms.exams.marking import hall


@pytest.mark.usefixtures("context")
def test_each_task_is_counted_for_those_who_can_do_it() -> None:
    make.cohort(stage=CohortStage.PLANNED)
    at = now()
    told = [(one.sentence, one.count) for one in tasks.tasks(cast.organiser(), now=at)]
    assert told == [("个班次等待批准", 1)]
    assert [one.sentence for one in tasks.tasks(cast.marker(), now=at)] == []


@pytest.mark.usefixtures("context")
def test_markers_are_told_of_what_nobody_has_marked_yet() -> None:
    held = hall.hold(hall.cohort(), {make.person("甲"): hall.ALL_RIGHT})
    marking.collect(held.exam, by=cast.office(), at=now())
    told = tasks.tasks(cast.marker(), now=now())
    assert [(one.sentence, one.count) for one in told] == [("份作答等待评阅", 2)]
    hall.mark_all(held, cast.marker(), {5: ("5", "2.5"), 6: ("12",)})
    assert tasks.tasks(cast.marker(), now=now()) == []


@pytest.mark.usefixtures("context")
def test_unread_notices_are_counted_until_they_are_read() -> None:
    learner = cast.learner()
    person = get_person_of(learner)
    make.notice(person, "开班通知")
    make.notice(person, "旧通知", read_at=now())
    assert [one.subject for one in today.unread(learner)] == ["开班通知"]
    assert [(one.sentence, one.count) for one in tasks.tasks(learner, now=now())] == [
        ("条通知未读", 1)
    ]


@pytest.mark.usefixtures("context")
def test_lessons_of_today_are_ones_own_unless_one_plans() -> None:
    learner, other = cast.learner(), cast.other_learner()
    cohort = make.cohort()
    make.enrolment(cohort, get_person_of(learner))
    lesson = make.lesson(cohort)
    at = lesson.starts_at - timedelta(minutes=5)
    assert [one.id for one in today.lessons_today(learner, now=at)] == [lesson.id]
    assert today.lessons_today(other, now=at) == []
    assert [one.id for one in today.lessons_today(cast.office(), now=at)] == [lesson.id]
    assert today.lessons_today(learner, now=at + timedelta(days=1)) == []


@pytest.mark.usefixtures("context")
def test_search_finds_what_one_may_see() -> None:
    office, unit_admin, learner = cast.office(), cast.unit_admin(), cast.learner()
    cast.other_learner()
    make.cohort(title="知行学堂第九期")
    assert [hit.label for hit in search.find(office, "学")][:1] == ["知行学堂第九期"]
    assert {hit.label for hit in search.find(unit_admin, "王学")} == {"王学"}
    assert search.find(unit_admin, "赵同") == []
    assert search.find(learner, "赵同") == []
    assert search.find(learner, "知行") == []
    assert search.find(office, "  ") == []
    assert search.find(office, "%") == []


@pytest.mark.usefixtures("context")
def test_search_finds_items_for_those_who_may_read_them() -> None:
    item = make.item(stem="公务员的试用期为多久")
    told = [(hit.kind, hit.label, hit.argument) for hit in search.find(cast.office(), "试用期")]
    assert told == [("试题", "公务员的试用期为多久", {"item_id": item.id})]
    assert search.find(cast.marker(), "试用期") == []


def test_search_finds_pages_that_may_be_opened(app: Flask) -> None:
    office, learner = (cast.browser(app, one) for one in (cast.office, cast.learner))
    htmx = {"HX-Request": "true"}
    found = office.get("/search?q=排课板", headers=htmx).text
    assert 'href="/boards/"' in found
    assert "<html" not in found
    assert "没有找到" in learner.get("/search?q=排课板", headers=htmx).text
    assert 'href="/attempts/"' in learner.get("/search").text


@pytest.mark.parametrize("member", cast.EVERYBODY.values(), ids=lambda member: member.__name__)
def test_the_front_door_opens_for_everybody(app: Flask, member: Callable[[], Account]) -> None:
    client = cast.browser(app, member)
    assert client.get("/").status_code == 200
    assert client.get("/search?q=学").status_code == 200


def test_the_front_door_shows_the_cohorts_that_run(app: Flask) -> None:
    client = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        make.lesson(make.cohort(stage=CohortStage.RUNNING, title="知行学堂第七期"))
    page = client.get("/").text
    assert ("知行学堂第七期" in page, "1 个半天" in page) == (True, True)


def test_health_is_told_to_everybody(app: Flask) -> None:
    answer = app.test_client().get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


@pytest.mark.usefixtures("context")
def test_whoever_looks_after_a_cohort_sees_how_far_it_has_come() -> None:
    office, learner = cast.office(), cast.learner()
    cohort = make.cohort(stage=CohortStage.RUNNING)
    make.enrolment(cohort, get_person_of(learner))
    lesson = make.lesson(cohort)
    make.cohort(stage=CohortStage.PLANNED, title="还在计划的班", number=99)
    later = lesson.starts_at + timedelta(days=1)
    (shown,) = today.current_cohorts(office, now=later)
    assert (shown.cohort.id, shown.learners, shown.exam) == (cohort.id, 1, None)
    assert (shown.way.half_days, shown.way.held, shown.way.untaken) == (1, 1, 1)
    (before,) = today.current_cohorts(office, now=lesson.starts_at)
    assert (before.way.percent, before.way.untaken) == (0, 0)
    assert today.current_cohorts(learner, now=later) == []


WAYS: list[tuple[list[tuple[int, int]], tuple[int, int, int, int]]] = [
    ([], (0, 0, 0, 0)),
    ([(21, 0), (22, 0)], (2, 1, 1, 50)),
    ([(20, 3), (21, 2), (22, 0)], (3, 2, 1, 66)),
    ([(20, 3), (21, 3)], (2, 2, 0, 100)),
]


@pytest.mark.parametrize(("sessions", "told"), WAYS)
def test_a_way_counts_the_half_days_behind_it(
    sessions: list[tuple[int, int]], told: tuple[int, int, int, int]
) -> None:
    days = [(date(2026, 11, day), marks) for day, marks in sessions]
    way = way_of(days, learners=3, today=date(2026, 11, 22))
    assert (way.half_days, way.held, way.untaken, way.percent) == told


@pytest.mark.usefixtures("context")
def test_instructors_and_the_office_are_told_what_waits_for_an_invitation() -> None:
    instructor, office = cast.instructor(), cast.office()
    lesson = _taught_by(instructor)
    at = lesson.starts_at - timedelta(days=5)
    assert _told(instructor, at) == []
    asked = invitations.invite(lesson=lesson, by=office, at=at)
    assert _told(instructor, at)[:1] == [("份授课邀请等您答复", 1)]
    assert _told(office, at) == []
    invitations.answer(
        invitation=asked, said=Answer.DECLINED, note="出差", by=Guest("王老师"), at=at
    )
    assert "份授课邀请等您答复" not in dict(_told(instructor, at))
    assert _told(office, at) == [("次课的教师不能来，要另请", 1)]
    lesson.instructor = make.instructor("另一位老师")
    db.session.flush()
    assert _told(office, at) == []


@pytest.mark.usefixtures("context")
def test_instructors_are_told_what_to_hand_in_until_they_have() -> None:
    instructor = cast.instructor()
    lesson = _taught_by(instructor)
    at = lesson.starts_at - timedelta(days=5)
    db.session.add(CoursewareDue(lesson=lesson, due_on=at.date(), asked_by="教务科", asked_at=at))
    db.session.flush()
    assert _told(instructor, at) == [("次课要交课件", 1)]
    assert _told(cast.office(), at) == []
    materials.submit(
        course=lesson.course,
        title="讲义",
        content=b"%PDF-1.4",
        name="讲义.pdf",
        owner_id=instructor.id,
        by=instructor,
        at=at,
    )
    assert _told(instructor, at) == []


@pytest.mark.usefixtures("context")
def test_a_sheet_of_fees_waits_for_whoever_did_not_propose_it() -> None:
    office, organiser = cast.office(), cast.organiser()
    db.session.add(
        FeeSheet(
            cohort=make.cohort(), number=1, proposed_by_id=office.id, proposed_by=office.name,
            proposed_at=now(),
        )
    )  # fmt: skip
    db.session.flush()
    waits = [one for one in tasks.tasks(organiser, now=now()) if "课酬" in one.sentence]
    assert [(one.count, one.endpoint, one.narrowed) for one in waits] == [
        (1, "fees.index", {"undecided": "1"})
    ]
    assert "张课酬单等待审定" not in dict(_told(office, now()))


def _taught_by(account: Account) -> Lesson:
    course = make.course()
    who = make.instructor(get_person_of(account), teaches=(course,))
    lesson = make.lesson(make.cohort(course), course, instructor=who)
    db.session.expire(lesson)
    return get_lesson(lesson.id, cast.office())


def _told(account: Account, at: datetime) -> list[tuple[str, int]]:
    """The tasks of an account, notices apart."""
    found = tasks.tasks(account, now=at)
    return [(one.sentence, one.count) for one in found if one.endpoint != "notices.index"]
