"""Reading the sheets of a sitting for paper. The caller has got the sitting by its scope."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt
from lms.exams.results.models import Release
from lms.exams.sittings.models import Candidate
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person
from lms.ground.uploads.models import Upload


@dataclass(frozen=True)
class Sheet:
    """A candidate with a sheet, whose variant is loaded."""

    candidate: Candidate
    attempt: Attempt

    @property
    def name(self) -> str:
        return self.candidate.enrolment.person.name


def sheets(sitting_id: int) -> list[Sheet]:
    """The candidates of a sitting who have a sheet, by seat, with person, unit and variant."""
    person = joinedload(Candidate.enrolment).joinedload(Enrolment.person)
    wanted = (
        select(Candidate)
        .options(
            person.joinedload(Person.unit),
            joinedload(Candidate.attempt).joinedload(Attempt.variant),
        )
        .where(Candidate.sitting_id == sitting_id, Candidate.attempt_id.is_not(None))
        .order_by(Candidate.seat)
    )
    found = session.scalars(wanted)
    return [Sheet(one, one.attempt) for one in found if one.attempt is not None]


def get_sheet(sitting_id: int, candidate_id: int) -> Sheet:
    """One of them, or Missing."""
    for one in sheets(sitting_id):
        if one.candidate.id == candidate_id:
            return one
    raise Missing("这位考生的答卷")


def is_released(exam_id: int) -> bool:
    """Were results of the exam released?"""
    return bool(session.scalar(select(exists().where(Release.exam_id == exam_id))))


def get_brought(upload_id: int, account: Account) -> Upload:
    """A workbook that this account brought, or Missing."""
    upload = session.get(Upload, upload_id)
    if upload is None or upload.owner_id != account.id:
        raise Missing("这个文件")
    return upload
