"""What is sent: success, refusal, double click, stale form, other people's things."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from courses.attendance.models import AttendanceMark
from courses.catalogue.models import Course
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import next_number
from courses.cohorts.rules import cohort_title
from courses.conduct.models import ConductEntry
from courses.faculty.models import Instructor
from courses.materials.models import Material
from courses.reflections.models import Reflection
from courses.routes.models import Route
from courses.timetable.models import Lesson, TimetableRelease
from courses.venues.models import Venue
from lms.ground import db
from lms.ground.clock import today
from lms.ground.db import session
from lms.ground.notices.models import Notice
from tests import cast, make
from tests.courses.rosters.test_reading import sheet
from tests.courses.school import School, school  # noqa: F401

# ruff: noqa: F811


@pytest.fixture
def office(app: Flask, school: School) -> FlaskClient:
    return cast.browser(app, cast.office)


def rows(app: Flask, model: type[db.Base]) -> int:
    with app.app_context():
        return session.scalar(select(func.count()).select_from(model)) or 0


def says(answer: TestResponse, status: int, *sentences: str) -> None:
    """The status, and each sentence somewhere on the page."""
    missing = [sentence for sentence in sentences if sentence not in answer.text]
    assert (answer.status_code, missing) == (status, [])


COURSE = {"title": "乡村治理", "kind": "required", "form": "lecture", "hours": "3.75"}
VENUE = {"name": "第一教室", "kind": "room", "capacity": "60"}


def test_a_course_is_entered_once(app: Flask, office: FlaskClient) -> None:
    assert office.post("/catalogue/new", data=COURSE).status_code == 303
    says(office.post("/catalogue/new", data=COURSE), 422, "已经有课程《乡村治理》", "乡村治理")
    assert rows(app, Course) == 2


def test_hours_come_in_quarters(office: FlaskClient) -> None:
    answer = office.post("/catalogue/new", data={**COURSE, "hours": "3.1"})
    says(answer, 422, "学时以0.25为最小单位", 'value="3.1"')


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("/catalogue/{course}/edit", COURSE),
        ("/catalogue/{course}/retire", {"reason": "内容过时"}),
        ("/catalogue/{course}/restore", {}),
        ("/venues/{venue}/edit", VENUE),
        ("/venues/{venue}/reopen", {}),
        ("/venues/{venue}/close", {"on": "2026-12-01", "reason": "装修"}),
        ("/faculty/{instructor}/edit", {"category": "school"}),
        ("/faculty/{instructor}/steps", {"to": "paused", "reason": "出差", "approver": "校务会"}),
        (
            "/cohorts/{cohort}/edit",
            {
                "programme_id": "1",
                "number": "7",
                "title": "新名",
                "starts_on": "2026-12-01",
                "ends_on": "2026-12-03",
                "capacity": "40",
            },
        ),
        ("/rosters/learners/{enrolment}/place", {"group_name": "第一组"}),
        ("/rosters/learners/{enrolment}/withdraw", {"on": "2026-12-01", "reason": "工作调动"}),
        ("/timetable/lessons/{lesson}/cancel", {"reason": "改期"}),
        (
            "/timetable/lessons/{lesson}/edit",
            {
                "course_id": "1",
                "form": "lecture",
                "day": "{first}",
                "starts": "14:30",
                "ends": "17:30",
                "hours": "3",
            },
        ),
        (
            "/routes/{route}/edit",
            {"name": "新线路", "stops-0-name": "起点", "stops-0-minutes": "9"},
        ),
        ("/materials/{returned}/review", {"to": "approved"}),
        ("/reflections/{reflection}/grade", {"to": "good"}),
    ],
)
def test_a_stale_form_is_told_so(
    app: Flask, school: School, office: FlaskClient, address: str, data: dict[str, str]
) -> None:
    """Opened on an earlier version: nothing is written; on the present one it is."""
    there = address.format(**vars(school))
    filled = {key: value.format(**vars(school)) for key, value in data.items()}
    says(office.post(there, data={**filled, "version": "0"}), 409, "刚被别人改过")
    page = "/catalogue/" if "restore" in there else "/venues/"
    version = _version(app, address, school)
    assert office.post(there, data={**filled, "version": version}).status_code == 303, page


def _version(app: Flask, address: str, school: School) -> str:
    models = {
        "{course}": (Course, school.course),
        "{venue}": (Venue, school.venue),
        "{instructor}": (Instructor, school.instructor),
        "{cohort}": (Cohort, school.cohort),
        "{enrolment}": (Enrolment, school.enrolment),
        "{lesson}": (Lesson, school.lesson),
        "{route}": (Route, school.route),
        "{returned}": (Material, school.returned),
        "{reflection}": (Reflection, school.reflection),
    }
    (model, number) = next(found for name, found in models.items() if name in address)
    with app.app_context():
        return str(session.get_one(model, number).version)


def test_an_instructor_is_registered_once(app: Flask, school: School, office: FlaskClient) -> None:
    address = f"/faculty/new/{school.person}"
    data = {"category": "expert", "course_ids": [str(school.course)]}
    assert office.post(address, data=data).status_code == 303
    says(office.post(address, data=data), 422, "林中已经在师资库里。")
    assert rows(app, Instructor) == 2


def test_an_instructor_moves_on_step_by_step(school: School, office: FlaskClient) -> None:
    address = f"/faculty/{school.instructor}/steps"
    asked = {"reason": "调离", "approver": "校务会", "version": "1"}
    says(office.post(address, data={**asked, "to": "trial"}), 422, "只能变为“暂停”、“出库”。")
    says(office.post(address, data={**asked, "to": "out"}), 422, "请选择出库的原因。")
    bare = {"to": "paused", "version": "1"}
    says(office.post(address, data=bare), 422, "请写明理由。", "请写明由谁批准。")
    says(office.post(address, data={**asked, "to": "dean"}), 422, "没有这样的状态")
    leaving = {**asked, "to": "out", "cause": "transfer"}
    assert office.post(address, data=leaving).status_code == 303
    page = office.get(f"/faculty/{school.instructor}").text
    assert all(word in page for word in ("工作调动；调离", "校务会", "重新列为候选"))


PLAN = {
    "number": "9",
    "title": "",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-03",
    "capacity": "40",
}


def test_a_cohort_is_planned_once(app: Flask, office: FlaskClient) -> None:
    data = {**PLAN, "programme_id": _programme(app)}
    assert office.post("/cohorts/new", data=data).status_code == 303
    says(office.post("/cohorts/new", data=data), 422, "知行学堂第9期已经有了")
    backwards = {**data, "number": "10", "ends_on": "2026-11-30"}
    says(office.post("/cohorts/new", data=backwards), 422, "结束日期不能早于开始日期。")


def test_another_programme_renews_the_proposed_number_and_title(
    app: Flask, office: FlaskClient
) -> None:
    with app.app_context(), db.transaction():
        first, other = make.programme(), make.programme("yueyu", "越语学堂")
        make.cohort(number=4, of=other)
        number = next_number(first.id)
        title = cohort_title(first.name, number)
        ours, theirs = str(first.id), str(other.id)
    page = office.get("/cohorts/new").text
    assert f'value="{title}"' in page and f'type="hidden" value="{ours}"' in page
    typed = {**PLAN, "programme_id": theirs, "number": str(number), "title": title,
             "proposed_for": ours, "proposed_number": str(number)}  # fmt: skip
    fresh = office.get("/cohorts/new/naming", query_string=typed).text
    assert ('value="越语学堂第五期"' in fresh, "<html" in fresh) == (True, False)
    answer = office.post("/cohorts/new", data=typed)
    says(answer, 422, "请核对后再保存", 'value="越语学堂第五期"', 'value="5"')
    own = {**typed, "number": "8", "title": "越语学堂提高班"}
    assert office.post("/cohorts/new", data=own).status_code == 303
    renewed = {**typed, "number": "5", "title": "", "proposed_for": theirs, "proposed_number": "5"}
    made = office.post("/cohorts/new", data=renewed)
    assert made.status_code == 303
    says(office.get(made.location), 200, "越语学堂第五期")


def _programme(app: Flask) -> str:
    with app.app_context():
        return str(make.programme().id)


def test_a_cohort_is_approved_by_the_organisation_department(
    app: Flask, school: School, office: FlaskClient
) -> None:
    data = {**PLAN, "programme_id": _programme(app)}
    address = office.post("/cohorts/new", data=data).location
    organiser = cast.browser(app, cast.organiser)
    assert office.post(f"{address}/approve").status_code == 403
    says(organiser.post(f"{address}/approve"), 422, "教学计划里还没有课程")
    office.post(f"{address}/courses", data={"course_id": school.course})
    assert organiser.post(f"{address}/approve", data={"note": "组函〔2026〕7号"}).status_code == 303
    assert organiser.post(f"{address}/approve").status_code == 303
    says(office.post(f"{address}/start"), 422, "下一步只能是“报名中”")
    assert office.post(f"{address}/open").status_code == 303
    says(office.get(address), 200, "组函〔2026〕7号", "报名中", "开班")


def test_a_teaching_plan_is_put_in_order(school: School, office: FlaskClient) -> None:
    address = f"/cohorts/{school.cohort}/courses"
    office.post("/catalogue/new", data=COURSE)
    office.post("/catalogue/new", data={**COURSE, "title": "边境贸易"})
    says(office.post(address), 422, "请至少勾选一门课程。")
    assert office.post(address, data={"course_id": ["3", "2"]}).status_code == 303
    page = office.get(address).text
    assert page.index("边境贸易</a>") < page.index("乡村治理</a>")
    assert office.post(address, data={"course_id": "2"}).status_code == 303
    assert office.post(f"{address}/2/hours", data={"hours": "2.5"}).status_code == 303
    says(office.post(f"{address}/2/hours", data={"hours": "很多"}), 422)
    says(office.get(address), 200, 'value="2.5"', "边境贸易")
    for _ in range(2):
        assert office.post(f"{address}/2/move", data={"up": "1"}).status_code == 303
    page = office.get(address).text
    assert page.index("乡村治理") < page.index("党章")
    assert office.post(f"{address}/2/remove").status_code == 303
    says(office.post(f"{address}/2/remove"), 404, "没有找到")


def test_a_unit_administrator_names_own_people(app: Flask, school: School) -> None:
    client = cast.browser(app, cast.unit_admin)
    address = f"/rosters/{school.other_cohort}/new"
    with app.app_context():
        mine = session.get_one(Enrolment, school.enrolment).person_id
        theirs = session.get_one(Enrolment, school.other_enrolment).person_id
    assert client.post(address, data={"person": mine}).status_code == 303
    assert client.post(address, data={"person": mine}).status_code == 303
    assert client.post(address, data={"person": theirs}).status_code == 404
    closed = f"/rosters/{school.cohort}/new"
    assert client.post(closed, data={"person": mine}).status_code == 404
    assert rows(app, Enrolment) == 3


def _upload(content: bytes, name: str) -> dict[str, object]:
    return {"file": (io.BytesIO(content), name)}


def test_a_name_list_is_previewed_and_entered(
    app: Flask, school: School, office: FlaskClient
) -> None:
    header = ("姓名", "身份证号", "单位")
    content = sheet(header, ("甲", make.id_number(1), "老街镇"), ("乙", "", "未知单位"))
    address = f"/rosters/{school.other_cohort}/upload"
    answer = office.post(address, data=_upload(content, "名册.xlsx"))
    assert answer.status_code == 303
    preview = answer.location
    says(office.get(preview), 200, "单位“未知单位”还不在系统里", "990*************")
    assert make.id_number(1) not in office.get(preview).text
    says(office.post(preview), 422, "单位“未知单位”还不在系统里")
    assert rows(app, Enrolment) == 2
    says(office.get(preview), 200, "没有身份证号，无法核对是否同一人。", "全部确认：这些都是新的人")
    chosen = {"unit:未知单位": "new:organ"}
    says(office.post(preview, data=chosen), 422, "第3行共1人没有身份证号")
    chosen["sure"] = "3"
    assert office.post(preview, data=chosen).status_code == 303
    assert office.post(preview, data=chosen).status_code == 303
    assert rows(app, Enrolment) == 4
    again = office.post(address, data=_upload(content, "改名.xlsx"))
    assert again.location == preview
    says(office.get(preview), 200, "导入过（2人）", "已是本班学员2人")
    assert office.get(
        preview.replace(str(school.other_cohort), str(school.cohort), 1)
    ).status_code in {404}


def test_columns_are_corrected_by_hand(school: School, office: FlaskClient) -> None:
    content = sheet(("编号", "谁", "哪里"), ("1", "甲", "老街镇"))
    address = f"/rosters/{school.other_cohort}/upload"
    preview = office.post(address, data=_upload(content, "名册.xlsx")).location
    says(office.get(preview), 200, "没有找到“姓名”列")
    mapped = {"column:name": "1", "column:unit": "2"}
    says(office.get(preview, query_string=mapped), 200, "新建人员1人", "不会导入：编号。")
    mapped["sure"] = "all"
    assert office.post(preview, data=mapped).status_code == 303


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件"),
        (b"%PDF-1.7 not a list", ""),
        (b"\x00\x01\x02\x03" * 50, ""),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(
    school: School, office: FlaskClient, content: bytes, sentence: str
) -> None:
    address = f"/rosters/{school.other_cohort}/upload"
    says(office.post(address, data=_upload(content, "名册.xlsx")), 422, sentence, "alert-danger")
    says(office.post(address), 422, "请选择要导入的名册。")


def _lesson(school: School, **changed: str) -> dict[str, str]:
    wanted = {
        "course_id": str(school.course),
        "form": "lecture",
        "day": school.first.isoformat(),
        "starts": "14:30",
        "ends": "17:30",
        "hours": "3",
        "venue_id": str(school.venue),
        "instructor_id": str(school.instructor),
    }
    return wanted | changed


def test_a_lesson_is_scheduled_and_clashes_are_told(
    app: Flask, school: School, office: FlaskClient
) -> None:
    address = f"/timetable/cohorts/{school.cohort}/lessons/new"
    assert office.post(address, data=_lesson(school)).status_code == 303
    says(
        office.post(address, data=_lesson(school)),
        422,
        "时间重叠",
        "党建实务操作室",
        "何讲（授课教师）",
    )
    assert rows(app, Lesson) == 2
    says(office.post(address, data=_lesson(school, ends="14:30")), 422, "结束时间须晚于开始时间")
    says(office.post(address, data=_lesson(school, day="")), 422, "is-invalid")
    outside = (school.first + timedelta(days=30)).isoformat()
    says(office.post(address, data=_lesson(school, day=outside)), 422, "的办班时间")


def test_clashes_show_while_the_form_is_filled_in(school: School, office: FlaskClient) -> None:
    address = f"/timetable/cohorts/{school.other_cohort}/check"
    morning = _lesson(school, starts="09:00", ends="10:00")
    says(office.get(address, query_string=morning), 200, "占用", "何讲（授课教师）", "alert-danger")
    says(office.get(address, query_string=_lesson(school)), 200, "空闲")
    assert not _stands_against(office.get(address, query_string=_lesson(school)).text)
    own = {**morning, "lesson": str(school.lesson)}
    there = f"/timetable/cohorts/{school.cohort}/check"
    assert not _stands_against(office.get(there, query_string=own).text)


def _stands_against(text: str) -> bool:
    """Is anything said against a lesson, but that its day may be one of rest?"""
    return "alert-danger" in text or "alert-warning" in text


def test_a_release_is_made_once_and_told(app: Flask, school: School, office: FlaskClient) -> None:
    office.post(f"/timetable/cohorts/{school.cohort}/lessons/new", data=_lesson(school))
    learner = cast.browser(app, cast.learner)
    address = f"/timetable/cohorts/{school.cohort}"
    assert "14:30" not in learner.get(address).text
    before = rows(app, Notice)
    for _click in range(2):
        assert office.post(f"{address}/release", data={"number": "2"}).status_code == 303
    says(learner.get(address), 200, "14:30", "第2版")
    assert (rows(app, TimetableRelease), rows(app, Notice)) == (2, before + 4)
    says(office.post(f"{address}/release", data={"number": "3"}), 422, "不需要再发布")


def test_a_cancelled_lesson_needs_a_reason(school: School, office: FlaskClient) -> None:
    address = f"/timetable/lessons/{school.lesson}/cancel"
    says(office.post(address, data={"version": "1"}), 422, "取消原因")
    assert office.post(address, data={"version": "1", "reason": "改期"}).status_code == 303
    assert office.post(address, data={"version": "1", "reason": "改期"}).status_code == 404


def _sheet(school: School, first: str, second: str, seen: str = "") -> dict[str, str]:
    return {
        f"presence-{school.enrolment}": first,
        f"presence-{school.other_enrolment}": second,
        f"note-{school.enrolment}": "到医院复查",
        "seen": seen,
    }


def test_an_adviser_takes_attendance(app: Flask, school: School) -> None:
    adviser = cast.browser(app, cast.adviser)
    address = f"/attendance/cohorts/{school.cohort}/{school.first}/morning"
    says(adviser.get("/attendance/"), 200, "上午")
    for _click in range(2):
        answer = adviser.post(address, data=_sheet(school, "sick_leave", "present"))
        assert answer.status_code == 303
    assert rows(app, AttendanceMark) == 2
    stale = _sheet(school, "present", "present")
    says(adviser.post(address, data=stale), 409, "刚被别人改过")
    says(adviser.get(f"/attendance/cohorts/{school.cohort}"), 200, "☆", "超过上限1/7")
    says(adviser.get(address), 200, "到医院复查", "已登记，可以更正")
    learner = cast.browser(app, cast.learner)
    says(learner.get("/attendance/mine"), 200, "病假", "到医院复查")
    other = cast.browser(app, cast.other_learner)
    assert "到医院复查" not in other.get("/attendance/mine").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "还有2名学员没有登记"),
        ({"presence-1": "present", "presence-2": "asleep"}, "考勤只能从列出的几种里选。"),
    ],
)
def test_an_incomplete_sheet_is_refused(
    app: Flask, school: School, data: dict[str, str], sentence: str
) -> None:
    adviser = cast.browser(app, cast.adviser)
    address = f"/attendance/cohorts/{school.cohort}/{school.first}/morning"
    says(adviser.post(address, data=data), 422, sentence)
    assert rows(app, AttendanceMark) == 0


def test_what_an_adviser_does_not_look_after_is_missing(app: Flask, school: School) -> None:
    adviser = cast.browser(app, cast.adviser)
    for address in (
        f"/attendance/cohorts/{school.other_cohort}/{school.first}/morning",
        f"/conduct/cohorts/{school.other_cohort}",
    ):
        assert adviser.post(address, data={}).status_code == 404


def _entry(school: School, **changed: str) -> dict[str, str]:
    wanted = {
        "enrolment_id": str(school.enrolment),
        "kind": "criticism",
        "day": school.first.isoformat(),
        "points": "2",
        "sentence": "上课看手机",
    }
    return wanted | changed


def test_conduct_is_entered_read_and_withdrawn(app: Flask, school: School) -> None:
    adviser, learner = cast.browser(app, cast.adviser), cast.browser(app, cast.learner)
    address = f"/conduct/cohorts/{school.cohort}"
    for _click in range(2):
        assert adviser.post(address, data=_entry(school)).status_code == 303
    assert rows(app, ConductEntry) == 2
    says(adviser.get(address), 200, "上课看手机", "-2")
    says(learner.get("/conduct/mine"), 200, "上课看手机", "我已知晓")
    assert learner.post("/conduct/2/acknowledge").status_code == 303
    other = cast.browser(app, cast.other_learner)
    assert other.post("/conduct/2/acknowledge").status_code == 404
    assert "上课看手机" not in other.get("/conduct/mine").text
    says(adviser.post("/conduct/2/withdraw"), 422, "请写明撤回的原因。")
    assert adviser.post("/conduct/2/withdraw", data={"reason": "认错人"}).status_code == 303
    says(learner.get("/conduct/mine"), 200, "已撤回：认错人")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"points": "0"}, "分值应在0.5到10之间。"),
        ({"day": (date(2020, 1, 1)).isoformat()}, "日期应在开班以后、今天以前。"),
        ({"day": (today() + timedelta(days=9)).isoformat()}, "日期应在开班以后、今天以前。"),
        ({"sentence": ""}, "is-invalid"),
        ({"enrolment_id": "999"}, "is-invalid"),
    ],
)
def test_conduct_that_makes_no_sense_is_refused(
    app: Flask, school: School, changed: dict[str, str], sentence: str
) -> None:
    adviser = cast.browser(app, cast.adviser)
    answer = adviser.post(f"/conduct/cohorts/{school.cohort}", data=_entry(school, **changed))
    says(answer, 422, sentence)


def test_a_reflection_is_written_graded_and_then_fixed(app: Flask, school: School) -> None:
    learner, adviser = cast.browser(app, cast.learner), cast.browser(app, cast.adviser)
    data = {"enrolment_id": str(school.enrolment), "title": "再学党章", "text": "甲" * 1200}
    address = learner.post("/reflections/new", data=data).location
    assert learner.post("/reflections/new", data=data).location == address
    taken = {**data, "text": "别的内容"}
    says(learner.post("/reflections/new", data=taken), 422, "您已经交过《再学党章》")
    assert rows(app, Reflection) == 3
    says(learner.get(address), 200, "1200字")
    rewritten = {**data, "text": "乙" * 1300, "version": "1"}
    assert learner.post(f"{address}/edit", data=rewritten).status_code == 303
    says(learner.post(f"{address}/edit", data=rewritten), 409, "刚被别人改过")
    says(adviser.post(f"{address}/grade", data={"to": "good", "version": "1"}), 409)
    graded = {"to": "good", "remark": "联系实际", "version": "2"}
    assert adviser.post(f"{address}/grade", data=graded).status_code == 303
    says(learner.get(address), 200, "良好", "联系实际")
    says(
        learner.post(f"{address}/edit", data={**rewritten, "version": "3"}),
        422,
        "这篇心得体会已经评定等次，不能再改。",
    )


def test_somebody_elses_enrolment_takes_no_reflection(app: Flask, school: School) -> None:
    learner = cast.browser(app, cast.learner)
    data = {"enrolment_id": str(school.other_enrolment), "title": "题目", "text": "正文"}
    assert learner.post("/reflections/new", data=data).status_code == 422
    address = f"/reflections/{school.other_reflection}/edit"
    assert learner.post(address, data=data).status_code == 404


def test_a_material_is_handed_in_returned_and_approved(
    app: Flask, school: School, office: FlaskClient
) -> None:
    teacher, learner = cast.browser(app, cast.instructor), cast.browser(app, cast.learner)
    address = f"/faculty/mine/courses/{school.course}/hand-in"

    def hand_in(content: bytes) -> TestResponse:
        return teacher.post(address, data={"title": "新讲义", **_upload(content, "新讲义.txt")})

    assert hand_in("第一稿".encode()).status_code == 303
    assert hand_in("第一稿".encode()).status_code == 303
    assert rows(app, Material) == 3
    says(
        office.post("/materials/3/review", data={"to": "returned", "version": "1"}),
        422,
        "退回时请写明",
    )
    returned = {"to": "returned", "remark": "补充案例", "version": "1"}
    assert office.post("/materials/3/review", data=returned).status_code == 303
    says(teacher.get("/materials/3"), 200, "补充案例", "去上传")
    hand_in("第二稿".encode())
    shelf = f"/cohorts/{school.cohort}/materials"
    assert "新讲义" not in learner.get(shelf).text
    assert (
        office.post("/materials/4/review", data={"to": "approved", "version": "1"}).status_code
        == 303
    )
    says(learner.get(shelf), 200, "新讲义")
    with learner.get(f"{shelf}/4") as answer:
        assert (answer.status_code, answer.data.decode()) == (200, "第二稿")
    assert learner.get(f"{shelf}/3").status_code == 404


def test_only_what_one_teaches_is_handed_in(app: Flask, school: School) -> None:
    with app.app_context(), db.transaction():
        other = make.course("别人的课").id
    teacher = cast.browser(app, cast.instructor)
    data = {"title": "讲义", **_upload(b"text", "a.txt")}
    assert teacher.post(f"/faculty/mine/courses/{other}/hand-in", data=data).status_code == 404


def test_a_program_is_no_courseware(app: Flask, school: School) -> None:
    teacher = cast.browser(app, cast.instructor)
    data = {"title": "讲义", **_upload(b"MZ" + bytes(200), "讲义.pptx")}
    address = f"/faculty/mine/courses/{school.course}/hand-in"
    says(teacher.post(address, data=data), 422, "这里只能上传")
    assert rows(app, Material) == 2


STOPS = {
    "name": "强边固防路线",
    "stops-0-name": "3号阵地",
    "stops-0-minutes": "40",
    "stops-1-name": "",
    "stops-2-name": "放马哨",
    "stops-2-travel_minutes": "20",
    "stops-2-minutes": "30",
}


def test_a_route_is_drawn_with_its_stops_in_order(
    app: Flask, school: School, office: FlaskClient
) -> None:
    address = office.post("/routes/new", data=STOPS).location
    page = office.get(f"{address}?departs=09:00")
    says(page, 200, "3号阵地", "09:00–09:40", "10:00–10:30", "<svg")
    says(office.post("/routes/new", data=STOPS), 422, "已经有名为“强边固防路线”的线路")
    says(office.post("/routes/new", data={"name": "空线路"}), 422, "线路至少要有一个点位。")
    turned = {
        **STOPS, "stops-0-name": "放马哨", "stops-2-name": "3号阵地", "version": "1",
    }  # fmt: skip
    assert office.post(f"{address}/edit", data=turned).status_code == 303
    assert rows(app, Route) == 2
