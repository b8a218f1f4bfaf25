"""Before the exam: cohort, roster, timetable, material, item bank, paper, sitting."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import docx
from playwright.sync_api import Browser, Page, expect

from lms.desk.actions.population import LEARNERS
from lms.desk.actions.school import SEED
from lms.desk.intake import read
from lms.desk.rules.inventing import Invented, id_number, invent
from lms.ground.clock import local, now, today
from lms.ground.config import ROOT
from lms.ground.sheets.writing import Column, SheetSpec, workbook
from tests.journeys.conftest import School, Seat, follow, open_page_of_cohort, press

COHORT = "知行学堂第七期"
COURSES = ("学习贯彻党章", "公务员法要点解读")
VENUE = "党建实务操作室"
HALF_DAYS = (("08:30", "11:30"), ("14:30", "17:30"))
BANK = "第七期随堂题库"
PAPER = "第七期结业考试卷"
EXAM = "第七期结业考试"
ITEMS = """一、单项选择题
1．新录用的公务员试用期为（　）。
A．三个月　　B．六个月　　C．一年　　D．两年
答案：C
解析：公务员法第三十四条。
知识点：公务员法/录用
2．国家实行公务员（　）与职级并行制度。
A．职务　　B．职称　　C．岗位　　D．工龄
答案：A
解析：公务员法第十七条。
知识点：公务员法/职务与职级
二、多项选择题
3．公务员的考核应当全面考核公务员的（　）。
A．德
B．能
C．勤
D．绩
E．廉
答案：ABCDE
知识点：公务员法/考核
三、判断题
4．公务员的考核重点考核政治素质和工作实绩。（　）
答案：正确
知识点：公务员法/考核
四、论述题
5．结合党员义务和本职工作，谈谈如何做到依法履职。
参考答案：熟悉与岗位有关的法律法规；严格按照权限和程序办事；主动接受监督；遇到没有把握的问题及时请示。
知识点：党章知识/党员
"""


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
    open_page_of_cohort(office, "教学", "教学计划")
    usual = office.locator("input[name=course_id]:checked")
    while usual.count():
        usual.first.uncheck()
    for course in COURSES:
        office.get_by_label(course).check()
    press(office, "加入教学计划")
    for course in COURSES:
        expect(office.get_by_role("link", name=course)).to_be_visible()


def approve_and_open(browser: Browser, school: School, office: Page) -> None:
    """The organisation department approves; the office opens the enrolment."""
    organiser = Seat(browser, school, "organiser")
    organiser.page.goto("/cohorts/")
    follow(organiser.page, COHORT)
    press(organiser.page, "批准办班")
    expect(organiser.page.get_by_text("已批准").first).to_be_visible()
    organiser.context.close()
    open_page_of_cohort(office, "办班", "概况")
    press(office, "开始报名")


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
    open_page_of_cohort(office, "学员", "名册")
    office.get_by_role("link", name="导入名册").first.click()
    upload(office, "名册文件", "名单.xlsx", roster(broken=True))
    office.get_by_role("button", name="上传并预览").click()
    expect(office.get_by_role("alert")).to_contain_text("校验位")
    expect(office.get_by_role("button", name="全部导入")).to_be_visible()
    office.get_by_role("button", name="全部导入").click()
    expect(office.get_by_role("alert")).to_contain_text("校验位")
    office.get_by_role("link", name="换一个文件").click()
    upload(office, "名册文件", "名单.xlsx", roster(broken=False))
    press(office, "上传并预览")
    press(office, "全部导入")
    open_page_of_cohort(office, "办班", "概况")
    expect(office.get_by_text("5人，名额")).to_be_visible()
    press(office, "开班")


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
    follow(office, COHORT)
    open_page_of_cohort(office, "教学", "课程表")
    office.get_by_role("link", name="排课", exact=True).first.click()
    choose(office, "course_id", course)
    office.get_by_label("日期").fill(str(day))
    office.get_by_label("开始").fill(times[0])
    office.get_by_label("结束").fill(times[1])
    office.get_by_label("学时").fill("3.75")
    choose(office, "venue_id", VENUE)
    choose(office, "instructor_id", "廖欣怡")
    office.get_by_label("确需如此安排的理由").fill("本期由廖欣怡统讲")
    # What comes next is another address: a click alone would let it overtake the form.
    with office.expect_navigation():
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


def hand_in_material(browser: Browser, school: School) -> None:
    """The instructor uploads courseware for a course of theirs."""
    teacher = Seat(browser, school, "teacher")
    teacher.page.goto("/faculty/mine")
    teacher.page.get_by_role("link", name="上传课件").first.click()
    teacher.page.get_by_label("标题").fill("讲稿第一版")
    document, content = docx.Document(), io.BytesIO()
    document.add_paragraph("讲稿（演示）")
    document.save(content)
    upload(teacher.page, "文件", "讲稿.docx", content.getvalue())
    teacher.page.get_by_role("button", name="上传").click()
    expect(teacher.page.get_by_text("讲稿第一版").first).to_be_visible()
    teacher.context.close()


def hand_in_items(browser: Browser, school: School) -> str:
    """The instructor uploads a question file; page and command line read the same. Its address."""
    teacher = Seat(browser, school, "teacher")
    page = teacher.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/intakes/")
    upload(page, "题库文件", "随堂题.txt", ITEMS.encode("gb18030"))
    page.locator("[name=bank_name]").fill(BANK)
    page.get_by_role("button", name="上传并读取").click()
    page.get_by_role("button", name="全部入库").click()
    expect(page.get_by_text("已入库").first).to_be_visible(timeout=30_000)
    address = page.url
    teacher.context.close()
    assert [one["kind"] for one in previewed(school)] == KINDS_READ
    assert [one["key"] for one in previewed(school)][:4] == [["C"], ["A"], [*"ABCDE"], ["true"]]
    return address


KINDS_READ = ["single", "single", "multiple", "truth", "essay"]


def previewed(school: School) -> list[dict[str, object]]:
    """What `flask items preview FILE --json` says of the same file."""
    file = school.var / "随堂题.txt"
    file.write_bytes(ITEMS.encode("gb18030"))
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "items", "preview", str(file), "--json"],
        cwd=ROOT,
        env=school.environment,
        capture_output=True,
        check=True,
    )
    items: list[dict[str, object]] = json.loads(done.stdout)["items"]
    return items


def make_the_paper(office: Page, intake: str) -> None:
    """Approve the items, draw the blueprint, assemble A and B, seal, print."""
    office.goto(intake)
    press(office, "全部审定")
    office.goto("/blueprints/new")
    office.get_by_label("名称").fill("第七期细目表")
    office.get_by_label("考试时长").fill("4")
    office.locator("[name=lines-0-bank_id]").select_option(label=BANK)
    wanted = [("单项", 2, 10), ("多项", 1, 20), ("判断", 1, 10), ("论述", 1, 50)]
    for column, (kind, count, points) in enumerate(wanted):
        if column:
            office.get_by_role("button", name="加一列题型").click()
        choose(office, f"columns-{column}-kind", kind)
        office.locator(f"[name=columns-{column}-points]").fill(str(points))
        office.locator(f"[name=lines-0-cells-{column}]").fill(str(count))
    expect(office.locator("#total")).to_have_text("5 题 / 100 分")
    expect(office.locator("[data-supply='0-0']")).to_have_text("2")
    office.get_by_role("button", name="保存").click()
    office.get_by_role("link", name="组卷", exact=True).click()
    office.get_by_label("试卷名称").fill(PAPER)
    office.get_by_role("button", name="组卷", exact=True).click()
    office.get_by_role("button", name="封存").click(timeout=60_000)
    expect(office.get_by_text("已封存").first).to_be_visible()
    office.get_by_role("link", name="印制").click()
    office.get_by_role("button", name="排版").click()
    with office.expect_download(timeout=60_000) as printed:
        office.get_by_role("button", name="下载").click(timeout=60_000)
    assert Path(printed.value.path()).read_bytes().startswith(b"%PDF")


def arrange_the_sitting(office: Page) -> datetime:
    """The sitting opens at the next full minute that leaves time to prepare; when it closes."""
    office.goto("/sittings/")
    office.get_by_role("link", name="安排考试").first.click()
    choose(office, "cohort", COHORT)
    office.get_by_role("button", name="下一步").click()
    office.get_by_label("考试名称").fill(EXAM)
    choose(office, "paper", PAPER)
    for course in COURSES:
        office.get_by_label(course).check()
    office.get_by_role("button", name="保存，去安排场次").click()
    opens_at = (now() + timedelta(seconds=75)).replace(second=0, microsecond=0)
    closes_at = opens_at + timedelta(minutes=4)
    office.get_by_label("开考时间").fill(f"{local(opens_at):%Y-%m-%dT%H:%M}")
    office.get_by_label("考试窗口结束").fill(f"{local(closes_at):%Y-%m-%dT%H:%M}")
    office.get_by_label("答题时长").fill("4")
    choose(office, "venue", "考试")
    office.get_by_label("监考人（演示）").check()
    office.get_by_role("button", name="保存").click()
    office.get_by_role("button", name="生成答卷").click()
    expect(office.get_by_role("link", name="监考", exact=True)).to_be_visible()
    return closes_at
