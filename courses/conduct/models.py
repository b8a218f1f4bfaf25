"""The conduct register."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Enrolment
from courses.conduct.rules import ConductKind
from lms.ground.db import Base, related


class ConductEntry(Base):
    """One thing seen of a learner; withdrawn by a counter-entry's reason, never deleted."""

    __tablename__ = "conduct_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    kind: Mapped[ConductKind]
    day: Mapped[date]
    points: Mapped[Decimal]
    sentence: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str] = mapped_column(default="")

    enrolment: Mapped[Enrolment] = related()
