"""The record of a person, filed as a register, read by the office and by oneself."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import delete, func, select

from lms.archives.person_files import actions, queries
from lms.archives.person_files.documents import title_of
from lms.archives.person_files.models import PersonFile
from lms.exams.results.models import Release
from lms.ground import db
from lms.ground.access import Role
from lms.ground.accounts.models import Account
from lms.ground.accounts.queries import find_login
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.jobs.models import Job
from lms.ground.jobs.worker import run_pending
from lms.ground.people.models import Person
from lms.ground.people.queries import find_person_of
from lms.ground.people.rules import Politics, RankLevel
from tests import cast, make
from tests.lms.archives import past
from tests.markup import read


def of_learner() -> Person:
    """The person behind the cast's learner, who took part in a cohort alone."""
    person = find_person_of(cast.learner())
    assert person is not None
    person.politics, person.rank = Politics.MEMBER, RankLevel.TOWNSHIP
    past.cohort_over(learners=[person])
    return person


@pytest.mark.usefixtures("context")
def test_a_record_has_hours_results_review_and_years() -> None:
    story = past.cohort_over()
    person = story.enrolments[past.RARE].person
    record = queries.record(person, today=today())
    [one] = record.completions
    assert (one.tally.present_hours, one.results[0].score, one.grade) == (
        12,
        Decimal("89.5"),
        "优秀",
    )
    assert [(year.year, year.hours) for year in record.years] == [(2026, Decimal(12))]
    standings = {one.target.code: one.hours for one in record.years[0].standings}
    assert standings == {
        "quota.township_yearly": Decimal(12),
        "quota.party_member_yearly": Decimal(12),
        "hours.online_yearly": None,
    }


@pytest.mark.usefixtures("context")
def test_a_result_is_in_no_record_before_its_release() -> None:
    story = past.cohort_over()
    session.execute(delete(Release))
    [one] = queries.record(story.enrolments[past.RARE].person, today=today()).completions
    assert list(one.results) == []


@pytest.mark.usefixtures("context")
def test_only_learners_have_a_file_and_are_found_by_name_or_unit() -> None:
    past.cohort_over()
    make.person("旁人")
    office = cast.office()

    def names(search: str = "") -> list[str]:
        return [one.name for one in queries.page_of_people(office, search=search).rows]

    assert sorted(names()) == sorted([past.RARE, past.VIETNAMESE, past.NO_FONT])
    assert (names("𬱖"), names("新桥"), names("旁人")) == ([past.RARE], [past.NO_FONT], [])


@pytest.mark.usefixtures("context")
def test_members_have_a_register_of_members() -> None:
    story = past.cohort_over()
    person = story.enrolments[past.RARE].person
    assert title_of(queries.record(person, today=today())) == "党员教育培训登记表"
    person.politics = Politics.MASSES
    assert title_of(queries.record(person, today=today())) == "干部教育培训登记表"


@pytest.mark.usefixtures("context")
def test_asked_twice_it_is_one_job() -> None:
    person, office = make.person(), cast.office()
    jobs = {actions.ask(person=person, by=office, at=now()).id for _ in range(2)}
    assert len(jobs) == 1
    assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_the_register_is_filed_as_it_is_on_the_day(app: Flask) -> None:
    with app.app_context(), db.transaction():
        story = past.cohort_over()
        person_id = story.enrolments[past.RARE].person_id
    office = cast.browser(app, cast.office)
    assert office.post(f"/person_files/{person_id}/file").status_code == 303
    run_pending(app)
    with app.app_context():
        filed = session.scalars(select(PersonFile)).one()
        assert (filed.title, filed.filed_by) == ("党员教育培训登记表", "李教务")
    page = office.get(f"/person_files/{person_id}").text
    assert f"/person_files/files/{filed.id}" in page
    assert read(page)[0] == []
    content = office.get(f"/person_files/files/{filed.id}", buffered=True).data
    reader = PdfReader(io.BytesIO(content))
    text = "".join(sheet.extract_text() for sheet in reader.pages)
    wanted = ["党员教育培训登记表", "仉𬱖", "知行学堂第7期", "12／12", "89.5", "村务公开；越南语入门",
              "仉𬱖的体会", "90学时", "依据未核实", "情况未知", "学员鉴定表", "基层党委意见"]  # fmt: skip
    assert [one for one in wanted if one not in text.replace("\n", "")] == []
    first, second = (sheet.mediabox for sheet in reader.pages)
    assert first.width > first.height and second.width < second.height
    assert make.id_number(1) not in text


def filed(person: Person) -> int:
    """The number of a file that was put into the person's."""
    office = cast.office()
    actions.file(
        person=person,
        title="登记表",
        content=b"%PDF-1.7 ",
        owner_id=office.id,
        by=office,
        at=now(),
    )
    return session.scalars(select(PersonFile.id)).one()


def test_learners_read_their_own_file_and_no_other(app: Flask) -> None:
    with app.app_context(), db.transaction():
        person = of_learner()
        file_id = filed(person)
        person_id = person.id
    own = cast.browser(app, cast.learner)
    page = own.get("/person_files/mine").text
    assert "知行学堂第7期" in page and "归档登记表" not in page
    assert read(page)[0] == []
    assert own.get(f"/person_files/files/{file_id}", buffered=True).status_code == 200
    assert own.get(f"/person_files/{person_id}").status_code == 403
    assert own.post(f"/person_files/{person_id}/file").status_code == 403
    other = cast.browser(app, cast.other_learner)
    assert "知行学堂第7期" not in other.get("/person_files/mine").text
    assert other.get(f"/person_files/files/{file_id}").status_code == 404


def test_having_people_in_charge_opens_no_register_of_theirs(app: Flask) -> None:
    with app.app_context(), db.transaction():
        person = of_learner()
        file_id = filed(person)
        both = make.account(Role.UNIT_ADMIN, Role.LEARNER, login="both")
        assert person.unit is not None
        make.unit_duty(both, person.unit)
    browser = cast.browser(app, lambda: _account("both"))
    assert browser.get(f"/person_files/files/{file_id}").status_code == 404
    assert (
        cast.browser(app, cast.unit_admin).get(f"/person_files/files/{file_id}").status_code == 403
    )


def test_an_account_without_a_person_is_told_so(app: Flask) -> None:
    with app.app_context(), db.transaction():
        make.account(Role.LEARNER, login="nobody")
    page = cast.browser(app, lambda: _account("nobody")).get("/person_files/mine")
    assert page.status_code == 200 and "还没有档案" in page.text


def test_the_organiser_reads_and_does_not_file(app: Flask) -> None:
    with app.app_context(), db.transaction():
        person_id = of_learner().id
    organiser = cast.browser(app, cast.organiser)
    assert "王学" in organiser.get("/person_files/").text
    assert organiser.get(f"/person_files/{person_id}").status_code == 200
    assert organiser.post(f"/person_files/{person_id}/file").status_code == 403
    assert organiser.get("/person_files/999").status_code == 404
    assert cast.browser(app, cast.adviser).get(f"/person_files/{person_id}").status_code == 403


def _account(login: str) -> Account:
    found = find_login(login)
    assert found is not None
    return found
