"""Results of an exam, and their release."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Enrolment
from lms.exams.attempts.models import Attempt
from lms.exams.marking.models import ScoringRun
from lms.exams.sittings.models import Exam
from lms.ground.db import Base, related


class Result(Base):
    """The score of one learner in one exam; no attempt means absent (缺考).

    `earned`: what the sheet came to where a make-up's cap took from it, else nothing.
    """

    __tablename__ = "result"
    __table_args__ = (UniqueConstraint("run_id", "enrolment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("scoring_run.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"))
    score: Mapped[Decimal]
    full_score: Mapped[Decimal]
    earned: Mapped[Decimal | None]
    grade: Mapped[str]
    passed: Mapped[bool]

    exam: Mapped[Exam] = related()
    run: Mapped[ScoringRun] = related()
    enrolment: Mapped[Enrolment] = related()
    attempt: Mapped[Attempt | None] = related()


class Release(Base):
    """公布成绩: from this row on, learners see the results of this run."""

    __tablename__ = "release"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("scoring_run.id"), unique=True)
    released_by: Mapped[str]
    released_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")

    exam: Mapped[Exam] = related()
    run: Mapped[ScoringRun] = related()
