"""What is kept of an exam's analysis: figures and counts, of no person."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.db import Base, related
from question_bank.items.models import ItemVersion
from question_bank.papers.models import Paper


class PaperAnalysis(Base):
    """How a paper did on one occasion; counted anew, it takes the place of the former.

    `occasion` is the name that the wing above gives it ("exam:12"), `audience` who sat it.
    Mean, median, SD and standard error in points; None where undefined. `bins`: how many
    reached each tenth of the full score. `remark`: which items were corrected or left out. `by_place`: candidates had different items, so
    that α was taken over the places of the paper.
    """

    __tablename__ = "paper_analysis"
    __table_args__ = (CheckConstraint("candidates > 0", name="candidates_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    occasion: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    audience: Mapped[str]
    held_on: Mapped[date] = mapped_column(index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)
    edition: Mapped[int]
    analysed_at: Mapped[datetime]
    candidates: Mapped[int]
    absent: Mapped[int]
    passed: Mapped[int]
    full_score: Mapped[Decimal]
    mean: Mapped[Decimal]
    median: Mapped[Decimal]
    deviation: Mapped[Decimal | None]
    skewness: Mapped[Decimal | None]
    kurtosis: Mapped[Decimal | None]
    reliability: Mapped[Decimal | None]
    error_ratio: Mapped[Decimal | None]
    standard_error: Mapped[Decimal | None]
    by_place: Mapped[bool]
    remark: Mapped[str] = mapped_column(default="")
    bins: Mapped[list[Any]] = mapped_column(default=list)

    paper: Mapped[Paper] = related()
    items: Mapped[list[ItemStatistic]] = related(
        back_populates="analysis", cascade="all, delete-orphan", order_by="ItemStatistic.position"
    )


class ItemStatistic(Base):
    """How an item version did on one occasion, with the `candidates` who had it (曝光).

    `facility` 难度 P, `discrimination` r with the rest of the paper, `high` and `low` the
    facility in the high and the low group (区分度 D is their difference); all shares but
    `deviation` and `full_points`. `label` says where it stood ("A卷第3题、B卷第5题").
    """

    __tablename__ = "item_statistic"
    __table_args__ = (
        UniqueConstraint("analysis_id", "item_version_id"),
        CheckConstraint("candidates > 0", name="candidates_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    analysis_id: Mapped[int] = mapped_column(ForeignKey("paper_analysis.id", ondelete="CASCADE"))
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    position: Mapped[int]
    label: Mapped[str]
    candidates: Mapped[int]
    full_points: Mapped[Decimal]
    facility: Mapped[Decimal]
    deviation: Mapped[Decimal | None]
    discrimination: Mapped[Decimal | None]
    efficiency: Mapped[Decimal | None]
    high: Mapped[Decimal]
    low: Mapped[Decimal]
    intended_weight: Mapped[Decimal]
    effective_weight: Mapped[Decimal | None]
    guess: Mapped[Decimal | None]

    analysis: Mapped[PaperAnalysis] = related(back_populates="items")
    item_version: Mapped[ItemVersion] = related()
    options: Mapped[list[OptionStatistic]] = related(
        cascade="all, delete-orphan", order_by="(OptionStatistic.part, OptionStatistic.position)"
    )

    @property
    def difference(self) -> Decimal:
        """区分度 D = P_H - P_L."""
        return self.high - self.low


class OptionStatistic(Base):
    """One option of an item, or of a part of it (0: of the item itself), on one occasion.

    `letter` "" counts those who chose nothing. `groups`: the shares of the candidates who chose
    it by group, lowest first; `correlation` of choosing it with the rest of the paper.
    """

    __tablename__ = "option_statistic"
    __table_args__ = (UniqueConstraint("statistic_id", "part", "letter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statistic_id: Mapped[int] = mapped_column(ForeignKey("item_statistic.id", ondelete="CASCADE"))
    part: Mapped[int]
    position: Mapped[int]
    letter: Mapped[str]
    is_key: Mapped[bool]
    chosen: Mapped[int]
    correlation: Mapped[Decimal | None]
    groups: Mapped[list[Any]] = mapped_column(default=list)
