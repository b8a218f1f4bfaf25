"""Reading releases and the results in them; what a learner may read is decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from courses.cohorts.models import Cohort, Enrolment
from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import tells_outcomes
from lms.exams.marking.models import ScoringRun
from lms.exams.results.models import Release, Result
from lms.exams.sittings.models import Exam, LearnerExemption, MakeUpCall
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person


def to_make_up(exam_id: int) -> list[Enrolment]:
    """Who missed or failed an exam by its standing release, has no 免考, and neither waits for the
    result of a make-up nor has passed one."""
    again, made_up = aliased(Exam), aliased(Result)
    not_passed = exists().where(
        made_up.exam_id == again.id,
        made_up.enrolment_id == MakeUpCall.enrolment_id,
        made_up.run_id.in_(select(Release.run_id).where(latest_release())),
        made_up.passed.is_(False),
    )
    called = exists().where(
        MakeUpCall.enrolment_id == Result.enrolment_id,
        MakeUpCall.exam_id == again.id,
        again.makes_up_id == exam_id,
        again.withdrawal_id.is_(None),
        ~not_passed.correlate(again, MakeUpCall),
    )
    exempt = exists().where(
        LearnerExemption.exam_id == exam_id,
        LearnerExemption.enrolment_id == Result.enrolment_id,
    )
    wanted = _released().where(
        Exam.id == exam_id,
        Exam.makes_up_id.is_(None),
        Exam.withdrawal_id.is_(None),
        Result.passed.is_(False),
        Enrolment.withdrawn_on.is_(None),
        ~called,
        ~exempt,
    )
    return [result.enrolment for result in session.scalars(wanted)]


@tells_outcomes
def exams_by_attempt(attempt_ids: Collection[int]) -> dict[int, int]:
    """The exams of those of these attempts that count in a released result, by attempt."""
    wanted = select(Result.attempt_id, Result.exam_id).where(
        Result.attempt_id.in_(attempt_ids),
        Result.run_id.in_(select(Release.run_id).where(latest_release())),
    )
    return {row[0]: row[1] for row in session.execute(wanted) if row[0] is not None}


def made_up(exam_id: int) -> dict[int, Result]:
    """The released results of an exam's make-ups by enrolment; of several the best."""
    again = aliased(Exam)
    wanted = (
        select(Result)
        .join(again, again.id == Result.exam_id)
        .where(
            again.makes_up_id == exam_id,
            Result.run_id.in_(select(Release.run_id).where(latest_release())),
        )
        .order_by(Result.score)
    )
    return {one.enrolment_id: one for one in session.scalars(wanted)}


def find_release(run: ScoringRun) -> Release | None:
    """The release of this run."""
    return session.scalar(select(Release).where(Release.run_id == run.id))


def releases(exam_id: int) -> list[Release]:
    """All releases of the exam with their runs, the one that counts first."""
    wanted = select(Release).options(joinedload(Release.run)).where(Release.exam_id == exam_id)
    return list(session.scalars(wanted.order_by(Release.id.desc())))


def standing_releases(exam_ids: Collection[int]) -> dict[int, Release]:
    """The release that counts of each of these exams that has one."""
    wanted = select(Release).where(Release.exam_id.in_(exam_ids), latest_release())
    return {release.exam_id: release for release in session.scalars(wanted)}


def latest_release() -> ColumnElement[bool]:
    """The WHERE clause on Release: it is the latest of its exam."""
    return Release.id.in_(select(func.max(Release.id)).group_by(Release.exam_id))


def all_standing_releases() -> list[Release]:
    """The release that counts of every exam that has one, with its run."""
    wanted = select(Release).options(joinedload(Release.run)).where(latest_release())
    return list(session.scalars(wanted.order_by(Release.id)))


def released(cohort_id: int) -> list[Result]:
    """All released results of a cohort, by exam and learner number, with exam and person."""
    return list(session.scalars(_released().where(Exam.cohort_id == cohort_id)))


def released_of_exam(exam_id: int) -> list[Result]:
    """The released results of an exam, by learner number; none before the release."""
    return list(session.scalars(_released().where(Exam.id == exam_id)))


def mine(account: Account) -> list[tuple[Result, Release]]:
    """The released results of this account's person with their releases, the latest first."""
    wanted = (
        _released()
        .join(Release, Release.run_id == Result.run_id)
        .add_columns(Release)
        .where(Person.account_id == account.id)
        .order_by(None)
        .order_by(Release.released_at.desc(), Result.id)
    )
    return [(result, release) for result, release in session.execute(wanted)]


def get_mine(exam_id: int, account: Account) -> Result:
    """The released result of this account's person in an exam; Missing for anything else."""
    result = session.scalar(
        _released()
        .options(joinedload(Result.attempt).joinedload(Attempt.variant), joinedload(Result.run))
        .where(Exam.id == exam_id, Person.account_id == account.id)
    )
    if result is None:
        raise Missing("这次考试的成绩")
    return result


def _released() -> Select[Result]:
    """Results that learners may see: those of the latest release of each exam."""
    return (
        select(Result)
        .join(Result.exam)
        .join(Result.enrolment)
        .join(Enrolment.person)
        .options(
            contains_eager(Result.exam).joinedload(Exam.cohort).joinedload(Cohort.programme),
            contains_eager(Result.enrolment)
            .contains_eager(Enrolment.person)
            .joinedload(Person.unit),
        )
        .where(Result.run_id.in_(select(Release.run_id).where(latest_release())))
        .order_by(Exam.id, Enrolment.learner_number)
    )
