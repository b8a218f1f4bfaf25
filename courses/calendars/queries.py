"""Reading feeds, and what they show: releases only, never a draft."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from courses.calendars.models import Feed
from courses.calendars.rules import (
    Appointment,
    FeedKind,
    Released,
    of_cohort,
    of_person,
    of_venue,
)
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import cohort_scope, get_cohort
from courses.timetable.models import TimetableRelease
from courses.timetable.queries.releases import released_entries
from courses.venues.models import Venue
from courses.venues.queries import open_venues
from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.accounts.queries import get_account
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.people.models import Person
from lms.ground.people.queries import find_person_of

PAST = timedelta(days=90)


def feeds_of(account: Account) -> list[Feed]:
    """The feeds that an account has open, with what they are of."""
    statement = select(Feed).where(Feed.account_id == account.id, Feed.revoked_at.is_(None))
    loaded = joinedload(Feed.person), joinedload(Feed.cohort), joinedload(Feed.venue)
    return list(session.scalars(statement.options(*loaded).order_by(Feed.id)))


def get_feed(feed_id: int, account: Account) -> Feed:
    """An open feed of this account, or Missing."""
    for feed in feeds_of(account):
        if feed.id == feed_id:
            return feed
    raise Missing("这个日历订阅")


def find_feed(token: str) -> Feed | None:
    """The feed with this token, also one that was revoked."""
    return session.scalar(select(Feed).where(Feed.token == token))


def find_same(account: Account, kind: FeedKind, number: int) -> Feed | None:
    """The open feed of the same thing."""
    return next((one for one in feeds_of(account) if subject(one) == (kind, number)), None)


def subject(feed: Feed) -> tuple[FeedKind, int]:
    """What a feed is of: kind and number."""
    if feed.person_id is not None:
        return FeedKind.PERSON, feed.person_id
    if feed.cohort_id is not None:
        return FeedKind.COHORT, feed.cohort_id
    return FeedKind.VENUE, feed.venue_id or 0


def offers(account: Account, *, at: datetime) -> dict[FeedKind, list[tuple[int, str]]]:
    """What this account can have a calendar of: number and name, by kind."""
    person, day = find_person_of(account), local(at).date()
    held = select(Cohort).where(cohort_scope(account), Cohort.ends_on >= day)
    cohorts = session.scalars(held.order_by(Cohort.starts_on, Cohort.id))
    reads = Permission.READ_COURSES in account.permissions
    return {
        FeedKind.PERSON: [(person.id, person.name)] if person else [],
        FeedKind.COHORT: [(one.id, one.title) for one in cohorts],
        FeedKind.VENUE: [(one.id, one.name) for one in open_venues(on=day)] if reads else [],
    }


def calendar_of(feed: Feed, *, at: datetime) -> tuple[str, list[Appointment]]:
    """Name and lessons of a feed, as far as whoever has it may still see them; Missing if not."""
    account = get_account(feed.account_id)
    released = _released(at)
    kind, number = subject(feed)
    if not account.is_active:
        raise Missing("这个日历")
    if kind is FeedKind.COHORT:
        return get_cohort(number, account).title, of_cohort(released, number)
    if kind is FeedKind.VENUE:
        name = session.get_one(Venue, number).name
        return name, of_venue(released, number, name)
    person = session.get_one(Person, number)
    return person.name, of_person(released, number, _own_cohorts(number))


def _own_cohorts(person_id: int) -> frozenset[int]:
    """Where somebody is a learner now, or the adviser."""
    learns = select(Enrolment.cohort_id).where(
        Enrolment.person_id == person_id, Enrolment.withdrawn_on.is_(None)
    )
    own = select(Cohort.id).where(or_(Cohort.adviser_id == person_id, Cohort.id.in_(learns)))
    return frozenset(session.scalars(own))


def _released(at: datetime) -> list[Released]:
    """What holds for every cohort that is not long over, in one statement."""
    latest = (
        select(TimetableRelease.cohort_id, func.max(TimetableRelease.number).label("number"))
        .join(Cohort, Cohort.id == TimetableRelease.cohort_id)
        .where(Cohort.ends_on >= local(at - PAST).date())
        .group_by(TimetableRelease.cohort_id)
        .subquery()
    )
    found = session.scalars(
        select(TimetableRelease)
        .join(latest, TimetableRelease.cohort_id == latest.c.cohort_id)
        .where(TimetableRelease.number == latest.c.number)
        .order_by(TimetableRelease.cohort_id)
    )
    return [
        Released(one.cohort_id, one.number, one.released_at, tuple(released_entries(one)))
        for one in found
    ]
