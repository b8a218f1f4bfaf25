"""Pages of what is filed: who reads them, and what is on them."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from courses.cohorts.models import Cohort
from lms.archives.cohort_files.models import CohortFile
from lms.archives.cohort_files.queries import filings
from lms.ground.db import session
from tests import cast
from tests.markup import read


def ids(app: Flask) -> tuple[int, int, int]:
    """The cohort, its filing, and a document of it."""
    with app.app_context():
        filing = session.scalars(select(CohortFile)).one()
        return filing.cohort_id, filing.id, filings.documents(filing.id)[0].id


def test_the_list_of_cohorts_says_what_is_filed(filed: Flask) -> None:
    office = cast.browser(filed, cast.office)
    everything = office.get("/cohort_files/").text
    assert "第1次" in everything and "知行学堂第9期" in everything
    assert "知行学堂第9期" not in office.get("/cohort_files/?filed=yes").text
    assert "知行学堂第7期" not in office.get("/cohort_files/?filed=no").text
    assert "没有这样的班次" in office.get("/cohort_files/?search=没有").text


def test_a_filing_is_shown_with_documents_hashes_and_gaps(filed: Flask) -> None:
    cohort_id, filing_id, _ = ids(filed)
    office = cast.browser(filed, cast.office)
    page = office.get(f"/cohort_files/filings/{filing_id}").text
    wanted = ["卷内目录", "结业考试测试卷：Nguyễn Thị Hồng", "SHA-256", "归档时缺少", "共14件"]
    assert [one for one in wanted if one not in page] == []
    assert (
        f"/cohort_files/filings/{filing_id}/bundle" in office.get(f"/cohort_files/{cohort_id}").text
    )


def test_the_organiser_reads_and_does_not_file(filed: Flask) -> None:
    cohort_id, filing_id, document_id = ids(filed)
    organiser = cast.browser(filed, cast.organiser)
    addresses = ["", f"{cohort_id}", f"filings/{filing_id}", f"documents/{document_id}"]
    answers = [organiser.get(f"/cohort_files/{one}", buffered=True) for one in addresses]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert (
        "生成班级档案" not in answers[1].text and "收入" not in answers[1].text.split("卷内目录")[0]
    )
    assert organiser.post(f"/cohort_files/{cohort_id}/file").status_code == 403


def test_nobody_else_reads_archives(filed: Flask) -> None:
    cohort_id, filing_id, document_id = ids(filed)
    addresses = ["", f"{cohort_id}", f"filings/{filing_id}/bundle", f"documents/{document_id}"]
    for member in (cast.adviser, cast.learner, cast.unit_admin, cast.administrator, cast.marker):
        browser = cast.browser(filed, member)
        answers = [browser.get(f"/cohort_files/{one}").status_code for one in addresses]
        assert answers == [403] * 4, member.__name__


def test_the_pages_are_clean_html(filed: Flask) -> None:
    cohort_id, filing_id, _ = ids(filed)
    office = cast.browser(filed, cast.office)
    with filed.app_context():
        other = session.scalars(select(Cohort.id).where(Cohort.number == 9)).one()
    for address in ("", f"{cohort_id}", f"{other}", f"filings/{filing_id}"):
        assert read(office.get(f"/cohort_files/{address}").text)[0] == [], address
