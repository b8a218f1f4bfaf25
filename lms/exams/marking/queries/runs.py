"""Reading scoring runs, and what changed between them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import CompoundSelect, ScalarSelect, Select, func, select, union

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt, Reopening, Step
from lms.exams.attempts.rules.states import Standing
from lms.exams.invigilation.models import StepDecision
from lms.exams.marking.models import KeyCorrection, Mark, MarkingScheme, ScoringRun, SheetScore
from lms.exams.marking.queries.exams import attempts
from lms.exams.marking.rules.points import SlotScore, slot_score
from lms.exams.sittings.models import Candidate
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.jobs.models import Job
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


@dataclass(frozen=True, slots=True)
class Since:
    """What a run does not hold yet: sheets, sheets whose answers changed, marks, whether the
    way of marking was set anew (1), and corrections of keys."""

    sheets: int = 0
    answers: int = 0
    marks: int = 0
    schemes: int = 0
    corrections: int = 0

    def __bool__(self) -> bool:
        return self != Since()


def runs(exam_id: int) -> list[ScoringRun]:
    """The scoring runs of the exam, the latest first."""
    wanted = select(ScoringRun).where(ScoringRun.exam_id == exam_id)
    return list(session.scalars(wanted.order_by(ScoringRun.number.desc())))


def find_latest_run(exam_id: int) -> ScoringRun | None:
    """The scoring run that counts now."""
    wanted = select(ScoringRun).where(ScoringRun.exam_id == exam_id)
    return session.scalar(wanted.order_by(ScoringRun.number.desc()).limit(1))


def find_scoring(exam_id: int) -> Job | None:
    """The last order to score this exam, waiting, at work or over."""
    asked = select(Job).where(Job.kind == "marking.score").order_by(Job.id.desc())
    return next(
        (job for job in session.scalars(asked.limit(200)) if job.arguments["exam_id"] == exam_id),
        None,
    )


def get_run(exam_id: int, number: int) -> ScoringRun:
    """The scoring run of this number, or Missing."""
    run = session.scalar(
        select(ScoringRun).where(ScoringRun.exam_id == exam_id, ScoringRun.number == number)
    )
    if run is None:
        raise Missing("这次计分")
    return run


def sheet_scores(run: ScoringRun) -> dict[int, SheetScore]:
    """The totals of a run by attempt, without their slots."""
    found = session.scalars(select(SheetScore).where(SheetScore.run_id == run.id))
    return {score.attempt_id: score for score in found}


def slot_scores(run_id: int, attempt_id: int) -> list[SlotScore]:
    """The slots of one sheet in a run, by number."""
    return slots_of_run(run_id, [attempt_id]).get(attempt_id, [])


def slots_of_run(
    run_id: int, attempt_ids: Collection[int] | None = None
) -> dict[int, list[SlotScore]]:
    """The slots of the sheets of a run (of these, or of all) by attempt, in one statement."""
    wanted = select(SheetScore.attempt_id, SheetScore.slots).where(SheetScore.run_id == run_id)
    if attempt_ids is not None:
        wanted = wanted.where(SheetScore.attempt_id.in_(attempt_ids))
    return {
        attempt_id: [slot_score(document) for document in slots]
        for attempt_id, slots in session.execute(wanted)
    }


def differences(before: ScoringRun, after: ScoringRun) -> list[Difference]:
    """Every slot whose points are not the same in two runs of an exam, by learner number."""
    old = {
        (attempt_id, slot.number): slot.points
        for attempt_id, slots in slots_of_run(before.id).items()
        for slot in slots
    }
    changed = {
        attempt_id: differing
        for attempt_id, slots in slots_of_run(after.id).items()
        if (differing := [one for one in slots if old.get((attempt_id, one.number)) != one.points])
    }
    return [
        Difference(
            name, number, slot.number, old.get((attempt_id, slot.number)), slot.points, slot.why
        )
        for attempt_id, name, number in learners(changed)
        for slot in changed[attempt_id]
    ]


def learners(attempt_ids: Collection[int]) -> list[tuple[int, str, str]]:
    """`(attempt, name, learner number)` of the people behind these sheets, by learner number."""
    rows = session.execute(
        select(Attempt.id, Person.name, Enrolment.learner_number)
        .join(Candidate, Candidate.attempt_id == Attempt.id)
        .join(Enrolment, Enrolment.id == Candidate.enrolment_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.id.in_(attempt_ids))
        .order_by(Enrolment.learner_number, Attempt.id)
    )
    return [(attempt_id, name, number) for attempt_id, name, number in rows]


def since(exam_id: int, run: ScoringRun) -> Since:
    """What came or changed after a run had read it, in one statement."""
    mine = attempts(exam_id).with_only_columns(Attempt.id)
    at = run.started_at
    held = select(SheetScore.attempt_id).where(SheetScore.run_id == run.id)
    sheets = mine.where(Attempt.started_at.is_not(None), Attempt.id.not_in(held))
    marked = select(Mark.id).where(Mark.attempt_id.in_(mine), Mark.marked_at > at, Mark.copy == 0)
    late = select(Step.attempt_id).where(
        Step.attempt_id.in_(held), Step.standing == Standing.COUNTS, Step.received_at > at
    )
    decided = (
        select(Step.attempt_id)
        .join(StepDecision, StepDecision.step_id == Step.id)
        .where(Step.attempt_id.in_(held), StepDecision.counted, StepDecision.decided_at > at)
    )
    reopened = select(Reopening.attempt_id).where(
        Reopening.attempt_id.in_(held), Reopening.reopened_at > at
    )
    changed = union(late, decided, reopened)
    reset = select(MarkingScheme.id).where(
        MarkingScheme.exam_id == exam_id, MarkingScheme.set_at > at
    )
    fixed = select(KeyCorrection.id).where(
        KeyCorrection.exam_id == exam_id,
        KeyCorrection.approved.is_(True),
        KeyCorrection.decided_at > at,
    )
    parts = [_count(one) for one in (sheets, changed, marked, reset, fixed)]
    counts: list[int] = [*session.execute(select(*parts)).one()]
    return Since(*counts)


def _count(rows: Select[Any] | CompoundSelect[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()
