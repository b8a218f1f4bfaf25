"""Invitations to give a lesson."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courses.faculty.models import Instructor
from courses.invitations.rules import Answer, Facts, InvitationState, state_of
from courses.timetable.models import Lesson
from lms.ground.db import Base, Versioned, related


class Invitation(Versioned, Base):
    """One instructor is asked to give one lesson at the time that it then had.

    The link holds a token that is computed from `nonce` with a key outside the database; only
    its hash is kept. A lesson may be asked for several times; the last row counts.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    instructor_id: Mapped[int] = mapped_column(ForeignKey("instructor.id"), index=True)
    lesson_starts_at: Mapped[datetime]
    nonce: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    sent_by: Mapped[str]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answer: Mapped[Answer | None]
    answered_by: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    revoked_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawal: Mapped[str] = mapped_column(default="")
    asked_again_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    lesson: Mapped[Lesson] = related()
    instructor: Mapped[Instructor] = related()

    def state(self, at: datetime) -> InvitationState:
        """Where it stands (`lesson` must be loaded)."""
        here = self.lesson.instructor_id, self.lesson.starts_at
        return state_of(
            Facts(
                expires_at=self.expires_at,
                answer=self.answer,
                revoked=self.revoked_at is not None,
                withdrawn=self.withdrawn_at is not None,
                still_fits=here == (self.instructor_id, self.lesson_starts_at),
            ),
            at=at,
        )
