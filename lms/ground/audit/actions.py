"""Writing the audit trail: in the same transaction as the deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from lms.ground.audit.models import AuditEntry
from lms.ground.db import session


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
    session.flush()
    session.add(
        AuditEntry(
            at=at,
            actor_id=by.id,
            actor_name=by.name,
            action=action,
            subject_kind=getattr(subject, "__tablename__", type(subject).__name__),
            subject_id=getattr(subject, "id", None),
            sentence=sentence,
            details=details,
        )
    )
