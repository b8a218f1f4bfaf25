"""Reading the hall: all candidates of a sitting as they stand, in one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt, Sighting, Step
from lms.exams.attempts.queries import latest_steps
from lms.exams.attempts.rules.operations import canonical
from lms.exams.attempts.rules.sightings import FACTS, Sight
from lms.exams.attempts.rules.states import AttemptState, Standing
from lms.exams.invigilation.models import Arrival, Incident, StepDecision
from lms.exams.invigilation.rules import Look, look_of
from lms.exams.recordings.models import Recording
from lms.exams.recordings.queries import is_undecided
from lms.exams.sittings.models import Candidate
from lms.exams.sittings.queries.sittings import sitting_scope
from lms.exams.sittings.rules import PRESENT_WITHIN
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person


@dataclass(frozen=True, slots=True)
class Watched:
    """A candidate as the invigilator sees them; `late` counts steps, `set_aside` recordings too."""

    candidate_id: int
    seat: int
    name: str
    sheet: Attempt | None
    answered: int
    late: int
    set_aside: int
    incidents: int
    sightings: int
    arrived: bool
    last_seen_at: datetime | None
    is_present: bool
    state: AttemptState | None

    @property
    def look(self) -> Look:
        paused = self.sheet is not None and self.sheet.paused_at is not None
        return look_of(self.state, is_present=self.is_present, is_paused=paused)


def watch(sitting_id: int, account: Account, at: datetime) -> list[Watched]:
    """All candidates of a sitting by seat as they stand at `at`, in one statement.

    Missing where the account may not see the sitting, or nobody sits in it.
    """
    sheets = select(Candidate.attempt_id).where(
        Candidate.sitting_id == sitting_id, Candidate.attempt_id.is_not(None)
    )
    answered, marks = _answered(sheets), _marks(sheets)
    incidents, arrivals = _incident_counts(sitting_id), _last_arrivals()
    sightings, said = _sighting_counts(sheets), _said_aside(sheets)
    statement = (
        select(
            Candidate.id, Candidate.seat, Person.name, Attempt, answered.c.count, marks.c.late,
            func.coalesce(marks.c.aside, 0) + func.coalesce(said.c.count, 0), marks.c.last,
            incidents.c.count, sightings.c.count, arrivals.c.present,
        )
        .join(Candidate.sitting)
        .join(Candidate.enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Attempt, Attempt.id == Candidate.attempt_id)
        .outerjoin(answered, answered.c.attempt_id == Candidate.attempt_id)
        .outerjoin(marks, marks.c.attempt_id == Candidate.attempt_id)
        .outerjoin(said, said.c.attempt_id == Candidate.attempt_id)
        .outerjoin(incidents, incidents.c.candidate_id == Candidate.id)
        .outerjoin(sightings, sightings.c.attempt_id == Candidate.attempt_id)
        .outerjoin(arrivals, arrivals.c.candidate_id == Candidate.id)
        .where(Candidate.sitting_id == sitting_id, sitting_scope(account))
        .order_by(Candidate.seat)
    )  # fmt: skip
    found = [_watched(*row, at=at) for row in session.execute(statement)]
    if not found:
        raise Missing("这个场次")
    return found


def lock_candidates(sitting_id: int, candidate_ids: Collection[int] | None) -> list[Candidate]:
    """These candidates of a sitting, or all of it, by seat, with people and sheets."""
    statement = (
        select(Candidate)
        .options(
            joinedload(Candidate.enrolment).joinedload(Enrolment.person),
            joinedload(Candidate.attempt),
        )
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Candidate.seat)
        .with_for_update(of=Candidate)
    )
    if candidate_ids is not None:
        statement = statement.where(Candidate.id.in_(candidate_ids))
    return list(session.scalars(statement))


def silent_seats(sitting_id: int) -> list[int]:
    """The seats whose pages said that they cannot record."""
    told = select(Sighting.attempt_id).where(Sighting.kind == Sight.NO_RECORDING)
    wanted = select(Candidate.seat).where(
        Candidate.sitting_id == sitting_id, Candidate.attempt_id.in_(told)
    )
    return list(session.scalars(wanted.order_by(Candidate.seat)))


def _answered(sheets: Select[Any]) -> Any:
    latest = latest_steps(sheets).subquery()
    return (
        select(latest.c.attempt_id, func.count().label("count"))
        .where(cast(latest.c.value, String) != canonical(None))
        .group_by(latest.c.attempt_id)
        .subquery()
    )


def _marks(sheets: Select[Any]) -> Any:
    is_late = and_(Step.standing == Standing.COUNTS, Step.received_at >= Attempt.deadline)
    decided = select(StepDecision.id).where(StepDecision.step_id == Step.id).exists()
    waits = and_(Step.standing != Standing.COUNTS, ~decided)
    return (
        select(
            Step.attempt_id,
            func.count().filter(is_late).label("late"),
            func.count().filter(waits).label("aside"),
            func.max(Step.received_at).label("last"),
        )
        .join(Attempt, Attempt.id == Step.attempt_id)
        .where(Step.attempt_id.in_(sheets))
        .group_by(Step.attempt_id)
        .subquery()
    )


def _said_aside(sheets: Select[Any]) -> Any:
    return (
        select(Recording.attempt_id, func.count().label("count"))
        .where(Recording.attempt_id.in_(sheets), is_undecided())
        .group_by(Recording.attempt_id)
        .subquery()
    )


def _incident_counts(sitting_id: int) -> Any:
    return (
        select(Incident.candidate_id, func.count().label("count"))
        .where(Incident.sitting_id == sitting_id, Incident.candidate_id.is_not(None))
        .group_by(Incident.candidate_id)
        .subquery()
    )


def _sighting_counts(sheets: Select[Any]) -> Any:
    return (
        select(Sighting.attempt_id, func.count().label("count"))
        .where(Sighting.attempt_id.in_(sheets), Sighting.kind.not_in(FACTS))
        .group_by(Sighting.attempt_id)
        .subquery()
    )


def _last_arrivals() -> Any:
    last = select(func.max(Arrival.id)).group_by(Arrival.candidate_id)
    return select(Arrival.candidate_id, Arrival.present).where(Arrival.id.in_(last)).subquery()


def _watched(
    candidate_id: int,
    seat: int,
    name: str,
    sheet: Attempt | None,
    answered: int | None,
    late: int | None,
    aside: int,
    last_step_at: datetime | None,
    incidents: int | None,
    sightings: int | None,
    arrived: bool | None,
    *,
    at: datetime,
) -> Watched:
    seen_at = None if sheet is None else sheet.last_seen_at
    heard = [one for one in (seen_at, last_step_at) if one is not None]
    last = max(heard, default=None)
    present = last is not None and at - last < PRESENT_WITHIN
    state = None if sheet is None else sheet.state(at)
    return Watched(
        candidate_id, seat, name, sheet, answered or 0, late or 0, aside, incidents or 0,
        sightings or 0, bool(arrived), last, present, state,
    )  # fmt: skip
