"""Programmes and the courses that are usual in them."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.catalogue.models import Course
from lms.ground.db import Base, Versioned, related


class Programme(Versioned, Base):
    """学堂系列: 知行学堂, 越语学堂, 共富学堂 … Data, not code."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    audience: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)

    courses: Mapped[list[ProgrammeCourse]] = related(
        back_populates="programme",
        cascade="all, delete-orphan",
        order_by="ProgrammeCourse.position",
    )


class ProgrammeCourse(Base):
    """常设课程: a course that cohorts of the programme usually have, and its hours there."""

    __tablename__ = "programme_course"
    __table_args__ = (
        UniqueConstraint("programme_id", "course_id"),
        CheckConstraint("hours > 0", name="hours_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    position: Mapped[int]
    hours: Mapped[Decimal]

    programme: Mapped[Programme] = related(back_populates="courses")
    course: Mapped[Course] = related()
