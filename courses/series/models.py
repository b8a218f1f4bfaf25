"""Lessons that came onto a timetable together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Cohort
from courses.series.rules import SeriesKind
from lms.ground.db import Base, related
from lms.ground.uploads.models import Upload


class Series(Base):
    """Lessons of one cohort that came together: copied, repeated by the week, or from a sheet.

    A sheet is a row from the day it was handed in; it has lessons once it was entered. `brought`:
    the numbers of what else came along with a copy, by the name of the companion.
    """

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SeriesKind]
    told: Mapped[str]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    lesson_ids: Mapped[list[Any]] = mapped_column(default=list)
    brought: Mapped[dict[str, Any]] = mapped_column(default=dict)
    by_name: Mapped[str]
    at: Mapped[datetime]
    entered_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(default="")
    undone_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = related()
    upload: Mapped[Upload | None] = related()
