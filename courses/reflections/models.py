"""What learners write about what they learnt."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Enrolment
from courses.reflections.rules import ReflectionGrade
from lms.ground.db import Base, Versioned, related


class Reflection(Versioned, Base):
    """心得体会 of one learner; graded by a named person."""

    __tablename__ = "reflection"
    __table_args__ = (UniqueConstraint("enrolment_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    title: Mapped[str]
    text: Mapped[str]
    submitted_at: Mapped[datetime]
    grade: Mapped[ReflectionGrade | None]
    graded_by: Mapped[str] = mapped_column(default="")
    graded_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(default="")

    enrolment: Mapped[Enrolment] = related()
