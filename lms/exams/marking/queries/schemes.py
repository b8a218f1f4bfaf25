"""Reading how an exam is marked, and who does what in it: decided here, in the SQL."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from lms.exams.marking.models import MarkerDuty, MarkerItem, MarkingScheme
from lms.exams.marking.rules.modes import Duty, Scheme, parse_mode
from lms.exams.sittings.models import Exam
from lms.ground.access import ROLE_PERMISSIONS, Permission, Role
from lms.ground.accounts.models import Account, Grant
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.norms.queries import fraction, text

ExamId = ColumnElement[int] | InstrumentedAttribute[int]


def find_scheme(exam_id: int) -> MarkingScheme | None:
    """The scheme that was set for the exam."""
    return session.scalar(select(MarkingScheme).where(MarkingScheme.exam_id == exam_id))


def scheme_of(exam: Exam) -> Scheme:
    """How the exam's marks become points: as it was set, else by the norms of the day on which
    the exam was arranged."""
    found = find_scheme(exam.id)
    return usual(exam) if found is None else found.scheme


def usual(exam: Exam) -> Scheme:
    """The scheme of an exam for which nothing was set."""
    on = local(exam.created_at).date()
    return Scheme(parse_mode(text("marking.mode", on=on)), fraction("marking.tolerance", on=on))


def duties(exam_id: int) -> dict[Duty, list[Account]]:
    """Who is appointed to what, by name."""
    found: dict[Duty, list[Account]] = {duty: [] for duty in Duty}
    rows = session.execute(
        select(MarkerDuty.duty, Account)
        .join(MarkerDuty.account)
        .where(MarkerDuty.exam_id == exam_id)
        .order_by(Account.name, Account.id)
    )
    for duty, account in rows:
        found[duty].append(account)
    return found


def possible_markers() -> list[Account]:
    """Accounts that may mark, by name."""
    wanted = select(Account).where(is_able()).order_by(Account.name, Account.id)
    return list(session.scalars(wanted))


def is_able() -> ColumnElement[bool]:
    """The WHERE clause on Account: it may mark at all."""
    roles = [role for role in Role if Permission.MARK in ROLE_PERMISSIONS[role]]
    granted = exists().where(Grant.account_id == Account.id, Grant.role.in_(roles))
    return and_(granted, Account.disabled_at.is_(None))


def may_mark(exam_id: ExamId, account: Account) -> ColumnElement[bool]:
    """The WHERE clause on an exam's id: the account is appointed, or nobody is."""
    if Permission.MARK not in account.permissions:
        return false()
    return or_(_appointed(exam_id, Duty.MARK, account), ~_appointed(exam_id, Duty.MARK, None))


def marks_item(exam_id: ExamId, item: ExamId, account: ExamId | int | None) -> ColumnElement[bool]:
    """The WHERE clause on an item's version: the account marks it, or all of the exam's items."""
    own = and_(MarkerItem.exam_id == exam_id, MarkerItem.account_id == account)
    return or_(~exists().where(own), exists().where(own, MarkerItem.item_version_id == item))


def items_by_marker(exam_id: int) -> dict[int, set[int]]:
    """The items of whoever does not mark all of them, by account."""
    found: dict[int, set[int]] = {}
    rows = session.execute(
        select(MarkerItem.account_id, MarkerItem.item_version_id).where(
            MarkerItem.exam_id == exam_id
        )
    )
    for account_id, item in rows:
        found.setdefault(account_id, set()).add(item)
    return found


def items_of(exam_id: int, account: Account, items: Collection[int]) -> set[int]:
    """Which of these items the account marks, if it marks in the exam."""
    return set(items) & items_by_marker(exam_id).get(account.id or 0, set(items))


def may_arbitrate(exam_id: ExamId, account: Account) -> ColumnElement[bool]:
    """The WHERE clause on an exam's id: the account is the arbiter, or leads where there is none."""
    if Permission.MARK not in account.permissions:
        return false()
    appointed = _appointed(exam_id, Duty.ARBITRATE, account)
    if Permission.RELEASE not in account.permissions:
        return appointed
    return or_(appointed, ~_appointed(exam_id, Duty.ARBITRATE, None))


def exam_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Exam: who leads sees all, others what they have a part in."""
    if Permission.RELEASE in account.permissions:
        return true()
    return or_(may_mark(Exam.id, account), may_arbitrate(Exam.id, account))


def arbitrates(exam_id: int, account: Account) -> bool:
    """May the account arbitrate in this exam?"""
    wanted = select(Exam.id).where(Exam.id == exam_id, may_arbitrate(Exam.id, account))
    return session.scalar(wanted) is not None


def _appointed(exam_id: ExamId, duty: Duty, account: Account | None) -> ColumnElement[bool]:
    """Is this account appointed to the duty, or anybody at all?"""
    somebody = and_(MarkerDuty.exam_id == exam_id, MarkerDuty.duty == duty)
    return exists().where(
        somebody if account is None else and_(somebody, MarkerDuty.account_id == account.id)
    )
