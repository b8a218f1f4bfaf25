"""Reading sittings and who may watch over them: which an account may see is decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, false, select, true
from sqlalchemy.orm import joinedload, selectinload

from courses.cohorts.models import Cohort
from courses.venues import queries as venues
from lms.exams.sittings.models import Exam, Invigilator, Sitting
from lms.ground.access import ROLE_PERMISSIONS, Permission, Role
from lms.ground.accounts.models import Account, Grant
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person
from lms.ground.spans import Span


def sitting_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Sitting: the office sees all, an invigilator those to watch over."""
    if Permission.ARRANGE_EXAMS in account.permissions:
        return true()
    if Permission.INVIGILATE not in account.permissions:
        return false()
    return exists().where(
        Invigilator.sitting_id == Sitting.id, Invigilator.account_id == account.id
    )


def sittings_of(exam_ids: Collection[int], account: Account) -> dict[int, list[Sitting]]:
    """The sittings of exams that `account` may see, by exam, the earliest first."""
    statement = (
        select(Sitting)
        .options(joinedload(Sitting.venue))
        .where(Sitting.exam_id.in_(exam_ids), sitting_scope(account))
        .order_by(Sitting.opens_at, Sitting.id)
    )
    found: dict[int, list[Sitting]] = {exam_id: [] for exam_id in exam_ids}
    for sitting in session.scalars(statement):
        found[sitting.exam_id].append(sitting)
    return found


def out_of_use(sittings: Collection[Sitting], *, at: datetime) -> dict[int, str]:
    """Those of these that are not over and whose venue cannot be had then any more, and why, in a
    fixed number of statements."""
    ahead = [one for one in sittings if one.closes_at > at]
    told = venues.out_of_use([(one.venue_id, Span(one.opens_at, one.closes_at)) for one in ahead])
    return {one.id: why for one, why in zip(ahead, told, strict=True) if why}


def get_sitting(sitting_id: int, account: Account) -> Sitting:
    """The sitting with exam, cohort, paper, venue and invigilators, or Missing."""
    statement = _sittings().where(Sitting.id == sitting_id, sitting_scope(account))
    sitting = session.scalar(statement)
    if sitting is None:
        raise Missing("这个场次")
    return sitting


def get_sitting_for_work(sitting_id: int) -> Sitting:
    """The sitting as `get_sitting` gives it, for a worker, whose work is nobody's view."""
    sitting = session.scalar(_sittings().where(Sitting.id == sitting_id))
    if sitting is None:
        raise Missing("这个场次")
    return sitting


def every_sitting(exam_id: int) -> list[Sitting]:
    """All sittings of an exam with exam, cohort and paper, for work that is nobody's view."""
    return list(session.scalars(_sittings().where(Sitting.exam_id == exam_id)))


def lock_sitting(sitting_id: int) -> None:
    """Let whoever else prepares or changes this sitting wait for this transaction."""
    session.execute(select(Sitting.id).where(Sitting.id == sitting_id).with_for_update())


def with_sittings(exam_ids: Collection[int]) -> set[int]:
    """Those of these exams that have a sitting."""
    return set(session.scalars(select(Sitting.exam_id).where(Sitting.exam_id.in_(exam_ids))))


def possible_invigilators() -> list[Account]:
    """Accounts that may invigilate, by name."""
    roles = [role for role in Role if Permission.INVIGILATE in ROLE_PERMISSIONS[role]]
    able = exists().where(Grant.account_id == Account.id, Grant.role.in_(roles))
    wanted = select(Account).where(able, Account.disabled_at.is_(None)).order_by(Account.name)
    return list(session.scalars(wanted))


def people_of(account_ids: Collection[int]) -> list[int]:
    """The ids of the people behind these accounts, where there are any."""
    return list(session.scalars(select(Person.id).where(Person.account_id.in_(account_ids))))


def _sittings() -> Select[Sitting]:
    exam = joinedload(Sitting.exam)
    return select(Sitting).options(
        exam.joinedload(Exam.cohort).joinedload(Cohort.programme),
        exam.joinedload(Exam.paper),
        joinedload(Sitting.venue),
        joinedload(Sitting.admission),
        selectinload(Sitting.invigilators).joinedload(Invigilator.account),
    )
