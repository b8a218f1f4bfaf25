"""Topics: a tree, by which items are found and papers are balanced."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, Versioned, related


class Topic(Versioned, Base):
    """A subject of knowledge, under another or at the top."""

    __tablename__ = "topic"
    __table_args__ = (
        UniqueConstraint("parent_id", "name"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)

    parent: Mapped[Topic | None] = related(remote_side=[id])


# In a unique constraint every NULL is another: names at the top need an index of their own.
Index(
    "uq_topic_name_at_top",
    Topic.name,
    unique=True,
    sqlite_where=Topic.parent_id.is_(None),
    postgresql_where=Topic.parent_id.is_(None),
)
