"""The name lists that were handed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, related
from lms.ground.uploads.models import Upload


class RosterUpload(Base):
    """A name list handed in for a cohort: read for the preview, read again when it is entered."""

    __tablename__ = "roster_upload"
    __table_args__ = (UniqueConstraint("cohort_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    sha256: Mapped[str]
    brought_by: Mapped[str]
    brought_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(default="")
    entered_at: Mapped[datetime | None]
    learners: Mapped[int] = mapped_column(default=0)

    upload: Mapped[Upload] = related()
