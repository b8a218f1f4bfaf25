"""The exam whose sheets the benchmark scores, in the sittings that its consoles look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import insert

from courses.cohorts.models import Enrolment
from lms.exams.sittings.models import Candidate, Exam, Sitting
from lms.ground import db
from lms.ground.clock import now
from question_bank.papers.models import Paper, Variant
from tests import make

SEATS = 300  # as many as a console must show


def hold(people: Sequence[int], attempts: Sequence[int], variant_id: int) -> Exam:
    """One exam, in as many sittings as it needs for these people with their sheets."""
    paper_id = db.session.get_one(Variant, variant_id).paper_id
    exam = make.exam(make.cohort(), paper=db.session.get_one(Paper, paper_id))
    learners = [
        {"cohort_id": exam.cohort.id, "person_id": one, "learner_number": str(number),
         "enrolled_at": now()}
        for number, one in enumerate(people, 1)
    ]  # fmt: skip
    enrolled = db.session.scalars(
        insert(Enrolment).returning(Enrolment.id, sort_by_parameter_order=True), learners
    ).all()
    seated = list(zip(enrolled, attempts, strict=True))
    for start in range(0, len(seated), SEATS):
        _sit(exam, seated[start : start + SEATS])
    return exam


def _sit(exam: Exam, seated: Sequence[tuple[int, int]]) -> None:
    sitting = Sitting(
        exam=exam,
        opens_at=now() - timedelta(minutes=1),
        closes_at=now() + timedelta(hours=6),
        minutes=300,
        prepared_at=now(),
    )
    db.session.add(sitting)
    db.session.flush()
    seats = [
        {"sitting_id": sitting.id, "enrolment_id": enrolment, "attempt_id": sheet, "seat": seat}
        for seat, (enrolment, sheet) in enumerate(seated, 1)
    ]
    db.session.execute(insert(Candidate), seats)
