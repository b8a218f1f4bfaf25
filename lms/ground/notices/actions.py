"""Telling people things: the notice and its dispatches are written with the deed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import update

from lms.ground.accounts.models import Account
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms.queries import text
from lms.ground.notices import queries
from lms.ground.notices.models import Dispatch, DispatchState, Notice
from lms.ground.notices.rules import LEASE, Channel, Letter, channels_in, pause_after

MOST_AT_ONCE = 50


def tell(
    person_ids: Iterable[int], subject: str, body: str, *, at: datetime, link: str = ""
) -> None:
    """Tell each person once; `link` is a path inside the house.

    Where the norm names channels, each notice also waits to leave the house by them.
    """
    notices = [
        Notice(person_id=person_id, subject=subject, body=body, link=link, sent_at=at)
        for person_id in dict.fromkeys(person_ids)
    ]
    session.add_all(notices)
    if notices:
        channels = channels_in(text("notices.channels", on=local(at).date()))
        session.add_all(
            Dispatch(notice=notice, channel=channel, next_try_at=at)
            for notice in notices
            for channel in channels
        )


def mark_read(notice: Notice, *, at: datetime) -> None:
    """Note when it was first read."""
    notice.read_at = notice.read_at or at


def mark_all_read(account: Account, *, at: datetime) -> int:
    """Note that everything was read; how many were not before."""
    unread = queries.unread(account)
    for notice in unread:
        mark_read(notice, at=at)
    return len(unread)


def claim(channels: Mapping[str, Channel], *, at: datetime) -> list[Letter]:
    """Take what is due, for this process alone, counting the try before it is made.

    Keep it (db.checkpoint) before sending: a claim is sent at most once, and one whose
    process died is free again after the lease.
    """
    chosen = queries.due(at, most=MOST_AT_ONCE)
    taken = session.scalars(
        update(Dispatch)
        .where(
            Dispatch.id.in_(chosen),
            Dispatch.state == DispatchState.WAITING,
            Dispatch.next_try_at <= at,
        )
        .values(tries=Dispatch.tries + 1, next_try_at=at + LEASE)
        .returning(Dispatch.id)
        .execution_options(synchronize_session=False)
    )
    return queries.letters(taken.all(), channels)


def note_sent(letter: Letter, *, at: datetime) -> None:
    """It has left the house."""
    dispatch = queries.get_dispatch(letter.dispatch_id)
    dispatch.state, dispatch.sent_at, dispatch.failure = DispatchState.SENT, at, ""
    session.flush()


def note_failure(letter: Letter, failure: str, *, at: datetime, final: bool = False) -> None:
    """It has not: try again after a pause, or give it up after the last one or when `final`."""
    dispatch = queries.get_dispatch(letter.dispatch_id)
    dispatch.failure = failure[:200]
    pause = None if final else pause_after(dispatch.tries)
    if pause is None:
        dispatch.state = DispatchState.FAILED
    else:
        dispatch.next_try_at = at + pause
    session.flush()


def send_again(dispatch: Dispatch, *, at: datetime) -> None:
    """Let a dispatch that was given up wait anew; Refused for any other."""
    if dispatch.state != DispatchState.FAILED:
        raise Refused("这次发送没有失败，不需要重发。")
    dispatch.state, dispatch.tries, dispatch.next_try_at = DispatchState.WAITING, 0, at
