"""Blueprints and their rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, Versioned, related
from question_bank.items.rules.terms import Cognition, Difficulty, Kind


class Blueprint(Versioned, Base):
    """双向细目表: how many items of which kind, topic, difficulty and level, for how many points.

    `policies` {kind: code} where the school's own is not meant; `target` the expected score rate
    (mean p) within `tolerance`, None for any; `shared_limit` and `repeat_limit` how many percent
    of a variant may also be in the other variants, and in any other paper, None for no limit.
    `pool`: how many times as many items a variant holds as a candidate gets; 1 is no draw.
    """

    __tablename__ = "blueprint"
    __table_args__ = (
        CheckConstraint("target IS NULL OR target > 0", name="target_positive"),
        CheckConstraint("shared_limit BETWEEN 0 AND 100", name="shared_limit_percent"),
        CheckConstraint("repeat_limit BETWEEN 0 AND 100", name="repeat_limit_percent"),
        CheckConstraint("pool > 0", name="pool_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    minutes: Mapped[int]
    policies: Mapped[dict[str, Any]] = mapped_column(default=dict)
    target: Mapped[Decimal | None]
    tolerance: Mapped[Decimal] = mapped_column(default=Decimal("0.05"))
    shared_limit: Mapped[int | None]
    repeat_limit: Mapped[int | None]
    pool: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str]
    created_at: Mapped[datetime]

    rows: Mapped[list[BlueprintRow]] = related(
        back_populates="blueprint",
        cascade="all, delete-orphan",
        order_by="BlueprintRow.position",
    )


class BlueprintRow(Base):
    """A cell of the table: `count` items of one kind; topic, bank, difficulty and cognitive level
    narrow the choice when given. Cells of one topic and bank are a line of the grid."""

    __tablename__ = "blueprint_row"
    __table_args__ = (
        UniqueConstraint("blueprint_id", "position"),
        CheckConstraint("count > 0", name="count_positive"),
        CheckConstraint("points > 0", name="points_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[Kind]
    bank_id: Mapped[int | None] = mapped_column(ForeignKey("bank.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    difficulty: Mapped[Difficulty | None]
    cognition: Mapped[Cognition | None]
    count: Mapped[int]
    points: Mapped[Decimal]

    blueprint: Mapped[Blueprint] = related(back_populates="rows")
