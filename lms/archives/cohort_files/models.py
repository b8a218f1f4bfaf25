"""The file of a cohort: copies as they were on the day of filing, with hashes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Cohort
from lms.ground.db import Base, related
from lms.ground.jobs.models import Job
from lms.ground.uploads.models import Upload


class Enclosure(Base):
    """A paper that came about outside the system (批复, 通知, 总结 …), to be filed at `entry`."""

    __tablename__ = "enclosure"
    __table_args__ = (
        UniqueConstraint("cohort_id", "entry", "title"),
        CheckConstraint("entry > 0", name="entry_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    entry: Mapped[int]
    title: Mapped[str]
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    added_by: Mapped[str]
    added_at: Mapped[datetime]

    upload: Mapped[Upload] = related()


class CohortFile(Base):
    """一班一档: one filing of a cohort; a later filing is another row, the old one stays.

    Without a bundle it is still being made (or was given up): the next run of its job goes
    on with it. `filed_at` is the moment as of which it was read, `missing` what was not
    there then and why: [{"number", "title", "reasons"}].
    """

    __tablename__ = "cohort_file"
    __table_args__ = (UniqueConstraint("cohort_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    number: Mapped[int]
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    missing: Mapped[list[Any]] = mapped_column(default=list)

    cohort: Mapped[Cohort] = related()
    bundle: Mapped[Upload | None] = related()
    job: Mapped[Job | None] = related()
    documents: Mapped[list[FiledDocument]] = related(
        back_populates="cohort_file",
        cascade="all, delete-orphan",
        order_by="FiledDocument.position",
    )


class FiledDocument(Base):
    """One document in a cohort file: its place, title, and the stored copy (hash in upload).

    `entry` is its line of the 卷内目录 (0: that list itself). `source` is the hash of what it
    was printed from, so that a run that goes on prints nothing twice; empty for originals.
    """

    __tablename__ = "filed_document"
    __table_args__ = (
        UniqueConstraint("cohort_file_id", "position"),
        UniqueConstraint("cohort_file_id", "path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_file_id: Mapped[int] = mapped_column(ForeignKey("cohort_file.id", ondelete="CASCADE"))
    position: Mapped[int]
    entry: Mapped[int]
    path: Mapped[str]
    title: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    pages: Mapped[int | None]
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)

    cohort_file: Mapped[CohortFile] = related(back_populates="documents")
    upload: Mapped[Upload] = related()
