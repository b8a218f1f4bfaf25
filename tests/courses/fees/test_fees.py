"""Fees from the lessons that were given to the settlement file, and back by a counter line."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.faculty.rules import InstructorCategory, TitleLevel
from courses.fees import actions, documents, queries
from courses.fees.models import FeeLine, FeeSheet
from courses.fees.rules import SheetState
from courses.timetable.actions import planning
from courses.timetable.queries.lessons import get_lesson
from lms.ground import db, pdf
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from lms.ground.jobs import worker
from lms.ground.jobs.models import Job
from tests import cast, make
from tests.courses.counting import statements

D = Decimal
PAST = today() - timedelta(days=10)
CARD, ACCOUNT = make.id_number(31), "6200990000001234567"


def _taught(*, lessons: int = 1, cohorts: int = 1) -> list[Cohort]:
    """Cohorts that a part-time associate professor taught on the same mornings, 3 hours each."""
    course = make.course("茶叶栽培")
    person = make.person("林茶", id_number=CARD, bank_account=ACCOUNT)
    tea = make.instructor(
        person,
        teaches=(course,),
        category=InstructorCategory.EXPERT,
        title="高级农艺师",
        title_level=TitleLevel.ASSOCIATE,
    )
    found = []
    for _cohort in range(cohorts):
        cohort = make.cohort(course, starts_on=PAST, days=9)
        for number in range(lessons):
            make.lesson(cohort, course, day=PAST + timedelta(days=number), instructor=tea)
        found.append(get_cohort(cohort.id, cast.office()))
    return found


def _proposed(cohort: Cohort) -> FeeSheet:
    made = actions.propose_sheet(cohort=cohort, by=cast.office(), at=now())
    session.flush()
    return queries.get_sheet(made.id, cast.office())


def _decide(sheet: FeeSheet) -> None:
    actions.decide(sheet=sheet, seen=sheet.version, by=cast.organiser(), at=now())


def _line(sheet: FeeSheet) -> FeeLine:
    """The first line of a sheet."""
    first = select(FeeLine.id).where(FeeLine.sheet_id == sheet.id).order_by(FeeLine.id)
    session.flush()
    return queries.get_line(session.scalars(first).first() or 0, cast.office())


@pytest.mark.usefixtures("context")
def test_from_lessons_to_a_decided_sheet() -> None:
    (cohort,) = _taught(lessons=2)
    sheet = _proposed(cohort)
    assert [(one.hours, one.net) for one in sheet.lines] == [(D(3), D(1500)), (D(3), D(1500))]
    # 3000 after tax in a month: (3000 − 160) ÷ 0.8 before it.
    assert [one.tax for one in sheet.lines] == [D(175), D(375)]
    assert sum(one.gross for one in sheet.lines) == D(3550)
    with pytest.raises(Refused, match="已有一张待审定的课酬单"):
        actions.propose_sheet(cohort=cohort, by=cast.office(), at=now())
    with pytest.raises(Refused, match="另一人审定"):
        actions.decide(sheet=sheet, seen=1, by=cast.office(), at=now())
    with pytest.raises(Conflict):
        actions.decide(sheet=sheet, seen=9, by=cast.organiser(), at=now())
    _decide(sheet)
    assert (sheet.state, sheet.decided_by) == (SheetState.DECIDED, cast.organiser().name)
    with pytest.raises(Refused, match="没有新的已上完"):
        actions.propose_sheet(cohort=cohort, by=cast.office(), at=now())


@pytest.mark.usefixtures("context")
def test_a_proposal_is_taken_back_and_worked_out_anew() -> None:
    (cohort,) = _taught()
    sheet = _proposed(cohort)
    actions.discard(sheet=sheet, seen=sheet.version, by=cast.office(), at=now())
    session.flush()
    again = _proposed(cohort)
    assert [one.net for one in again.lines] == [D(1500)]
    _decide(again)
    with pytest.raises(Refused, match="已经审定，不能撤回"):
        actions.discard(sheet=again, seen=again.version, by=cast.office(), at=now())


@pytest.mark.usefixtures("context")
def test_two_cohorts_in_one_room_are_paid_once_and_a_month_is_taxed_as_one() -> None:
    first, second = _taught(cohorts=2)
    _decide(_proposed(first))
    merged = _proposed(second)
    assert [(one.hours, one.net, one.reasons) for one in merged.lines] == [
        (D(0), D(0), ["同一时间合班授课，只发一次"])
    ]
    other = make.lesson(second, day=PAST + timedelta(days=5), instructor=merged.lines[0].instructor)
    actions.discard(sheet=merged, seen=merged.version, by=cast.office(), at=now())
    session.flush()
    later = _proposed(second)
    assert {one.lesson_id: one.tax for one in later.lines}[other.id] == D(375)


@pytest.mark.usefixtures("context")
def test_a_decided_line_is_countered_and_never_edited() -> None:
    (cohort,) = _taught()
    sheet = _proposed(cohort)
    with pytest.raises(Refused, match="还没有审定"):
        _correct(_line(sheet), "2")
    _decide(sheet)
    before = [(one.id, one.hours, one.net, one.tax) for one in sheet.lines]
    made = _correct(_line(sheet), "2")
    session.flush()
    session.expire_all()
    fresh = queries.get_sheet(made.id, cast.office())
    assert (fresh.number, fresh.state) == (2, SheetState.PROPOSED)
    assert [(one.hours, one.net, one.tax) for one in fresh.lines] == [
        (D(-3), D(-1500), D(-175)),
        (D(2), D(1000), D(50)),
    ]
    with pytest.raises(Refused, match="已经被冲销"):
        _correct(_line(sheet), "1")
    _decide(fresh)
    old = queries.get_sheet(sheet.id, cast.office())
    assert [(one.id, one.hours, one.net, one.tax) for one in old.lines] == before
    assert queries.countered([before[0][0]]) == {before[0][0]}
    assert sum(one.net for one in [*old.lines, *fresh.lines]) == D(1000)


def _correct(line: FeeLine, hours: str) -> FeeSheet:
    return actions.correct(
        line=line, hours=D(hours), rate=line.rate, reason="实讲两学时", by=cast.office(), at=now()
    )


@pytest.mark.usefixtures("context")
def test_a_lesson_that_is_taken_away_leaves_its_payment() -> None:
    (cohort,) = _taught()
    sheet = _proposed(cohort)
    _decide(sheet)
    number = sheet.lines[0].lesson_id
    assert number is not None
    planning.cancel_lesson(
        lesson=get_lesson(number, cast.office()),
        cohort=cohort,
        reason="误排",
        seen=1,
        by=cast.office(),
        at=now(),
    )
    session.expire_all()
    line = _line(sheet)
    assert (line.lesson_id, line.course, line.net) == (None, "茶叶栽培", D(1500))


@pytest.mark.usefixtures("context")
def test_the_settlement_file_holds_every_column_and_the_sums() -> None:
    (cohort,) = _taught(lessons=2)
    sheet = _proposed(cohort)
    with pytest.raises(Refused, match="审定以后才能导出"):
        actions.hand_over(sheet=sheet, reason="报财务", by=cast.office(), at=now())
    _decide(sheet)
    private = queries.private_of({one.instructor.person_id for one in sheet.lines})
    book = openpyxl.load_workbook(BytesIO(documents.settlement_workbook(sheet, private)))
    rows = list(book.active.iter_rows(min_row=2, values_only=True))
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["身份证号"], line["账号"]) == (CARD, ACCOUNT)
    assert (line["职称依据"], line["税后（元）"], line["税前（元）"]) == (
        "高级农艺师；副高级",
        1500,
        1675,
    )
    sums = dict(zip(rows[0], rows[-1], strict=True))
    assert (sums["姓名"], sums["计酬学时"], sums["税前（元）"]) == ("合计", 6, 3550)
    assert pdf.page_count(documents.settlement_pdf(sheet, private, school="测试党校")) == 1


@pytest.mark.usefixtures("context")
def test_a_sheet_of_many_lines_asks_a_fixed_number_of_times() -> None:
    (cohort,) = _taught(lessons=2)
    few_id = _proposed(cohort).id
    (longer,) = [get_cohort(_more(cohort, 8).id, cast.office())]
    many_id = _proposed(longer).id
    counts = []
    for number in (few_id, many_id):
        session.expire_all()
        office = cast.office()
        with statements() as sent:
            queries.get_sheet(number, office)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def _more(cohort: Cohort, lessons: int) -> Cohort:
    other = make.cohort(cohort.courses[0].course, starts_on=PAST)
    for _number in range(lessons):
        make.lesson(other, day=PAST, instructor=make.instructor())
    return other


def test_the_pages_show_no_number_and_the_file_is_written_down(app: Flask) -> None:
    with app.app_context(), db.transaction():
        (cohort,) = _taught()
        number = cohort.id
    office, organiser = cast.browser(app, cast.office), cast.browser(app, cast.organiser)
    page = office.post(f"/fees/cohorts/{number}/propose", follow_redirects=True).text
    assert "****4567" in page
    assert organiser.post("/fees/1/propose").status_code == 404
    assert office.post("/fees/1/decide", data={"version": "1"}).status_code == 422
    assert organiser.post("/fees/1/decide", data={"version": "1"}).status_code == 303
    pages = "".join(
        office.get(one).text for one in ("/fees/", "/fees/1", f"/fees/cohorts/{number}")
    )
    assert [secret for secret in (CARD, ACCOUNT) if secret in pages] == []
    assert office.post("/fees/1/settlement.xlsx", data={"reason": ""}).status_code == 422
    assert organiser.post("/fees/1/settlement.xlsx", data={"reason": "看"}).status_code == 403
    given = office.post("/fees/1/settlement.xlsx", data={"reason": "报财务"})
    assert (given.status_code, given.data[:2]) == (200, b"PK")
    assert office.post("/fees/1/print", data={"reason": "报财务"}).status_code == 303
    assert office.get("/fees/lines/1").status_code == 200
    worker.run_pending(app)
    with app.app_context():
        told = session.scalars(
            select(AuditEntry.sentence).where(AuditEntry.action == "fees.hand_over")
        ).all()
        assert [("报财务" in one, CARD in one) for one in told] == [(True, False)] * 2
        assert session.scalars(select(Job.result_upload_id)).one() is not None
