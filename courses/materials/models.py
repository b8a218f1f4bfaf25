"""Courseware and other files for a course."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from courses.catalogue.models import Course
from courses.materials.rules import MaterialState
from lms.ground.db import Base, Versioned, related
from lms.ground.uploads.models import Upload


class Material(Versioned, Base):
    """One file handed in for a course; the upload's hash pins what was reviewed."""

    __tablename__ = "material"
    __table_args__ = (Index(None, "course_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    title: Mapped[str]
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    submitted_at: Mapped[datetime]
    state: Mapped[MaterialState] = mapped_column(default=MaterialState.SUBMITTED)
    reviewed_by: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(default="")

    course: Mapped[Course] = related()
    upload: Mapped[Upload] = related()
