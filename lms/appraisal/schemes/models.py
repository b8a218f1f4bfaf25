"""Appraisal schemes: parts, weights and bands, with the dates from which they hold."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.programmes.models import Programme
from lms.appraisal.schemes.rules import AbsenceRule, Part
from lms.ground.db import Base, Versioned, related


class Scheme(Versioned, Base):
    """考核方案, for one programme or (without one) for all that have none of their own.

    `bands` best first: [{"name": "优秀", "from": "85"}, …]; `basis` says on what it rests,
    `absence` what a missed concluding exam costs.
    From `used_at` on, the first review that rests on it, it is never changed.
    """

    __tablename__ = "scheme"
    __table_args__ = (
        UniqueConstraint("programme_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    basis: Mapped[str] = mapped_column(default="")
    bands: Mapped[list[Any]] = mapped_column(default=list)
    absence: Mapped[AbsenceRule] = mapped_column(default=AbsenceRule.PART_ZERO)
    created_by: Mapped[str]
    used_at: Mapped[datetime | None]

    programme: Mapped[Programme | None] = related()
    parts: Mapped[list[SchemePart]] = related(
        back_populates="scheme", cascade="all, delete-orphan", order_by="SchemePart.position"
    )


class SchemePart(Base):
    """One part of a scheme: its weight in points of 100, and the rates it reckons with."""

    __tablename__ = "scheme_part"
    __table_args__ = (
        UniqueConstraint("scheme_id", "part"),
        CheckConstraint("weight > 0", name="weight_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id", ondelete="CASCADE"))
    position: Mapped[int]
    part: Mapped[Part]
    weight: Mapped[Decimal]
    rates: Mapped[dict[str, Any]] = mapped_column(default=dict)

    scheme: Mapped[Scheme] = related(back_populates="parts")
