"""What the application and the notice of a cohort say beyond the cohort itself."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Cohort
from lms.ground.db import Base, Versioned, related


class Opening(Versioned, Base):
    """办班审批表 and 开班通知 of one cohort; `sent_at`: when the notice went to the units."""

    __tablename__ = "opening"
    __table_args__ = (CheckConstraint("budget >= 0", name="budget_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), unique=True)
    host: Mapped[str] = mapped_column(default="")
    basis: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    faculty: Mapped[str] = mapped_column(default="")
    budget: Mapped[Decimal | None]
    budget_source: Mapped[str] = mapped_column(default="")
    in_yearly_plan: Mapped[bool] = mapped_column(default=True)
    is_elsewhere: Mapped[bool] = mapped_column(default=False)
    number: Mapped[str] = mapped_column(default="")
    issuer: Mapped[str] = mapped_column(default="")
    addressees: Mapped[str] = mapped_column(default="")
    reports_at: Mapped[datetime | None]
    reports_where: Mapped[str] = mapped_column(default="")
    names_until: Mapped[date | None]
    contact: Mapped[str] = mapped_column(default="")
    requirements: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date | None]
    sent_by: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = related()
