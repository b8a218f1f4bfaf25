"""The table of stored files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base


class Upload(Base):
    """One file that was brought or made: who, when, its name, and the hash its bytes lie under."""

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    owner_id: Mapped[int]
    at: Mapped[datetime]
