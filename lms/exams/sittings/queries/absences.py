"""Reading who missed an exam, who is called to a make-up, and whom an exam is waived for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from courses.cohorts.models import Cohort, Enrolment
from lms.exams.attempts.models import Attempt
from lms.exams.sittings.models import Candidate, Exam, LearnerExemption, MakeUpCall, Sitting
from lms.exams.sittings.queries.requirements import on_the_board
from lms.exams.sittings.rules import Absence, ExamPurpose, Exempted
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person


def absences(cohort_ids: Sequence[int] | None = None, *, at: datetime) -> list[Absence]:
    """缺考: who missed a concluding exam that was held, and every make-up of it, by cohort.

    Whoever still has a seat in a sitting to come is not absent yet. Without `cohort_ids`: the
    cohorts that are approved, open or running. One statement.
    """
    exam, later = aliased(Exam), aliased(Exam)
    again = or_(later.id == exam.id, later.makes_up_id == exam.id)
    seat = and_(
        Candidate.enrolment_id == Enrolment.id,
        Sitting.id == Candidate.sitting_id,
        later.id == Sitting.exam_id,
        again,
    )
    came = exists().where(seat, Attempt.id == Candidate.attempt_id, Attempt.started_at.is_not(None))
    waits = exists().where(seat, Sitting.closes_at > at)
    held = exists().where(Sitting.exam_id == exam.id, Sitting.closes_at <= at)
    statement = (
        select(
            Cohort.id,
            exam.id,
            exam.title,
            Enrolment.id,
            Person.name,
            LearnerExemption.reason,
            LearnerExemption.approved_by,
            LearnerExemption.approved_at,
        )
        .join(exam, exam.cohort_id == Cohort.id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(
            LearnerExemption,
            and_(
                LearnerExemption.exam_id == exam.id,
                LearnerExemption.enrolment_id == Enrolment.id,
            ),
        )
        .where(
            on_the_board(cohort_ids),
            exam.purpose == ExamPurpose.CONCLUDING,
            exam.makes_up_id.is_(None),
            exam.withdrawal_id.is_(None),
            Enrolment.withdrawn_on.is_(None),
            held.correlate(exam),
            ~came.correlate(exam, Enrolment),
            ~waits.correlate(exam, Enrolment),
        )
        .order_by(Cohort.starts_on.desc(), Cohort.id, exam.id, Enrolment.learner_number)
    )
    return [
        Absence(*row[:5], None if row[5] is None else Exempted(*row[5:]))
        for row in session.execute(statement)
    ]


def make_ups_to_come(exam_ids: Collection[int], *, at: datetime) -> dict[tuple[int, int], int]:
    """By exam and enrolment the make-up that somebody is called to and that was not held yet."""
    held = exists().where(Sitting.exam_id == Exam.id, Sitting.closes_at <= at)
    wanted = (
        select(Exam.makes_up_id, MakeUpCall.enrolment_id, Exam.id)
        .join(MakeUpCall, MakeUpCall.exam_id == Exam.id)
        .where(Exam.makes_up_id.in_(exam_ids), Exam.withdrawal_id.is_(None), ~held)
        .order_by(Exam.id)
    )
    rows = session.execute(wanted)
    return {(missed, who): again for missed, who, again in rows if missed is not None}


def make_up_calls(exam_ids: Collection[int]) -> set[tuple[int, int]]:
    """Who is called to which of these exams, by the ids of exam and enrolment."""
    wanted = select(MakeUpCall.exam_id, MakeUpCall.enrolment_id)
    rows = session.execute(wanted.where(MakeUpCall.exam_id.in_(exam_ids)))
    return {(exam_id, enrolment_id) for exam_id, enrolment_id in rows}


def learner_exemptions(cohort_id: int) -> list[LearnerExemption]:
    """免考 of a cohort's learners with exam, learner and who approved it."""
    wanted = (
        select(LearnerExemption)
        .join(LearnerExemption.exam)
        .options(
            joinedload(LearnerExemption.exam),
            joinedload(LearnerExemption.enrolment).joinedload(Enrolment.person),
        )
        .where(Exam.cohort_id == cohort_id, Exam.withdrawal_id.is_(None))
        .order_by(LearnerExemption.id)
    )
    return list(session.scalars(wanted))


def find_learner_exemption(exam_id: int, enrolment_id: int) -> LearnerExemption | None:
    """The 免考 of a learner in an exam, if there is one."""
    return session.scalar(
        select(LearnerExemption).where(
            LearnerExemption.exam_id == exam_id, LearnerExemption.enrolment_id == enrolment_id
        )
    )


def get_absent(exam_id: int, enrolment_id: int) -> tuple[Exam, Enrolment]:
    """A standing concluding exam and a learner of its cohort, with the person; Missing else."""
    row = session.execute(
        select(Exam, Enrolment)
        .join(Enrolment, Enrolment.cohort_id == Exam.cohort_id)
        .options(joinedload(Exam.cohort), joinedload(Enrolment.person))
        .where(
            Exam.id == exam_id,
            Exam.withdrawal_id.is_(None),
            Exam.purpose == ExamPurpose.CONCLUDING,
            Enrolment.id == enrolment_id,
        )
    ).one_or_none()
    if row is None:
        raise Missing("这位学员的这场考试")
    return row[0], row[1]
