"""Reading who sits where, who has a sheet, and who has no seat yet."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Enrolment
from lms.exams.sittings.models import Candidate, Exam, MakeUpCall, Sitting
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person


def candidates(sitting_id: int) -> list[Candidate]:
    """The candidates of a sitting by seat, with person, unit and sheet."""
    return list(session.scalars(_candidates().where(Candidate.sitting_id == sitting_id)))


def candidates_of(exam_id: int) -> list[Candidate]:
    """The candidates of all sittings of an exam, by sitting and seat."""
    statement = _candidates().join(Candidate.sitting).where(Sitting.exam_id == exam_id)
    return list(
        session.scalars(statement.order_by(None).order_by(Sitting.opens_at, Candidate.seat))
    )


def get_candidate(sitting_id: int, candidate_id: int) -> Candidate:
    """A candidate of this sitting, or Missing. The caller has got the sitting by its scope."""
    statement = _candidates().where(
        Candidate.sitting_id == sitting_id, Candidate.id == candidate_id
    )
    candidate = session.scalar(statement)
    if candidate is None:
        raise Missing("这位考生")
    return candidate


def candidate_counts(sitting_ids: Collection[int]) -> dict[int, int]:
    """How many candidates each sitting has."""
    counted = (
        select(Candidate.sitting_id, func.count())
        .where(Candidate.sitting_id.in_(sitting_ids))
        .group_by(Candidate.sitting_id)
    )
    found = {row[0]: row[1] for row in session.execute(counted)}
    return {sitting_id: found.get(sitting_id, 0) for sitting_id in sitting_ids}


def sheetless(sitting_id: int) -> list[Candidate]:
    """Candidates who have no sheet yet, by seat."""
    return [one for one in candidates(sitting_id) if one.attempt_id is None]


def unseated(exam: Exam) -> list[Enrolment]:
    """Learners of the exam's cohort who are in none of its sittings, by learner number.

    In a make-up only those who are called to it.
    """
    seated = exists().where(
        Candidate.enrolment_id == Enrolment.id,
        Candidate.sitting_id == Sitting.id,
        Sitting.exam_id == exam.id,
    )
    statement = (
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.cohort_id == exam.cohort_id, Enrolment.withdrawn_on.is_(None), ~seated)
        .order_by(Enrolment.learner_number)
    )
    if exam.makes_up_id is not None:
        called = exists().where(
            MakeUpCall.exam_id == exam.id, MakeUpCall.enrolment_id == Enrolment.id
        )
        statement = statement.where(called)
    return list(session.scalars(statement))


def has_sheets(exam_id: int) -> bool:
    """Was a sheet made for anybody in any sitting of the exam?"""
    made = (
        select(Candidate.id)
        .join(Candidate.sitting)
        .where(Sitting.exam_id == exam_id, Candidate.attempt_id.is_not(None))
    )
    return session.scalar(made.limit(1)) is not None


def _candidates() -> Select[Candidate]:
    person = joinedload(Candidate.enrolment).joinedload(Enrolment.person)
    return (
        select(Candidate)
        .options(person.joinedload(Person.unit), joinedload(Candidate.attempt))
        .order_by(Candidate.seat)
    )
