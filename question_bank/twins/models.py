"""What the search for near-duplicates remembers: buckets of versions, and pairs that are alike."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, related
from question_bank.items.models import ItemVersion


class Fingerprint(Base):
    """A version whose buckets are known, and the scheme that they were made by."""

    __tablename__ = "fingerprint"

    item_version_id: Mapped[int] = mapped_column(
        ForeignKey("item_version.id", ondelete="CASCADE"), primary_key=True
    )
    scheme: Mapped[int]


class Bucket(Base):
    """A version in one of its buckets: versions that share one may be alike."""

    __tablename__ = "bucket"
    __table_args__ = (Index(None, "number"), {"sqlite_with_rowid": False})

    item_version_id: Mapped[int] = mapped_column(
        ForeignKey("fingerprint.item_version_id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class Twin(Base):
    """Two versions of one bank that say nearly the same; kept by whoever found both fit to stay."""

    __tablename__ = "twin"
    __table_args__ = (CheckConstraint("first_id < second_id", name="in_order"),)

    first_id: Mapped[int] = mapped_column(
        ForeignKey("item_version.id", ondelete="CASCADE"), primary_key=True
    )
    second_id: Mapped[int] = mapped_column(
        ForeignKey("item_version.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    similarity: Mapped[Decimal]
    kept_by: Mapped[str] = mapped_column(default="")
    kept_at: Mapped[datetime | None]

    first: Mapped[ItemVersion] = related(foreign_keys=[first_id])
    second: Mapped[ItemVersion] = related(foreign_keys=[second_id])
