"""Notices to people, and the outbox by which they leave the house."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, related
from lms.ground.people.models import Person


class Notice(Base):
    """What one person is told; shown on their desk until read."""

    __tablename__ = "notice"
    __table_args__ = (Index(None, "person_id", "read_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    subject: Mapped[str]
    body: Mapped[str]
    link: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    person: Mapped[Person] = related()


class DispatchState(StrEnum):
    """How far a dispatch has come."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Dispatch(Base):
    """A notice on its way out by one channel (e-mail, SMS gateway …); sent once, tried again."""

    __tablename__ = "dispatch"
    __table_args__ = (Index(None, "state", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"))
    channel: Mapped[str]
    state: Mapped[DispatchState] = mapped_column(default=DispatchState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")

    notice: Mapped[Notice] = related()
