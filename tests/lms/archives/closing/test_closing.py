"""Closing a cohort on a real database, and its page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from courses.attendance.models import AttendanceMark
from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortStage
from lms.archives.closing import actions, queries
from lms.archives.closing.models import Closure
from lms.archives.closing.rules import checks
from lms.exams.results.models import Release
from lms.exams.sittings.actions import covering
from lms.exams.sittings.models import (
    Candidate,
    ExamCourse,
    ExamExemption,
    LearnerExemption,
    Sitting,
)
from lms.ground import db
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Refused
from tests import cast, make
from tests.lms.archives import past
from tests.markup import read


def loaded(of: past.Past) -> Cohort:
    session.flush()
    session.expunge_all()
    return get_cohort(of.cohort.id, cast.office())


def close(of: past.Past) -> Closure:
    return actions.close(cohort=loaded(of), by=cast.office(), at=now())


@pytest.mark.usefixtures("context")
def test_a_complete_cohort_is_closed_once_with_its_list() -> None:
    story = past.cohort_over()
    past.decide_the_rest(story.cohort.id)
    closure = close(story)
    assert close(story).id == closure.id
    assert loaded(story).stage is CohortStage.CLOSED
    kept = {one["code"]: one["sentences"] for one in closure.checks if one["sentences"]}
    assert kept == {}
    assert session.scalar(select(func.count()).select_from(Closure)) == 1


@pytest.mark.usefixtures("context")
def test_everything_that_is_open_is_told_at_once() -> None:
    story = past.cohort_over()
    session.execute(delete(Release))
    session.execute(
        delete(AttendanceMark).where(AttendanceMark.enrolment_id == story.enrolments[past.RARE].id)
    )
    session.execute(delete(ExamCourse).where(ExamCourse.course_id == story.courses[1].id))
    make.lesson(story.cohort, story.courses[0])  # in December, after all others
    with pytest.raises(Refused) as refusal:
        close(story)
    assert refusal.value.reasons == (
        "还有1次课没有上完。",
        "3月2日上午还有1人没有考勤记录。",
        "3月2日下午还有1人没有考勤记录。",
        "3月3日上午还有1人没有考勤记录。",
        "3月3日下午还有1人没有考勤记录。",
        "12月1日上午还有3人没有考勤记录。",
        "“结业考试”还没有公布成绩。",
        "《越南语入门》没有考试，也没有批准不单独考试。",
        "“结业考试”缺考：欧阳修。请安排补考，或由组织部门批准免考。",
        "Nguyễn Thị Hồng的鉴定还没有评定等次。",
    )
    assert session.scalar(select(func.count()).select_from(Closure)) == 0


@pytest.mark.usefixtures("context")
def test_nobody_waits_for_another_sitting_of_a_released_exam_when_a_cohort_is_closed() -> None:
    story = past.cohort_over()
    past.decide_the_rest(story.cohort.id)
    session.execute(delete(LearnerExemption))
    times = {"opens_at": now(), "closes_at": now() + timedelta(hours=1), "minutes": 60}
    again = Candidate(enrolment_id=story.enrolments[past.NO_FONT].id, seat=1)
    session.add(Sitting(exam_id=story.exam_id, candidates=[again], **times))
    with pytest.raises(Refused) as refusal:
        close(story)
    assert refusal.value.reasons == ("“结业考试”还有1人没有成绩：欧阳修（待考）。",)


@pytest.mark.usefixtures("context")
def test_whoever_left_keeps_nobody_from_closing() -> None:
    story = past.cohort_over()
    past.decide_the_rest(story.cohort.id)
    left = story.enrolments[past.VIETNAMESE]
    left.withdrawn_on, left.withdrawal_reason = past.MONDAY, "工作调动"
    assert close(story).closed_by == "李教务"


@pytest.mark.usefixtures("context")
def test_changes_after_the_release_are_only_said() -> None:
    story = past.cohort_over()
    make.lesson(story.cohort, story.courses[0], day=past.MONDAY)
    told = {one.code: one.sentences for one in checks(queries.facts(loaded(story), at=now()))}
    assert told["changes"] == ("课程表发布之后有1处改动还没有发布。",)


@pytest.mark.usefixtures("context")
def test_a_course_is_exempt_once_and_only_with_a_reason() -> None:
    story, organiser = past.cohort_over(), cast.organiser()

    def exempt(reason: str, course: int = 1) -> ExamExemption:
        return covering.exempt(
            cohort=story.cohort,
            course=story.courses[course],
            reason=reason,
            by=organiser,
            at=now(),
        )

    with pytest.raises(Refused, match="请写明"):
        exempt("")
    made = exempt("现场教学，以心得代替")
    assert (exempt("再来一次").id, made.approved_by) == (made.id, "孙组")
    with pytest.raises(Refused, match="不在“知行学堂第7期”"):
        covering.exempt(
            cohort=story.cohort, course=make.course("别的课"), reason="x", by=organiser, at=now()
        )


def test_the_page_lists_what_is_open_and_closes_when_nothing_is(app: Flask) -> None:
    with app.app_context(), db.transaction():
        story = past.cohort_over()
        cohort_id = story.cohort.id
    office = cast.browser(app, cast.office)
    address = f"/closing/{cohort_id}"
    page = office.get(address).text
    assert "Nguyễn Thị Hồng的鉴定还没有评定等次。" in page and "须先办理" in page
    assert "“结业考试”缺考：欧阳修。" in page
    assert read(page)[0] == []
    refused = office.post(address)
    assert refused.status_code == 422
    assert "Nguyễn Thị Hồng的鉴定还没有评定等次。" in refused.text
    with app.app_context(), db.transaction():
        past.decide_the_rest(cohort_id)
    assert [office.post(address).status_code for _ in range(2)] == [303, 303]
    page = office.get(address).text
    assert "李教务于" in page and "结班时的检查结果已存档" in page
    assert read(page)[0] == []


def test_exemptions_are_decided_on_the_board_and_listed_with_the_closing(app: Flask) -> None:
    with app.app_context(), db.transaction():
        story = past.cohort_over()
        cohort_id, course_id = story.cohort.id, story.courses[1].id
        absent = f"/sittings/exams/{story.exam_id}/exemptions/{story.enrolments[past.NO_FONT].id}"
        session.execute(delete(ExamCourse).where(ExamCourse.course_id == course_id))
    office, organiser = cast.browser(app, cast.office), cast.browser(app, cast.organiser)
    page = organiser.get(f"/closing/{cohort_id}").text
    assert f"/sittings/coverage?cohort={cohort_id}" in page
    board = organiser.get(f"/sittings/coverage?cohort={cohort_id}").text
    assert "欧阳修缺考“结业考试”" in board and read(board)[0] == []
    arranging = office.get(f"/sittings/coverage?cohort={cohort_id}").text
    assert ("安排补考" in arranging, "安排补考" in board) == (True, False)
    course = f"/sittings/coverage/{cohort_id}/{course_id}"
    for address in (f"{course}?cohort={cohort_id}", f"{absent}?cohort={cohort_id}"):
        assert office.post(address, data={"reason": "x"}).status_code == 403
        assert organiser.post(address, data={"reason": " "}).status_code == 422
        given = [organiser.post(address, data={"reason": "住院治疗"}) for _ in range(2)]
        assert [one.status_code for one in given] == [303, 303]
        assert given[0].location == f"/sittings/coverage?cohort={cohort_id}"
    page = organiser.get(f"/closing/{cohort_id}").text
    assert "欧阳修免考“结业考试”" in page and "《越南语入门》不单独考试" in page and "孙组" in page
    assert "没有考试，也没有批准" not in page and "缺考：" not in page
    assert (
        organiser.post("/sittings/exams/999/exemptions/1", data={"reason": "x"}).status_code == 404
    )


def test_others_neither_read_nor_close(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cohort_id = past.cohort_over().cohort.id
    for member in (cast.adviser, cast.learner, cast.unit_admin, cast.marker):
        browser = cast.browser(app, member)
        assert browser.get(f"/closing/{cohort_id}").status_code == 403
        assert browser.post(f"/closing/{cohort_id}").status_code == 403
    assert cast.browser(app, cast.organiser).post(f"/closing/{cohort_id}").status_code == 403
    assert cast.browser(app, cast.office).get("/closing/999").status_code == 404
