"""Reading scoring runs, and what changed between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt
from lms.exams.marking.models import ScoringRun, SheetScore, SlotScore
from lms.exams.sittings.models import Candidate
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person


@dataclass(frozen=True, slots=True)
class Difference:
    """A slot whose points differ between two runs."""

    learner: str
    learner_number: str
    number: int
    before: Decimal | None
    after: Decimal | None
    why: Sequence[str]


def runs(exam_id: int) -> list[ScoringRun]:
    """The scoring runs of the exam, the latest first."""
    wanted = select(ScoringRun).where(ScoringRun.exam_id == exam_id)
    return list(session.scalars(wanted.order_by(ScoringRun.number.desc())))


def find_latest_run(exam_id: int) -> ScoringRun | None:
    """The scoring run that counts now."""
    wanted = select(ScoringRun).where(ScoringRun.exam_id == exam_id)
    return session.scalar(wanted.order_by(ScoringRun.number.desc()).limit(1))


def get_run(exam_id: int, number: int) -> ScoringRun:
    """The scoring run of this number, or Missing."""
    run = session.scalar(
        select(ScoringRun).where(ScoringRun.exam_id == exam_id, ScoringRun.number == number)
    )
    if run is None:
        raise Missing("这次计分")
    return run


def sheet_scores(run: ScoringRun) -> dict[int, SheetScore]:
    """The totals of a run by attempt."""
    found = session.scalars(select(SheetScore).where(SheetScore.run_id == run.id))
    return {score.attempt_id: score for score in found}


def slot_scores(run_id: int, attempt_id: int) -> list[SlotScore]:
    """The slots of one sheet in a run, by number."""
    wanted = select(SlotScore).where(SlotScore.run_id == run_id, SlotScore.attempt_id == attempt_id)
    return list(session.scalars(wanted.order_by(SlotScore.number)))


def differences(before: ScoringRun, after: ScoringRun) -> list[Difference]:
    """Every slot whose points are not the same in two runs of an exam, in one statement."""
    old = aliased(SlotScore)
    statement = (
        select(
            Person.name,
            Enrolment.learner_number,
            SlotScore.number,
            old.points,
            SlotScore.points,
            SlotScore.why,
        )
        .join(Attempt, Attempt.id == SlotScore.attempt_id)
        .join(Candidate, Candidate.attempt_id == Attempt.id)
        .join(Enrolment, Enrolment.id == Candidate.enrolment_id)
        .join(Person, Person.id == Attempt.person_id)
        .outerjoin(
            old,
            and_(
                old.run_id == before.id,
                old.attempt_id == SlotScore.attempt_id,
                old.number == SlotScore.number,
            ),
        )
        .where(
            SlotScore.run_id == after.id,
            or_(old.id.is_(None), old.points != SlotScore.points),
        )
        .order_by(Enrolment.learner_number, SlotScore.number)
    )
    return [Difference(*row) for row in session.execute(statement)]
