"""Timetables from Excel: any headings, every fault with its row, all or nothing, and round trips."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from courses.catalogue.rules import CourseForm
from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.series.intake import _day, read
from courses.series.models import Series
from courses.series.queries import series_of
from courses.timetable.actions import planning
from courses.timetable.documents import lesson_list
from courses.timetable.models import Lesson
from courses.timetable.queries import lessons
from courses.timetable.rules import day_span
from courses.timetable.rules.conflicts import ConflictKind
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms.actions import load_baseline
from tests import cast, make
from tests.courses.school import School, school  # noqa: F401

# ruff: noqa: F811

FIRST = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2026-12-01 00:00", date(2026, 12, 1)),
        ("2026年12月1日", date(2026, 12, 1)),
        ("2026.12.1", date(2026, 12, 1)),
        ("20261201", date(2026, 12, 1)),
        ("12月1日（星期二）", date(2026, 12, 1)),
        ("12.3", date(2026, 12, 3)),
        ("1月4日", date(2027, 1, 4)),
        ("2月30日", None),
        ("星期二", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, day: date | None) -> None:
    assert _day(text, FIRST) == day


@pytest.fixture
def cohort(context: None) -> Cohort:
    load_baseline(at=now())
    course, other = make.course("党章"), make.course("案例研讨", hours="2")
    make.instructor(make.person("王某"), teaches=(course, other))
    make.venue("一号教室")
    made = make.cohort(course, other, number=1, starts_on=FIRST, days=4)
    return get_cohort(made.id, cast.office())


def csv(*rows: str) -> bytes:
    return "\r\n".join(rows).encode("gb18030")


def test_any_headings_are_understood_also_in_gbk(cohort: Cohort) -> None:
    sheet = read(
        csv(
            "知行学堂课程表,,,,,",
            "上课日期,时段,授课题目,主讲,上课地点,课时",
            "12月1日,上午,《党章》,王某,一号教室,",
            "2026/12/2,14:30—16:30,案例研讨,,,1.5",
            ",,,,,",
        ),
        cohort,
    )
    assert sheet.faults == ()
    first, second = (one.arrangement for one in sheet.proposals)
    assert first.span == day_span(FIRST, time(8, 30), time(11, 30))
    assert (first.hours, first.form) == (Decimal(3), CourseForm.LECTURE)
    assert first.venue_id is not None and first.instructor_id is not None
    assert second.span == day_span(date(2026, 12, 2), time(14, 30), time(16, 30))
    assert (second.hours, second.venue_id, second.instructor_id) == (Decimal("1.5"), None, None)
    assert [one.key for one in sheet.proposals] == ["3", "4"]


def test_every_fault_is_told_with_its_row(cohort: Cohort) -> None:
    sheet = read(
        csv(
            "日期,时间,课程,授课人,地点,学时,形式,班次",
            "周一,上午,党章,,,,,",
            "2026-12-01,早上,党章,,,,,",
            "2026-12-01,08:30-08:30,党章,,,,,",
            "2026-12-01,上午,没有的课,,,,,",
            "2026-12-01,上午,党章,谁,没有的教室,三,直播,别的班",
        ),
        cohort,
    )
    assert sheet.proposals == ()
    assert list(sheet.faults) == [
        "第2行：日期“周一”不是日期，应像2026-12-01或12月1日。",
        "第3行：没有看懂时间，应像08:30-11:30，或写上午、下午、晚上。",
        "第4行：结束时间须晚于开始时间。",
        "第5行：课程专题里没有在用的《没有的课》，请先登记，或核对名称。",
        "第6行：写的是“别的班”，不是“知行学堂第1期”的课。",
        "第6行：学时“三”不是数。",
        "第6行：场地里没有在用的“没有的教室”，请先登记，或核对名称，或留空。",
        "第6行：师资库里没有“谁”，请先登记，或核对姓名，或留空。",
        "第6行：教学形式“直播”不认识，请写专题讲授、案例教学、交流研讨、现场教学、情景模拟、成果检验之一。",
    ]


def test_identical_times_and_what_lies_outside_are_told_in_the_preview(cohort: Cohort) -> None:
    sheet = read(
        csv(
            "日期,时间,课程",
            "2026-12-01,上午,党章",
            "2026-12-01,上午,案例研讨",
            "2027-01-01,上午,党章",
        ),
        cohort,
    )
    first, second, third = sheet.proposals
    assert (first.faults, len(second.faults)) == ((), 1)
    kinds = [one.kind for one in third.conflicts]
    assert kinds == [ConflictKind.OUTSIDE_DATES]


def test_two_instructors_of_one_name_are_left_to_the_planner(cohort: Cohort) -> None:
    make.instructor(make.person("王某"))
    sheet = read(csv("日期,时间,课程,授课人", "2026-12-01,上午,党章,王某"), cohort)
    assert sheet.faults == ("第2行：师资库里有2位“王某”，请留空，导入后再选。",)


def test_a_sheet_without_the_columns_asks_for_them(cohort: Cohort) -> None:
    rows = csv("甲,乙,丙", "2026-12-01,上午,党章")
    assert "没有找到“日期”“课程”列" in read(rows, cohort).faults[0]
    (only,) = read(rows, cohort, {"day": 0, "time": 1, "course": 2}).proposals
    assert only.course == "党章"


def test_an_exported_list_comes_back_as_it_was(cohort: Cohort) -> None:
    course = cohort.courses[0].course
    for day, times in ((FIRST, (time(8, 30), time(11, 30))), (FIRST, (time(22), time(1)))):
        planning.schedule(
            cohort=cohort, course=course, span=day_span(day, *times), hours=Decimal(3),
            by=cast.office(), at=now(),
        )  # fmt: skip
    sheet = lesson_list(lessons.entries(lessons.lessons(cohort.id)))
    again = read(sheet, cohort)
    assert (again.faults, again.proposals, again.known) == ((), (), 2)
    before = [lessons.arrangement(one) for one in lessons.lessons(cohort.id)]
    for one in lessons.lessons(cohort.id):
        planning.cancel_lesson(
            lesson=one, cohort=cohort, reason="重排", seen=1, by=cast.office(), at=now()
        )
    assert [one.arrangement for one in read(sheet, cohort).proposals] == before


def test_no_table_is_refused(cohort: Cohort) -> None:
    with pytest.raises(Refused):
        read(b"PK\x03\x04" + bytes(100), cohort)


def test_a_sheet_is_brought_looked_through_entered_and_taken_back(
    app: Flask, school: School
) -> None:
    office, day = cast.browser(app, cast.office), school.first + timedelta(days=1)
    page = f"/series/cohorts/{school.cohort}"
    rows = csv("日期,时间,课程", f"{day},上午,党章", f"{day},下午,党章")
    sent = office.post(f"{page}/sheets", data={"file": (BytesIO(rows), "课表.csv")})
    assert sent.status_code == 303
    preview = sent.headers["Location"]
    assert 'name="take" value="3"' in office.get(preview).text
    assert "还没有导入，去核对" in office.get(page).text
    with app.app_context():
        before = session.scalar(select(func.count()).select_from(Lesson)) or 0
    wanted = {"take": ["2", "3"], "column:day": 0, "column:time": 1, "column:course": 2}
    assert office.post(preview, data=wanted).status_code == 303
    again = office.post(preview, data=wanted)
    assert (again.status_code, "已经导入过" in again.text) == (422, True)
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(Lesson)) == before + 2
        (made,) = series_of(school.cohort)
        number = made.id
        assert made.told == "从“课表.csv”导入2次课"
    assert office.post(f"/series/{number}/undo").status_code == 303
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(Lesson)) == before
        assert session.get_one(Series, number).undone_at is not None


def test_a_sheet_with_one_bad_row_enters_nothing(app: Flask, school: School) -> None:
    office, day = cast.browser(app, cast.office), school.first + timedelta(days=1)
    rows = csv("日期,时间,课程", f"{day},上午,党章", f"{day},下午,没有的课")
    page = f"/series/cohorts/{school.cohort}/sheets"
    preview = office.post(page, data={"file": (BytesIO(rows), "课表.csv")}).headers["Location"]
    refused = office.post(preview, data={"take": ["2"]})
    assert (refused.status_code, "改正前一次课也不导入" in refused.text) == (422, True)
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(Lesson)) == 1


def test_the_template_is_understood(app: Flask, school: School) -> None:
    office = cast.browser(app, cast.office)
    content = office.get("/series/template.xlsx").data
    with app.app_context():
        sheet = read(content, get_cohort(school.cohort, cast.office()))
    assert sheet.faults == ("表里没有课，请检查表头下面是否有内容。",)
