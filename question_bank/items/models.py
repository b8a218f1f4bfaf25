"""Items, their versions, and where their truth comes from."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Table, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column

from lms.ground.db import Base, Versioned, related
from lms.ground.fulltext import searchable
from question_bank.items.rules.terms import (
    BankAccess,
    Cognition,
    Difficulty,
    ItemState,
    Kind,
    Stage,
    Verdict,
)
from question_bank.topics.models import Topic


class Bank(Base):
    """A collection of items that belong together; `access`: what of it instructors may see."""

    __tablename__ = "bank"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    note: Mapped[str] = mapped_column(default="")
    access: Mapped[BankAccess] = mapped_column(default=BankAccess.STEMS)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]


class BankReader(Base):
    """An account to which a bank was opened by name, with all its keys; by whom and when."""

    __tablename__ = "bank_reader"

    bank_id: Mapped[int] = mapped_column(
        ForeignKey("bank.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]


class Item(Versioned, Base):
    """The identity of an item; its content is `current`, the version numbered `latest`."""

    __tablename__ = "item"
    __table_args__ = (
        Index(None, "bank_id", "kind", "state"),
        Index(None, "state", "id"),
        Index(None, "kind", "id"),
    )

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
    reviews: Mapped[list[ItemReview]] = related(
        cascade="all, delete-orphan", order_by="ItemReview.id"
    )
    tags: Mapped[list[ItemTag]] = related(cascade="all, delete-orphan", order_by="ItemTag.word")
    text: Mapped[ItemText] = related(cascade="all, delete-orphan", uselist=False)
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
    `rubric` [{"text", "points"}]; `parts` are items again (case); `media` upload ids, the
    recording first, which texts show as ［图1］, ［图2］ … (see rules/runs.py); `plays` how often a recording may be heard, None for no limit;
    `transcript` what it says, told after the release alone. `seconds` and `tries`: how long and
    how often a spoken answer may be recorded, None for the usual (kinds/speaking.py).
    """

    __tablename__ = "item_version"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("plays > 0", name="plays_positive"),
        CheckConstraint("seconds > 0", name="seconds_positive"),
        CheckConstraint("tries > 0", name="tries_positive"),
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
    plays: Mapped[int | None]
    seconds: Mapped[int | None]
    tries: Mapped[int | None]
    transcript: Mapped[str] = mapped_column(default="")
    rationale: Mapped[str] = mapped_column(default="")
    points: Mapped[Decimal] = mapped_column(default=Decimal(1))
    difficulty: Mapped[Difficulty] = mapped_column(default=Difficulty.MEDIUM, index=True)
    cognition: Mapped[Cognition] = mapped_column(default=Cognition.RECALL)
    content_hash: Mapped[str] = mapped_column(index=True)
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
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
    valid_to: Mapped[date | None] = mapped_column(index=True)

    item: Mapped[Item] = related(back_populates="provenances")


class ItemReview(Base):
    """One look at a version, in one of the three stages: who, when, and what was found."""

    __tablename__ = "item_review"
    __table_args__ = (
        Index(None, "item_id", "number"),
        CheckConstraint("verdict <> 'returned' OR reason <> ''", name="returned_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    number: Mapped[int]
    stage: Mapped[Stage]
    verdict: Mapped[Verdict]
    reason: Mapped[str] = mapped_column(default="")
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    reviewed_by: Mapped[str]
    reviewed_at: Mapped[datetime]


class ItemTag(Base):
    """A free word that somebody gave an item."""

    __tablename__ = "item_tag"

    item_id: Mapped[int] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True
    )
    word: Mapped[str] = mapped_column(primary_key=True, index=True)


class ItemText(Base):
    """What an item is found by: `face` whoever may see it, `inside` whoever may know its key."""

    __tablename__ = "item_text"

    item_id: Mapped[int] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True
    )
    face: Mapped[str]
    inside: Mapped[str]


TEXTS: Table = ItemText.metadata.tables["item_text"]
searchable(TEXTS, "face", "inside")
