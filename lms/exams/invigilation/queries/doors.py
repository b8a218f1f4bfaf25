"""Reading who came to the door of a sitting."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt
from lms.exams.invigilation.models import Arrival
from lms.exams.sittings.models import Candidate
from lms.ground.db import session
from lms.ground.people.models import Person


@dataclass(frozen=True, slots=True)
class AtDoor:
    """A candidate at the door and the arrival that counts; `came`: the sheet was opened."""

    candidate: Candidate
    arrival: Arrival | None

    @property
    def is_in(self) -> bool:
        return self.arrival is not None and self.arrival.present

    @property
    def came(self) -> bool:
        sheet = self.candidate.attempt
        return self.is_in or (sheet is not None and sheet.started_at is not None)


def door(sitting_id: int) -> list[AtDoor]:
    """All candidates of a sitting by seat with their last arrival, person, unit and sheet."""
    last = select(func.max(Arrival.id)).group_by(Arrival.candidate_id)
    person = joinedload(Candidate.enrolment).joinedload(Enrolment.person)
    statement = (
        select(Candidate, Arrival)
        .outerjoin(Arrival, and_(Arrival.candidate_id == Candidate.id, Arrival.id.in_(last)))
        .options(
            person.joinedload(Person.unit),
            joinedload(Candidate.attempt).joinedload(Attempt.variant),
        )
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Candidate.seat)
    )
    return [AtDoor(candidate, arrival) for candidate, arrival in session.execute(statement)]
