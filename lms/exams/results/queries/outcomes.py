"""Reading what a scoring run makes of an exam's sheets, and what would change by its release."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt
from lms.exams.marking.models import ScoringRun, SheetScore
from lms.exams.marking.queries.exams import variants
from lms.exams.marking.queries.runs import find_latest_run, sheet_scores
from lms.exams.marking.rules.points import full_score
from lms.exams.results.models import Result
from lms.exams.results.queries.released import released_of_exam
from lms.exams.results.rules import (
    Band,
    Outcome,
    absent,
    explained,
    outcome,
    parse_bands,
    parse_cap,
)
from lms.exams.sittings.models import Candidate, Exam, Sitting
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.norms.queries import fraction, text
from lms.ground.people.models import Person
from question_bank.papers.rules.drawing import own_answers


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate of an exam and what the sheet comes to; no attempt means absent."""

    enrolment: Enrolment
    attempt_id: int | None
    outcome: Outcome


def bands(exam: Exam, run: ScoringRun) -> tuple[Band, ...]:
    """The grade bands in force for the exam's programme on the day of the run."""
    return parse_bands(text("exam.bands", on=local(run.started_at).date(), scope=_scope(exam)))


def lines(exam: Exam, run: ScoringRun) -> list[Line]:
    """All candidates by learner number with what a run makes of their sheets.

    Of somebody who sat the exam twice the later sheet counts; who left the cohort without
    sitting it is not listed.
    """
    scores, limits = sheet_scores(run), bands(exam, run)
    step = _step(exam, run)
    cap = cap_of(exam, run)
    full = max(
        full_score(own_answers(variant.content, variant.answers, seed=0))
        for variant in variants(exam).values()
    )
    found = []
    for candidate in _last_candidates(exam.id):
        score = scores.get(candidate.attempt_id or 0)
        result = absent(full)
        if score is not None:
            result = outcome(
                score.points,
                score.full_points,
                pass_score=exam.pass_score,
                bands=limits,
                step=step,
                cap=cap,
            )
        attempt_id = None if score is None else candidate.attempt_id
        found.append(Line(candidate.enrolment, attempt_id, result))
    return found


def cap_of(exam: Exam, run: ScoringRun) -> Decimal | None:
    """What a make-up can earn at most, of 100, on the day of the run; None where nothing limits it."""
    if exam.makes_up_id is None:
        return None
    told = text("results.make_up_cap", on=local(run.started_at).date(), scope=_scope(exam))
    return parse_cap(told, pass_score=exam.pass_score)


def explain(result: Result) -> list[str]:
    """How a released result (as `released.get_mine` gives it) came about; [] for the absent."""
    score = session.scalar(
        select(SheetScore).where(
            SheetScore.run_id == result.run_id, SheetScore.attempt_id == result.attempt_id
        )
    )
    if score is None:
        return []
    return explained(
        score.points,
        Outcome(result.score, result.full_score, result.grade, result.passed, result.earned),
        pass_score=result.exam.pass_score,
        bands=bands(result.exam, result.run),
        step=_step(result.exam, result.run),
    )


def changes(exam: Exam, lines: Collection[Line]) -> list[tuple[Line, Result | None]]:
    """Whose score or grade would be other than what is released, with the released result; []
    before the first release."""
    before = {one.enrolment_id: one for one in released_of_exam(exam.id)}
    found = [(line, before.get(line.enrolment.id)) for line in lines]
    return [
        (line, one)
        for line, one in found
        if before
        and (one is None or (one.score, one.grade) != (line.outcome.score, line.outcome.grade))
    ]


def _step(exam: Exam, run: ScoringRun) -> Fraction:
    return fraction("exam.score_step", on=local(run.started_at).date(), scope=_scope(exam))


def _scope(exam: Exam) -> str:
    return exam.cohort.programme.code


def _last_candidates(exam_id: int) -> list[Candidate]:
    """One candidate row for each enrolment: the last sheet that was begun, else the last seat."""
    rows = session.scalars(
        select(Candidate)
        .join(Candidate.sitting)
        .join(Candidate.enrolment)
        .join(Enrolment.person)
        .outerjoin(Candidate.attempt)
        .options(
            contains_eager(Candidate.attempt),
            contains_eager(Candidate.enrolment)
            .contains_eager(Enrolment.person)
            .joinedload(Person.unit),
        )
        .where(
            Sitting.exam_id == exam_id,
            or_(Enrolment.withdrawn_on.is_(None), Attempt.started_at.is_not(None)),
        )
        .order_by(Enrolment.learner_number, Sitting.opens_at, Candidate.id)
    )
    last: dict[int, Candidate] = {}
    for row in rows:
        begun = row.attempt is not None and row.attempt.started_at is not None
        if begun or row.enrolment_id not in last:
            last[row.enrolment_id] = row
    return list(last.values())


def unscored(exam: Exam, run: ScoringRun) -> int:
    """How many sheets were begun that a run does not hold."""
    begun = (
        select(Attempt.id)
        .join(Candidate, Candidate.attempt_id == Attempt.id)
        .join(Candidate.sitting)
        .where(Sitting.exam_id == exam.id, Attempt.started_at.is_not(None))
    )
    return len(set(session.scalars(begun)) - set(sheet_scores(run)))


def latest_run(exam: Exam) -> ScoringRun | None:
    """The scoring that would be released now."""
    return find_latest_run(exam.id)


def latest_runs(exam_ids: Collection[int]) -> dict[int, ScoringRun]:
    """The latest scoring run of each of these exams that has one."""
    wanted = select(ScoringRun).where(ScoringRun.exam_id.in_(exam_ids))
    return {run.exam_id: run for run in session.scalars(wanted.order_by(ScoringRun.number))}
