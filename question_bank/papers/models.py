"""Blueprints, papers, their variants, and the items in them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column, object_session

from lms.ground.db import Base, Versioned, related
from question_bank.items.models import ItemVersion
from question_bank.items.rules.terms import Difficulty, Kind


class Blueprint(Versioned, Base):
    """双向细目表: how many items of which kind, topic and difficulty, for how many points."""

    __tablename__ = "blueprint"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    minutes: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[datetime]

    rows: Mapped[list[BlueprintRow]] = related(
        back_populates="blueprint",
        cascade="all, delete-orphan",
        order_by="BlueprintRow.position",
    )


class BlueprintRow(Base):
    """`count` items of one kind; topic, difficulty and bank narrow the choice when given."""

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
    count: Mapped[int]
    points: Mapped[Decimal]

    blueprint: Mapped[Blueprint] = related(back_populates="rows")


class Paper(Versioned, Base):
    """An exam paper. Once sealed it is never changed; exams are held on sealed papers only."""

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("blueprint_id", "seed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    blueprint_id: Mapped[int | None] = mapped_column(ForeignKey("blueprint.id"))
    minutes: Mapped[int]
    seed: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]
    sealed_by: Mapped[str] = mapped_column(default="")

    sections: Mapped[list[Section]] = related(
        back_populates="paper", cascade="all, delete-orphan", order_by="Section.position"
    )
    variants: Mapped[list[Variant]] = related(
        back_populates="paper", cascade="all, delete-orphan", order_by="Variant.code"
    )


class Section(Base):
    """大题: its heading, and the score policy of its items."""

    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("paper_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str]
    kind: Mapped[Kind]
    policy: Mapped[str]

    paper: Mapped[Paper] = related(back_populates="sections")


class Variant(Base):
    """卷型 A or B. Sealing freezes two documents of it.

    `content` is all that a candidate may see: {"title", "minutes", "total", "sections":
    [{"title", "kind", "points", "slots": [{"number", "kind", "stem", "options", "points",
    "media", "blanks", "parts": [{"kind", "stem", "options", "points", "blanks"}]}]}]}.
    `answers` is what only scoring and marking see: {"<number>": {"kind", "policy", "points",
    "key", "rubric", "rationale", "item_version_id", "provenance", "parts": [{"kind", "policy",
    "points", "key", "rubric", "rationale"}]}}. Points are decimal strings. `content_hash` is
    the SHA-256 of `content` as canonical JSON.
    """

    __tablename__ = "variant"
    __table_args__ = (UniqueConstraint("paper_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"))
    code: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    content_hash: Mapped[str] = mapped_column(default="")

    paper: Mapped[Paper] = related(back_populates="variants")
    slots: Mapped[list[Slot]] = related(
        back_populates="variant", cascade="all, delete-orphan", order_by="Slot.number"
    )


@event.listens_for(Variant, "before_update")
def _stay_sealed(_mapper: Mapper[Variant], _connection: object, variant: Variant) -> None:
    """Whatever an action forgets to ask: what was frozen is never written again."""
    history = inspect(variant).attrs.content_hash.history
    before = (
        history.deleted[0] if history.deleted else "" if history.added else variant.content_hash
    )
    writer = object_session(variant)
    if before and writer is not None and writer.is_modified(variant, include_collections=False):
        raise RuntimeError(f"variant {variant.id} is sealed")


class Slot(Base):
    """题位: one item version at one number of a variant."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("variant_id", "number"),
        CheckConstraint("points > 0", name="points_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id", ondelete="CASCADE"))
    number: Mapped[int]
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    points: Mapped[Decimal]

    variant: Mapped[Variant] = related(back_populates="slots")
    section: Mapped[Section] = related()
    item_version: Mapped[ItemVersion] = related()
