"""Items, their versions, and where their truth comes from."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column

from lms.ground.db import Base, Versioned, related
from question_bank.items.rules.terms import Cognition, Difficulty, ItemState, Kind
from question_bank.topics.models import Topic


class Bank(Base):
    """A collection of items that belong together, such as one law or one course."""

    __tablename__ = "bank"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class Item(Versioned, Base):
    """The identity of an item; its content is `current`, the version numbered `latest`."""

    __tablename__ = "item"
    __table_args__ = (Index(None, "bank_id", "kind", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    kind: Mapped[Kind]
    state: Mapped[ItemState] = mapped_column(default=ItemState.DRAFT)
    latest: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    bank: Mapped[Bank] = related()
    topic: Mapped[Topic | None] = related()
    versions: Mapped[list[ItemVersion]] = related(
        back_populates="item", cascade="all, delete-orphan", order_by="ItemVersion.number"
    )
    provenances: Mapped[list[Provenance]] = related(
        back_populates="item", cascade="all, delete-orphan"
    )
    approvals: Mapped[list[Approval]] = related(
        cascade="all, delete-orphan", order_by="Approval.number"
    )
    current: Mapped[ItemVersion] = related(
        primaryjoin=lambda: and_(
            Item.id == foreign(ItemVersion.item_id), ItemVersion.number == Item.latest
        ),
        viewonly=True,
        uselist=False,
    )


class ItemVersion(Base):
    """The content of an item, never changed once a paper has used it.

    `options` without letters; `key` as in the intake contract (letters; "true"/"false";
    one list of accepted texts per blank; the reference text; pairs or order by index);
    `rubric` [{"text", "points"}]; `parts` are items again (case); `media` upload ids.
    """

    __tablename__ = "item_version"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint("points > 0", name="points_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    stem: Mapped[str]
    options: Mapped[list[str]] = mapped_column(default=list)
    key: Mapped[list[Any]] = mapped_column(default=list)
    rubric: Mapped[list[Any]] = mapped_column(default=list)
    parts: Mapped[list[Any]] = mapped_column(default=list)
    media: Mapped[list[Any]] = mapped_column(default=list)
    rationale: Mapped[str] = mapped_column(default="")
    points: Mapped[Decimal] = mapped_column(default=Decimal(1))
    difficulty: Mapped[Difficulty] = mapped_column(default=Difficulty.MEDIUM, index=True)
    cognition: Mapped[Cognition] = mapped_column(default=Cognition.RECALL)
    content_hash: Mapped[str] = mapped_column(index=True)
    written_by: Mapped[str]
    written_at: Mapped[datetime]

    item: Mapped[Item] = related(back_populates="versions")


class Provenance(Base):
    """The document that an item's key rests on, and how long it holds."""

    __tablename__ = "provenance"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    document: Mapped[str]
    article: Mapped[str] = mapped_column(default="")
    edition: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    item: Mapped[Item] = related(back_populates="provenances")


class Approval(Base):
    """审定: somebody found this version fit to be asked. `own_work`: it was the writer's own."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    number: Mapped[int]
    own_work: Mapped[bool]
    approved_by: Mapped[str]
    approved_at: Mapped[datetime]
