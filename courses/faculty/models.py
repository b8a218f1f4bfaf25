"""The faculty pool: who may teach what, how they came there, and for which terms."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from courses.catalogue.models import Course
from courses.faculty.rules import (
    ExitCause,
    InstructorCategory,
    InstructorState,
    Origin,
    TitleLevel,
)
from courses.faculty.rules.life import Term
from lms.ground.db import Base, Versioned, related
from lms.ground.people.models import Person
from lms.ground.uploads.models import Upload


class InstructorStep(Base):
    """An instructor came to `state`: why, approved by whom, written down by whom and when."""

    __tablename__ = "instructor_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[InstructorState]
    reason: Mapped[str] = mapped_column(default="")
    approver: Mapped[str] = mapped_column(default="")
    score: Mapped[Decimal | None]
    cause: Mapped[ExitCause | None]
    by_name: Mapped[str]
    at: Mapped[datetime]

    instructor: Mapped[Instructor] = related(back_populates="steps")


class Instructor(Versioned, Base):
    """A person in the faculty pool; `state` is that of the last step."""

    __tablename__ = "instructor"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    category: Mapped[InstructorCategory]
    origin: Mapped[Origin | None]
    title: Mapped[str] = mapped_column(default="")
    title_level: Mapped[TitleLevel] = mapped_column(default=TitleLevel.NONE)
    title_basis: Mapped[str] = mapped_column(default="")
    subjects: Mapped[str] = mapped_column(default="")
    methods: Mapped[str] = mapped_column(default="")
    languages: Mapped[str] = mapped_column(default="")
    recommendation: Mapped[str] = mapped_column(default="")
    vetting: Mapped[str] = mapped_column(default="")
    honours: Mapped[str] = mapped_column(default="")
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    state: Mapped[InstructorState] = column_property(
        select(InstructorStep.state)
        .where(InstructorStep.instructor_id == id)
        .order_by(InstructorStep.id.desc())
        .limit(1)
        .correlate_except(InstructorStep)
        .scalar_subquery()
    )

    person: Mapped[Person] = related()
    photo: Mapped[Upload | None] = related()
    teaches: Mapped[list[Teaches]] = related(
        back_populates="instructor", cascade="all, delete-orphan"
    )
    steps: Mapped[list[InstructorStep]] = related(
        back_populates="instructor", cascade="all, delete-orphan", order_by="InstructorStep.id"
    )
    appointments: Mapped[list[Appointment]] = related(
        back_populates="instructor", cascade="all, delete-orphan", order_by="Appointment.starts_on"
    )

    @property
    def term(self) -> Term | None:
        """The latest term of appointment (`appointments` must be loaded)."""
        latest = self.appointments[-1] if self.appointments else None
        return None if latest is None else Term(latest.starts_on, latest.ends_on)


class Appointment(Base):
    """聘任: one term of an instructor, with the number of its letter and the letter as printed."""

    __tablename__ = "appointment"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[str] = mapped_column(unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    approver: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))

    instructor: Mapped[Instructor] = related(back_populates="appointments")
    letter: Mapped[Upload | None] = related()


class Teaches(Base):
    """This instructor can teach that course."""

    __tablename__ = "teaches"
    __table_args__ = (UniqueConstraint("instructor_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))

    instructor: Mapped[Instructor] = related(back_populates="teaches")
    course: Mapped[Course] = related()
