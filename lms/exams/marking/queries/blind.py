"""Reading blind responses and their marks; whom one may not mark is decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import responses
from lms.exams.marking.models import BlindResponse, Mark
from lms.exams.marking.queries.exams import Task, attempts
from lms.exams.marking.rules import Given, Standing, standing_of
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person


@dataclass(frozen=True, slots=True)
class Tally:
    """How far the marking of one item is, in responses."""

    total: int = 0
    settled: int = 0
    disputed: int = 0

    @property
    def unmarked(self) -> int:
        return self.total - self.settled - self.disputed


@dataclass(frozen=True, slots=True)
class Entry:
    """A response in a marker's list: its number, how it stands, and whether they marked it."""

    id: int
    blind_number: int
    standing: Standing
    mine: bool


@dataclass(frozen=True, slots=True)
class MarkerTally:
    """What one marker has done in an exam."""

    name: str
    marks: int
    first_at: datetime
    last_at: datetime


def open_counts(exam_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each exam how many blind responses it has, and how many of them have a mark."""
    marked = func.count(func.distinct(BlindResponse.id)).filter(Mark.id.is_not(None))
    counted = (
        select(BlindResponse.exam_id, func.count(func.distinct(BlindResponse.id)), marked)
        .outerjoin(Mark, _marks_it())
        .where(BlindResponse.exam_id.in_(exam_ids))
        .group_by(BlindResponse.exam_id)
    )
    return {exam_id: (total, done) for exam_id, total, done in session.execute(counted)}


def collected(exam_id: int) -> list[BlindResponse]:
    """The blind responses of the exam."""
    wanted = select(BlindResponse).where(BlindResponse.exam_id == exam_id)
    return list(session.scalars(wanted.order_by(BlindResponse.id)))


def tallies(exam_id: int, tasks: Sequence[Task], *, tolerance: Fraction) -> dict[int, Tally]:
    """How far every item is, by item version, in one statement."""
    each = _each(exam_id).subquery()
    rows = session.execute(
        select(each.c.item_version_id, each.c.marks, each.c.spread, func.count()).group_by(
            each.c.item_version_id, each.c.marks, each.c.spread
        )
    ).all()
    full = {task.item_version_id: task.full for task in tasks}
    found = dict.fromkeys(full, Tally())
    for item, marks, spread, number in rows:
        standing = standing_of(marks, spread or Decimal(0), full=full[item], tolerance=tolerance)
        tally = found[item]
        found[item] = Tally(
            tally.total + number,
            tally.settled + number * (standing is Standing.SETTLED),
            tally.disputed + number * (standing is Standing.DISPUTED),
        )
    return found


def entries(exam_id: int, task: Task, marker: Account, *, tolerance: Fraction) -> list[Entry]:
    """The responses to one item that this marker may mark, by blind number, in one statement."""
    mine = aliased(Mark)
    statement = (
        _each(exam_id)
        .add_columns(BlindResponse.blind_number, mine.id.label("mine"))
        .outerjoin(mine, and_(_marks_it(mine), mine.marker_id == marker.id))
        .join(Attempt, Attempt.id == BlindResponse.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(BlindResponse.item_version_id == task.item_version_id, marking_scope(marker))
        .group_by(BlindResponse.blind_number, mine.id)
        .order_by(BlindResponse.blind_number)
    )
    return [
        Entry(
            row.id,
            row.blind_number,
            standing_of(row.marks, row.spread or Decimal(0), full=task.full, tolerance=tolerance),
            row.mine is not None,
        )
        for row in session.execute(statement)
    ]


def marking_scope(marker: Account) -> ColumnElement[bool]:
    """The WHERE clause on Person: neither the marker nor anybody of the marker's own unit."""
    self = aliased(Person)
    near = select(self.id).where(
        self.account_id == marker.id, or_(self.id == Person.id, self.unit_id == Person.unit_id)
    )
    return ~near.exists()


def get_response(exam_id: int, task: Task, blind_number: int, marker: Account) -> BlindResponse:
    """A response that this marker may mark; Missing for a foreign or unknown one."""
    response = session.scalar(
        select(BlindResponse)
        .join(BlindResponse.attempt)
        .join(Attempt.person)
        .options(joinedload(BlindResponse.attempt))
        .where(
            BlindResponse.exam_id == exam_id,
            BlindResponse.item_version_id == task.item_version_id,
            BlindResponse.blind_number == blind_number,
            marking_scope(marker),
        )
    )
    if response is None:
        raise Missing("这份作答")
    return response


def answer_to(response: BlindResponse) -> Any:
    """What the candidate answered."""
    return responses([response.attempt_id])[response.attempt_id].get(response.number)


def find_mark(response: BlindResponse, marker_id: int | None) -> Mark | None:
    """The mark that this marker gave to a response."""
    return session.scalar(
        select(Mark).where(
            Mark.attempt_id == response.attempt_id,
            Mark.number == response.number,
            Mark.marker_id == marker_id,
        )
    )


def marks_of(exam_id: int) -> dict[tuple[int, int], list[Given]]:
    """All marks of the exam, `{(attempt, slot number): marks in their order}`, in one statement."""
    rows = session.execute(
        select(Mark.attempt_id, Mark.number, Mark.points, Mark.rubric_points, Mark.remark)
        .where(Mark.attempt_id.in_(attempts(exam_id).with_only_columns(Attempt.id)))
        .order_by(Mark.id)
    )
    found: dict[tuple[int, int], list[Given]] = {}
    for attempt_id, number, points, lines, remark in rows:
        given = Given(points, tuple(Decimal(one) for one in lines), remark)
        found.setdefault((attempt_id, number), []).append(given)
    return found


def marker_tallies(exam_id: int) -> list[MarkerTally]:
    """Who marked how much, and from when to when."""
    rows = session.execute(
        select(Account.name, func.count(), func.min(Mark.marked_at), func.max(Mark.marked_at))
        .join(Mark, Mark.marker_id == Account.id)
        .join(BlindResponse, _marks_it())
        .where(BlindResponse.exam_id == exam_id)
        .group_by(Account.id, Account.name)
        .order_by(Account.name, Account.id)
    )
    return [MarkerTally(*row) for row in rows]


def _each(exam_id: int) -> Select[int, int, int, Decimal]:
    """Every blind response of the exam with the number of its marks and how far they differ."""
    return (
        select(
            BlindResponse.id,
            BlindResponse.item_version_id,
            func.count(Mark.id).label("marks"),
            (func.max(Mark.points) - func.min(Mark.points)).label("spread"),
        )
        .outerjoin(Mark, _marks_it())
        .where(BlindResponse.exam_id == exam_id)
        .group_by(BlindResponse.id, BlindResponse.item_version_id)
    )


def _marks_it(mark: Any = Mark) -> ColumnElement[bool]:
    return and_(mark.attempt_id == BlindResponse.attempt_id, mark.number == BlindResponse.number)
