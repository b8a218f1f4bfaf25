"""Assemblies: papers that somebody asked a worker for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column

from lms.ground.db import Base, related
from lms.ground.jobs.models import Job
from question_bank.blueprints.models import Blueprint
from question_bank.papers.models import Paper


class Assembly(Base):
    """组卷: somebody asked for `papers` parallel papers of `variants` variants by a blueprint.

    A worker makes them: the papers of this blueprint and seed. `reasons`: the sentences that say
    why none could be made.
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
    made: Mapped[list[Paper]] = related(
        primaryjoin=lambda: and_(
            Assembly.blueprint_id == foreign(Paper.blueprint_id),
            Assembly.seed == foreign(Paper.seed),
        ),
        order_by=Paper.number,
        viewonly=True,
    )
