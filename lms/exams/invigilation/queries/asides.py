"""Reading what was set aside when it came: steps and recordings, with what a person needs to decide."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.queries import responses
from lms.exams.attempts.rules.operations import Response
from lms.exams.attempts.rules.states import Standing
from lms.exams.invigilation.models import StepDecision
from lms.exams.recordings.models import Recording, Reuse
from lms.exams.recordings.queries import borrowed, is_undecided, set_aside, upload_of
from lms.exams.recordings.rules.pieces import named_in
from lms.exams.sittings.models import Candidate
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.uploads.models import Upload


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


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A recording that the answer to slot `number` names, though it was made for another one."""

    candidate: Candidate
    recording: Recording
    number: int
    decision: Reuse | None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.recording.id}.{self.number}"


def recordings_borrowed(sitting_id: int) -> list[Borrowed]:
    """Those of a sitting, decided or not, by seat."""
    candidates = sheets_of(sitting_id)
    found = [
        Borrowed(candidates[one.attempt_id], one, number, one.reuse_at(number))
        for one, number in borrowed(candidates)
    ]
    return sorted(found, key=lambda one: (one.candidate.seat, one.number))


def get_recording(sitting_id: int, recording_id: int) -> Upload:
    """A recording of the sitting that was set aside or borrowed, for whoever decides on it."""
    aside = [one.recording for one in recordings_aside(sitting_id)]
    for one in (*aside, *(found.recording for found in recordings_borrowed(sitting_id))):
        if one.id == recording_id:
            return upload_of(one)
    raise Missing("这段录音")


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
    lent = sum(one.decision is None for one in recordings_borrowed(sitting_id))
    return session.scalars(wanted).one() + session.scalars(said).one() + lent


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
