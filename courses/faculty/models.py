"""The faculty pool: who may teach what."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.catalogue.models import Course
from courses.faculty.rules import InstructorCategory, InstructorState
from lms.ground.db import Base, Versioned, related
from lms.ground.people.models import Person


class Instructor(Versioned, Base):
    """A person in the faculty pool."""

    __tablename__ = "instructor"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    category: Mapped[InstructorCategory]
    state: Mapped[InstructorState] = mapped_column(default=InstructorState.IN_POOL)
    title: Mapped[str] = mapped_column(default="")
    subjects: Mapped[str] = mapped_column(default="")
    languages: Mapped[str] = mapped_column(default="")
    appointed_from: Mapped[date | None]
    appointed_to: Mapped[date | None]

    person: Mapped[Person] = related()
    teaches: Mapped[list[Teaches]] = related(
        back_populates="instructor", cascade="all, delete-orphan"
    )


class Teaches(Base):
    """This instructor can teach that course."""

    __tablename__ = "teaches"
    __table_args__ = (UniqueConstraint("instructor_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))

    instructor: Mapped[Instructor] = related(back_populates="teaches")
    course: Mapped[Course] = related()
