"""What lessons need, and the version that each is given with."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courses.materials.models import Material
from courses.timetable.models import Lesson
from lms.ground.db import Base, Versioned, related


class CoursewareDue(Versioned, Base):
    """The courseware of one lesson: due by a day, and once approved pinned by its hash."""

    __tablename__ = "courseware_due"
    __table_args__ = (
        CheckConstraint("(material_id IS NULL) = (sha256 IS NULL)", name="pinned_with_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), unique=True)
    due_on: Mapped[date]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    material_id: Mapped[int | None] = mapped_column(ForeignKey("material.id"))
    sha256: Mapped[str | None]
    pinned_by: Mapped[str] = mapped_column(default="")
    pinned_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    late_told_at: Mapped[datetime | None]

    lesson: Mapped[Lesson] = related()
    material: Mapped[Material | None] = related()
