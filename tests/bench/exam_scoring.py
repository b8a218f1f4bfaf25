"""How long the machine scores a thousand sheets of fifty items."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt
from lms.exams.marking.actions import scoring
from lms.exams.sittings.models import Candidate, Exam, Sitting
from lms.ground import db
from lms.ground.audit.actions import System
from lms.ground.clock import now
from lms.ground.norms.actions import load_baseline
from question_bank.papers.models import Variant
from tests import make
from tests.bench.exam_house import SLOTS, House


def scored_in(house: House, sheets: int) -> float:
    """Seconds for one scoring run in a transaction of its own, commit included."""
    with house.app.app_context():
        with db.transaction():
            load_baseline(at=now())
            exam_id = _held(house.attempts[:sheets], house.variant_id)
        with db.transaction() as session:
            exam = session.get_one(Exam, exam_id)
            began = time.perf_counter()
            scoring.score(exam, by=System(), at=now() + timedelta(days=1))  # type: ignore[arg-type]
        took = time.perf_counter() - began
        db.database().engine.dispose()
    return took


def _held(attempts: list[int], variant_id: int) -> int:
    """An exam over these sheets, every slot of each answered, everybody done."""
    session, at = db.session, now()
    people = dict(iter(session.execute(select(Attempt.id, Attempt.person_id))))
    paper = session.get_one(Variant, variant_id).paper_id
    cohort = make.cohort()
    exam = Exam(
        cohort=cohort,
        paper_id=paper,
        title="结业考试",
        pass_score=60,
        created_by="系统",
        created_at=at,
    )
    session.add(exam)
    session.flush()
    sitting = Sitting(
        exam_id=exam.id, opens_at=at, closes_at=at + timedelta(hours=1), minutes=60, prepared_at=at
    )
    session.add(sitting)
    session.flush()
    learners: list[dict[str, Any]] = [
        {"cohort_id": cohort.id, "person_id": people[one], "learner_number": f"K{one}",
         "enrolled_at": at}
        for one in attempts
    ]  # fmt: skip
    enrolled = session.scalars(
        insert(Enrolment).returning(Enrolment.id, sort_by_parameter_order=True), learners
    ).all()
    seats = [
        {"sitting_id": sitting.id, "enrolment_id": enrolment, "attempt_id": one, "seat": seat}
        for seat, (one, enrolment) in enumerate(zip(attempts, enrolled, strict=True), start=1)
    ]
    session.execute(insert(Candidate), seats)
    done = {"started_at": at, "submitted_at": at, "submitted_by": "candidate", "answered": SLOTS}
    session.execute(update(Attempt).where(Attempt.id.in_(attempts)).values(**done))
    return exam.id
