"""Asking for a filing, cancelling it, going on, filing again; and the pages for it."""

from __future__ import annotations

import io
from datetime import timedelta
from threading import Thread
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import func, select

from courses.cohorts.queries import get_cohort
from courses.reflections.models import Reflection
from lms.archives.cohort_files import actions
from lms.archives.cohort_files.models import CohortFile, Enclosure
from lms.archives.cohort_files.queries import filings
from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Missing, Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job
from lms.ground.jobs.rules import JobState
from lms.ground.jobs.worker import run_pending
from lms.ground.uploads.delivery import path
from tests import cast, make
from tests.lms.archives import past


def small(number: int = 7) -> past.Past:
    """A cohort with one learner, so that there is little to print."""
    person = make.person(past.RARE, unit=make.unit(f"第{number}镇"))
    return past.cohort_over(learners=[person], number=number)


def begin(cohort_id: int) -> CohortFile:
    cohort = get_cohort(cohort_id, cast.office())
    return actions.begin(cohort=cohort, by=cast.office(), at=now())


@pytest.mark.usefixtures("context")
def test_asked_twice_it_is_one_filing_and_one_job() -> None:
    story = small()
    first, second = begin(story.cohort.id), begin(story.cohort.id)
    assert (first.id, first.number) == (second.id, 1)
    assert session.scalar(select(func.count()).select_from(Job)) == 1


@pytest.mark.usefixtures("context")
def test_somebody_else_can_go_on_with_what_was_given_up() -> None:
    story = small()
    filing = begin(story.cohort.id)
    assert filing.job is not None
    jobs.cancel(filing.job, at=now())
    other = make.account(name="王教务")
    again = actions.begin(cohort=story.cohort, by=other, at=now())
    assert (again.id, again.filed_by) == (filing.id, "王教务")
    assert again.job is not None and again.job.owner_id == other.id
    told = select(AuditEntry.action).where(AuditEntry.subject_kind == "cohort_file")
    assert list(session.scalars(told.order_by(AuditEntry.id))) == [
        "cohort_files.begin",
        "cohort_files.go_on",
    ]


def test_a_cancelled_filing_goes_on_where_it_was(app: Flask) -> None:
    with app.app_context(), db.transaction():
        story = small()
        asked = now() - timedelta(days=3)
        filing_id = actions.begin(cohort=story.cohort, by=cast.office(), at=asked).id
        cohort_id = story.cohort.id
    watcher = Thread(target=_cancel_after_two, args=(app, filing_id))
    watcher.start()
    run_pending(app)
    watcher.join()
    with app.app_context():
        job = session.scalars(select(Job)).one()
        assert job.state is JobState.CANCELLED
        kept = {one.path: (one.id, one.upload_id) for one in filings.documents(filing_id)}
        assert 2 <= len(kept) < 10
        assert session.get_one(CohortFile, filing_id).bundle_id is None
    with app.app_context(), db.transaction():
        session.scalars(select(Reflection)).one().text = "改过的体会"
        assert begin(cohort_id).id == filing_id
    run_pending(app)
    with app.app_context():
        documents = {one.path: one for one in filings.documents(filing_id)}
        filing = session.get_one(CohortFile, filing_id)
        assert filing.bundle_id is not None
        assert filing.filed_at > asked + timedelta(days=2)  # as of when it was read at last
        unchanged = [name for name in kept if name != "13-心得体会汇编.pdf"]
        assert [documents[name].upload_id for name in unchanged] == [
            kept[name][1] for name in unchanged
        ]
        assert len(documents) == 12


def _cancel_after_two(app: Flask, filing_id: int) -> None:
    for _ in range(2400):
        with app.app_context():
            if len(filings.documents(filing_id)) >= 2:
                break
        sleep(0.05)
    with app.app_context(), db.transaction():
        jobs.cancel(session.scalars(select(Job)).one(), at=now())


def test_a_later_filing_has_a_new_number_and_leaves_the_first_as_it_was(app: Flask) -> None:
    with app.app_context(), db.transaction():
        story = small()
        cohort_id = story.cohort.id
        first_id = begin(cohort_id).id
    run_pending(app)
    with app.app_context(), db.transaction():
        before = {one.path: one.upload.sha256 for one in filings.documents(first_id)}
        session.scalars(select(Reflection)).one().text = "后来改的体会"
        second = begin(cohort_id)
        assert second.number == 2
        second_id = second.id
    run_pending(app)
    with app.app_context():
        after = {one.path: one.upload.sha256 for one in filings.documents(first_id)}
        later = {one.path: one.upload.sha256 for one in filings.documents(second_id)}
        assert after == before
        assert list(later) == list(before)
        assert later["13-心得体会汇编.pdf"] != before["13-心得体会汇编.pdf"]
        first = filings.work_on(first_id)
        assert first.bundle is not None and path(first.bundle).exists()


@pytest.mark.usefixtures("context")
def test_a_paper_from_outside_is_kept_once_under_its_title() -> None:
    story, office = small(), cast.office()

    def enclose(entry: int, title: str = "办班批复") -> Enclosure:
        return actions.enclose(
            cohort=story.cohort,
            entry=entry,
            title=title,
            content=io.BytesIO(b"scan"),
            name="scan.txt",
            by=office,
            at=now(),
        )

    made = enclose(1)
    with pytest.raises(Refused, match="已经有一份“办班批复”"):
        enclose(1)
    with pytest.raises(Refused, match="没有这一项"):
        enclose(22)
    actions.take_out(enclosure=made, by=office, at=now())
    assert session.scalar(select(func.count()).select_from(Enclosure)) == 0


def test_the_page_of_a_cohort_files_it_and_shows_what_is_missing(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cohort_id = small().cohort.id
    office = cast.browser(app, cast.office)
    address = f"/cohort_files/{cohort_id}"
    page = office.get(address).text
    assert "课程表1个版本" in page and "还没有发结业证书" in page and "生成班级档案" in page
    for _ in range(2):
        answer = office.post(f"{address}/file")
        assert (answer.status_code, answer.location) == (303, address)
    assert "第1次归档还没有完成" in office.get(address).text
    run_pending(app)
    with app.app_context():
        filing = session.scalars(select(CohortFile)).one()
        document = filings.documents(filing.id)[1]
    assert "下载 zip" in office.get(address).text
    shown = office.get(f"/cohort_files/filings/{filing.id}")
    assert "教学计划" in shown.text and "归档时缺少" in shown.text
    bundle = office.get(f"/cohort_files/filings/{filing.id}/bundle", buffered=True)
    assert (bundle.status_code, bundle.mimetype) == (200, "application/zip")
    single = office.get(f"/cohort_files/documents/{document.id}", buffered=True)
    assert single.data.startswith(b"%PDF-")


def test_what_is_not_there_or_not_finished_is_not_found(app: Flask) -> None:
    with app.app_context(), db.transaction():
        filing_id = begin(small().cohort.id).id
    office = cast.browser(app, cast.office)
    missing = [
        "999",
        f"filings/{filing_id}",
        f"filings/{filing_id}/bundle",
        "documents/999",
        "enclosures/999",
    ]
    assert [office.get(f"/cohort_files/{one}").status_code for one in missing] == [404] * 5
    assert office.post("/cohort_files/999/file").status_code == 404
    with app.app_context(), pytest.raises(Missing):
        filings.work_on(999)


def test_a_scan_is_handed_in_through_the_page(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cohort_id = small().cohort.id
    office = cast.browser(app, cast.office)
    address = f"/cohort_files/{cohort_id}/enclosures"

    def send(title: str, content: bytes) -> tuple[int, str]:
        data = {"entry": "1", "title": title, "file": (io.BytesIO(content), "批复.txt")}
        answer = office.post(address, data=data, content_type="multipart/form-data")
        return answer.status_code, answer.text

    assert send("办班批复", b"scan")[0] == 303
    status, page = send("办班批复", b"scan")
    assert status == 422 and "已经有一份“办班批复”" in page
    assert send("空的", b"")[0] == 422
    assert send("", b"scan")[0] == 422
    page = office.get(f"/cohort_files/{cohort_id}").text
    assert page.count("办班批复") == 2  # in the contents, and in the list of papers
    assert office.get("/cohort_files/enclosures/1", buffered=True).data == b"scan"
    assert office.post("/cohort_files/enclosures/1/take_out").status_code == 303
    assert office.get("/cohort_files/enclosures/1").status_code == 404
