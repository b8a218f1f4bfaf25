"""A small school with a running cohort in it, for tests of pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortStage
from courses.conduct.models import ConductEntry
from courses.conduct.rules import ConductKind
from courses.faculty.queries import get_instructor
from courses.materials import actions as materials
from courses.materials.rules import MaterialState
from courses.reflections.models import Reflection
from courses.routes import actions as routes
from courses.routes.rules import RouteDraft, StopDraft
from courses.timetable.actions import planning, releasing
from courses.timetable.rules import day_span
from courses.trips.actions import planning as trips
from courses.trips.rules import BusPlan, StopPlan, TripDraft
from lms.ground.clock import now, today
from lms.ground.db import session
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.conftest import House


@dataclass(frozen=True)
class School:
    """The numbers of the rows; `first` is the first day, `other_*` is what is somebody else's."""

    cohort: int
    other_cohort: int
    course: int
    instructor: int
    venue: int
    lesson: int
    enrolment: int
    other_enrolment: int
    material: int
    returned: int
    route: int
    entry: int
    reflection: int
    other_reflection: int
    person: int
    first: date


@pytest.fixture
def school(app: Flask, house: House) -> School:
    """Committed; no context is left open."""
    return house.put("school", _build)


def _build() -> School:
    office, first = cast.office(), today() - timedelta(days=1)
    course = make.course("党章")
    teacher = make.instructor(get_person_of(cast.instructor()), teaches=(course,))
    adviser = get_person_of(cast.adviser())
    cohort = make.cohort(
        course, number=7, stage=CohortStage.RUNNING, adviser=adviser, starts_on=first
    )
    other = make.cohort(course, number=8, stage=CohortStage.OPEN, starts_on=first)
    learner = make.enrolment(cohort, get_person_of(cast.learner()))
    stranger = make.enrolment(cohort, get_person_of(cast.other_learner()))
    cast.unit_admin()
    venue = make.venue("党建实务操作室")
    lesson = planning.schedule(
        cohort=get_cohort(cohort.id, office),
        course=course,
        span=day_span(first, time(8, 30), time(11, 30)),
        hours=Decimal(3),
        venue=venue,
        instructor=get_instructor(teacher.id),
        by=office,
        at=now(),
    )
    releasing.release(cohort=get_cohort(cohort.id, office), seen=1, by=office, at=now())
    route = routes.draw(
        RouteDraft("红色历史路线", "", (StopDraft("四连山", 40), StopDraft("人民防空洞", 30, 15))),
        by=office,
        at=now(),
    )
    trips.plan(
        cohort=get_cohort(cohort.id, office),
        route=route,
        draft=TripDraft(
            departs_at=day_span(first + timedelta(days=5), time(8, 30), time(9)).start,
            back_minutes=20,
            leader_id=adviser.id,
            guide_ids=(),
            buses=(BusPlan("车A", 20),),
            stops=(StopPlan("四连山", 40),),
        ),
        by=office,
        at=now(),
    )
    entry = ConductEntry(
        enrolment=learner,
        kind=ConductKind.COMMENDATION,
        day=first,
        points=Decimal(1),
        sentence="主动发言",
        recorded_by="陈班",
        recorded_at=now(),
    )
    mine, theirs = (
        Reflection(enrolment=who, title="学习体会", text="收获很大。", submitted_at=now())
        for who in (learner, stranger)
    )
    session.add_all([entry, mine, theirs])
    session.flush()
    return School(
        cohort=cohort.id,
        other_cohort=other.id,
        course=course.id,
        instructor=teacher.id,
        venue=venue.id,
        lesson=lesson.id,
        enrolment=learner.id,
        other_enrolment=stranger.id,
        material=_material(course.id, "讲义", MaterialState.APPROVED),
        returned=_material(course.id, "草稿", MaterialState.SUBMITTED),
        route=route.id,
        entry=entry.id,
        reflection=mine.id,
        other_reflection=theirs.id,
        person=make.person("林中").id,
        first=first,
    )


def _material(course_id: int, title: str, state: MaterialState) -> int:
    owner = cast.instructor()
    course = session.get_one(make.Course, course_id)
    made = materials.submit(
        course=course, title=title, content=title.encode(), name=f"{title}.txt",
        owner_id=owner.id, by=owner, at=now(),
    )  # fmt: skip
    if state is not MaterialState.SUBMITTED:
        materials.review(material=made, to=state, remark="", seen=1, by=cast.office(), at=now())
    return made.id
