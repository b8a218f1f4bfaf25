"""Blueprints, assemblies, papers, their variants and slots, enemies among items, print runs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column, object_session

from lms.ground.db import Base, Versioned, related
from lms.ground.jobs.models import Job
from lms.ground.uploads.models import Upload
from question_bank.items.models import Item, ItemVersion
from question_bank.items.rules.terms import Cognition, Difficulty, Kind
from question_bank.papers.rules.prints import PrintFormat, PrintKind


class Blueprint(Versioned, Base):
    """双向细目表: how many items of which kind, topic, difficulty and level, for how many points.

    `policies` {kind: code} where the school's own is not meant; `target` the expected score rate
    (mean p) within `tolerance`, None for any; `shared_limit` and `repeat_limit` how many percent
    of a variant may also be in the other variants, and in any other paper, None for no limit.
    """

    __tablename__ = "blueprint"
    __table_args__ = (
        CheckConstraint("target IS NULL OR target > 0", name="target_positive"),
        CheckConstraint("shared_limit BETWEEN 0 AND 100", name="shared_limit_percent"),
        CheckConstraint("repeat_limit BETWEEN 0 AND 100", name="repeat_limit_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    minutes: Mapped[int]
    policies: Mapped[dict[str, Any]] = mapped_column(default=dict)
    target: Mapped[Decimal | None]
    tolerance: Mapped[Decimal] = mapped_column(default=Decimal("0.05"))
    shared_limit: Mapped[int | None]
    repeat_limit: Mapped[int | None]
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


class Assembly(Base):
    """组卷: somebody asked for `papers` parallel papers of `variants` variants by a blueprint.

    A worker makes them. `reasons`: the sentences that say why none could be made.
    """

    __tablename__ = "assembly"
    __table_args__ = (
        UniqueConstraint("blueprint_id", "seed"),
        CheckConstraint("papers > 0", name="papers_positive"),
        CheckConstraint("variants > 0", name="variants_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id", ondelete="CASCADE"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    title: Mapped[str]
    seed: Mapped[int]
    papers: Mapped[int]
    variants: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]

    blueprint: Mapped[Blueprint] = related()
    job: Mapped[Job | None] = related()
    made: Mapped[list[Paper]] = related(order_by="Paper.number", viewonly=True)


class Paper(Versioned, Base):
    """An exam paper. Once sealed it is never changed; exams are held on sealed papers only.

    `number` counts the parallel papers of one assembly. `shuffle_options`, `shuffle_items`:
    whether candidates get options, and items inside a section, in an order of their own.
    """

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("blueprint_id", "seed", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    blueprint_id: Mapped[int | None] = mapped_column(ForeignKey("blueprint.id"))
    assembly_id: Mapped[int | None] = mapped_column(
        ForeignKey("assembly.id", ondelete="SET NULL"), index=True
    )
    minutes: Mapped[int]
    seed: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    shuffle_options: Mapped[bool] = mapped_column(default=True)
    shuffle_items: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None] = mapped_column(index=True)
    sealed_by: Mapped[str] = mapped_column(default="")

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
    before there was a choice have neither "shuffle" nor "keeps_order", nor "recordings".
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


class PrintRun(Base):
    """印制批次: copies `first_serial` to `first_serial + copies - 1` of a variant in one layout.

    The file is made once and kept: printing again serves the same bytes.
    """

    __tablename__ = "print_run"
    __table_args__ = (
        UniqueConstraint("variant_id", "kind", "first_serial"),
        CheckConstraint("copies > 0", name="copies_positive"),
        CheckConstraint("first_serial > 0", name="first_serial_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    kind: Mapped[PrintKind]
    format: Mapped[PrintFormat]
    copies: Mapped[int]
    first_serial: Mapped[int]
    printed_by: Mapped[str]
    printed_at: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))

    variant: Mapped[Variant] = related()
    job: Mapped[Job | None] = related()
    upload: Mapped[Upload | None] = related()

    @property
    def last_serial(self) -> int:
        return self.first_serial + self.copies - 1
