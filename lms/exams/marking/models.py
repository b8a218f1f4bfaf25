"""Scoring runs with the points of every slot, and the marks that people give, blind."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.exams.attempts.models import Attempt
from lms.exams.marking.rules import ScoredBy
from lms.exams.sittings.models import Exam
from lms.ground.accounts.models import Account
from lms.ground.db import Base, Versioned, related
from question_bank.items.models import ItemVersion


class ScoringRun(Base):
    """One scoring of all sheets of an exam; a regrade is another run, the old one stays."""

    __tablename__ = "scoring_run"
    __table_args__ = (UniqueConstraint("exam_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    number: Mapped[int]
    started_by: Mapped[str]
    started_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")

    exam: Mapped[Exam] = related()


class SlotScore(Base):
    """The points of one slot of one attempt in a run, and the sentences that say why."""

    __tablename__ = "slot_score"
    __table_args__ = (
        UniqueConstraint("run_id", "attempt_id", "number"),
        CheckConstraint("points <= full_points", name="points_within"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("scoring_run.id", ondelete="CASCADE"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    number: Mapped[int]
    full_points: Mapped[Decimal]
    points: Mapped[Decimal]
    scored_by: Mapped[ScoredBy]
    why: Mapped[list[Any]] = mapped_column(default=list)

    run: Mapped[ScoringRun] = related()
    attempt: Mapped[Attempt] = related()


class SheetScore(Base):
    """卷面成绩: what the slots of one attempt come to in a run, `exact` as a fraction ("245/3")."""

    __tablename__ = "sheet_score"
    __table_args__ = (UniqueConstraint("run_id", "attempt_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("scoring_run.id", ondelete="CASCADE"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    exact: Mapped[str]
    full_points: Mapped[Decimal]

    run: Mapped[ScoringRun] = related()
    attempt: Mapped[Attempt] = related()

    @property
    def points(self) -> Fraction:
        return Fraction(self.exact)


class BlindResponse(Base):
    """单题作答 that people mark; markers know it by item and `blind_number` alone."""

    __tablename__ = "blind_response"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number"),
        UniqueConstraint("exam_id", "item_version_id", "blind_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    blind_number: Mapped[int]
    collected_at: Mapped[datetime]

    exam: Mapped[Exam] = related()
    attempt: Mapped[Attempt] = related()
    item_version: Mapped[ItemVersion] = related()


class Mark(Versioned, Base):
    """What one marker gave for one slot of one attempt: `rubric_points` in rubric order."""

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number", "marker_id"),
        CheckConstraint("points >= 0", name="points_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    marker_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    points: Mapped[Decimal]
    rubric_points: Mapped[list[Any]] = mapped_column(default=list)
    remark: Mapped[str] = mapped_column(default="")
    marked_at: Mapped[datetime]

    attempt: Mapped[Attempt] = related()
    marker: Mapped[Account] = related()
