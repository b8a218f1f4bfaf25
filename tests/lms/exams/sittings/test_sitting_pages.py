"""The pages of exams and sittings, as the office and an invigilator go through them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.cohorts.rules import CohortStage
from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.states import SubmittedBy
from lms.exams.sittings import actions, queries
from lms.exams.sittings.models import Candidate, Exam, Invigilator, Sitting
from lms.exams.sittings.rules import SittingDraft
from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import local, now
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.lms.exams.attempts.hall import Seat
from tests.markup import read


@dataclass
class School:
    """A cohort with a course, a sealed paper and two learners, as numbers for the pages."""

    cohort: int
    course: int
    paper: int


@pytest.fixture
def school(app: Flask) -> School:
    with app.app_context(), db.transaction():
        make.norm("exam.transport_grace_seconds", Decimal(10))
        make.norm("exam.pass_score", Decimal(60))
        make.norm("exam.invigilators", Decimal(2))
        course = make.course("村级治理")
        cohort = make.cohort(course, stage=CohortStage.RUNNING, title="知行学堂第1期")
        make.enrolment(cohort, get_person_of(cast.learner()))
        make.enrolment(cohort, get_person_of(cast.other_learner()))
        cast.invigilator()
        return School(cohort.id, course.id, make.sealed_paper().id)


def sitting_form(app: Flask, **changes: str) -> dict[str, str]:
    with app.app_context():
        watcher = cast.invigilator().id
    start = local(now() + timedelta(minutes=30))
    return {
        "opens_at": f"{start:%Y-%m-%dT%H:%M}",
        "closes_at": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "minutes": "90",
        "venue": "",
        "invigilators": str(watcher),
        **changes,
    }


def running_sitting(app: Flask, school: School) -> int:
    """A sitting that began a minute ago, with sheets."""
    with app.app_context(), db.transaction():
        office, at = cast.office(), now() - timedelta(minutes=2)
        cohort = db.session.get_one(make.Cohort, school.cohort)
        exam = make.exam(cohort, paper=db.session.get_one(make.Paper, school.paper))
        draft = SittingDraft(
            opens_at=now() - timedelta(minutes=1),
            closes_at=now() + timedelta(hours=2),
            minutes=60,
            invigilator_ids=(cast.invigilator().id,),
        )
        made = actions.create_sitting(exam=exam, draft=draft, by=office, at=at)
        sitting = queries.get_sitting(made.id, office)
        actions.prepare(sitting=sitting, by=office, at=at)
        return made.id


def sheet_of(app: Flask, seat: int) -> Attempt:
    with app.app_context():
        wanted = select(Attempt).join(Candidate, Candidate.attempt_id == Attempt.id)
        return db.session.scalars(wanted.where(Candidate.seat == seat)).one()


def begin(app: Flask) -> Seat:
    """The learner (seat 1) opens the paper and answers an item."""
    seat = Seat(cast.browser(app, cast.learner), sheet_of(app, 1).id)
    seat.open()
    assert seat.save(n1="A").status_code == 200
    return seat


def test_the_office_arranges_an_exam_from_the_board_to_the_sheets(
    app: Flask, school: School
) -> None:
    office = cast.browser(app, cast.office)
    hole = ">没有考试<"
    assert hole in office.get("/sittings/coverage").get_data(as_text=True)
    form = {
        "title": "结业考试",
        "paper": school.paper,
        "courses": school.course,
        "pass_score": "60",
    }
    made = office.post(f"/sittings/new?cohort={school.cohort}", data=form)
    assert made.status_code == 303
    board = office.get("/sittings/coverage")
    assert (board.status_code, hole in board.get_data(as_text=True)) == (200, False)
    arranged = office.post(made.location, data=sitting_form(app))
    assert arranged.status_code == 303
    page = office.get(arranged.location).get_data(as_text=True)
    assert "王学" in page
    assert "监考人不足" in page
    assert office.post(f"{arranged.location}/prepare").status_code == 303
    assert office.post(f"{arranged.location}/prepare").status_code == 422
    waiting = cast.browser(app, cast.learner).get("/attempts/").get_data(as_text=True)
    assert "进入候考" in waiting


def test_the_organiser_lets_a_course_go_without_an_exam_from_the_board(
    app: Flask, school: School
) -> None:
    office, organiser = cast.browser(app, cast.office), cast.browser(app, cast.organiser)
    address = f"/sittings/coverage/{school.cohort}/{school.course}"
    assert address not in office.get("/sittings/coverage").text
    assert address in organiser.get("/sittings/coverage").text
    assert office.post(address, data={"reason": "口试"}).status_code == 403
    assert "请写明不单独考试的理由" in organiser.post(address, data={"reason": " "}).text
    assert organiser.post(address, data={"reason": "口试"}).status_code == 303
    board = organiser.get("/sittings/coverage").text
    assert address not in board and "口试" in board and read(board)[0] == []
    elsewhere = f"/sittings/coverage/{school.cohort}/999"
    assert organiser.post(elsewhere, data={"reason": "口试"}).status_code == 404


def test_what_is_wrong_with_a_form_is_said_beside_what_was_typed(
    app: Flask, school: School
) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        exam_id = make.exam(db.session.get_one(make.Cohort, school.cohort)).id
    for changes, sentence in [
        ({"minutes": "500"}, "超过了考试窗口的120分钟"),
        ({"opens_at": "2020-01-01T08:00"}, "开考时间已经过去"),
    ]:
        refused = office.post(f"/sittings/exams/{exam_id}/new", data=sitting_form(app, **changes))
        assert refused.status_code == 422
        assert sentence in refused.get_data(as_text=True)
    twice = {"title": "", "paper": school.paper, "pass_score": "60"}
    assert office.post(f"/sittings/new?cohort={school.cohort}", data=twice).status_code == 422


def test_a_stale_form_moves_nothing(app: Flask, school: School) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        exam_id = make.exam(db.session.get_one(make.Cohort, school.cohort)).id
    address = office.post(f"/sittings/exams/{exam_id}/new", data=sitting_form(app)).location
    first = office.post(f"{address}/edit", data=sitting_form(app, minutes="60", version="1"))
    second = office.post(f"{address}/edit", data=sitting_form(app, minutes="45", version="1"))
    assert (first.status_code, second.status_code) == (303, 409)
    with app.app_context():
        assert db.session.scalars(select(Sitting.minutes)).one() == 60


def test_the_invigilator_sees_the_hall_at_a_glance(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    begin(app)
    watcher = cast.browser(app, cast.invigilator)
    page = watcher.get(f"/sittings/{sitting}/console").get_data(as_text=True)
    assert "应到 2 人，在线 1 人" in page
    assert "1 / 3" in page


def test_an_unchanged_list_is_not_sent_again(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    watcher = cast.browser(app, cast.invigilator)
    address = f"/sittings/{sitting}/console/rows"
    first = watcher.get(address)
    again = watcher.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    begin(app)
    assert watcher.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_more_time_for_one_and_for_all_reaches_the_sheets(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    seat = begin(app)
    before = sheet_of(app, 1).deadline
    watcher = cast.browser(app, cast.invigilator)
    with app.app_context():
        one = db.session.scalars(select(Candidate.id).where(Candidate.seat == 1)).one()
    form = {"minutes": "5", "why": "电脑重启", "reason": "电脑重启"}
    assert (
        watcher.post(f"/sittings/{sitting}/candidates/{one}/extend", data=form).status_code == 303
    )
    form = {"minutes": "10", "why": "停电", "reason": "停电"}
    assert watcher.post(f"/sittings/{sitting}/extend", data=form).status_code == 303
    first, second = sheet_of(app, 1), sheet_of(app, 2)
    assert first.deadline is not None and before is not None
    assert first.deadline - before == timedelta(minutes=15)
    assert (first.extension_minutes, second.extension_minutes) == (15, 10)
    told = seat.post("status").get_json()["deadline"]
    assert told == round(first.deadline.timestamp() * 1000)
    with app.app_context():
        reasons = list(
            db.session.scalars(
                select(AuditEntry.sentence).where(AuditEntry.action == "attempts.extend")
            )
        )
    assert sum("停电" in reason for reason in reasons) == 2


def test_handing_in_for_a_candidate_needs_a_reason_and_someone_who_began(
    app: Flask, school: School
) -> None:
    sitting = running_sitting(app, school)
    begin(app)
    watcher = cast.browser(app, cast.invigilator)
    with app.app_context():
        one, two = db.session.scalars(select(Candidate.id).order_by(Candidate.seat))
    address = f"/sittings/{sitting}/candidates/{{}}/hand-in"
    assert watcher.post(address.format(one), data={"reason": ""}).status_code == 422
    absent = watcher.post(address.format(two), data={"reason": "离场"})
    assert "还没有开始作答" in absent.get_data(as_text=True)
    assert watcher.post(address.format(one), data={"reason": "身体不适离场"}).status_code == 303
    sheet = sheet_of(app, 1)
    assert (sheet.submitted_by, sheet.answered) == (SubmittedBy.INVIGILATOR, 1)
    again = watcher.post(address.format(one), data={"reason": "离场"})
    assert "已经交卷" in again.get_data(as_text=True)


@pytest.mark.parametrize("member", [cast.learner, cast.marker, cast.auditor])
def test_others_see_no_page_of_a_sitting(app: Flask, school: School, member) -> None:  # type: ignore[no-untyped-def]
    sitting = running_sitting(app, school)
    browser = cast.browser(app, member)
    for path in ("/sittings/", f"/sittings/{sitting}", f"/sittings/{sitting}/console"):
        assert browser.get(path).status_code == 403


def test_a_sitting_that_is_not_theirs_is_none_to_an_invigilator(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    with app.app_context(), db.transaction():
        db.session.execute(Invigilator.__table__.delete())
        exam_id = db.session.scalars(select(Exam.id)).one()
        one = db.session.scalars(select(Candidate.id)).first()
    watcher: FlaskClient = cast.browser(app, cast.invigilator)
    for path in ("", "/console", "/console/rows", f"/candidates/{one}"):
        assert watcher.get(f"/sittings/{sitting}{path}").status_code == 404
    assert watcher.get(f"/sittings/exams/{exam_id}").status_code == 404
    for path in ("/extend", f"/candidates/{one}/extend", f"/candidates/{one}/hand-in"):
        form = {"minutes": "5", "why": "停电", "reason": "停电"}
        assert watcher.post(f"/sittings/{sitting}{path}", data=form).status_code == 404
    assert watcher.post(f"/sittings/{sitting}/prepare").status_code == 403


def test_the_planner_withdraws_an_exam_on_its_page(app: Flask, school: School) -> None:
    with app.app_context(), db.transaction():
        cohort = db.session.get_one(make.Cohort, school.cohort)
        exam = make.exam(cohort)
        page, title = f"/sittings/exams/{exam.id}", exam.title
    office = cast.browser(app, cast.office)
    assert "撤销这场考试" in office.get(page).text
    assert office.post(f"{page}/withdraw", data={"reason": " "}).status_code == 422
    assert office.post(f"{page}/withdraw", data={"reason": "登记错了"}).status_code == 303
    shown = office.get(page).text
    assert "李教务于" in shown and "登记错了" in shown and "撤销这场考试" not in shown
    assert read(shown)[0] == []
    listed = office.get(f"/sittings/?cohort={school.cohort}").text
    assert "已撤销" in listed and title in listed
    for elsewhere in ("/marking/", "/results/"):
        assert title not in office.get(elsewhere).text
    invigilator = cast.browser(app, cast.invigilator)
    assert invigilator.post(f"{page}/withdraw", data={"reason": "x"}).status_code == 403


def test_the_list_and_the_board_narrow_to_one_cohort(app: Flask, school: School) -> None:
    with app.app_context(), db.transaction():
        other = make.cohort(make.course("别的课程"), stage=CohortStage.RUNNING)
        title = make.exam(other).title
    office = cast.browser(app, cast.office)
    assert title not in office.get(f"/sittings/?cohort={school.cohort}").text
    board = office.get(f"/sittings/coverage?cohort={school.cohort}").text
    assert ("村级治理" in board, "别的课程" in board) == (True, False)
    assert office.get("/sittings/coverage?cohort=999").status_code == 404
