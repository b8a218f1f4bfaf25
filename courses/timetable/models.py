"""Lessons, and the released versions of a cohort's timetable."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.catalogue.models import Course
from courses.catalogue.rules import CourseForm
from courses.cohorts.models import Cohort
from courses.faculty.models import Instructor
from courses.venues.models import Venue
from lms.ground.db import Base, Versioned, related
from lms.ground.spans import Span


class Lesson(Versioned, Base):
    """课次: one meeting of a cohort. Its claims on people and places are bookings."""

    __tablename__ = "lesson"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("hours >= 0", name="hours_not_negative"),
        Index(None, "cohort_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    form: Mapped[CourseForm]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    hours: Mapped[Decimal]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    instructor_id: Mapped[int | None] = mapped_column(ForeignKey("instructor.id"), index=True)
    host: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    cohort: Mapped[Cohort] = related()
    course: Mapped[Course] = related()
    venue: Mapped[Venue | None] = related()
    instructor: Mapped[Instructor | None] = related()

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)


class TimetableRelease(Base):
    """The timetable of a cohort as it was released: version, who, when, and what it said."""

    __tablename__ = "timetable_release"
    __table_args__ = (UniqueConstraint("cohort_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    number: Mapped[int]
    released_by: Mapped[str]
    released_at: Mapped[datetime]
    lessons: Mapped[list[Any]] = mapped_column(default=list)


class LessonChange(Base):
    """What somebody did to the draft of a timetable: the log, and what taking it back needs.

    `before` and `after` are an `Arrangement` as plain values, None where there was no lesson;
    `lesson_id` stays when the lesson is gone, `version` is the lesson's afterwards.
    """

    __tablename__ = "lesson_change"
    __table_args__ = (Index(None, "cohort_id", "at"), Index(None, "lesson_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    lesson_id: Mapped[int]
    version: Mapped[int]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    sentence: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    by_name: Mapped[str]
    at: Mapped[datetime]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("lesson_change.id"), unique=True)

    cohort: Mapped[Cohort] = related()
