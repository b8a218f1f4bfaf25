"""Reading the exam day. Which sittings an account may see is decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt, Sighting, Step
from lms.exams.attempts.queries import latest_steps, responses
from lms.exams.attempts.rules.operations import Response, canonical
from lms.exams.attempts.rules.sightings import FACTS, Sight
from lms.exams.attempts.rules.states import AttemptState, Standing
from lms.exams.invigilation.models import Arrival, Incident, Intervention, StepDecision
from lms.exams.invigilation.rules import Look, look_of
from lms.exams.recordings.models import Recording
from lms.exams.recordings.queries import is_undecided, set_aside, upload_of
from lms.exams.recordings.rules.pieces import named_in
from lms.exams.sittings.models import Candidate
from lms.exams.sittings.queries.sittings import sitting_scope
from lms.exams.sittings.rules import PRESENT_WITHIN
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person
from lms.ground.uploads.models import Upload


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


def interventions(sitting_id: int, candidate_id: int | None = None) -> list[Intervention]:
    """What was done in a sitting, or to one candidate there, the latest first."""
    person = joinedload(Intervention.candidate).joinedload(Candidate.enrolment)
    wanted = (
        select(Intervention)
        .options(person.joinedload(Enrolment.person))
        .where(Intervention.sitting_id == sitting_id)
        .order_by(Intervention.id.desc())
    )
    if candidate_id is not None:
        wanted = wanted.where(Intervention.candidate_id == candidate_id)
    return list(session.scalars(wanted))


def incidents(sitting_id: int, candidate_id: int | None = None) -> list[Incident]:
    """What was noted in a sitting, or of one candidate there, in the order of time."""
    person = joinedload(Incident.candidate).joinedload(Candidate.enrolment)
    wanted = (
        select(Incident)
        .options(person.joinedload(Enrolment.person))
        .where(Incident.sitting_id == sitting_id)
        .order_by(Incident.id)
    )
    if candidate_id is not None:
        wanted = wanted.where(Incident.candidate_id == candidate_id)
    return list(session.scalars(wanted))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of what was done or noted is narrowed by: seat or name, and kind."""

    search: str = ""
    kind: str = ""


def page_of_interventions(
    sitting_id: int, wanted: Wanted, *, page: int | None
) -> Page[Intervention]:
    """What was done in a sitting, the latest first."""
    return paginate(_narrowed(Intervention, Intervention.deed, sitting_id, wanted), number=page)


def page_of_incidents(sitting_id: int, wanted: Wanted, *, page: int | None) -> Page[Incident]:
    """What was noted in a sitting, the latest first."""
    return paginate(_narrowed(Incident, Incident.kind, sitting_id, wanted), number=page)


def all_records(sitting_id: int, wanted: Wanted) -> tuple[list[Incident], list[Intervention]]:
    """The same, all at once."""
    return (
        list(session.scalars(_narrowed(Incident, Incident.kind, sitting_id, wanted))),
        list(session.scalars(_narrowed(Intervention, Intervention.deed, sitting_id, wanted))),
    )


def _narrowed(table: Any, kind: Any, sitting_id: int, wanted: Wanted) -> Select[Any]:
    statement = (
        select(table)
        .outerjoin(table.candidate)
        .outerjoin(Candidate.enrolment)
        .outerjoin(Enrolment.person)
        .options(
            contains_eager(table.candidate)
            .contains_eager(Candidate.enrolment)
            .contains_eager(Enrolment.person)
        )
        .where(table.sitting_id == sitting_id)
        .order_by(table.id.desc())
    )
    if wanted.kind:
        statement = statement.where(kind == wanted.kind)
    if wanted.search:
        seat = int(wanted.search) if wanted.search.isdecimal() and len(wanted.search) < 6 else -1
        named = Person.name.contains(wanted.search, autoescape=True)
        statement = statement.where(or_(named, Candidate.seat == seat))
    return statement


@dataclass(frozen=True, slots=True)
class Aside:
    """A step that was set aside when it came, with what a person needs to decide about it.

    `present` is the answer to the slot as it counts now; `later` says that what counts was
    written after the step, so that counting the step in changes no answer.
    """

    step: Step
    candidate: Candidate
    sheet: Attempt
    decision: StepDecision | None
    present: Response
    later: bool

    @property
    def standing(self) -> Standing:
        """What it was set aside as."""
        return self.step.standing if self.decision is None else self.decision.standing

    @property
    def seconds_late(self) -> int | None:
        """Seconds after the deadline that it came; None where it was in time."""
        end = self.sheet.deadline
        if end is None or self.step.received_at < end:
            return None
        return int((self.step.received_at - end).total_seconds())


def aside(sitting_id: int) -> list[Aside]:
    """The steps of a sitting that were set aside, decided or not, by seat and time."""
    person = joinedload(Candidate.enrolment).joinedload(Enrolment.person)
    statement = (
        select(Step, Candidate, Attempt, StepDecision)
        .join(Attempt, Attempt.id == Step.attempt_id)
        .join(Candidate, Candidate.attempt_id == Attempt.id)
        .outerjoin(StepDecision, StepDecision.step_id == Step.id)
        .options(person)
        .where(Candidate.sitting_id == sitting_id, _was_set_aside())
        .order_by(Candidate.seat, Step.received_at, Step.id)
    )
    rows = session.execute(statement).all()
    counting = _counting({sheet.id for _, _, sheet, _ in rows})
    found = []
    for step, candidate, sheet, decision in rows:
        lease, seq, value = counting.get((step.attempt_id, step.number), (0, 0, None))
        later = (lease, seq) > (step.lease, step.seq)
        found.append(Aside(step, candidate, sheet, decision, value, later))
    return found


def sheets_of(sitting_id: int) -> dict[int, Candidate]:
    """The candidates of a sitting with their people, by sheet."""
    wanted = (
        select(Candidate)
        .options(joinedload(Candidate.enrolment).joinedload(Enrolment.person))
        .where(Candidate.sitting_id == sitting_id, Candidate.attempt_id.is_not(None))
        .order_by(Candidate.seat)
    )
    return {one.attempt_id: one for one in session.scalars(wanted) if one.attempt_id is not None}


@dataclass(frozen=True, slots=True)
class Said:
    """A recording that was set aside; `is_answer`: it is the one that the answer names."""

    candidate: Candidate
    recording: Recording
    is_answer: bool


def recordings_aside(sitting_id: int) -> list[Said]:
    """The recordings of a sitting that were set aside, decided or not, by seat."""
    candidates = sheets_of(sitting_id)
    found = set_aside(candidates)
    given = responses({one.attempt_id for one in found})
    said = [
        Said(
            candidates[one.attempt_id],
            one,
            one.sha256 in named_in(given[one.attempt_id].get(one.number)),
        )
        for one in found
    ]
    return sorted(said, key=lambda one: (one.candidate.seat, one.recording.id))


def get_recording(sitting_id: int, recording_id: int) -> Upload:
    """A recording of the sitting that was set aside, for whoever decides on it."""
    for one in recordings_aside(sitting_id):
        if one.recording.id == recording_id:
            return upload_of(one.recording)
    raise Missing("这段录音")


def silent_seats(sitting_id: int) -> list[int]:
    """The seats whose pages said that they cannot record."""
    told = select(Sighting.attempt_id).where(Sighting.kind == Sight.NO_RECORDING)
    wanted = select(Candidate.seat).where(
        Candidate.sitting_id == sitting_id, Candidate.attempt_id.in_(told)
    )
    return list(session.scalars(wanted.order_by(Candidate.seat)))


def count_undecided(sitting_id: int) -> int:
    """How many steps and recordings of a sitting wait for a decision."""
    decided = select(StepDecision.id).where(StepDecision.step_id == Step.id).exists()
    wanted = (
        select(func.count())
        .select_from(Step)
        .join(Candidate, Candidate.attempt_id == Step.attempt_id)
        .where(Candidate.sitting_id == sitting_id, Step.standing != Standing.COUNTS, ~decided)
    )
    said = (
        select(func.count())
        .select_from(Recording)
        .join(Candidate, Candidate.attempt_id == Recording.attempt_id)
        .where(Candidate.sitting_id == sitting_id, is_undecided())
    )
    return session.scalars(wanted).one() + session.scalars(said).one()


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


def _was_set_aside() -> ColumnElement[bool]:
    return or_(Step.standing != Standing.COUNTS, StepDecision.id.is_not(None))


def _counting(attempt_ids: Collection[int]) -> dict[tuple[int, int], tuple[int, int, Response]]:
    """Lease, seq and value of the step that counts, by sheet and slot."""
    wanted = (
        select(Step.attempt_id, Step.number, Step.lease, Step.seq, Step.value)
        .where(Step.attempt_id.in_(attempt_ids), Step.standing == Standing.COUNTS)
        .order_by(Step.lease, Step.seq)
    )
    return {
        (row.attempt_id, row.number): (row.lease, row.seq, row.value)
        for row in session.execute(wanted)
    }
