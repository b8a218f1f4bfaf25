"""Places given to units: who counts against what, and units that have named all they may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from courses.cohorts.models import Cohort
from courses.cohorts.rules import CohortStage
from courses.openings.models import Opening
from courses.quotas import actions, queries
from courses.quotas.models import Quota
from courses.quotas.rules import Share, charged_unit, naming_faults, quota_faults
from courses.rosters.actions import name_learner
from lms.desk.queries.tasks import tasks
from lms.ground import db
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.models import Notice
from lms.ground.people.models import Unit
from tests import cast, make

PARENTS = {1: None, 2: 1, 3: 2, 9: None}


@pytest.mark.parametrize(
    ("unit", "quotas", "charged"),
    [
        (3, [3], 3),
        (3, [1], 1),
        (3, [1, 2], 2),
        (9, [1], None),
        (None, [1], None),
        (3, [], None),
    ],
)
def test_a_person_counts_against_the_nearest_quota_above(
    unit: int | None, quotas: list[int], charged: int | None
) -> None:
    assert charged_unit(unit, PARENTS, quotas) == charged


def test_a_unit_below_itself_ends_the_search() -> None:
    assert charged_unit(1, {1: 2, 2: 1}, [5]) is None


def test_faults_are_sentences() -> None:
    assert quota_faults({"老街镇": 30, "新桥乡": 20}, 50) == []
    assert quota_faults({"老街镇": 30, "新桥乡": 21}, 50) == [
        "分出去的名额共51个，超过了班次名额50人。"
    ]
    assert naming_faults(Share(1, "老街镇", 2, 1)) == []
    assert naming_faults(Share(1, "老街镇", 1, 1)) == [
        "“老街镇”的名额是1人，已经报了1人；要换人，请先撤回已报的人，要增加名额，请与教务联系。"
    ]
    assert len(naming_faults(None)) == 1


def _allot(cohort: Cohort, **places: int) -> None:
    units = {unit.name: unit for unit in session.scalars(select(Unit))}
    by_unit = {units[name]: number for name, number in places.items()}
    actions.allot(cohort=cohort, places=by_unit, by=cast.office(), at=now())


@pytest.mark.usefixtures("context")
def test_places_are_given_changed_and_taken_back() -> None:
    cohort = make.cohort(stage=CohortStage.OPEN, capacity=5)
    make.unit("老街镇"), make.unit("新桥乡")
    _allot(cohort, 老街镇=3, 新桥乡=2)
    with pytest.raises(Refused, match="超过了班次名额5人"):
        _allot(cohort, 新桥乡=3)
    _allot(cohort, 老街镇=1, 新桥乡=0)
    assert [(one.unit, one.places) for one in queries.shares(cohort.id)] == [("老街镇", 1)]


@pytest.mark.usefixtures("context")
def test_a_unit_names_up_to_its_quota_with_the_villages_below_it() -> None:
    town = make.unit("老街镇")
    village = make.unit("东村", parent=town)
    cohort = make.cohort(stage=CohortStage.OPEN)
    _allot(cohort, 老街镇=2)
    first, second, third = make.person(unit=town), make.person(unit=village), make.person(unit=town)
    for person in (first, second, second):
        name_learner(cohort=cohort, person=person, by=cast.unit_admin(), at=now())
    with pytest.raises(Refused, match="“老街镇”的名额是2人，已经报了2人"):
        name_learner(cohort=cohort, person=third, by=cast.unit_admin(), at=now())
    with pytest.raises(Refused, match="没有分给这位人员所在的单位"):
        name_learner(cohort=cohort, person=make.person(), by=cast.unit_admin(), at=now())
    assert queries.find_share(cohort.id, village.id) == Share(town.id, "老街镇", 2, 2)


@pytest.mark.usefixtures("context")
def test_units_with_places_left_are_reminded() -> None:
    admin = cast.unit_admin()
    cohort = make.cohort(stage=CohortStage.OPEN)
    make.unit("新桥乡")
    _allot(cohort, 老街镇=2)
    units = actions.remind(cohort=cohort, link="/rosters/1", by=cast.office(), at=now())
    told = session.scalars(select(Notice)).all()
    assert units == ["老街镇"]
    assert [one.person_id for one in told] == [queries.administrators(_unit("老街镇").id)[0]]
    assert "还有2个没有报" in told[0].body
    assert admin.name == "朱单"


def _unit(name: str) -> Unit:
    return session.scalars(select(Unit).where(Unit.name == name)).one()


def test_a_unit_sees_its_own_share_and_names_its_own_people(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cast.unit_admin()
        cohort = make.cohort(stage=CohortStage.OPEN)
        make.unit("新桥乡")
        own, theirs = (
            make.person("甲", unit=_unit("老街镇")),
            make.person("乙", unit=_unit("新桥乡")),
        )
        make.person("丙", unit=_unit("老街镇"))
        _allot(cohort, 老街镇=1, 新桥乡=4)
        number, own_id, other_id = cohort.id, own.id, theirs.id
    unit = cast.browser(app, cast.unit_admin)
    page = unit.get(f"/quotas/{number}").text
    assert "老街镇" in page and "新桥乡" not in page
    assert unit.post(f"/quotas/{number}", data={"unit": 1, "places": 9}).status_code == 403
    here = f"/rosters/{number}/new"
    assert "还可以报1人" in unit.get(here).text
    assert unit.post(here, data={"person": other_id}).status_code == 404
    assert unit.post(here, data={"person": own_id}).status_code == 303
    assert unit.post(here, data={"person": own_id + 2}).status_code == 422
    learner = unit.get("/rosters/learners/1").text
    assert "登记退出" in learner
    data = {"on": "2026-11-22", "reason": "换人", "version": "1"}
    assert unit.post("/rosters/learners/1/withdraw", data=data).status_code == 303
    assert unit.post(here, data={"person": own_id + 2}).status_code == 303


def test_the_office_gives_places_and_exports_them(app: Flask) -> None:
    with app.app_context(), db.transaction():
        cohort = make.cohort(stage=CohortStage.APPROVED, capacity=10)
        number, town = cohort.id, make.unit("老街镇").id
    office = cast.browser(app, cast.office)
    assert "没有按单位分配名额" in office.get(f"/quotas/{number}").text
    wrong = office.post(f"/quotas/{number}", data={"unit": town, "places": "三"})
    assert (wrong.status_code, "名额请填整数" in wrong.text) == (422, True)
    assert office.post(f"/quotas/{number}", data={"unit": town, "places": "3"}).status_code == 303
    much = office.post(f"/quotas/{number}", data={f"places-{town}": "11"})
    assert (much.status_code, "超过了班次名额10人" in much.text) == (422, True)
    assert office.get(f"/quotas/{number}/list.xlsx").data[:2] == b"PK"


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("holder", "named", "stage", "until", "waits"),
    [
        ("老街镇", [], CohortStage.OPEN, None, True),
        ("老街镇", ["老街镇"], CohortStage.OPEN, None, True),
        ("老街镇", ["老街镇", "东村"], CohortStage.OPEN, None, False),
        ("老街镇", ["老街镇", "新桥乡"], CohortStage.OPEN, None, True),
        ("东村", ["老街镇", "老街镇"], CohortStage.OPEN, None, True),
        ("县", [], CohortStage.OPEN, None, True),
        ("县", ["老街镇", "新桥乡"], CohortStage.OPEN, None, False),
        ("新桥乡", [], CohortStage.OPEN, None, False),
        ("老街镇", [], CohortStage.APPROVED, None, False),
        ("老街镇", [], CohortStage.RUNNING, None, False),
        ("老街镇", [], CohortStage.OPEN, 0, True),
        ("老街镇", [], CohortStage.OPEN, -1, False),
    ],
)
def test_a_quota_waits_on_the_desk_of_its_unit_until_it_is_filled_or_the_time_is_over(
    holder: str, named: list[str], stage: CohortStage, until: int | None, waits: bool
) -> None:
    """A quota of two; `until`: the last day of the notice, counted from today."""
    admin, day = cast.unit_admin(), today()
    county = make.unit("县")
    units = {name: _unit(name) for name in ("老街镇",)}
    units["老街镇"].parent_id = county.id
    units |= {"县": county, "新桥乡": make.unit("新桥乡", parent=county)}
    units["东村"] = make.unit("东村", parent=units["老街镇"])
    cohort = make.cohort(stage=stage, starts_on=day)
    session.add(Quota(cohort_id=cohort.id, unit_id=units[holder].id, places=2))
    session.add_all([make.enrolment(cohort, make.person(unit=units[name])) for name in named])
    if until is not None:
        last = day + timedelta(days=until)
        session.add(Opening(cohort_id=cohort.id, names_until=last))
    session.flush()
    told = [(one.sentence, one.count) for one in tasks(admin, now=now())]
    assert told == ([("个班次的名额还没有报满", 1)] if waits else [])
    later = now() + timedelta(days=1)
    assert tasks(admin, now=later) == []


@pytest.mark.usefixtures("context")
def test_whoever_has_left_leaves_a_place_to_fill() -> None:
    admin = cast.unit_admin()
    cohort = make.cohort(stage=CohortStage.OPEN, starts_on=today())
    session.add(Quota(cohort_id=cohort.id, unit_id=_unit("老街镇").id, places=1))
    row = make.enrolment(cohort, make.person(unit=_unit("老街镇")))
    assert tasks(admin, now=now()) == []
    row.withdrawn_on = today()
    session.flush()
    assert [one.endpoint for one in tasks(admin, now=now())] == ["cohorts.index"]
