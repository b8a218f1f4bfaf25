"""A school with a cohort to examine, and a sitting of it that runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from courses.cohorts.rules import CohortStage
from lms.exams.attempts.models import Attempt
from lms.exams.sittings.actions import arranging
from lms.exams.sittings.models import Candidate
from lms.exams.sittings.queries import sittings
from lms.exams.sittings.rules import SittingDraft
from lms.ground import db
from lms.ground.clock import now
from lms.ground.people.queries import get_person_of
from tests import cast, make
from tests.lms.exams.attempts.hall import Seat


@dataclass
class School:
    """A cohort with a course, a sealed paper and two learners, as numbers for the pages."""

    cohort: int
    course: int
    paper: int


@pytest.fixture(name="school")
def make_school(app: Flask) -> School:
    with app.app_context(), db.transaction():
        make.norm("exam.transport_grace_seconds", Decimal(10))
        make.norm("exam.pass_score", Decimal(60))
        make.norm("exam.invigilators", Decimal(2))
        course = make.course("村级治理")
        cohort = make.cohort(course, stage=CohortStage.RUNNING, title="知行学堂第1期")
        make.enrolment(cohort, get_person_of(cast.learner()))
        make.enrolment(cohort, get_person_of(cast.other_learner()))
        cast.invigilator()
        return School(cohort.id, course.id, make.sealed_paper().id)


def running_sitting(app: Flask, school: School) -> int:
    """A sitting that began a minute ago, with sheets."""
    with app.app_context(), db.transaction():
        office, at = cast.office(), now() - timedelta(minutes=2)
        cohort = db.session.get_one(make.Cohort, school.cohort)
        exam = make.exam(cohort, paper=db.session.get_one(make.Paper, school.paper))
        draft = SittingDraft(
            opens_at=now() - timedelta(minutes=1),
            closes_at=now() + timedelta(hours=2),
            minutes=60,
            invigilator_ids=(cast.invigilator().id,),
        )
        made = arranging.create_sitting(exam=exam, draft=draft, by=office, at=at)
        sitting = sittings.get_sitting(made.id, office)
        arranging.prepare(sitting=sitting, by=office, at=at)
        return made.id


def sheet_of(app: Flask, seat: int) -> Attempt:
    with app.app_context():
        wanted = select(Attempt).join(Candidate, Candidate.attempt_id == Attempt.id)
        return db.session.scalars(wanted.where(Candidate.seat == seat)).one()


def begin(app: Flask) -> Seat:
    """The learner (seat 1) opens the paper and answers an item."""
    seat = Seat(cast.browser(app, cast.learner), sheet_of(app, 1).id)
    seat.open()
    assert seat.save(n1="A").status_code == 200
    return seat


def candidate_of(app: Flask, seat: int) -> int:
    """The number of the candidate in this seat."""
    with app.app_context():
        return db.session.scalars(select(Candidate.id).where(Candidate.seat == seat)).one()
