"""Answers that changed after they were marked: a late or fenced-off operation was counted in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select, tuple_

from lms.exams.attempts.models import Step
from lms.exams.attempts.rules.operations import Response
from lms.exams.attempts.rules.states import Standing
from lms.exams.invigilation.models import StepDecision
from lms.exams.marking.models import BlindResponse, Mark
from lms.exams.marking.rules.changes import Came, changed_of
from lms.ground.db import session


@dataclass(frozen=True, slots=True)
class ChangedResponse:
    """A response with what it was when it was marked, and what it is now; whose marks are old."""

    response: BlindResponse
    before: Response
    after: Response
    markers: frozenset[int]


def changed(exam_id: int) -> list[ChangedResponse]:
    """The responses of an exam that wait to be marked anew or decided, by item and blind number.

    One statement where there are none, three where there are.
    """
    wanted = _touched().where(BlindResponse.exam_id == exam_id)
    order = (BlindResponse.item_version_id, BlindResponse.blind_number)
    found = list(session.scalars(wanted.order_by(*order)))
    if not found:
        return []
    marks, steps = _marks(found), _steps(found)
    told = [
        (one, changed_of(steps[one.attempt_id, one.number], marks[one.attempt_id, one.number]))
        for one in found
    ]
    return [
        ChangedResponse(one, it.before, it.after, it.markers) for one, it in told if it is not None
    ]


def _touched() -> Select[BlindResponse]:
    """Responses of which something was counted in after a mark was given."""
    came = func.coalesce(StepDecision.decided_at, Step.received_at)
    later = (
        select(Step.id)
        .join(Mark, and_(Mark.attempt_id == Step.attempt_id, Mark.number == Step.number))
        .outerjoin(StepDecision, StepDecision.step_id == Step.id)
        .where(
            Step.attempt_id == BlindResponse.attempt_id,
            Step.number == BlindResponse.number,
            Step.standing == Standing.COUNTS,
            Mark.copy == 0,
            came > Mark.marked_at,
        )
    )
    return select(BlindResponse).where(BlindResponse.copy == 0, later.exists())


Place = tuple[int, int]


def _marks(responses: Sequence[BlindResponse]) -> Mapping[Place, list[tuple[int, datetime, bool]]]:
    """`(marker, marked at, arbitrates)` of the marks on these responses."""
    wanted = select(Mark).where(Mark.copy == 0, _at(responses, Mark))
    found: dict[Place, list[tuple[int, datetime, bool]]] = defaultdict(list)
    for one in session.scalars(wanted.order_by(Mark.id)):
        found[one.attempt_id, one.number].append((one.marker_id, one.marked_at, one.arbitrates))
    return found


def _steps(responses: Sequence[BlindResponse]) -> Mapping[Place, list[Came]]:
    """The steps of these slots that count, in their order, with when they came to count."""
    wanted = (
        select(Step, StepDecision.decided_at)
        .outerjoin(StepDecision, StepDecision.step_id == Step.id)
        .where(Step.standing == Standing.COUNTS, _at(responses, Step))
        .order_by(Step.lease, Step.seq)
    )
    found: dict[Place, list[Came]] = defaultdict(list)
    for step, decided_at in session.execute(wanted):
        found[step.attempt_id, step.number].append(Came(step.value, decided_at or step.received_at))
    return found


def _at(responses: Iterable[BlindResponse], kind: Any) -> Any:
    places = [(one.attempt_id, one.number) for one in responses]
    return tuple_(kind.attempt_id, kind.number).in_(places)
