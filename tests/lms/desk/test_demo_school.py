"""The demo school: what the seeds tell of, complete, and the same every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort, Enrolment
from courses.faculty.models import Instructor
from courses.fees.models import FeeSheet
from courses.fees.rules import SheetState
from courses.invitations.models import Invitation
from courses.invitations.rules import InvitationState
from courses.programmes.models import Programme
from courses.routes.models import Stop
from courses.timetable.models import Lesson
from courses.trips.models import Trip, TripDeparture
from lms.appraisal.reviews.models import Review
from lms.archives.certificates.models import Certificate
from lms.archives.closing.models import Closure
from lms.archives.cohort_files.models import CohortFile
from lms.desk.actions import school
from lms.exams.recordings.models import Recording
from lms.exams.recordings.queries import of_answers
from lms.exams.results.models import Release, Result
from lms.ground.accounts.actions import check_password
from lms.ground.accounts.queries import find_login
from lms.ground.db import session, transaction
from lms.ground.jobs.models import Job
from lms.ground.people.models import Person
from question_bank.items.models import Item
from tests.conftest import House

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(house: House) -> Iterator[Flask]:
    """The demo school, loaded once, at nine in the morning of a Sunday."""
    house.renew()
    with house.app.app_context(), transaction():
        school.load(at=AT)
    yield house.app
    house.renew()


@pytest.fixture
def demo(loaded: Flask) -> Iterator[list[school.LogIn]]:
    """Its log-ins, within a context whose changes are forgotten."""
    with loaded.app_context():
        yield school.log_ins()


def _count(entity: type) -> int:
    return session.scalar(select(func.count()).select_from(entity)) or 0


def test_it_has_what_the_report_tells_of(demo: list[school.LogIn]) -> None:
    held = session.execute(
        select(Programme.name, func.count(Cohort.id))
        .outerjoin(Cohort, Cohort.programme_id == Programme.id)
        .group_by(Programme.id)
        .order_by(Programme.position)
    )
    assert [tuple(row) for row in held] == [
        ("知行学堂", 6),
        ("共富学堂", 3),
        ("越语学堂", 1),
        ("中青班", 1),
        ("万名党员进党校", 1),
    ]
    assert _count(Instructor) == 47
    assert _count(Stop) == 10
    assert _count(Item) >= 150


def test_what_was_said_is_there_to_be_heard(demo: list[school.LogIn]) -> None:
    said = session.scalars(select(Recording).options(joinedload(Recording.upload))).all()
    assert {(one.standing, one.measured, one.remark) for one in said} == {("counts", 2, "")}
    heard = of_answers([one.attempt_id for one in said])
    assert len(heard) == len(said) == 16
    assert [one.upload.size for one in said if one.upload] == [2735] * 16


def test_every_past_exam_is_released_with_a_result_for_everybody(
    demo: list[school.LogIn],
) -> None:
    assert _count(Release) == 10
    results = session.scalar(select(func.count(Result.id)))
    enrolled = session.scalar(
        select(func.count(Enrolment.id)).join(Enrolment.cohort).where(Cohort.ends_on < AT.date())
    )
    assert results == enrolled
    passed = Counter(session.scalars(select(Result.passed)))
    assert passed[True] > passed[False] > 0


def test_past_cohorts_are_closed_and_one_is_being_filed(demo: list[school.LogIn]) -> None:
    assert _count(Closure) == 10
    undecided = select(func.count(Review.id)).where(Review.decided_grade.is_(None))
    assert session.scalar(undecided) == 0
    assert _count(Certificate) > 200
    assert session.scalars(select(Job.created_at)).all() == [AT]
    filed = session.scalars(select(CohortFile).options(joinedload(CohortFile.cohort))).one()
    assert filed.cohort.title == "知行学堂第一期"


def test_trips_show_what_was_planned_and_what_was_counted(demo: list[school.LogIn]) -> None:
    trips = session.scalars(select(Trip).options(joinedload(Trip.cohort)).order_by(Trip.starts_at))
    told = [(one.cohort.title, one.starts_at < AT, bool(one.report)) for one in trips]
    assert told == [
        ("知行学堂第六期", True, True),
        ("中青班第一期", True, True),
        ("中青班第一期", False, False),
    ]
    counted = session.execute(
        select(TripDeparture.trip_id, TripDeparture.expected - TripDeparture.counted)
    )
    assert {missing for _, missing in counted} == {1}


def test_instructors_are_invited_and_have_answered(demo: list[school.LogIn]) -> None:
    rows = session.scalars(select(Invitation).options(joinedload(Invitation.lesson))).all()
    states = Counter(row.state(AT) for row in rows)
    to_come = select(func.count(Lesson.id)).join(Lesson.cohort)
    lessons = to_come.where(
        Cohort.title == "中青班第一期", Lesson.starts_at > AT, Lesson.instructor_id.is_not(None)
    )
    assert len(rows) == session.scalar(lessons)
    assert states[InvitationState.DECLINED] == 1
    assert states[InvitationState.ACCEPTED] > states[InvitationState.WAITING] >= 1


def test_one_sheet_of_fees_is_decided_and_one_waits(demo: list[school.LogIn]) -> None:
    sheets = session.scalars(select(FeeSheet).options(joinedload(FeeSheet.cohort)))
    assert [(one.cohort.title, one.state) for one in sheets] == [
        ("知行学堂第六期", SheetState.DECIDED),
        ("中青班第一期", SheetState.PROPOSED),
    ]


def test_a_second_load_changes_nothing(demo: list[school.LogIn]) -> None:
    before = _count(Person)
    assert school.load(at=AT) == demo
    assert _count(Person) == before


def test_the_printed_passwords_open_the_accounts(demo: list[school.LogIn]) -> None:
    for printed in demo:
        account = find_login(printed.login)
        assert account is not None
        assert check_password(account.password_hash, printed.password).matches
        assert account.is_demo


def test_it_is_the_same_every_time(loaded: Flask, house: House) -> None:
    with loaded.app_context():
        first = _gist()
    house.renew()
    with loaded.app_context():
        school.load(at=AT)
        assert _gist() == first


def _gist() -> tuple[object, ...]:
    scores = session.scalars(select(Result.score).order_by(Result.enrolment_id)).all()
    people = session.scalars(select(Person.name).order_by(Person.id)).all()
    return tuple(scores), tuple(people)
