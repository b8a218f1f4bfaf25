"""Reading the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, select

from lms.ground.audit.models import AuditEntry, AuditSeal
from lms.ground.audit.rules import Line, Seal
from lms.ground.clock import from_local
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, count, paginate

STRETCH = 1000


@dataclass(frozen=True)
class Wanted:
    """What a list of entries is narrowed by; days are the school's, both included."""

    actor: str = ""
    action: str = ""
    subject_kind: str = ""
    subject_id: int | None = None
    search: str = ""
    from_day: date | None = None
    to_day: date | None = None


def page_of_entries(wanted: Wanted, *, page: int | None) -> Page[AuditEntry]:
    """Entries, the latest first."""
    return paginate(_entries(wanted), number=page)


def count_entries(wanted: Wanted) -> int:
    """How many entries are wanted."""
    return count(_entries(wanted))


def all_entries(wanted: Wanted) -> list[AuditEntry]:
    """Every wanted entry, the latest first; ask `count_entries` before."""
    return list(session.scalars(_entries(wanted)))


def get_entry(entry_id: int) -> AuditEntry:
    """One entry, or Missing."""
    entry = session.get(AuditEntry, entry_id)
    if entry is None:
        raise Missing("这条审计记录")
    return entry


def find_seal_over(entry: AuditEntry) -> AuditSeal | None:
    """The seal that covers an entry; None while it is young."""
    covering = select(AuditSeal).where(
        AuditSeal.first_entry_id <= entry.id, AuditSeal.last_entry_id >= entry.id
    )
    return session.scalar(covering)


def known_actions() -> list[str]:
    """Every action that was ever written down."""
    return list(session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def find_last_seal() -> AuditSeal | None:
    """The end of the chain."""
    return session.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))


def lines_after(entry_id: int) -> list[Line]:
    """The next entries after a number, at most one stretch, as plain data."""
    wanted = select(AuditEntry).where(AuditEntry.id > entry_id).order_by(AuditEntry.id)
    return [_line(entry) for entry in session.scalars(wanted.limit(STRETCH))]


def lines() -> Iterator[Line]:
    """All entries in the order of their numbers, a stretch at a time."""
    wanted = select(AuditEntry).order_by(AuditEntry.id)
    with closing(session.scalars(wanted.execution_options(yield_per=STRETCH))) as entries:
        for entry in entries:
            yield _line(entry)


def seals() -> list[Seal]:
    """The whole chain in its order."""
    columns = (
        AuditSeal.id,
        AuditSeal.first_entry_id,
        AuditSeal.last_entry_id,
        AuditSeal.entries,
        AuditSeal.previous_hash,
        AuditSeal.hash,
    )
    return [Seal(*row) for row in session.execute(select(*columns).order_by(AuditSeal.id))]


def _line(entry: AuditEntry) -> Line:
    return Line(
        id=entry.id,
        at=entry.at,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        action=entry.action,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        sentence=entry.sentence,
        details=entry.details,
    )


def _entries(wanted: Wanted) -> Select[AuditEntry]:
    statement = select(AuditEntry).order_by(AuditEntry.id.desc())
    if wanted.actor:
        statement = statement.where(AuditEntry.actor_name == wanted.actor)
    if wanted.action:
        statement = statement.where(AuditEntry.action == wanted.action)
    if wanted.subject_kind:
        statement = statement.where(AuditEntry.subject_kind == wanted.subject_kind)
    if wanted.subject_id is not None:
        statement = statement.where(AuditEntry.subject_id == wanted.subject_id)
    if wanted.search:
        statement = statement.where(AuditEntry.sentence.ilike(f"%{wanted.search}%"))
    if wanted.from_day is not None:
        statement = statement.where(AuditEntry.at >= _midnight(wanted.from_day))
    if wanted.to_day is not None:
        statement = statement.where(AuditEntry.at < _midnight(wanted.to_day + timedelta(days=1)))
    return statement


def _midnight(day: date) -> datetime:
    return from_local(datetime.combine(day, time()))
