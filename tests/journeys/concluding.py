"""After the exam: marks, release, attendance, reflections, reviews, closing, the cohort file."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pypdf
from playwright.sync_api import Browser, Page, expect

from lms.ground.config import ROOT
from tests.journeys.conftest import School, Seat, follow, open_page_of_cohort, press
from tests.journeys.preparing import COHORT, EXAM
from tests.journeys.sitting import Place


def take_attendance(office: Page) -> None:
    """Four half-days; in the first of them one learner was late."""
    office.goto("/attendance/")
    office.get_by_role("link", name=COHORT).click()
    sheets = office.locator("thead a")
    expect(sheets).to_have_count(4)
    for half_day in range(4):
        sheets.nth(half_day).click()
        if half_day == 0:
            office.locator('input[value="late"]').first.check(force=True)
        office.get_by_role("button", name="保存考勤").click()
        expect(office.locator("tbody td", has_text="√")).to_have_count(5 * half_day + 4)


def mark_and_release(browser: Browser, school: School, office: Page) -> None:
    """Machines score, a marker marks the essays blind, the office releases."""
    open_marking(office)
    press(office, "收卷评阅")
    marker = Seat(browser, school, "marker")
    page = marker.page
    open_marking(page)
    page.get_by_role("link", name="开始评阅").or_(
        page.get_by_role("link", name="评阅")
    ).last.click()
    for _ in range(3):
        boxes = page.locator("#marks input[type=number]")
        expect(boxes.first).to_be_visible()
        for box in range(boxes.count()):
            boxes.nth(box).fill("40" if boxes.count() == 1 else "5")
        press(page, "保存，下一份")
    marker.context.close()
    open_marking(office)
    press(office, "计分")
    expect(office.get_by_role("link", name="第 1 次计分")).to_be_visible(timeout=30_000)
    office.goto("/results/")
    office.get_by_role("link", name=EXAM).click()
    expect(office.get_by_text("缺考").first).to_be_visible()
    office.get_by_role("link", name="公布成绩").click()
    press(office, "确认公布")
    expect(office.get_by_text("已公布").first).to_be_visible()


def open_marking(page: Page) -> None:
    """The marking page of the exam."""
    page.goto("/marking/")
    follow(page, EXAM)


def the_learner_sees_score_and_why(hall: list[Place]) -> None:
    """10 + 10 + 20 + 10 and the essay's 40."""
    page = hall[0].page
    page.goto("/results/mine")
    page.get_by_role("link", name=EXAM).click()
    expect(page.get_by_text("90").first).to_be_visible()
    expect(page.get_by_text("公务员法第三十四条").first).to_be_visible()


def write_reflections(hall: list[Place], office: Page) -> None:
    """The three write what they learnt; the office grades it."""
    for place in hall:
        place.page.goto("/reflections/new")
        option = place.page.locator("select[name=enrolment_id] option", has_text=COHORT)
        place.page.locator("select[name=enrolment_id]").select_option(
            value=option.get_attribute("value")
        )
        place.page.get_by_label("题目").fill("学习体会")
        place.page.get_by_label("正文").fill("学了党章和公务员法，回去对照检查本职工作。" * 10)
        press(place.page, "提交")
    for _ in hall:
        office.goto("/reflections/?ungraded=on")
        office.get_by_role("link", name="学习体会", exact=True).first.click()
        office.get_by_label("等次").select_option(label="良好")
        press(office, "评定")


def review_everybody(browser: Browser, school: School, office: Page) -> None:
    """The office has the proposals computed, the organiser decides, absentees one by one."""
    open_reviews(office)
    press(office, "计算鉴定建议")
    expect(office.get_by_text("建议").first).to_be_visible()
    organiser = Seat(browser, school, "organiser")
    page = organiser.page
    page.on("dialog", lambda dialog: dialog.accept())
    excuse_the_absent(page)
    open_reviews(page)
    press(page, "采纳全部建议")
    undecided = page.locator("tr", has_text="未评定").get_by_role("link")
    while undecided.count():
        with page.expect_navigation():
            undecided.first.click()
        page.get_by_label("评定等次").select_option(label="不合格")
        page.get_by_label("理由").fill("缺考，未完成结业考试。")
        press(page, "评定")
        open_reviews(page)
    organiser.context.close()


def excuse_the_absent(organiser: Page) -> None:
    """No cohort closes over a hole: whoever missed the exam is excused on the board, one by one."""
    organiser.goto("/sittings/coverage")
    missed = organiser.locator(".card", has_text=COHORT).locator("li", has_text=f"缺考“{EXAM}”")
    waiting = missed.filter(has=organiser.get_by_text("批准免考"))
    while waiting.count():
        waiting.first.get_by_text("批准免考").click()
        waiting.first.get_by_label("免考的理由").fill("因病住院，有诊断证明。")
        with organiser.expect_navigation():
            waiting.first.get_by_role("button", name="批准").click()


def open_reviews(office: Page) -> None:
    """The reviews of the cohort."""
    office.goto("/reviews/")
    follow(office, COHORT)


def release_the_timetable(office: Page) -> None:
    """What was taught is released, as it should have been before."""
    office.goto("/cohorts/")
    follow(office, COHORT)
    open_page_of_cohort(office, "教学", "课程表")
    press(office, "发布")
    expect(office.get_by_role("button", name="发布")).to_have_count(0)


def close_and_file(school: School, office: Page) -> None:
    """Close the cohort, give the certificates, make its file, check every hash, read the papers."""
    office.goto("/cohort_files/")
    follow(office, COHORT)
    open_page_of_cohort(office, "结班", "结班检查")
    press(office, "结班", exact=True)
    open_page_of_cohort(office, "结班", "结业证书")
    press(office, "人发证")
    office.goto("/cohort_files/")
    follow(office, COHORT)
    press(office, "生成班级档案")
    download = office.get_by_role("link", name=re.compile(r"下载.*zip")).first
    download.wait_for(timeout=300_000)
    with office.expect_download() as downloaded:
        download.click()
    bundle = school.var / "bundle.zip"
    downloaded.value.save_as(bundle)
    check_bundle(bundle, school)


def check_bundle(bundle: Path, school: School) -> None:
    """The manifest's hashes hold, and the papers are text with the rare name in it."""
    command = [sys.executable, "-m", "flask", "--app", "app", "archives", "verify", str(bundle)]
    subprocess.run(command, cwd=ROOT, env=school.environment, check=True)
    with zipfile.ZipFile(bundle) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        papers = [name for name in opened.namelist() if "测试卷" in name and name.endswith(".pdf")]
        texts = [
            "".join(
                page.extract_text() for page in pypdf.PdfReader(io.BytesIO(opened.read(name))).pages
            )
            for name in papers
        ]
    assert manifest
    assert len(papers) == 3
    assert any("仉𬱖" in text for text in texts)
    assert any("Cần kiệm liêm chính" in text for text in texts)
