"""Norms: values that law or the school sets, for a scope and from a day on."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, Versioned
from lms.ground.norms.rules import group_of


class Norm(Versioned, Base):
    """One value in force for `scope` from `valid_from` until the day before `valid_to`.

    `scope` is empty for everybody, or a programme code. Either `value` or `text` is set.
    `verified` says whether the basis was read in an official copy.
    """

    __tablename__ = "norm"
    __table_args__ = (
        UniqueConstraint("code", "scope", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_after_start"),
        CheckConstraint("(value IS NULL) <> (text IS NULL)", name="value_or_text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    value: Mapped[Decimal | None]
    text: Mapped[str | None]
    unit: Mapped[str]
    basis: Mapped[str]
    verified: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    @property
    def shown(self) -> str:
        """The value with its unit, as people read it."""
        content = self.text if self.value is None else format(self.value.normalize() + 0, "f")
        return f"{content}{self.unit}"

    @property
    def group(self) -> str:
        return group_of(self.code)
