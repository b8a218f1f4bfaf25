"""Papers, their sections, variants and slots, and what was changed by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column, object_session

from lms.ground.db import Base, Versioned, related
from question_bank.blueprints.models import Blueprint
from question_bank.items.models import ItemVersion
from question_bank.items.rules.terms import Cognition, Difficulty, Kind


class Paper(Versioned, Base):
    """An exam paper. Once sealed it is never changed; exams are held on sealed papers only.

    `number` counts the parallel papers that were made by a blueprint and a seed. `shuffle_options`, `shuffle_items`:
    whether candidates get options, and items inside a section, in an order of their own.
    `pool`: of how many items alike a candidate gets one, by the sheet's seed; 1 is all of them.
    A retired paper is used for no exam any more: `retired_for` says why.
    """

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("blueprint_id", "seed", "number"),
        CheckConstraint("pool > 0", name="pool_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    blueprint_id: Mapped[int | None] = mapped_column(ForeignKey("blueprint.id"))
    minutes: Mapped[int]
    seed: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    pool: Mapped[int] = mapped_column(default=1)
    shuffle_options: Mapped[bool] = mapped_column(default=True)
    shuffle_items: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None] = mapped_column(index=True)
    sealed_by: Mapped[str] = mapped_column(default="")
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str] = mapped_column(default="")
    retired_for: Mapped[str] = mapped_column(default="")

    sections: Mapped[list[Section]] = related(
        back_populates="paper", cascade="all, delete-orphan", order_by="Section.position"
    )
    variants: Mapped[list[Variant]] = related(
        back_populates="paper", cascade="all, delete-orphan", order_by="Variant.code"
    )
    blueprint: Mapped[Blueprint | None] = related()


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

    `content` is all that a candidate may see: {"title", "minutes", "total", "shuffle":
    {"options", "items"}, "sections": [{"title", "kind", "points", "slots": [{"number", "kind",
    "stem", "options", "points", "media", "recordings", "plays", "blanks", "keeps_order",
    "parts": [{"kind", "stem", "options", "points", "blanks"}]}]}]}. Texts show `media` as
    ［图1］, ［图2］ …; null holds the place of a picture that only a rationale shows. Papers sealed
    before there was a choice have neither "shuffle" nor "keeps_order", nor "recordings". A slot or
    part that is spoken has "spoken": {"seconds", "tries"}. A section
    of which candidates get a part has "draws": [{"take", "numbers"}], and total and points are
    what a candidate can earn (see rules/drawing.py).
    `answers` is what only scoring and marking see: {"<number>": {"kind", "policy", "points",
    "key", "rubric", "rationale", "item_version_id", "provenance", "media", "transcript",
    "parts": [{"kind", "policy", "points", "key", "rubric", "rationale"}]}}. Points are decimal
    strings. `content_hash` is the SHA-256 of `content` as canonical JSON.
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
    """题位: one item version at one number of a variant.

    `topic_id`, `bank_id`, `difficulty`, `cognition` are the limits of the blueprint's cell that
    it fills: what may stand here instead. `keeps_order`: its options are never shuffled.
    """

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
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    bank_id: Mapped[int | None] = mapped_column(ForeignKey("bank.id"))
    difficulty: Mapped[Difficulty | None]
    cognition: Mapped[Cognition | None]
    keeps_order: Mapped[bool] = mapped_column(default=False)

    variant: Mapped[Variant] = related(back_populates="slots")
    section: Mapped[Section] = related()
    item_version: Mapped[ItemVersion] = related()


class Change(Base):
    """One change of an unsealed paper, with all that is needed to undo it.

    `before`: {"slots": [[slot id, number, item version id, keeps order]], "sections":
    [[section id, policy]]}, of what the change touched alone.
    """

    __tablename__ = "paper_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), index=True)
    sentence: Mapped[str]
    before: Mapped[dict[str, Any]]
    by_name: Mapped[str]
    at: Mapped[datetime]
