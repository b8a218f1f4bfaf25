"""Reading answer files, and the sheets that they may belong to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from courses.cohorts.models import Enrolment
from lms.exams.answer_files.models import AnswerFile
from lms.exams.attempts.models import Attempt
from lms.exams.sittings.models import Candidate
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.people.models import Person
from question_bank.papers.models import Variant


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken in, and whose it is."""

    file: AnswerFile
    candidate: Candidate


def taken(sitting_id: int) -> list[Taken]:
    """The files of a sitting that were taken in, the latest first."""
    person = joinedload(Candidate.enrolment).joinedload(Enrolment.person)
    statement = (
        select(AnswerFile, Candidate)
        .join(Candidate, Candidate.attempt_id == AnswerFile.attempt_id)
        .options(person)
        .where(Candidate.sitting_id == sitting_id)
        .order_by(AnswerFile.taken_at.desc(), AnswerFile.id.desc())
    )
    return [Taken(*row) for row in session.execute(statement)]


def find_taken(attempt_id: int, sha256: str) -> AnswerFile | None:
    """The same file, if it was taken in before."""
    wanted = select(AnswerFile).where(
        AnswerFile.attempt_id == attempt_id, AnswerFile.sha256 == sha256
    )
    return session.scalar(wanted)


def find_sheet(sitting_id: int, attempt_id: int) -> Attempt | None:
    """A sheet of this sitting with its person and its variant's hash, if it is one; locked, so that
    of two who bring the same file at one instant the second finds it taken in."""
    statement = (
        select(Attempt)
        .join(Attempt.person)
        .join(Candidate, Candidate.attempt_id == Attempt.id)
        .options(
            contains_eager(Attempt.person),
            joinedload(Attempt.variant).load_only(Variant.content_hash),
        )
        .where(Candidate.sitting_id == sitting_id, Attempt.id == attempt_id)
    )
    return session.scalar(statement.with_for_update(of=Attempt))


def find_account(person: Person) -> Account | None:
    """The account that the person logs in with."""
    return session.get(Account, person.account_id) if person.account_id is not None else None
