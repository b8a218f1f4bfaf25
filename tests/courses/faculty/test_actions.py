"""An instructor's way through the pool, written as rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from courses.faculty import actions, documents, queries
from courses.faculty.models import Instructor
from courses.faculty.queries import Wanted
from courses.faculty.rules import (
    ExitCause,
    InstructorCategory,
    InstructorDraft,
    InstructorState,
)
from courses.faculty.rules.life import Move, Term
from lms.ground import pdf
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from tests import cast, make
from tests.courses.counting import statements

S = InstructorState
DRAFT = InstructorDraft(InstructorCategory.EXPERT, title="高级农艺师", vetting="同意。")
TERM = Term(date(2026, 12, 1), date(2028, 11, 30))

pytestmark = pytest.mark.usefixtures("context")


def _taken_in() -> Instructor:
    draft = replace(DRAFT, course_ids=(make.course("茶叶栽培").id,))
    made = actions.add(person=make.person("林茶"), draft=draft, by=cast.office(), at=now())
    return queries.get_instructor(made.id)


def _step(instructor: Instructor, to: InstructorState, **more: object) -> None:
    move = Move(to, "按办法办理", "校务会", **more)  # type: ignore[arg-type]
    seen = instructor.version
    actions.take_step(instructor=instructor, move=move, seen=seen, by=cast.office(), at=now())


def _pooled() -> Instructor:
    instructor = _taken_in()
    _step(instructor, S.TRIAL)
    _step(instructor, S.IN_POOL, score=Decimal("88.5"), term=TERM)
    return instructor


def test_the_state_is_that_of_the_last_step() -> None:
    instructor = _pooled()
    _step(instructor, S.PAUSED)
    assert instructor.state is S.PAUSED
    assert [one.state for one in instructor.steps] == [S.CANDIDATE, S.TRIAL, S.IN_POOL, S.PAUSED]
    found = {
        state: [one.id for one in queries.instructors(Wanted(state=state)).rows] for state in S
    }
    assert found == {state: [instructor.id] if state is S.PAUSED else [] for state in S}


def test_entering_the_pool_appoints_and_renewing_appoints_again() -> None:
    instructor = _pooled()
    year = today().year
    assert [one.number for one in instructor.appointments] == [f"聘〔{year}〕1号"]
    longer = Term(date(2028, 12, 1), date(2030, 11, 30))
    asked = {"instructor": instructor, "approver": "校务会", "by": cast.office(), "at": now()}
    with pytest.raises(Refused, match="新聘期须从它之后开始"):
        actions.renew(term=TERM, seen=instructor.version, **asked)
    actions.renew(term=longer, seen=instructor.version, **asked)
    assert instructor.term == longer
    assert [one.number for one in instructor.appointments] == [
        f"聘〔{year}〕1号",
        f"聘〔{year}〕2号",
    ]


def test_of_two_who_decide_at_once_the_later_is_told() -> None:
    instructor = _pooled()
    move = Move(S.PAUSED, "外派", "校务会")
    with pytest.raises(Conflict):
        actions.take_step(instructor=instructor, move=move, seen=1, by=cast.office(), at=now())
    assert instructor.state is S.IN_POOL


def test_nothing_is_written_by_a_step_that_is_refused() -> None:
    instructor = _taken_in()
    with pytest.raises(Refused, match="请选择出库的原因"):
        _step(instructor, S.OUT)
    assert (instructor.state, instructor.version, len(instructor.steps)) == (S.CANDIDATE, 1, 1)
    _step(instructor, S.OUT, cause=ExitCause.NOT_SUITED)
    with pytest.raises(Refused, match="出库未满12个月"):
        _step(instructor, S.CANDIDATE)


def test_terms_that_end_soon_are_found() -> None:
    instructor = _pooled()
    make.instructor("没有聘期的人")
    assert queries.all_instructors(Wanted(term_ends_by=TERM.ends_on - timedelta(days=1))) == []
    assert queries.all_instructors(Wanted(term_ends_by=TERM.ends_on)) == [instructor]


def test_the_list_as_a_workbook_says_who_teaches_what_until_when() -> None:
    _pooled()
    sheet = openpyxl.load_workbook(BytesIO(documents.pool(queries.all_instructors(Wanted()))))
    rows = list(sheet.active.iter_rows(min_row=2, max_row=3, values_only=True))
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["姓名"], line["主讲课程"], line["状态"]) == ("林茶", "茶叶栽培", "在库")
    assert line["聘期至"].date() == TERM.ends_on


def test_letter_and_register_form_are_printed_whole() -> None:
    instructor = _pooled()
    letter = queries.get_appointment(instructor.appointments[0].id)
    pages = [
        pdf.page_count(documents.letter(letter, school="测试党校")),
        pdf.page_count(documents.register_form(instructor, school="测试党校", on=today())),
    ]
    assert pages == [1, 1]


def test_a_list_of_many_asks_a_fixed_number_of_times() -> None:
    course = make.course()
    for _number in range(2):
        make.instructor(teaches=(course,))
    with statements() as few:
        queries.instructors(Wanted())
    for _number in range(40):
        make.instructor(teaches=(course,))
    session.expire_all()
    with statements() as many:
        queries.instructors(Wanted())
    assert len(many) == len(few)
