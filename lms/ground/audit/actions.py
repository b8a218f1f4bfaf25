"""Writing the audit trail: in the same transaction as the deed; sealed into a chain later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from lms.ground.audit import queries
from lms.ground.audit.models import AuditEntry, AuditSeal
from lms.ground.audit.queries import Wanted
from lms.ground.audit.rules import BEGINNING, digest, ripe
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.vault import sign

MOST_EXPORTED = 20_000


class Actor(Protocol):
    """Whoever does something: an account, or the system itself."""

    @property
    def id(self) -> int | None: ...

    @property
    def name(self) -> str: ...


class System:
    """The actor of timed work and of commands."""

    id: int | None = None
    name: str = "系统"


def record(
    action: str,
    subject: object,
    sentence: str,
    *,
    by: Actor,
    at: datetime,
    **details: Any,
) -> None:
    """Write down one deed.

    `action` is `room.verb` ("cohorts.approve"), `subject` the row it was done to (flushed
    here so that it has its id), `sentence` the deed in Chinese, `details` plain JSON values.
    """
    record_all(action, [(subject, sentence, details)], by=by, at=at)


def record_all(
    action: str,
    deeds: Iterable[tuple[object, str, Mapping[str, Any]]],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Write down deeds of one kind that are done together: subject, sentence and details of each."""
    session.flush()
    session.add_all(
        AuditEntry(
            at=at,
            actor_id=by.id,
            actor_name=by.name,
            action=action,
            subject_kind=getattr(subject, "__tablename__", type(subject).__name__),
            subject_id=getattr(subject, "id", None),
            sentence=sentence,
            details=dict(details),
        )
        for subject, sentence, details in deeds
    )


def seal(*, at: datetime) -> int:
    """Seal the next stretch of entries that are ripe; how many they were, 0 for none.

    The hash is keyed with a key outside the database: whoever can write to the database
    still cannot make a chain that holds.
    """
    last = queries.find_last_seal()
    after, previous = (last.last_entry_id, last.hash) if last else (0, BEGINNING)
    lines = ripe(queries.lines_after(after), after=after, at=at)
    if not lines:
        return 0
    session.add(
        AuditSeal(
            first_entry_id=lines[0].id,
            last_entry_id=lines[-1].id,
            entries=len(lines),
            previous_hash=previous,
            hash=sign(digest(previous, lines)),
            sealed_at=at,
        )
    )
    session.flush()
    return len(lines)


def export(wanted: Wanted, *, by: Actor, at: datetime) -> list[AuditEntry]:
    """The wanted entries to take away, which is itself written down; Refused for too many."""
    number = queries.count_entries(wanted)
    if number > MOST_EXPORTED:
        raise Refused(f"共有{number}条，一次最多导出{MOST_EXPORTED}条，请缩小日期范围。")
    entries = queries.all_entries(wanted)
    record("audit.export", System(), f"导出审计日志{number}条", by=by, at=at)
    return entries
