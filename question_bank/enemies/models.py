"""Groups of enemies among items."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, related
from question_bank.items.models import Item


class EnemyGroup(Base):
    """互斥组: items of which at most one may stand in a variant, and why."""

    __tablename__ = "enemy_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]

    members: Mapped[list[Enemy]] = related(
        back_populates="group", cascade="all, delete-orphan", order_by="Enemy.item_id"
    )


class Enemy(Base):
    """An item in a group of enemies."""

    __tablename__ = "enemy"
    __table_args__ = (UniqueConstraint("group_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("enemy_group.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)

    group: Mapped[EnemyGroup] = related(back_populates="members")
    item: Mapped[Item] = related()
