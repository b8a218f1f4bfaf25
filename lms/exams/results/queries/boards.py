"""Reading how the learners of a cohort stand with its required exams (逢学必考)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt
from lms.exams.results.queries.released import released
from lms.exams.results.rules import Cell, Outcome, cell
from lms.exams.sittings.models import Candidate, Exam, Sitting
from lms.exams.sittings.queries.absences import absences
from lms.exams.sittings.queries.exams import standing_exams
from lms.exams.sittings.rules import ExamPurpose
from lms.ground.db import session
from lms.ground.people.models import Person


@dataclass(frozen=True, slots=True)
class Board:
    """Learner × required exam of a cohort: the cells of each learner in the order of `exams`."""

    exams: Sequence[Exam]
    rows: Sequence[tuple[Enrolment, Sequence[Cell]]]

    @property
    def holes(self) -> int:
        return sum(one.is_hole for _enrolment, cells in self.rows for one in cells)


def board(cohort_id: int, *, at: datetime) -> Board:
    """How all learners of a cohort stand with its required exams, in five statements."""
    standing = standing_exams(cohort_id)
    original = {exam.id: exam.makes_up_id or exam.id for exam in standing}
    outcomes: dict[tuple[int, int], list[Outcome]] = defaultdict(list)
    for one in released(cohort_id):  # by exam: a make-up comes after what it makes up
        place = (one.enrolment_id, original.get(one.exam_id, one.exam_id))
        outcomes[place].append(Outcome(one.score, one.full_score, one.grade, one.passed))
    missed = {(one.enrolment_id, one.exam_id): one.is_hole for one in absences([cohort_id], at=at)}
    came, waits = _seats(cohort_id, original, at)
    exams = [
        exam
        for exam in standing
        if exam.makes_up_id is None and exam.purpose is ExamPurpose.CONCLUDING
    ]

    def of(enrolment_id: int, exam_id: int) -> Cell:
        place = (enrolment_id, exam_id)
        return cell(
            outcomes[place],
            exempt=missed.get(place) is False,
            missed=missed.get(place) is True,
            came=place in came,
            waits=place in waits,
        )

    learners = session.scalars(
        select(Enrolment)
        .options(joinedload(Enrolment.person).joinedload(Person.unit))
        .where(Enrolment.cohort_id == cohort_id, Enrolment.withdrawn_on.is_(None))
        .order_by(Enrolment.learner_number)
    )
    return Board(exams, [(one, [of(one.id, exam.id) for exam in exams]) for one in learners])


def _seats(
    cohort_id: int, original: Mapping[int, int], at: datetime
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Who began a sheet, and who has a seat in a sitting to come, by (enrolment, exam)."""
    rows = session.execute(
        select(Candidate.enrolment_id, Sitting.exam_id, Sitting.closes_at > at, Attempt.started_at)
        .join(Candidate.sitting)
        .join(Sitting.exam)
        .outerjoin(Candidate.attempt)
        .where(Exam.cohort_id == cohort_id, Exam.withdrawal_id.is_(None))
    ).all()
    came = {(who, original[exam]) for who, exam, _waits, begun in rows if begun is not None}
    return came, {(who, original[exam]) for who, exam, waits, _begun in rows if waits}
