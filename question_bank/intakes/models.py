"""Question files on their way in, and the items that came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, Versioned, related
from lms.ground.jobs.models import Job
from lms.ground.uploads.models import Upload
from question_bank.intakes.rules.grid import Standing
from question_bank.intakes.rules.terms import IntakeState
from question_bank.items.models import Bank

APPROVING = "intakes.approve"


class Intake(Base):
    """A question file on its way in: what was read of it, and what became of it.

    `reading` is the JSON contract of the importer but for its items, which are rows of their own;
    `files` maps the names of pictures to uploads. No owner: it came by the command line.
    """

    __tablename__ = "intake"

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    key_upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    state: Mapped[IntakeState] = mapped_column(default=IntakeState.READING)
    reading: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failure: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    committed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    bank: Mapped[Bank] = related()
    job: Mapped[Job | None] = related()
    upload: Mapped[Upload] = related(foreign_keys=[upload_id])
    key_upload: Mapped[Upload | None] = related(foreign_keys=[key_upload_id])

    @property
    def is_approving(self) -> bool:
        """Whether a worker passes its items through to 审定 just now."""
        return self.job is not None and self.job.kind == APPROVING and not self.job.is_over


class IntakeRow(Versioned, Base):
    """An item of a file by its position from 0: `item` as it was read, `said` what people changed.

    `said` holds the corrected fields, the `decision`, and what was `seen` to be alike then; `near`
    what is nearly the same, found by the worker: {"row": position, "share": similarity} or
    {"item": id, "version": id, "share": …}; `compared`: not changed since that was looked for.
    The rest is told by these and kept for lists: `codes` are the codes of what is open, each
    between blanks, `text` what a search looks through.
    """

    __tablename__ = "intake_row"
    __table_args__ = (
        Index(None, "intake_id", "hash"),
        Index(None, "intake_id", "standing"),
    )

    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[dict[str, Any]]
    said: Mapped[dict[str, Any]] = mapped_column(default=dict)
    near: Mapped[list[Any]] = mapped_column(default=list)
    compared: Mapped[bool] = mapped_column(default=True)
    standing: Mapped[Standing]
    kind: Mapped[str]
    hash: Mapped[str]
    codes: Mapped[str]
    text: Mapped[str]
    topic: Mapped[str]
    changed_by: Mapped[str] = mapped_column(default="")

    @property
    def draft(self) -> dict[str, Any]:
        """The item with what people said of it."""
        return {**self.item, **self.said}


class ColumnMapping(Base):
    """What a person said the columns of a table are, for every table with the same header.

    `columns` maps a role (stem, key, kind, options …) or the letter of an option to the position
    of its column from 0; "header" is 0 where the first row already is an item.
    """

    __tablename__ = "column_mapping"

    signature: Mapped[str] = mapped_column(primary_key=True)
    columns: Mapped[dict[str, Any]]
    chosen_by: Mapped[str]
    chosen_at: Mapped[datetime]


class TakenItem(Base):
    """An item that came by an intake; gone with the item."""

    __tablename__ = "taken_item"

    item_id: Mapped[int] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True
    )
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"), index=True)
