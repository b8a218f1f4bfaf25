"""Planning cohorts, their steps, plans and learners on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from sqlalchemy import select

from courses.cohorts import actions, queries
from courses.cohorts.models import Cohort
from courses.cohorts.rules import CohortDraft, CohortStage
from courses.rosters import actions as rosters
from courses.rosters.queries import get_cohort_to_name
from lms.ground.access import Role
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import from_local, now
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing, Refused
from lms.ground.people.queries import get_person_of
from tests import cast, make

pytestmark = pytest.mark.usefixtures("context")
DAY = make.FIRST_DAY
DRAFT = CohortDraft(7, "知行学堂第7期", DAY, date(2026, 12, 3), capacity=2)
S = CohortStage


def planned(draft: CohortDraft = DRAFT) -> Cohort:
    return actions.plan(programme=make.programme(), draft=draft, by=cast.office(), at=now())


def step(cohort: Cohort, to: CohortStage) -> None:
    on_the_day = from_local(datetime.combine(DAY, time(9)))
    actions.take_step(cohort=cohort, to=to, by=cast.organiser(), at=on_the_day)


def test_a_plan_is_a_cohort_with_its_first_step() -> None:
    cohort = planned()
    assert (cohort.stage, cohort.steps[0].by_name) == (S.PLANNED, "李教务")
    assert queries.next_number(cohort.programme_id) == 8


def test_a_number_is_given_once() -> None:
    planned()
    with pytest.raises(Refused) as refusal:
        planned()
    assert refusal.value.reasons == ("知行学堂第7期已经有了，请换一个期数。",)


def test_a_cohort_goes_from_plan_to_close() -> None:
    cohort = planned(replace(DRAFT, adviser_id=get_person_of(cast.adviser()).id))
    actions.add_course(cohort=cohort, course=make.course(), by=cast.office(), at=now())
    make.enrolment(cohort)
    for stage in (S.APPROVED, S.OPEN, S.RUNNING, S.CLOSED):
        step(cohort, stage)
        session.expire(cohort)
        cohort = queries.get_cohort(cohort.id, cast.office())
        assert cohort.stage is stage
    with pytest.raises(Refused, match="已经结班，不能再改"):
        rosters.enrol(cohort=cohort, person=make.person(), by=cast.office(), at=now())


def test_a_step_taken_twice_is_one_step() -> None:
    cohort = planned()
    actions.add_course(cohort=cohort, course=make.course(), by=cast.office(), at=now())
    step(cohort, S.APPROVED)
    step(cohort, S.APPROVED)
    assert [one.stage for one in cohort.steps] == [S.PLANNED, S.APPROVED]


def test_a_cohort_without_courses_is_not_approved() -> None:
    with pytest.raises(Refused, match="教学计划里还没有课程"):
        step(planned(), S.APPROVED)


def test_a_stale_form_changes_nothing() -> None:
    cohort = planned()
    with pytest.raises(Conflict):
        actions.revise(cohort=cohort, draft=DRAFT, seen=0, by=cast.office(), at=now())


def test_courses_are_ordered_moved_and_removed() -> None:
    cohort = planned()
    made = [make.course(title) for title in ("甲", "乙", "丙")]
    for course in (*made, made[0]):
        actions.add_course(cohort=cohort, course=course, by=cast.office(), at=now())
    third = queries.get_course_of(cohort, made[2].id)
    actions.move_course(cohort=cohort, line=third, up=True, by=cast.office(), at=now())
    actions.move_course(cohort=cohort, line=third, up=True, by=cast.office(), at=now())
    actions.move_course(cohort=cohort, line=third, up=True, by=cast.office(), at=now())
    first = queries.get_course_of(cohort, made[0].id)
    actions.remove_course(cohort=cohort, line=first, by=cast.office(), at=now())
    ordered = sorted(cohort.courses, key=lambda line: line.position)
    assert [line.course.title for line in ordered] == ["丙", "乙"]
    assert ordered[0].hours == Decimal(3)


def test_learners_are_numbered_in_order() -> None:
    cohort = planned()
    rows = [
        rosters.enrol(cohort=cohort, person=make.person(), by=cast.office(), at=now())
        for _ in range(2)
    ]
    assert [row.learner_number for row in rows] == ["zhixing07001", "zhixing07002"]


def test_who_is_enrolled_twice_is_one_learner() -> None:
    cohort, person = planned(), make.person()
    rows = [
        rosters.enrol(cohort=cohort, person=person, by=cast.office(), at=now()) for _ in range(2)
    ]
    assert rows[0].id == rows[1].id
    entries = select(AuditEntry).where(AuditEntry.action == "rosters.enrol")
    assert len(session.scalars(entries).all()) == 1


def test_a_full_cohort_takes_nobody() -> None:
    cohort = planned()
    for _ in range(2):
        rosters.enrol(cohort=cohort, person=make.person(), by=cast.office(), at=now())
    with pytest.raises(Refused) as refusal:
        rosters.enrol(cohort=cohort, person=make.person(), by=cast.office(), at=now())
    assert refusal.value.reasons == (
        "“知行学堂第7期”的名额是2人，已有2人，再加1人就超出了；请先调整名额。",
    )


def test_who_left_keeps_the_row_and_comes_back_under_the_old_number() -> None:
    cohort, person = planned(), make.person("王学")
    row = rosters.enrol(cohort=cohort, person=person, by=cast.office(), at=now())
    rosters.withdraw(enrolment=row, on=DAY, reason="工作调动", seen=1, by=cast.office(), at=now())
    office = cast.office()
    assert queries.learners(cohort.id, office) == []
    assert queries.learners(cohort.id, office, withdrawn=True) == [row]
    with pytest.raises(Refused, match="已经退出"):
        rosters.withdraw(enrolment=row, on=DAY, reason="再次", seen=2, by=cast.office(), at=now())
    again = rosters.enrol(cohort=cohort, person=person, by=cast.office(), at=now())
    assert (again.learner_number, again.withdrawn_on) == ("zhixing07001", None)


def visible(cohort: Cohort) -> dict[str, bool]:
    """Who may see the cohort."""
    seen = {}
    for role, member in {**cast.EVERYBODY, "other_learner": cast.other_learner}.items():
        try:
            queries.get_cohort(cohort.id, member())
        except Missing:
            seen[str(role)] = False
        else:
            seen[str(role)] = True
    return seen


@pytest.mark.parametrize("stage", CohortStage)
def test_who_sees_a_cohort(stage: CohortStage) -> None:
    cohort = make.cohort(stage=stage)
    make.enrolment(cohort, get_person_of(cast.learner()))
    readers = {"administrator", "organiser", "office", "adviser", "instructor", "learner"}
    readers |= {"unit_admin"} if stage is CohortStage.OPEN else set()
    assert {role for role, sees in visible(cohort).items() if sees} == readers


def test_a_unit_administrator_sees_own_people_only() -> None:
    cohort = make.cohort(stage=S.OPEN)
    mine, theirs = get_person_of(cast.learner()), get_person_of(cast.other_learner())
    make.enrolment(cohort, mine)
    make.enrolment(cohort, theirs)
    seen = queries.learners(cohort.id, cast.unit_admin())
    assert [row.person_id for row in seen] == [mine.id]
    own = queries.learners(cohort.id, cast.learner())
    assert [row.person_id for row in own] == [mine.id]
    everybody = queries.learners(cohort.id, cast.office())
    assert [row.person_id for row in everybody] == [mine.id, theirs.id]


def test_an_adviser_looks_after_own_cohorts() -> None:
    adviser = cast.adviser()
    mine = make.cohort(adviser=get_person_of(adviser))
    other = make.cohort()
    assert queries.get_cohort_in_charge(mine.id, adviser).id == mine.id
    assert queries.get_cohort_in_charge(other.id, cast.office()).id == other.id
    with pytest.raises(Missing):
        queries.get_cohort_in_charge(other.id, adviser)
    seen = [queries.get_cohort(one.id, adviser) for one in (mine, other)]
    assert [queries.is_in_charge(one, adviser) for one in seen] == [True, False]
    assert [queries.is_in_charge(one, cast.instructor()) for one in seen] == [False, False]
    assert [queries.is_in_charge(one, cast.organiser()) for one in seen] == [True, True]


@pytest.mark.parametrize("stage", CohortStage)
def test_cohorts_are_found_by_their_stage(stage: CohortStage) -> None:
    made = {one: make.cohort(stage=one) for one in CohortStage}
    page = queries.cohorts(cast.office(), stage=stage)
    assert ([row.id for row in page.rows], page.total) == ([made[stage].id], 1)


def test_units_name_learners_while_a_cohort_is_open() -> None:
    both = make.account(Role.UNIT_ADMIN, Role.LEARNER)
    cohorts = {stage: make.cohort(stage=stage) for stage in (S.OPEN, S.RUNNING)}
    person = make.person(account=both)
    for cohort in cohorts.values():
        make.enrolment(cohort, person)
    assert get_cohort_to_name(cohorts[S.OPEN].id, both).id == cohorts[S.OPEN].id
    with pytest.raises(Missing):
        get_cohort_to_name(cohorts[S.RUNNING].id, both)
