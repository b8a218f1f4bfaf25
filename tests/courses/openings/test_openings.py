"""Application and notice: their sentences, their Word layout, their PDF, and sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from flask import Flask
from sqlalchemy import select

from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortStage
from courses.openings import rules
from courses.openings.documents import paper, word
from courses.openings.rules import Facts, LineKind, OpeningDraft
from courses.quotas.actions import allot
from lms.ground import db
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.notices.models import Notice
from lms.ground.people.models import Unit
from tests import cast, make

DRAFT = OpeningDraft(
    basis="根据年度干部教育培训计划，",
    place="县委党校",
    budget=Decimal(20000),
    number="县委党校〔2026〕5号",
    addressees="各乡镇党委",
    reports_at=datetime(2026, 12, 1, 0, 0, tzinfo=UTC),
    reports_where="县委党校一楼",
    names_until=date(2026, 11, 27),
    contact="李教务，0000-0000000",
    requirements="按时报到。\n\n遵守学员守则。",
    issued_on=date(2026, 11, 5),
)
FACTS = Facts(
    title="知行学堂第七期",
    purpose="提高机关干部的理论水平",
    audience="县直机关干部",
    sponsor="县委组织部",
    starts_on=date(2026, 12, 1),
    ends_on=date(2026, 12, 3),
    capacity=50,
    courses=(("党章", Decimal("3.0")), ("公务员法", Decimal("2.5"))),
    quotas=(("老街镇", 3), ("新桥乡", 2)),
)
LETTER = rules.notice(DRAFT, FACTS, school="县委党校")


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 12, 1), date(2026, 12, 1), "2026年12月1日"),
        (date(2026, 12, 1), date(2026, 12, 3), "2026年12月1日至3日"),
        (date(2026, 11, 30), date(2026, 12, 3), "2026年11月30日至12月3日"),
        (date(2026, 12, 30), date(2027, 1, 2), "2026年12月30日至2027年1月2日"),
    ],
)
def test_a_period_says_once_what_both_dates_share(first: date, last: date, said: str) -> None:
    assert rules.period(first, last) == said


def test_the_notice_says_everything_in_its_sections() -> None:
    assert LETTER.title == "县委党校关于举办知行学堂第七期的通知"
    assert [(line.kind, line.text) for line in LETTER.lines] == [
        (
            LineKind.BODY,
            "根据年度干部教育培训计划，决定举办知行学堂第七期。现将有关事项通知如下。",
        ),
        (LineKind.HEADING, "一、培训时间"),
        (LineKind.BODY, "2026年12月1日至3日，共3天。"),
        (LineKind.BODY, "请于2026年12月1日8:00前到县委党校一楼报到。"),
        (LineKind.HEADING, "二、培训地点"),
        (LineKind.BODY, "县委党校。"),
        (LineKind.HEADING, "三、培训对象和人数"),
        (LineKind.BODY, "县直机关干部，共50人。名额分配见附件。"),
        (LineKind.HEADING, "四、培训内容"),
        (LineKind.BODY, "本班安排《党章》、《公务员法》等课程，共5.5学时。"),
        (LineKind.HEADING, "五、报名方式"),
        (LineKind.BODY, "请于2026年11月27日前登录学校培训考试平台，在本班次中报送学员。"),
        (LineKind.BODY, "联系人：李教务，0000-0000000。"),
        (LineKind.HEADING, "六、有关要求"),
        (LineKind.BODY, "按时报到。"),
        (LineKind.BODY, "遵守学员守则。"),
        (LineKind.ATTACHMENT, "附件：知行学堂第七期名额分配表"),
    ]


def test_what_is_not_filled_in_is_left_out_and_missed() -> None:
    empty = rules.notice(OpeningDraft(), replace(FACTS, courses=(), quotas=()), school="县委党校")
    headings = [line.text for line in empty.lines if line.kind is LineKind.HEADING]
    assert headings == ["一、培训时间", "二、培训对象和人数", "三、报名方式"]
    assert len(rules.notice_gaps(OpeningDraft())) == 5
    assert rules.notice_gaps(DRAFT) == []


@pytest.mark.parametrize(
    "number", ["县委党校[2026]5号", "县委党校〔2026〕05号", "县委党校〔2026〕第5号", "5号"]
)
def test_a_document_number_is_written_as_the_standard_says(number: str) -> None:
    (fault,) = rules.draft_faults(replace(DRAFT, number=number), starts_on=date(2026, 12, 1))
    assert "六角括号" in fault
    assert rules.draft_faults(DRAFT, starts_on=date(2026, 12, 1)) == []


def test_word_has_the_page_of_the_standard_and_its_fonts() -> None:
    letter = Document(BytesIO(word.notice(LETTER)))
    section = letter.sections[0]
    page = [section.page_width, section.page_height, section.top_margin, section.left_margin]
    assert [round(one / Mm(1)) for one in page] == [210, 297, 37, 28]
    area = section.page_width - section.left_margin - section.right_margin
    assert round(area / Mm(1)) == 156
    grid = section._sectPr.find(qn("w:docGrid"))
    assert [grid.get(qn(f"w:{name}")) for name in ("type", "linePitch")] == ["lines", "579"]
    fonts = {
        run._r.rPr.rFonts.get(qn("w:eastAsia"))
        for one in letter.paragraphs
        for run in one.runs
        if run.text.strip()
    }
    assert fonts >= {"仿宋_GB2312", "黑体", "方正小标宋简体"}
    texts = [one.text for one in letter.paragraphs]
    assert [texts[0], texts[1], texts[3]] == ["县委党校文件", "县委党校〔2026〕5号", LETTER.title]
    assert [cell.text for cell in letter.tables[0].rows[-1].cells] == ["合计", "5"]


@pytest.mark.usefixtures("context")
def test_pdf_has_the_same_page_and_words() -> None:
    read = pypdf.PdfReader(BytesIO(paper.notice(LETTER)))
    first = read.pages[0].extract_text().replace("\n", "")
    assert (round(read.pages[0].mediabox.width), LETTER.title[:8] in first) == (595, True)
    assert "合计" in read.pages[-1].extract_text()
    cells = rules.application(DRAFT, FACTS, school="县委党校")
    sheet = pypdf.PdfReader(BytesIO(paper.application("办班审批表", cells, ("", "", "同意举办。"))))
    text = "".join(page.extract_text() for page in sheet.pages)
    assert ("20000元" in text, "同意举办。" in text) == (True, True)


def _filled() -> dict[str, str]:
    return {
        "version": "0", "basis": "根据年度计划", "place": "县委党校", "addressees": "各乡镇",
        "reports_at": "2026-12-01T08:00", "contact": "李教务", "issued_on": "2026-11-05",
        "in_yearly_plan": "y", "budget": "20000",
    }  # fmt: skip


def test_a_notice_is_written_and_sent_to_units_with_places(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cast.unit_admin()
        cohort = make.cohort(make.course("党章"), stage=CohortStage.OPEN)
        number = cohort.id
    office, unit = cast.browser(app, cast.office), cast.browser(app, cast.unit_admin)
    here = f"/openings/{number}"
    nothing = office.post(f"{here}/send")
    assert (nothing.status_code, "还没有填写主送机关" in nothing.text) == (422, True)
    assert office.post(here, data=_filled()).status_code == 303
    assert office.post(here, data=_filled()).status_code == 409
    assert unit.get(f"{here}/notice").status_code == 404
    lonely = office.post(f"{here}/send")
    assert (lonely.status_code, "请先分配名额" in lonely.text) == (422, True)
    with app.app_context(), db.transaction():
        town = session.scalars(select(Unit).where(Unit.name == "老街镇")).one()
        cohort = get_cohort(number, cast.office())
        allot(cohort=cohort, places={town: 3}, by=cast.office(), at=now())
    assert office.post(f"{here}/send").status_code == 303
    with app.app_context():
        assert [one.link for one in session.scalars(select(Notice))] == [f"{here}/notice"]
    assert "老街镇" in unit.get(f"{here}/notice").text


def test_the_pages_and_files_of_openings_open(app: Flask) -> None:
    with app.app_context(), db.transaction():
        number = make.cohort(make.course("党章"), stage=CohortStage.APPROVED).id
    office = cast.browser(app, cast.office)
    assert "办班审批表" in office.get(f"/openings/{number}").text
    for document in ("application", "notice"):
        assert office.get(f"/openings/{number}/{document}.docx").data[:2] == b"PK"
        assert office.post(f"/openings/{number}/{document}/print").status_code == 303
    wrong = office.post(f"/openings/{number}", data={**_filled(), "number": "5号"})
    assert (wrong.status_code, "六角括号" in wrong.text) == (422, True)
    assert "知行学堂" in office.get("/openings/years/2026").text
    assert office.get("/openings/years/2026/plan.xlsx").data[:2] == b"PK"
    assert "还没有计划班次" in office.get("/openings/years/2031").text
    assert office.get("/openings/years/1").status_code == 404
    assert cast.browser(app, cast.learner).get(f"/openings/{number}").status_code == 403
