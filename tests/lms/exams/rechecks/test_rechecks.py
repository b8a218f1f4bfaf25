"""A learner asks for a recheck; somebody who did not mark decides; a new release corrects."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.exams.marking.actions import marks, scoring
from lms.exams.marking.models import Mark
from lms.exams.rechecks.models import Recheck
from lms.exams.rechecks.rules import Standing, Verdict, ask_faults, last_day, standing_of
from lms.exams.results import actions as results
from lms.exams.results.models import Release
from lms.ground import db
from lms.ground.clock import local, now
from lms.ground.db import session
from lms.ground.notices.models import Notice
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.lms.exams.marking import hall
from tests.markup import read

REASON = {"ground": "missed", "reason": "第五题后半没有给分"}
WRONG = {"verdict": "wrong", "findings": "第五题程序部分漏评", "version": "1"}


@pytest.fixture
def exam(app: Flask) -> int:
    """王学 sat an exam that the marker marked and the office released."""
    with app.app_context(), db.transaction():
        person = get_person_of(cast.learner())
        held = hall.hold(hall.cohort(), {person: hall.ALL_RIGHT, make.person("缺考人"): None})
        marks.collect(held.exam, by=cast.office(), at=now())
        hall.mark_all(held, cast.marker(), {5: ("5", "0"), 6: ("12",)})
        scoring.score(held.exam, by=cast.office(), at=now())
        results.release(held.exam, by=cast.office(), at=now())
        return held.exam.id


def asked(app: Flask, exam: int) -> FlaskClient:
    learner = cast.browser(app, cast.learner)
    assert learner.post(f"/rechecks/mine/{exam}", data=REASON).status_code == 303
    return learner


@pytest.mark.parametrize(
    ("verdict", "again", "standing"),
    [
        (None, False, Standing.OPEN),
        (Verdict.UPHELD, True, Standing.UPHELD),
        (Verdict.WRONG, False, Standing.WRONG),
        (Verdict.WRONG, True, Standing.CORRECTED),
    ],
)
def test_a_recheck_stands_by_its_verdict_and_what_was_released(
    verdict: Verdict | None, again: bool, standing: Standing
) -> None:
    assert standing_of(verdict, released_again=again) is standing


def test_the_window_ends_with_its_last_day() -> None:
    last = last_day(date(2026, 3, 30), 5)
    assert last == date(2026, 4, 4)
    assert ask_faults(today=last, last=last, reason="第二题") == []
    assert ask_faults(today=last + timedelta(days=1), last=last, reason="") == [
        "申请复核的期限到2026年4月4日为止，已经过了。",
        "请写明哪一题、哪一处有误。",
    ]


def test_a_learner_asks_once_and_may_take_it_back(app: Flask, exam: int) -> None:
    learner = cast.browser(app, cast.learner)
    assert f"/rechecks/mine/{exam}" in learner.get(f"/results/mine/{exam}").text
    assert "可以申请一次复核" in learner.get(f"/rechecks/mine/{exam}").text
    empty = learner.post(f"/rechecks/mine/{exam}", data={**REASON, "reason": " "})
    assert (empty.status_code, "请写明哪一题" in empty.text) == (422, True)
    asked(app, exam)
    twice = learner.post(f"/rechecks/mine/{exam}", data=REASON)
    assert twice.status_code == 422
    assert "待处理" in learner.get(f"/rechecks/mine/{exam}").text
    assert learner.post(f"/rechecks/mine/{exam}/take-back").status_code == 303
    with app.app_context():
        assert session.scalars(select(Recheck)).all() == []
    asked(app, exam)


def test_after_the_window_nobody_asks(app: Flask, exam: int) -> None:
    with app.app_context(), db.transaction():
        session.scalars(select(Release)).one().released_at = now() - timedelta(days=9)
    learner = cast.browser(app, cast.learner)
    assert "申请复核的期限已过" in learner.get(f"/rechecks/mine/{exam}").text
    refused = learner.post(f"/rechecks/mine/{exam}", data=REASON)
    assert (refused.status_code, "已经过了" in refused.text) == (422, True)


def test_nobody_asks_for_anothers_result(app: Flask, exam: int) -> None:
    other = cast.browser(app, cast.other_learner)
    assert other.get(f"/rechecks/mine/{exam}").status_code == 404
    assert other.post(f"/rechecks/mine/{exam}", data=REASON).status_code == 404
    assert other.post(f"/rechecks/mine/{exam}/take-back").status_code == 404
    assert cast.browser(app, cast.marker).get("/rechecks/").status_code == 403


def test_the_marker_does_not_decide(app: Flask, exam: int) -> None:
    with app.app_context(), db.transaction():
        office = cast.office()
        for mark in session.scalars(select(Mark)):
            mark.marker_id = office.id
    asked(app, exam)
    office_page = cast.browser(app, cast.office)
    shown = office_page.get("/rechecks/1").text
    assert ("您评阅过这份答卷" in shown, "作出结论" in shown) == (True, False)
    refused = office_page.post("/rechecks/1", data=WRONG)
    assert (refused.status_code, "须由没有评阅过它的人复核" in refused.text) == (422, True)
    assert cast.browser(app, cast.organiser).post("/rechecks/1", data=WRONG).status_code == 303


def test_a_wrong_score_is_corrected_by_a_decision_a_run_and_a_release(
    app: Flask, exam: int
) -> None:
    learner, office = asked(app, exam), cast.browser(app, cast.office)
    assert "份成绩复核申请等待处理" in office.get("/").text
    assert "王学" in office.get("/rechecks/?q=王学&standing=open").text
    page = office.get("/rechecks/1").text
    assert "第五题后半没有给分" in page
    silent = office.post("/rechecks/1", data={**WRONG, "findings": ""})
    assert (silent.status_code, "请写明核查的情况" in silent.text) == (422, True)
    assert office.post("/rechecks/1", data=WRONG).status_code == 303
    assert office.post("/rechecks/1", data=WRONG).status_code == 422
    assert learner.post(f"/rechecks/mine/{exam}/take-back").status_code == 422
    with app.app_context():
        told = session.scalars(select(Notice.subject).where(Notice.link.like("/rechecks/%"))).all()
    assert told == ["“结业考试”成绩复核结论"]
    assert "应当更正，待重新公布" in learner.get(f"/rechecks/mine/{exam}").text
    judged = next(link for link in read(office.get("/rechecks/1").text)[1] if "/responses/" in link)
    given = office.post(judged, data={"points-0": "5", "points-1": "4", "remark": "补评程序部分"})
    assert given.status_code == 303
    assert "计分之后评阅有改动" in office.get(f"/results/{exam}").text
    with app.app_context(), db.transaction():
        found = session.get_one(hall.Exam, exam)
        scoring.score(found, by=cast.office(), at=now(), reason="复核", after=1)
    confirm = office.get(f"/results/{exam}/release").text
    assert "与已公布的相比，1 人的成绩有变化" in confirm
    assert office.post(f"/results/{exam}/release", data={"run_number": "2"}).status_code == 303
    after = learner.get(f"/rechecks/mine/{exam}").text
    assert ("已更正公布" in after, "现在的成绩" in after) == (True, True)
    assert "与申请时相比，1 题的得分有变化" in office.get("/rechecks/1").text
    rows = openpyxl.load_workbook(BytesIO(office.get("/rechecks/register.xlsx").data)).active.rows
    assert [cell.value for cell in list(rows)[-1]][8:] == [92, "已更正公布", "第五题程序部分漏评", "李教务", list_time(app), 96]  # fmt: skip
    for path in ("/rechecks/", "/rechecks/1"):
        assert read(office.get(path).text)[0] == []
    assert read(after)[0] == []


def test_a_run_from_before_the_verdict_corrects_nothing(app: Flask, exam: int) -> None:
    learner, office = asked(app, exam), cast.browser(app, cast.office)
    with app.app_context(), db.transaction():
        found = session.get_one(hall.Exam, exam)
        scoring.score(found, by=cast.office(), at=now(), reason="另一题更正", after=1)
    assert office.post("/rechecks/1", data=WRONG).status_code == 303
    assert office.post(f"/results/{exam}/release", data={"run_number": "2"}).status_code == 303
    assert "应当更正，待重新公布" in learner.get(f"/rechecks/mine/{exam}").text
    assert "每题的得分都和申请时一样" in office.get("/rechecks/1").text
    for standing, is_there in (("wrong", True), ("corrected", False)):
        assert ("王学" in office.get(f"/rechecks/?standing={standing}").text) is is_there


def test_what_is_not_chosen_is_named(app: Flask, exam: int) -> None:
    learner = cast.browser(app, cast.learner)
    unchosen = learner.post(f"/rechecks/mine/{exam}", data={"reason": "第二题"})
    assert (unchosen.status_code, "请选择复核事项。" in unchosen.text) == (422, True)
    asked(app, exam)
    unchosen = cast.browser(app, cast.office).post("/rechecks/1", data={"findings": "查过"})
    assert (unchosen.status_code, "请选择结论。" in unchosen.text) == (422, True)


def list_time(app: Flask) -> str:
    with app.app_context():
        decided = session.scalars(select(Recheck.decided_at)).one()
    return f"{local(decided):%Y-%m-%d %H:%M}"
