"""Certificates: issued to those who have completed a closed cohort, printed, checked by anybody."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort, CohortStep
from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortStage
from lms.archives.certificates import actions, queries
from lms.archives.certificates.models import Certificate
from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs.models import Job
from lms.ground.jobs.worker import run_pending
from lms.ground.uploads.delivery import path
from tests import cast
from tests.lms.archives import past


def closed(of: Cohort) -> Cohort:
    of.steps.append(CohortStep(stage=CohortStage.CLOSED, by_name="李教务", at=now()))
    session.flush()
    return of


def rows() -> list[tuple[str, str]]:
    cohort_id = session.scalars(select(Cohort.id)).one()
    return [(one.number, one.enrolment.person.name) for one in queries.certificates(cohort_id)]


@pytest.mark.usefixtures("context")
def test_no_certificate_before_the_cohort_is_closed() -> None:
    story = past.cohort_over()
    with pytest.raises(Refused, match="还没有结班"):
        actions.issue(cohort=story.cohort, by=cast.office(), at=now())


@pytest.mark.usefixtures("context")
def test_whoever_passed_gets_a_certificate_and_nobody_gets_two() -> None:
    story = past.cohort_over()
    closed(story.cohort)
    actions.issue(cohort=story.cohort, by=cast.office(), at=now())
    assert rows() == [("党校2026-zhixing-07-001", past.RARE)]
    past.decide_the_rest(story.cohort.id)  # the third stays 不合格
    session.expire_all()
    made = actions.issue(cohort=_loaded(story.cohort.id), by=cast.office(), at=now())
    assert [one.number for one in made] == ["党校2026-zhixing-07-002"]
    assert actions.issue(cohort=_loaded(story.cohort.id), by=cast.office(), at=now()) == []
    assert rows()[1] == ("党校2026-zhixing-07-002", past.VIETNAMESE)
    told = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("certif%")))
    assert list(told) == ["certificates.issue", "certificates.issue"]


@pytest.mark.usefixtures("context")
def test_nothing_is_printed_before_it_is_issued() -> None:
    story = past.cohort_over()
    with pytest.raises(Refused, match="还没有发结业证书"):
        actions.ask_to_print(cohort=story.cohort, by=cast.office(), at=now())


def test_the_printed_certificate_says_who_what_and_which_number(app: Flask) -> None:
    with app.app_context(), db.transaction():
        story = past.cohort_over()
        actions.issue(cohort=closed(story.cohort), by=cast.office(), at=now())
        actions.ask_to_print(cohort=story.cohort, by=cast.office(), at=now())
    run_pending(app)
    with app.app_context():
        upload = session.scalars(select(Job).options(joinedload(Job.result))).one().result
        assert upload is not None
        reader = PdfReader(io.BytesIO(path(upload).read_bytes()))
        text = reader.pages[0].extract_text()
        code = session.scalars(select(Certificate.check_code)).one()
    assert len(reader.pages) == 1
    wanted = [past.RARE, "党校2026-zhixing-07-001", "计12学时", "准予结业", code[:4]]
    assert [one for one in wanted if one not in text] == []


def test_pages_for_the_office_and_nobody_else(app: Flask) -> None:
    with app.app_context(), db.transaction():
        story = past.cohort_over()
        cohort_id = closed(story.cohort).id
    address = f"/certificates/cohorts/{cohort_id}"
    office = cast.browser(app, cast.office)
    assert "给1人发证" in office.get(address).text
    assert cast.browser(app, cast.organiser).post(f"{address}/issue").status_code == 403
    assert cast.browser(app, cast.learner).get(address).status_code == 403
    assert office.get("/certificates/cohorts/99").status_code == 404
    assert office.post(f"{address}/issue").status_code == 303
    page = office.get(address).text
    assert "发了1本结业证书" in page
    assert "党校2026-zhixing-07-001" in page


def test_anybody_can_check_a_certificate_and_learns_no_whole_name(app: Flask) -> None:
    with app.app_context(), db.transaction():
        story = past.cohort_over()
        [made] = actions.issue(cohort=closed(story.cohort), by=cast.office(), at=now())
        code, day = made.check_code, today()
    stranger = app.test_client()
    page = stranger.get(f"/certificates/check?code={code.lower()}")
    assert page.status_code == 200
    wanted = [f"{past.RARE[0]}**", "党校2026-zhixing-07-001", "知行学堂第7期", f"{day.year}年"]
    assert [one for one in wanted if one not in page.text] == []
    assert past.RARE not in page.text


def test_an_unknown_code_is_answered_with_a_sentence(app: Flask) -> None:
    stranger = app.test_client()
    assert stranger.get("/certificates/check").status_code == 200
    for code in ("ABCDABCDABCD", "' or 1=1", "　", "长" * 41):
        page = stranger.get("/certificates/check", query_string={"code": code})
        assert page.status_code == 404
        assert "alert" in page.text or "invalid-feedback" in page.text


def _loaded(cohort_id: int) -> Cohort:
    return get_cohort(cohort_id, cast.office())
