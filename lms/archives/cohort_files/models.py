"""The file of a cohort: copies as they were on the day of filing, with hashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Cohort
from lms.ground.db import Base, related
from lms.ground.uploads.models import Upload


class CohortFile(Base):
    """一班一档: one filing of a cohort; a later filing is another row, the old one stays."""

    __tablename__ = "cohort_file"
    __table_args__ = (UniqueConstraint("cohort_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    number: Mapped[int]
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))

    cohort: Mapped[Cohort] = related()
    bundle: Mapped[Upload | None] = related()
    documents: Mapped[list[FiledDocument]] = related(
        back_populates="cohort_file",
        cascade="all, delete-orphan",
        order_by="FiledDocument.position",
    )


class FiledDocument(Base):
    """One document in a cohort file: its place, title, and the stored copy (hash in upload)."""

    __tablename__ = "filed_document"
    __table_args__ = (
        UniqueConstraint("cohort_file_id", "position"),
        UniqueConstraint("cohort_file_id", "path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_file_id: Mapped[int] = mapped_column(ForeignKey("cohort_file.id", ondelete="CASCADE"))
    position: Mapped[int]
    path: Mapped[str]
    title: Mapped[str]
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)

    cohort_file: Mapped[CohortFile] = related(back_populates="documents")
    upload: Mapped[Upload] = related()
