"""Cohorts, and the learners enrolled in them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.catalogue.models import Course
from courses.cohorts.rules import CohortStage
from courses.programmes.models import Programme
from lms.ground.db import Base, Versioned, related
from lms.ground.people.models import Person


class Cohort(Versioned, Base):
    """班次: one holding of a programme, such as 知行学堂第7期."""

    __tablename__ = "cohort"
    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    number: Mapped[int]
    title: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    capacity: Mapped[int]
    sponsor: Mapped[str] = mapped_column(default="")
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    programme: Mapped[Programme] = related()
    adviser: Mapped[Person | None] = related()
    steps: Mapped[list[CohortStep]] = related(
        back_populates="cohort", cascade="all, delete-orphan", order_by="CohortStep.id"
    )
    courses: Mapped[list[CohortCourse]] = related(
        back_populates="cohort", cascade="all, delete-orphan", order_by="CohortCourse.position"
    )

    @property
    def stage(self) -> CohortStage:
        """Where the cohort stands: its last step (`steps` must be loaded)."""
        return self.steps[-1].stage if self.steps else CohortStage.PLANNED


class CohortStep(Base):
    """The cohort came to `stage`: who brought it there, when, with what remark."""

    __tablename__ = "cohort_step"
    __table_args__ = (UniqueConstraint("cohort_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    stage: Mapped[CohortStage]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    by_name: Mapped[str]
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")

    cohort: Mapped[Cohort] = related(back_populates="steps")


class CohortCourse(Base):
    """A course of the cohort's teaching plan, and its hours there."""

    __tablename__ = "cohort_course"
    __table_args__ = (UniqueConstraint("cohort_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    position: Mapped[int]
    hours: Mapped[Decimal]

    cohort: Mapped[Cohort] = related(back_populates="courses")
    course: Mapped[Course] = related()


class Enrolment(Versioned, Base):
    """A person is a learner of a cohort; whoever left keeps the row, with date and reason."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("cohort_id", "person_id"),
        UniqueConstraint("cohort_id", "learner_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    learner_number: Mapped[str]
    group_name: Mapped[str] = mapped_column(default="")
    duty: Mapped[str] = mapped_column(default="")
    dormitory: Mapped[str] = mapped_column(default="")
    enrolled_at: Mapped[datetime]
    withdrawn_on: Mapped[date | None]
    withdrawal_reason: Mapped[str] = mapped_column(default="")

    cohort: Mapped[Cohort] = related()
    person: Mapped[Person] = related()
