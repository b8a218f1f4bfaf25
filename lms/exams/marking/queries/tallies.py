"""Reading how far the marking of an exam is, by item and by marker."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select

from lms.exams.attempts.models import Attempt
from lms.exams.marking.models import BlindResponse, Mark, MarkerDuty
from lms.exams.marking.queries.blind import is_near, marks_it
from lms.exams.marking.queries.exams import Task
from lms.exams.marking.queries.schemes import is_able, marks_item
from lms.exams.marking.rules.modes import WAITING, Duty, Standing
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.people.models import Person


@dataclass(frozen=True, slots=True)
class Tally:
    """How far the marking of one item is, in responses."""

    total: int = 0
    settled: int = 0
    disputed: int = 0
    open: int = 0

    @property
    def unmarked(self) -> int:
        return self.total - self.settled - self.disputed - self.open


@dataclass(frozen=True, slots=True)
class MarkerTally:
    """What one marker has done in an exam, and how many responses wait that they may mark."""

    name: str
    marks: int = 0
    arbitrations: int = 0
    waiting: int | None = None
    last_at: datetime | None = None


def open_counts(exam_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each exam how many blind responses it has, and how many of them are settled."""
    settled = func.count().filter(BlindResponse.standing == Standing.SETTLED)
    counted = (
        select(BlindResponse.exam_id, func.count(), settled)
        .where(BlindResponse.exam_id.in_(exam_ids), BlindResponse.copy == 0)
        .group_by(BlindResponse.exam_id)
    )
    return {exam_id: (total, done) for exam_id, total, done in session.execute(counted)}


def tallies(exam_id: int, tasks: Sequence[Task]) -> dict[int, Tally]:
    """How far every item is, by item version, in one statement."""
    rows = session.execute(
        select(BlindResponse.item_version_id, BlindResponse.standing, func.count())
        .where(BlindResponse.exam_id == exam_id, BlindResponse.copy == 0)
        .group_by(BlindResponse.item_version_id, BlindResponse.standing)
    )
    counts: dict[int, dict[Standing, int]] = {task.item_version_id: {} for task in tasks}
    for item, standing, number in rows:
        counts.setdefault(item, {})[standing] = number
    return {
        item: Tally(
            sum(found.values()),
            found.get(Standing.SETTLED, 0),
            found.get(Standing.DISPUTED, 0),
            found.get(Standing.OPEN, 0),
        )
        for item, found in counts.items()
    }


def marker_tallies(exam_id: int) -> list[MarkerTally]:
    """Who marked how much, by name; whoever is appointed is there before their first mark."""
    waiting = _waiting_by_marker(exam_id)
    counted = func.count(Mark.id).filter(Mark.arbitrates.is_(False), Mark.copy == 0)
    arbitrated = func.count(Mark.id).filter(Mark.arbitrates)
    rows = session.execute(
        select(Account.id, Account.name, counted, arbitrated, func.max(Mark.marked_at))
        .outerjoin(Mark, and_(Mark.marker_id == Account.id, Mark.attempt_id.in_(
            select(BlindResponse.attempt_id).where(BlindResponse.exam_id == exam_id)
        )))
        .where(or_(Mark.id.is_not(None), Account.id.in_(waiting)))
        .group_by(Account.id, Account.name)
        .order_by(Account.name, Account.id)
    )  # fmt: skip
    return [
        MarkerTally(name, marks, arbitrations, waiting.get(account_id), last_at)
        for account_id, name, marks, arbitrations, last_at in rows
    ]


def stranded(exam_id: int) -> dict[int, int]:
    """The responses that wait and that nobody may mark who has not, by id the item: too few markers,
    or all of the candidate's own unit."""
    appointed = exists().where(MarkerDuty.exam_id == exam_id, MarkerDuty.duty == Duty.MARK)
    in_it = or_(appointed.where(MarkerDuty.account_id == Account.id), ~appointed)
    own = marks_item(BlindResponse.exam_id, BlindResponse.item_version_id, Account.id)
    done = exists().where(marks_it(), Mark.marker_id == Account.id)
    waiting = (
        BlindResponse.exam_id == exam_id,
        BlindResponse.copy == 0,
        BlindResponse.standing.in_(WAITING),
    )
    able = (
        select(BlindResponse.id)
        .join(Attempt, Attempt.id == BlindResponse.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(Account, and_(is_able(), in_it, own, ~done, ~is_near(Account.id)))
        .where(*waiting)
    )
    wanted = select(BlindResponse.id, BlindResponse.item_version_id)
    rows = session.execute(wanted.where(*waiting, BlindResponse.id.not_in(able)))
    return {row[0]: row[1] for row in rows}


def _waiting_by_marker(exam_id: int) -> dict[int, int]:
    """For each appointed marker how many responses wait that they may mark, in one statement."""
    mine = exists().where(marks_it(), Mark.marker_id == MarkerDuty.account_id)
    waits = and_(
        BlindResponse.exam_id == MarkerDuty.exam_id,
        BlindResponse.standing.in_(WAITING),
        BlindResponse.copy == 0,
        marks_item(MarkerDuty.exam_id, BlindResponse.item_version_id, MarkerDuty.account_id),
        ~mine,
    )
    far = and_(Person.id == Attempt.person_id, ~is_near(MarkerDuty.account_id))
    rows = session.execute(
        select(MarkerDuty.account_id, func.count(Person.id))
        .select_from(MarkerDuty)
        .outerjoin(BlindResponse, waits)
        .outerjoin(Attempt, Attempt.id == BlindResponse.attempt_id)
        .outerjoin(Person, far)
        .where(MarkerDuty.exam_id == exam_id, MarkerDuty.duty == Duty.MARK)
        .group_by(MarkerDuty.account_id)
    )
    return {row[0]: row[1] for row in rows}
