"""The table of background jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, related
from lms.ground.jobs.handlers import title_of
from lms.ground.jobs.rules import OVER, REPEATABLE, STATE_NAMES, JobState, percent
from lms.ground.uploads.models import Upload


class Job(Base):
    """One piece of long work: who asked for it, how far it is, what it made or why it failed.

    `tries` counts the workers that took it, and fences them: what an earlier one writes
    after a takeover finds no row. `checkpoint` is what the handler saved to go on from.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("progress >= 0 AND (total = 0 OR progress <= total)", name="progress"),
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name="finished",
        ),
        Index(None, "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    progress: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    error_id: Mapped[str | None]
    checkpoint: Mapped[dict[str, Any] | None]
    tries: Mapped[int] = mapped_column(default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    result_upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    owner_id: Mapped[int] = mapped_column(index=True)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    result: Mapped[Upload | None] = related()

    @property
    def title(self) -> str:
        return title_of(self.kind)

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.state]

    @property
    def percent(self) -> int:
        return 100 if self.state is JobState.DONE else percent(self.progress, self.total)

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def is_repeatable(self) -> bool:
        return self.state in REPEATABLE
