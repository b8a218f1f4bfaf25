"""Groups, class committee, dormitories, and the notes that are read for a reason only."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from courses.cohorts.queries import enrolments
from courses.cohorts.rules import CohortStage
from courses.rosters import actions
from courses.rosters.rules import Member, Place, committee, split
from lms.ground import db
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from tests import cast, make


def test_groups_are_even_and_keep_colleagues_apart() -> None:
    members = [Member(place, "甲局" if place < 4 else "乙局", "male") for place in range(10)]
    found = split(members, 4)
    assert sorted(Counter(found.values()).values()) == [2, 2, 3, 3]
    assert {found[place] for place in range(4)} == {"第一组", "第二组", "第三组", "第四组"}


def test_the_committee_comes_in_its_usual_order() -> None:
    held = [("", "甲"), ("摄影", "乙"), ("组长", "丙"), ("班长", "丁")]
    assert committee(held) == [("班长", "丁"), ("组长", "丙"), ("摄影", "乙")]


@pytest.mark.usefixtures("context")
def test_places_are_set_together_and_a_stale_row_stops_all() -> None:
    cohort = make.cohort(stage=CohortStage.OPEN)
    rows = [make.enrolment(cohort, make.person()) for _ in range(3)]
    wanted = {row.id: Place("第一组", "", "201") for row in rows[:2]}
    seen = {row.id: row.version for row in rows}
    by, at = cast.office(), now()
    assert actions.arrange(cohort=cohort, places=wanted, seen=seen, by=by, at=at) == 2
    assert actions.arrange(cohort=cohort, places=wanted, seen=seen, by=by, at=at) == 0
    with pytest.raises(Conflict):
        other = {rows[0].id: Place("第二组")}
        actions.arrange(cohort=cohort, places=other, seen=seen, by=by, at=at)


@pytest.mark.usefixtures("context")
def test_more_groups_than_learners_are_refused() -> None:
    cohort = make.cohort(stage=CohortStage.OPEN)
    for _ in range(5):
        make.enrolment(cohort, make.person())
    with pytest.raises(Refused, match="现有学员5人，组数应在1到5之间"):
        actions.group(cohort=cohort, groups=6, by=cast.office(), at=now())
    actions.group(cohort=cohort, groups=2, by=cast.office(), at=now())
    sizes = Counter(row.group_name for row in enrolments(cohort.id))
    assert sizes == {"第一组": 3, "第二组": 2}


def test_needs_are_shown_for_a_reason_and_written_down(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cohort = make.cohort(stage=CohortStage.OPEN)
        person = make.person("林中")
        person.diet, person.health = "不吃猪肉", "青霉素过敏"
        make.enrolment(cohort, person)
        number = cohort.id
    office = cast.browser(app, cast.office)
    assert "青霉素" not in office.get(f"/rosters/{number}/places").text
    refused = office.post(f"/rosters/{number}/needs", data={"reason": ""})
    assert (refused.status_code, "请写明查看的事由" in refused.text) == (422, True)
    shown = office.post(f"/rosters/{number}/needs", data={"reason": "与食堂核对用餐"})
    assert "不吃猪肉" in shown.text and "青霉素过敏" in shown.text
    with app.app_context():
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "rosters.read_needs"))
        assert [one.sentence.endswith("事由：与食堂核对用餐") for one in entry] == [True]
    assert cast.browser(app, cast.adviser).post(f"/rosters/{number}/needs").status_code == 403


def test_the_page_of_places_saves_what_is_typed(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cohort = make.cohort(stage=CohortStage.OPEN)
        row = make.enrolment(cohort, make.person("林中"))
        number, one = cohort.id, row.id
    office = cast.browser(app, cast.office)
    typed = {"enrolment": one, f"version-{one}": 1, f"group-{one}": "第一组", f"duty-{one}": "班长"}
    assert office.post(f"/rosters/{number}/places", data=typed).status_code == 303
    page = office.get(f"/rosters/{number}/places").text
    assert "班长 林中" in page
    assert office.post(f"/rosters/{number}/groups", data={"groups": "1"}).status_code == 303
