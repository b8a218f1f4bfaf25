"""Reading blind responses; whom one may not mark is decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.queries import responses
from lms.exams.attempts.rules.digests import slot_digests
from lms.exams.marking.models import BlindResponse, Mark
from lms.exams.marking.queries.changed import ChangedResponse
from lms.exams.marking.queries.exams import Task
from lms.exams.marking.queries.schemes import marks_item, may_arbitrate, may_mark
from lms.exams.marking.rules.modes import WAITING, Standing, dealing_order
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person


@dataclass(frozen=True, slots=True)
class Entry:
    """A response in a marker's pile: does it wait for this marker, or did they mark it?"""

    id: int
    blind_number: int
    waits: bool
    mine: bool


def collected(exam_id: int) -> list[BlindResponse]:
    """The blind responses of the exam, without the copies that are check scripts."""
    return [one for one in _all_collected(exam_id) if one.copy == 0]


def last_numbers(exam_id: int) -> dict[int, int]:
    """The highest blind number of each item, by item version."""
    rows = session.execute(
        select(BlindResponse.item_version_id, func.max(BlindResponse.blind_number))
        .where(BlindResponse.exam_id == exam_id)
        .group_by(BlindResponse.item_version_id)
    )
    return {row[0]: row[1] for row in rows}


def entries(
    exam_id: int, task: Task, marker: Account, changes: Iterable[ChangedResponse] = ()
) -> list[Entry]:
    """The responses to one item that this marker may mark, in the marker's own order, in one
    statement; check scripts lie among them and look the same."""
    mine = aliased(Mark)
    rows = session.execute(
        select(
            BlindResponse.id,
            BlindResponse.blind_number,
            BlindResponse.standing,
            BlindResponse.copy,
            mine.id.label("mine"),
        )
        .outerjoin(mine, and_(marks_it(mine), mine.marker_id == marker.id))
        .join(Attempt, Attempt.id == BlindResponse.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            BlindResponse.exam_id == exam_id,
            BlindResponse.item_version_id == task.item_version_id,
            marking_scope(marker),
        )
    ).all()
    again = {one.response.id for one in changes if marker.id in one.markers}
    found = [
        Entry(
            row.id,
            row.blind_number,
            row.id in again or (row.mine is None and (row.copy > 0 or row.standing in WAITING)),
            row.mine is not None and row.id not in again,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: dealing_order(marker.id, one.id))


def marking_scope(marker: Account) -> ColumnElement[bool]:
    """The WHERE clause on BlindResponse and Person: who has a part in marking the exam, and is
    neither the candidate nor of the candidate's own unit."""
    own = marks_item(BlindResponse.exam_id, BlindResponse.item_version_id, marker.id)
    return and_(may_mark(BlindResponse.exam_id, marker), own, ~is_near(marker.id))


def waiting_for(marker: Account) -> Select[int]:
    """The ids of all blind responses that this marker may and should mark; check scripts apart."""
    mine = exists().where(marks_it(), Mark.marker_id == marker.id)
    return (
        select(BlindResponse.id)
        .join(Attempt, Attempt.id == BlindResponse.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            BlindResponse.standing.in_(WAITING),
            BlindResponse.copy == 0,
            ~mine,
            marking_scope(marker),
        )
    )


def disputed_for(account: Account) -> Select[int]:
    """The ids of all blind responses that this account has to arbitrate."""
    mine = exists().where(marks_it(), Mark.marker_id == account.id)
    return (
        select(BlindResponse.id)
        .join(Attempt, Attempt.id == BlindResponse.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            BlindResponse.standing == Standing.DISPUTED,
            ~mine,
            may_arbitrate(BlindResponse.exam_id, account),
            ~is_near(account.id),
        )
    )


def get_response(exam_id: int, task: Task, blind_number: int, marker: Account) -> BlindResponse:
    """A response that this marker may mark; Missing for a foreign or unknown one."""
    return _one(exam_id, task.item_version_id, blind_number, marking_scope(marker))


def get_response_to_judge(
    exam_id: int, item_version_id: int, blind_number: int, account: Account
) -> BlindResponse:
    """A response that this account may arbitrate or choose as a check script, or Missing."""
    far = and_(may_arbitrate(BlindResponse.exam_id, account), ~is_near(account.id))
    return _one(exam_id, item_version_id, blind_number, and_(far, BlindResponse.copy == 0))


def get_response_to_hear(
    exam_id: int, task: Task, blind_number: int, account: Account
) -> BlindResponse:
    """The response for whoever marks or judges it."""
    judges = and_(may_arbitrate(BlindResponse.exam_id, account), ~is_near(account.id))
    scope = or_(marking_scope(account), judges)
    return _one(exam_id, task.item_version_id, blind_number, scope)


def page_to_judge(
    exam_id: int,
    account: Account,
    *,
    item: int | None = None,
    standing: Standing | None = None,
    among: Collection[int] | None = None,
    page: int | None = None,
) -> Page[BlindResponse]:
    """The responses that this account may arbitrate, of one item or standing or `among` these, by
    blind number."""
    wanted = (
        select(BlindResponse)
        .join(BlindResponse.attempt)
        .join(Attempt.person)
        .where(
            BlindResponse.exam_id == exam_id,
            BlindResponse.copy == 0,
            may_arbitrate(BlindResponse.exam_id, account),
            ~is_near(account.id),
        )
        .order_by(BlindResponse.item_version_id, BlindResponse.blind_number)
    )
    if item is not None:
        wanted = wanted.where(BlindResponse.item_version_id == item)
    if standing is not None:
        wanted = wanted.where(BlindResponse.standing == standing)
    if among is not None:
        wanted = wanted.where(BlindResponse.id.in_(among))
    return paginate(wanted, number=page)


def next_to_arbitrate(exam_id: int, account: Account) -> BlindResponse | None:
    """The first response of the exam that waits for this arbiter."""
    wanted = select(BlindResponse).where(
        BlindResponse.exam_id == exam_id, BlindResponse.id.in_(disputed_for(account))
    )
    wanted = wanted.order_by(BlindResponse.item_version_id, BlindResponse.blind_number)
    return session.scalar(wanted.limit(1))


def count_disputed(exam_id: int, account: Account) -> int:
    """How many responses of the exam wait for this arbiter."""
    mine = disputed_for(account).where(BlindResponse.exam_id == exam_id)
    return session.scalar(select(func.count()).select_from(mine.subquery())) or 0


def of_attempt(attempt_id: int) -> list[BlindResponse]:
    """What people mark of one sheet, by slot."""
    wanted = select(BlindResponse).where(
        BlindResponse.attempt_id == attempt_id, BlindResponse.copy == 0
    )
    return list(session.scalars(wanted.order_by(BlindResponse.number)))


def lock_response(response: BlindResponse) -> None:
    """Let whoever else marks this response wait, and read how it stands now."""
    session.refresh(response, ["standing"], with_for_update=True)


def answer_to(response: BlindResponse) -> Any:
    """What the candidate answered."""
    return responses([response.attempt_id])[response.attempt_id].get(response.number)


def digest_of(response: BlindResponse, answer: Any) -> str:
    """The digest of what the candidate answered; "" for nothing."""
    return slot_digests({response.number: answer}).get(response.number, "")


def _all_collected(exam_id: int) -> list[BlindResponse]:
    wanted = select(BlindResponse).where(BlindResponse.exam_id == exam_id)
    return list(session.scalars(wanted.order_by(BlindResponse.id)))


def _one(
    exam_id: int, item_version_id: int, blind_number: int, scope: ColumnElement[bool]
) -> BlindResponse:
    response = session.scalar(
        select(BlindResponse)
        .join(BlindResponse.attempt)
        .join(Attempt.person)
        .options(joinedload(BlindResponse.attempt))
        .where(
            BlindResponse.exam_id == exam_id,
            BlindResponse.item_version_id == item_version_id,
            BlindResponse.blind_number == blind_number,
            scope,
        )
    )
    if response is None:
        raise Missing("这份作答")
    return response


def is_near(account_id: Any) -> ColumnElement[bool]:
    """Is this account the candidate (Person), or of the same unit?"""
    self = aliased(Person)
    return exists().where(
        self.account_id == account_id, or_(self.id == Person.id, self.unit_id == Person.unit_id)
    )


def marks_it(mark: Any = Mark) -> ColumnElement[bool]:
    return and_(
        mark.attempt_id == BlindResponse.attempt_id,
        mark.number == BlindResponse.number,
        mark.copy == BlindResponse.copy,
    )
