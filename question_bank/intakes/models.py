"""Question files on their way in, and the items that came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, related
from lms.ground.jobs.models import Job
from lms.ground.uploads.models import Upload
from question_bank.intakes.rules.terms import IntakeState
from question_bank.items.models import Bank


class Intake(Base):
    """A question file on its way in: what was read of it, and what became of it.

    `reading` is the JSON contract of the importer, with the corrections made in the preview
    and a `decision` per item that needed one. No owner: it came by the command line.
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
