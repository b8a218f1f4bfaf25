"""Answer files that were taken in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.exams.attempts.models import Attempt
from lms.ground.db import Base, related


class AnswerFile(Base):
    """应急答卷文件: the last resort of a page without a network, taken in by a person.

    Of its steps `counted` counted when it was taken in and `aside` were set aside; `refused` are
    steps and recordings that the sheet has no place for. `kept_at` is what the page took for the
    time at which it made the file.
    """

    __tablename__ = "answer_file"
    __table_args__ = (UniqueConstraint("attempt_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    sha256: Mapped[str]
    kept_at: Mapped[datetime]
    counted: Mapped[int]
    aside: Mapped[int]
    refused: Mapped[int]
    recordings: Mapped[int]
    taken_by: Mapped[str]
    taken_at: Mapped[datetime]

    attempt: Mapped[Attempt] = related()
