"""The closing of a cohort."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Cohort
from lms.ground.db import Base, related


class Closure(Base):
    """结班: who closed the cohort, when, and what was checked with what outcome."""

    __tablename__ = "closure"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), unique=True)
    closed_by: Mapped[str]
    closed_at: Mapped[datetime]
    checks: Mapped[list[Any]] = mapped_column(default=list)

    cohort: Mapped[Cohort] = related()
