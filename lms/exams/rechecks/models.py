"""What learners had checked, and what was found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Enrolment
from lms.exams.rechecks.rules import Ground, Verdict
from lms.exams.results.models import Result
from lms.exams.sittings.models import Exam
from lms.ground.db import Base, Versioned, related


class Recheck(Versioned, Base):
    """复核申请: one for a learner and an exam, against the result that was released to them."""

    __tablename__ = "recheck"
    __table_args__ = (UniqueConstraint("exam_id", "enrolment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"))
    ground: Mapped[Ground]
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    verdict: Mapped[Verdict | None]
    findings: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]

    exam: Mapped[Exam] = related()
    enrolment: Mapped[Enrolment] = related()
    result: Mapped[Result] = related()
