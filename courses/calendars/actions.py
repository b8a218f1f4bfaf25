"""Opening and revoking private addresses of calendars."""

from __future__ import annotations

import secrets
from datetime import datetime

from courses.calendars import queries
from courses.calendars.models import Feed
from courses.calendars.rules import KIND_NAMES, FeedKind
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import record
from lms.ground.db import session
from lms.ground.errors import Missing


def offer(kind: FeedKind, number: int, *, by: Account, at: datetime) -> Feed:
    """A private address for a calendar; the one there is, if it was asked for before.

    Missing for what this account may not see.
    """
    names = dict(queries.offers(by, at=at)[kind])
    if number not in names:
        raise Missing("可以订阅的日历")
    same = queries.find_same(by, kind, number)
    if same is not None:
        return same
    feed = Feed(
        token=secrets.token_urlsafe(32), account_id=by.id, made_at=at, **{f"{kind}_id": number}
    )
    session.add(feed)
    session.flush()
    told = f"开通了日历订阅：{KIND_NAMES[kind]}“{names[number]}”"
    record("calendars.offer", feed, told, by=by, at=at)
    return feed


def revoke(feed: Feed, *, by: Account, at: datetime) -> None:
    """From now on nobody reads the calendar by this address."""
    feed.revoked_at = at
    record("calendars.revoke", feed, "撤销了一个日历订阅地址", by=by, at=at)
