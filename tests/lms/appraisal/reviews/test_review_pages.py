"""The pages of reviews, for each role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from lms.appraisal.reviews.models import Review
from lms.appraisal.schemes import actions as schemes
from lms.exams.marking.actions import scoring
from lms.exams.results import actions as results
from lms.exams.results.queries.exams import get_exam
from lms.ground import db
from lms.ground.accounts.models import Account
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.lms.exams.marking import hall
from tests.markup import read


@dataclass
class Story:
    cohort: int
    reviews: dict[str, int]


@pytest.fixture
def story(app: Flask) -> Story:
    """王学 and 缺考人 of a cohort of another adviser, reviewed; 赵同 of no cohort."""
    with app.app_context(), db.transaction():
        schemes.load_baseline(at=now())
        cohort = hall.cohort()
        person = get_person_of(cast.learner())
        held = hall.hold(cohort, {person: {1: "B"}, make.person("缺考人"): None})
        scoring.score(held.exam, by=cast.office(), at=now())
        results.release(get_exam(held.exam.id), by=cast.office(), at=now())
        cohort_id = cohort.id
    office = cast.browser(app, cast.office)
    assert office.post(f"/reviews/cohorts/{cohort_id}/compute").status_code == 303
    with app.app_context():
        found = session.execute(
            select(make.Person.name, Review.id)
            .join(Review.enrolment)
            .join(make.Person, make.Person.id == hall.Enrolment.person_id)
        )
        return Story(cohort_id, {name: review_id for name, review_id in found})  # noqa: C416


def test_a_person_decides_and_the_learner_reads_it_only_then(app: Flask, story: Story) -> None:
    learner, office = cast.browser(app, cast.learner), cast.browser(app, cast.office)
    assert "还没有评定的鉴定" in learner.get("/reviews/mine").text
    review = f"/reviews/{story.reviews['王学']}"
    page = office.get(review).text
    assert "“结业考试”20 分（满分 100）。" in page
    data = {"grade": "合格", "version": "1"}
    refused = office.post(review, data=data)
    assert (refused.status_code, "与系统建议不同，请写明理由" in refused.text) == (422, True)
    data |= {"reason": "平时表现好", "comment": "建议加强学习"}
    proposer = office.post(review, data=data)
    assert (proposer.status_code, "鉴定建议是您提出的" in proposer.text) == (422, True)
    organiser = cast.browser(app, cast.organiser)
    assert organiser.post(review, data=data).status_code == 303
    assert organiser.post(review, data=data).status_code == 409
    told = learner.get("/reviews/mine").text
    for sentence in ("合格", "平时表现好", "建议加强学习", "没有加减分，基础分 80 分。"):
        assert sentence in told


def test_a_grade_that_is_none_is_refused(app: Flask, story: Story) -> None:
    review = f"/reviews/{story.reviews['王学']}"
    answer = cast.browser(app, cast.office).post(review, data={"grade": "甲等", "version": "1"})
    assert answer.status_code == 422


def test_accepting_all_is_refused_while_something_is_missing(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    refused = office.post(f"/reviews/cohorts/{story.cohort}/accept")
    assert (refused.status_code, "有缺项、缺考或否决情形的须逐人评定" in refused.text) == (
        422,
        True,
    )


def test_the_cohort_page_says_what_is_missing(app: Flask, story: Story) -> None:
    page = cast.browser(app, cast.office).get(f"/reviews/cohorts/{story.cohort}").text
    for told in ("王学", "缺考人", "考勤：课程表上还没有学时。", "心得体会：没有提交。"):
        assert told in page


def test_the_pages_are_clean_html(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    paths = ("/reviews/", f"/reviews/cohorts/{story.cohort}", f"/reviews/{story.reviews['王学']}")
    assert {path: read(office.get(path).text)[0] for path in paths} == {path: [] for path in paths}
    assert read(cast.browser(app, cast.learner).get("/reviews/mine").text)[0] == []


@pytest.mark.parametrize(
    ("member", "index", "cohort"),
    [
        (cast.office, 200, 200),
        (cast.organiser, 200, 200),
        (cast.adviser, 200, 404),
        (cast.learner, 403, 403),
        (cast.marker, 403, 403),
        (cast.instructor, 403, 403),
        (cast.unit_admin, 403, 403),
    ],
)
def test_reviews_are_opened_by_who_looks_after_the_cohort(
    app: Flask, story: Story, member: Callable[[], Account], index: int, cohort: int
) -> None:
    client = cast.browser(app, member)
    here = f"/reviews/cohorts/{story.cohort}"
    review = f"/reviews/{story.reviews['王学']}"
    assert client.get("/reviews/").status_code == index
    assert [client.get(path).status_code for path in (here, review)] == [cohort] * 2
    if cohort != 200:
        posts = (f"{here}/compute", f"{here}/accept", review)
        expected = [cohort, 403, 403]  # an adviser computes, others decide
        assert [client.post(path).status_code for path in posts] == expected


def test_an_adviser_proposes_on_the_page_and_can_not_decide(app: Flask, story: Story) -> None:
    with app.app_context(), db.transaction():
        session.get_one(make.Cohort, story.cohort).adviser_id = get_person_of(cast.adviser()).id
    adviser, review = cast.browser(app, cast.adviser), f"/reviews/{story.reviews['王学']}"
    page = adviser.get(review).text
    assert ("保存意见" in page, 'name="grade"' in page, read(page)[0]) == (True, False, [])
    assert adviser.post(f"{review}/comment", data={"version": "1"}).status_code == 422
    data = {"comment": "学风端正", "version": "1"}
    assert adviser.post(f"{review}/comment", data=data).status_code == 303
    assert adviser.post(review, data={"grade": "合格", "version": "2"}).status_code == 403
    assert "学风端正" in adviser.get(review).text
    assert "陈班提出建议" in cast.browser(app, cast.office).get(review).text


def test_what_is_not_there_is_not_found(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    paths = ("/reviews/999", "/reviews/cohorts/999")
    assert [office.get(path).status_code for path in paths] == [404, 404]


def test_another_learner_reads_nothing_of_it(app: Flask, story: Story) -> None:
    other = cast.browser(app, cast.other_learner)
    assert "还没有评定的鉴定" in other.get("/reviews/mine").text


def test_a_cohort_page_takes_few_statements(app: Flask, story: Story) -> None:
    office = cast.browser(app, cast.office)
    with app.app_context():
        engine = db.database().engine
    with hall.selects(engine) as counted:
        office.get(f"/reviews/cohorts/{story.cohort}")
    assert len(counted) <= 11, "\n".join(counted)
