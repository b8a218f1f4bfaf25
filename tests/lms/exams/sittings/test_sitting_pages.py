"""The pages of exams and sittings, as the office and an invigilator go through them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.cohorts.models import Enrolment
from courses.cohorts.rules import CohortStage
from lms.exams.attempts.models import Attempt
from lms.exams.sittings.models import Candidate, Exam, Invigilator, Sitting
from lms.exams.sittings.queries import requirements
from lms.ground import db
from lms.ground.clock import local, now
from question_bank.papers.models import Variant
from tests import cast, make
from tests.lms.exams.sittings.hall import School, make_school, running_sitting
from tests.markup import read

__all__ = ["make_school"]


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
    assert f'action="{address}"' not in board and "口试 · 孙组" in board
    assert (read(board)[0], f"{address}/lift" in office.get("/sittings/coverage").text) == (
        [],
        False,
    )
    assert office.post(f"{address}/lift").status_code == 403
    assert organiser.post(f"{address}/lift").status_code == 303
    assert f'action="{address}"' in organiser.get("/sittings/coverage").text
    elsewhere = f"/sittings/coverage/{school.cohort}/999"
    assert organiser.post(elsewhere, data={"reason": "口试"}).status_code == 404


def test_the_courses_of_an_exam_are_changed_until_there_are_sheets(app: Flask) -> None:
    with app.app_context(), db.transaction():
        first, second = make.course("村级治理"), make.course("越语会话")
        cohort = make.cohort(first, second)
        exam, version = make.exam(cohort, [first]), 1
        numbers = [str(first.id), str(second.id)]
        address, cohort_id, exam_id = f"/sittings/exams/{exam.id}", cohort.id, exam.id
        seat = make.enrolment(cohort).id
    office = cast.browser(app, cast.office)
    page = office.get(address).text
    assert ("修改考核的课程" in page, read(page)[0]) == (True, [])
    data = {"courses": numbers, "version": str(version)}
    assert office.post(f"{address}/courses", data=data).status_code == 303
    assert office.post(f"{address}/courses", data=data).status_code == 409
    with app.app_context():
        assert requirements.holes(cohort_id) == []
    assert office.post(f"{address}/courses", data={"version": "2"}).status_code == 303
    with app.app_context(), db.transaction():
        assert [one.course for one in requirements.holes(cohort_id)] == ["村级治理", "越语会话"]
        with_sheet(exam_id, seat)
    refused = office.post(f"{address}/courses", data={**data, "version": "3"})
    assert (refused.status_code, "考核的课程不能再改" in refused.text) == (422, True)
    assert "修改考核的课程" not in office.get(address).text


def with_sheet(exam_id: int, enrolment_id: int) -> None:
    """Somebody has a sheet of this exam."""
    exam = db.session.get_one(Exam, exam_id)
    times = {"opens_at": now(), "closes_at": now() + timedelta(hours=1), "minutes": 60}
    variant = db.session.scalars(select(Variant).where(Variant.paper_id == exam.paper_id)).first()
    person = db.session.get_one(Enrolment, enrolment_id).person_id
    assert variant is not None
    sheet = Attempt(person_id=person, variant_id=variant.id, title="", seed=1, slots=3, **times)
    db.session.add(sheet)
    db.session.flush()
    seat = Candidate(enrolment_id=enrolment_id, attempt_id=sheet.id, seat=1)
    db.session.add(Sitting(exam_id=exam_id, candidates=[seat], **times))


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


@pytest.mark.parametrize("member", [cast.learner, cast.marker, cast.auditor])
def test_others_see_no_page_of_a_sitting(app: Flask, school: School, member) -> None:  # type: ignore[no-untyped-def]
    sitting = running_sitting(app, school)
    browser = cast.browser(app, member)
    for path in ("/sittings/", f"/sittings/{sitting}", f"/invigilation/{sitting}/console"):
        assert browser.get(path).status_code == 403


def test_a_sitting_that_is_not_theirs_is_none_to_an_invigilator(app: Flask, school: School) -> None:
    sitting = running_sitting(app, school)
    with app.app_context(), db.transaction():
        db.session.execute(Invigilator.__table__.delete())
        exam_id = db.session.scalars(select(Exam.id)).one()
        one = db.session.scalars(select(Candidate.id)).first()
    watcher: FlaskClient = cast.browser(app, cast.invigilator)
    assert watcher.get(f"/sittings/{sitting}").status_code == 404
    for path in ("console", "console/rows", "log", f"candidates/{one}"):
        assert watcher.get(f"/invigilation/{sitting}/{path}").status_code == 404
    assert watcher.get(f"/sittings/exams/{exam_id}").status_code == 404
    form = {"who": str(one), "deed": "extend", "minutes": "5", "text": "停电"}
    assert watcher.post(f"/invigilation/{sitting}/console", data=form).status_code == 404
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
