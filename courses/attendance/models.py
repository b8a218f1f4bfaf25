"""Who was there, by half-days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.attendance.rules import Presence
from courses.cohorts.models import Enrolment
from courses.timetable.rules import HalfDay
from lms.ground.db import Base, related


class AttendanceMark(Base):
    """What the sheet says of one learner in one half-day; no mark means not taken yet."""

    __tablename__ = "attendance_mark"
    __table_args__ = (UniqueConstraint("enrolment_id", "day", "half_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    day: Mapped[date]
    half_day: Mapped[HalfDay]
    presence: Mapped[Presence]
    note: Mapped[str] = mapped_column(default="")
    marked_by: Mapped[str]
    marked_at: Mapped[datetime]

    enrolment: Mapped[Enrolment] = related()
