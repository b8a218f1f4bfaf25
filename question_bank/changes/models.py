"""Changes to many items at once, and what every item was before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, related
from question_bank.changes.rules import Field


class BulkChange(Base):
    """One change to many items: by whom, when, and when it was undone."""

    __tablename__ = "bulk_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[Field]
    value: Mapped[str]
    items: Mapped[int]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    undone_by: Mapped[str] = mapped_column(default="")
    undone_at: Mapped[datetime | None]

    lines: Mapped[list[BulkChangeLine]] = related(cascade="all, delete-orphan")


class BulkChangeLine(Base):
    """An item of a change, and the value that its field had before; "" for none.

    `made` is the number of the version that the change made, None where none was needed.
    """

    __tablename__ = "bulk_change_line"

    change_id: Mapped[int] = mapped_column(
        ForeignKey("bulk_change.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    before: Mapped[str]
    made: Mapped[int | None]
