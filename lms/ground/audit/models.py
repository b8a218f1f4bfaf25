"""The audit trail. It stands below accounts, so it names its actor by number and by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, event
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base


class AuditEntry(Base):
    """One deed: who did what to what. Never changed, never deleted."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    sentence: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AuditSeal(Base):
    """A stretch of entries sealed into the chain: the hash covers them and the seal before."""

    __tablename__ = "audit_seal"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_entry_id: Mapped[int] = mapped_column(unique=True)
    last_entry_id: Mapped[int] = mapped_column(unique=True)
    entries: Mapped[int]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    sealed_at: Mapped[datetime]


def _never(_mapper: Any, _connection: Any, row: AuditEntry | AuditSeal) -> None:
    raise RuntimeError(f"{row.__tablename__} is only ever added to")


for _kind in (AuditEntry, AuditSeal):
    event.listen(_kind, "before_update", _never)
    event.listen(_kind, "before_delete", _never)
