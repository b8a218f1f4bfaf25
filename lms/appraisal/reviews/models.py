"""Reviews: the appraisal of a learner in a cohort, line by line."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.cohorts.models import Enrolment
from lms.appraisal.schemes.models import Scheme
from lms.appraisal.schemes.rules import Part
from lms.ground.db import Base, Versioned, related


class Review(Versioned, Base):
    """鉴定: what arithmetic proposes, and what a named person decided.

    `vetoes` are the sentences for which the last grade is proposed whatever the total,
    `missing` those that say what the total still lacks, `absences` the concluding exams that
    were missed: with any of these a person decides about this learner alone.
    """

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    total: Mapped[Decimal]
    proposed_grade: Mapped[str]
    vetoes: Mapped[list[str]] = mapped_column(default=list)
    missing: Mapped[list[str]] = mapped_column(default=list)
    absences: Mapped[list[str]] = mapped_column(default=list)
    computed_at: Mapped[datetime]
    proposed_by: Mapped[str] = mapped_column(default="")
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_grade: Mapped[str | None]
    decided_by: Mapped[str] = mapped_column(default="")
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(default="")

    @property
    def is_reserved(self) -> bool:
        """Is this learner left out when proposals are taken over in bulk?"""
        return bool(self.vetoes or self.missing or self.absences)

    @property
    def is_overlap(self) -> bool:
        """Did the same person propose and decide?"""
        return self.decider_id is not None and self.decider_id == self.proposer_id

    enrolment: Mapped[Enrolment] = related()
    scheme: Mapped[Scheme] = related()
    lines: Mapped[list[ReviewLine]] = related(
        back_populates="review", cascade="all, delete-orphan", order_by="ReviewLine.position"
    )


class ReviewLine(Base):
    """One part of a review: raw score of 100, weight, points, and why, in sentences."""

    __tablename__ = "review_line"
    __table_args__ = (UniqueConstraint("review_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"))
    position: Mapped[int]
    part: Mapped[Part]
    weight: Mapped[Decimal]
    raw: Mapped[Decimal]
    points: Mapped[Decimal]
    why: Mapped[list[Any]] = mapped_column(default=list)

    review: Mapped[Review] = related(back_populates="lines")
