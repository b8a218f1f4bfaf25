"""What instructors have said about when they can come."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.availability.rules import Period, Weekly
from courses.faculty.models import Instructor
from lms.ground.db import Base, related


class WeeklyAbsence(Base):
    """A stretch of a weekday (0 is Monday; half-open minutes) that never suits an instructor."""

    __tablename__ = "weekly_absence"
    __table_args__ = (
        UniqueConstraint("instructor_id", "weekday", "starts"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("starts >= 0 AND ends > starts AND ends <= 1440", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id", ondelete="CASCADE"))
    weekday: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]

    instructor: Mapped[Instructor] = related()

    @property
    def stretch(self) -> Weekly:
        return Weekly(self.weekday, self.starts, self.ends)


class AvailabilityPeriod(Base):
    """Days, both included, on which an instructor cannot come, or can for once."""

    __tablename__ = "availability_period"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instructor_id: Mapped[int] = mapped_column(
        ForeignKey("instructor.id", ondelete="CASCADE"), index=True
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    can_come: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    by_name: Mapped[str]
    at: Mapped[datetime]

    instructor: Mapped[Instructor] = related()

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on, self.can_come, self.reason)
