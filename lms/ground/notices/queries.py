"""Reading notices: everyone their own, which is decided in the SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, undefer

from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.notices.models import Dispatch, DispatchState, Notice
from lms.ground.notices.rules import Channel, Letter
from lms.ground.paging import Page, paginate
from lms.ground.people.models import Person


def page_of_notices(account: Account, *, page: int | None) -> Page[Notice]:
    """What the person of this account was told: unread first, the latest first."""
    ordered = _mine(account).order_by(
        Notice.read_at.is_not(None), Notice.sent_at.desc(), Notice.id.desc()
    )
    return paginate(ordered, number=page)


def unread_count(account: Account) -> int:
    """How many notices the person of this account has not read."""
    unread = (
        select(func.count(Notice.id))
        .join(Person, Person.id == Notice.person_id)
        .where(Person.account_id == account.id, Notice.read_at.is_(None))
    )
    return session.scalar(unread) or 0


def get_notice(notice_id: int, account: Account) -> Notice:
    """One of one's own notices, or Missing."""
    notice = session.scalar(_mine(account).where(Notice.id == notice_id))
    if notice is None:
        raise Missing("这条通知")
    return notice


def unread(account: Account) -> list[Notice]:
    """One's own unread notices."""
    return list(session.scalars(_mine(account).where(Notice.read_at.is_(None))))


def page_of_dispatches(state: DispatchState | None, *, page: int | None) -> Page[Dispatch]:
    """What left or is to leave the house, the latest first."""
    wanted = select(Dispatch).options(joinedload(Dispatch.notice).joinedload(Notice.person))
    if state is not None:
        wanted = wanted.where(Dispatch.state == state)
    return paginate(wanted.order_by(Dispatch.id.desc()), number=page)


def get_dispatch(dispatch_id: int) -> Dispatch:
    """One dispatch, or Missing."""
    dispatch = session.get(Dispatch, dispatch_id)
    if dispatch is None:
        raise Missing("这次发送")
    return dispatch


def due(at: datetime, *, most: int) -> list[int]:
    """The ids of dispatches whose time has come, the longest due first."""
    waiting = select(Dispatch.id).where(
        Dispatch.state == DispatchState.WAITING, Dispatch.next_try_at <= at
    )
    return list(session.scalars(waiting.order_by(Dispatch.next_try_at, Dispatch.id).limit(most)))


def letters(dispatch_ids: Collection[int], channels: Mapping[str, Channel]) -> list[Letter]:
    """The dispatches as plain data, with the addresses that their channels use."""
    addresses = [undefer(getattr(Person, each.private.value)) for each in channels.values()]
    person = joinedload(Dispatch.notice).joinedload(Notice.person).options(*addresses)
    wanted = select(Dispatch).options(person).where(Dispatch.id.in_(dispatch_ids))
    return [
        Letter(
            dispatch_id=dispatch.id,
            channel=dispatch.channel,
            address=_address(dispatch.notice.person, channels.get(dispatch.channel)),
            subject=dispatch.notice.subject,
            body=dispatch.notice.body,
        )
        for dispatch in session.scalars(wanted.order_by(Dispatch.id))
    ]


def _address(person: Person, channel: Channel | None) -> str:
    return "" if channel is None else getattr(person, channel.private.value) or ""


def _mine(account: Account) -> Select[Notice]:
    owner = select(Person.id).where(Person.account_id == account.id)
    return select(Notice).where(Notice.person_id.in_(owner))
