"""Recordings of candidates and the pieces in which they come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.states import Standing
from lms.exams.recordings.rules.pieces import ASIDE_NAMES
from lms.ground.db import Base, related
from lms.ground.uploads.models import Upload


class Recording(Base):
    """口语录音: what a candidate said for a slot; an answer names it by its hash.

    `received` bytes of `size` are here; with the last it becomes an upload and gets its
    `standing`. Set aside, a person decides whether it is heard: `counted`, by whom and why.
    `seconds` the page says, `measured` the file; `remark`: what it has beyond what the item allows.
    """

    __tablename__ = "recording"
    __table_args__ = (
        UniqueConstraint("attempt_id", "sha256"),
        CheckConstraint("received <= size", name="received_within_size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    lease: Mapped[int]
    sha256: Mapped[str]
    size: Mapped[int]
    seconds: Mapped[int]
    measured: Mapped[int | None]
    remark: Mapped[str] = mapped_column(default="")
    received: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    standing: Mapped[Standing | None]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    counted: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]

    attempt: Mapped[Attempt] = related()
    upload: Mapped[Upload | None] = related()
    reuses: Mapped[list[Reuse]] = related()

    @property
    def length(self) -> int:
        """Seconds, as measured where the file says how long it is."""
        return self.seconds if self.measured is None else self.measured

    @property
    def why_aside(self) -> str:
        """Why it was set aside; "" where it was not."""
        return ASIDE_NAMES.get(self.standing, "") if self.standing else ""

    @property
    def is_heard(self) -> bool:
        """Does it count, by itself or by a person's decision?"""
        return self.standing is Standing.COUNTS or bool(self.counted)

    def reuse_at(self, number: int) -> Reuse | None:
        """What was decided of it as the answer to the slot of that number; loads nothing."""
        return next((one for one in self.reuses if one.number == number), None)

    def answers(self, number: int) -> bool:
        """May it answer the slot of that number: made for it, or by a person's decision?"""
        reuse = self.reuse_at(number)
        return self.number == number or bool(reuse and reuse.counted)


class Reuse(Base):
    """转用: whether a recording is heard as the answer to slot `number`, which names it, though it
    was made for another; decided by a person, with the reason."""

    __tablename__ = "recording_reuse"
    __table_args__ = (UniqueConstraint("recording_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    number: Mapped[int]
    counted: Mapped[bool]
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class RecordingPiece(Base):
    """Bytes of a recording from `at` on, until it is whole."""

    __tablename__ = "recording_piece"
    __table_args__ = (UniqueConstraint("recording_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    at: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
