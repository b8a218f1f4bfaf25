"""Sheets of fees and their lines: what was decided is never edited, only countered."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Cohort
from courses.faculty.models import Instructor
from courses.faculty.rules import TitleLevel
from courses.fees.rules import SheetState
from lms.ground.db import Base, Versioned, related
from lms.ground.spans import Span


class FeeSheet(Versioned, Base):
    """课酬单 of a cohort: proposed by arithmetic, decided by a named person who is not the first."""

    __tablename__ = "fee_sheet"
    __table_args__ = (UniqueConstraint("cohort_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    number: Mapped[int]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = related()
    lines: Mapped[list[FeeLine]] = related(
        back_populates="sheet", cascade="all, delete-orphan", order_by="FeeLine.id"
    )

    @property
    def state(self) -> SheetState:
        return SheetState.PROPOSED if self.decided_at is None else SheetState.DECIDED


class FeeLine(Base):
    """What one lesson is paid: net = hours × rate; tax is that of the month when it is decided.

    A counter line has negative hours and names the line that it takes back.
    """

    __tablename__ = "fee_line"
    __table_args__ = (
        CheckConstraint("counter_of_id IS NULL OR net <= 0", name="counter_is_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(
        ForeignKey("fee_sheet.id", ondelete="CASCADE"), index=True
    )
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id"), index=True)
    lesson_id: Mapped[int | None] = mapped_column(
        ForeignKey("lesson.id", ondelete="SET NULL"), index=True
    )
    course: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    taught_hours: Mapped[Decimal]
    level: Mapped[TitleLevel]
    hours: Mapped[Decimal]
    rate: Mapped[Decimal]
    net: Mapped[Decimal]
    tax: Mapped[Decimal] = mapped_column(default=Decimal(0))
    reasons: Mapped[list[str]] = mapped_column(default=list)
    counter_of_id: Mapped[int | None] = mapped_column(ForeignKey("fee_line.id"), unique=True)

    sheet: Mapped[FeeSheet] = related(back_populates="lines")
    instructor: Mapped[Instructor] = related()

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax
