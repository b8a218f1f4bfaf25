"""A class from plan to archive, in a real browser, on a house that is killed in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from playwright.sync_api import Browser, Page, expect

from lms.desk.actions.population import LEARNERS
from lms.desk.actions.school import SEED
from lms.desk.intake import read
from lms.desk.rules import Invented, id_number, invent
from lms.ground.clock import today
from lms.ground.sheets.writing import Column, SheetSpec, workbook
from tests.journeys.conftest import School, Seat

pytestmark = pytest.mark.journey

COHORT = "知行学堂第七期"
COURSES = ("学习贯彻党章", "公务员法要点解读")
VENUE = "党建实务操作室"
HALF_DAYS = (("08:30", "11:30"), ("14:30", "17:30"))
BANK = "第七期随堂题库"


@pytest.fixture(scope="module")
def office(browser: Browser, school: School) -> Iterator[Page]:
    """The school's office."""
    seat = Seat(browser, school, "office")
    seat.page.on("dialog", lambda dialog: dialog.accept())
    yield seat.page
    seat.context.close()


def test_exam_day(browser: Browser, school: School, office: Page) -> None:
    plan_the_cohort(office)
    approve_and_open(browser, school, office)
    import_the_roster(office)
    draw_up_the_timetable(office)


def candidates() -> list[Invented]:
    """The three cadres of the demo school who have log-ins, with the ID numbers on their cards."""
    school = read()
    return invent(school.people, school.units, count=LEARNERS, chance=Random(SEED))[:3]


def plan_the_cohort(office: Page) -> None:
    """The day before yesterday and yesterday were taught; today is the exam."""
    office.goto("/cohorts/new")
    office.get_by_label("学堂系列").select_option(label="知行学堂")
    office.get_by_label("期数").fill("7")
    office.get_by_label("班次名称").fill(COHORT)
    office.get_by_label("开始日期").fill(str(today() - timedelta(days=2)))
    office.get_by_label("结束日期").fill(str(today()))
    office.get_by_label("名额").fill("40")
    office.get_by_label("班主任").select_option(label="范文辉")
    office.get_by_role("button", name="保存").click()
    expect(office.get_by_role("heading", name=COHORT)).to_be_visible()
    office.get_by_role("link", name="教学计划").click()
    for course in COURSES:
        chosen = office.locator("select[name=course_id] option", has_text=course).first
        office.get_by_label("课程").select_option(value=chosen.get_attribute("value"))
        office.get_by_role("button", name="加入教学计划").click()
        expect(office.get_by_role("link", name=course)).to_be_visible()


def approve_and_open(browser: Browser, school: School, office: Page) -> None:
    """The organisation department approves; the office opens the enrolment."""
    organiser = Seat(browser, school, "organiser")
    organiser.page.goto("/cohorts/")
    organiser.page.get_by_role("link", name=COHORT).click()
    organiser.page.get_by_role("button", name="批准办班").click()
    expect(organiser.page.get_by_text("已批准").first).to_be_visible()
    organiser.context.close()
    office.get_by_role("link", name="概况").click()
    office.get_by_role("button", name="开始报名").click()


def roster(*, broken: bool) -> bytes:
    """An Excel name list as an office writes it: the three, and two whom nobody knows yet."""
    units = {row["code"]: row["name"] for row in read().units}
    known = [[one.name, one.id_number, units[one.unit], one.post] for one in candidates()]
    born = date(1990, 5, 4)
    fresh = [
        ["逯 远", id_number("990101", born, 901), units["government_office"], "科员"],
        ["阚小禾", id_number("990101", born, 904), units["government_office"], "科员"],
    ]
    if broken:
        fresh[1][1] = fresh[1][1][:-1] + ("1" if fresh[1][1][-1] != "1" else "2")
    columns = [Column(heading) for heading in ("姓  名", "公民身份号码", "工作单位", "职务")]
    return workbook([SheetSpec("名单", columns, known + fresh, title="知行学堂第七期学员名单")])


def import_the_roster(office: Page) -> None:
    """A wrong check digit stops the whole list; the mended one goes in whole."""
    office.get_by_role("link", name="学员（0）").click()
    office.get_by_role("link", name="导入名册").first.click()
    upload(office, "名册文件", "名单.xlsx", roster(broken=True))
    office.get_by_role("button", name="上传并预览").click()
    expect(office.get_by_role("alert")).to_contain_text("校验位")
    expect(office.get_by_role("button", name="全部导入")).to_be_visible()
    office.get_by_role("button", name="全部导入").click()
    expect(office.get_by_role("alert")).to_contain_text("校验位")
    office.get_by_role("link", name="换一个文件").click()
    upload(office, "名册文件", "名单.xlsx", roster(broken=False))
    office.get_by_role("button", name="上传并预览").click()
    office.get_by_role("button", name="全部导入").click()
    expect(office.get_by_role("link", name="学员（5）")).to_be_visible()
    office.get_by_role("link", name="概况").click()
    office.get_by_role("button", name="开班").click()


def draw_up_the_timetable(office: Page) -> None:
    """Four lessons; the fifth clashes and is refused in a sentence that says who, where, when."""
    days = (today() - timedelta(days=2), today() - timedelta(days=1))
    for day in days:
        for course, times in zip(COURSES, HALF_DAYS, strict=True):
            add_lesson(office, course, day, times)
            expect(office.get_by_role("alert")).to_have_count(0)
    add_lesson(office, COURSES[1], days[0], HALF_DAYS[0])
    refusal = office.locator(".alert-danger")
    expect(refusal).to_contain_text(VENUE)
    expect(refusal).to_contain_text(f"{days[0].year}年{days[0].month}月{days[0].day}日")
    expect(refusal).to_contain_text("廖欣怡")


def add_lesson(office: Page, course: str, day: date, times: tuple[str, str]) -> None:
    """Fill in the form for one lesson with 廖欣怡 in the practice room."""
    office.goto("/cohorts/")
    office.get_by_role("link", name=COHORT).click()
    office.get_by_role("link", name="课程表", exact=True).last.click()
    office.get_by_role("link", name="排课").first.click()
    choose(office, "course_id", course)
    office.get_by_label("日期").fill(str(day))
    office.get_by_label("开始").fill(times[0])
    office.get_by_label("结束").fill(times[1])
    office.get_by_label("学时").fill("3.75")
    choose(office, "venue_id", VENUE)
    choose(office, "instructor_id", "廖欣怡")
    office.get_by_label("确需如此安排的理由").fill("本期由廖欣怡统讲")
    office.get_by_role("button", name="保存").click()


def choose(page: Page, field: str, text: str) -> None:
    """Pick the option that contains `text`."""
    option = page.locator(f"select[name={field}] option", has_text=text).first
    page.locator(f"select[name={field}]").select_option(value=option.get_attribute("value"))


def upload(page: Page, label: str, name: str, content: bytes) -> None:
    """Choose a file."""
    page.get_by_label(label).set_input_files(
        files=[{"name": name, "mimeType": "application/octet-stream", "buffer": content}]
    )
