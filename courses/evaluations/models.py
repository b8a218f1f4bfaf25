"""Ballots on lessons, and who has cast one: two tables that nothing joins."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort, Enrolment
from courses.faculty.models import Instructor
from lms.ground.db import Base, related


class Ballot(Base):
    """What somebody said of a lesson. Who, is nowhere: neither a person nor an instant, and the
    key is drawn at random, so that its order tells nothing either.

    It stays when the lesson is taken off the timetable.
    """

    __tablename__ = "evaluation_ballot"
    __table_args__ = (
        CheckConstraint("points >= 0", name="points_not_negative"),
        Index(None, "instructor_id", "held_on"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=lambda: uuid4().hex)
    lesson_id: Mapped[int | None] = mapped_column(
        ForeignKey("lesson.id", ondelete="SET NULL"), index=True
    )
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id"))
    held_on: Mapped[date]
    points: Mapped[Decimal]
    marks: Mapped[dict[str, Any]]
    remark: Mapped[str] = mapped_column(default="")

    cohort: Mapped[Cohort] = related()
    course: Mapped[Course] = related()
    instructor: Mapped[Instructor] = related()


class BallotSlip(Base):
    """A learner has judged a lesson: that, and not how."""

    __tablename__ = "evaluation_slip"
    __table_args__ = (UniqueConstraint("lesson_id", "enrolment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))

    enrolment: Mapped[Enrolment] = related()
