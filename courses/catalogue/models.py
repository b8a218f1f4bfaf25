"""What the school can teach."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.catalogue.rules import CourseForm, CourseKind, CourseTheme
from lms.ground.db import Base, Versioned


class Course(Versioned, Base):
    """课程专题: a subject that can be put on a timetable, with its hours."""

    __tablename__ = "course"
    __table_args__ = (CheckConstraint("hours > 0", name="hours_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[CourseKind]
    form: Mapped[CourseForm]
    hours: Mapped[Decimal]
    theme: Mapped[CourseTheme | None]
    summary: Mapped[str] = mapped_column(default="")
    retired_on: Mapped[date | None]
