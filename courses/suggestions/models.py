"""Suggestions for a cohort's timetable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Cohort
from lms.ground.db import Base, related
from lms.ground.jobs.models import Job


class Suggestion(Base):
    """What was proposed for the lessons that were missing when it was asked for.

    `lessons` are `Proposed` as plain values, None while the search runs; `lacking` the
    sentences that say what found no place and why.
    """

    __tablename__ = "suggestion"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    lessons: Mapped[list[Any] | None]
    lacking: Mapped[list[Any]] = mapped_column(default=list)
    taken_by: Mapped[str] = mapped_column(default="")
    taken_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = related()
    job: Mapped[Job | None] = related()
