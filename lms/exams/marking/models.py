"""How an exam is marked and by whom, the marks that people give, blind, and scoring runs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.exams.attempts.models import Attempt
from lms.exams.marking.rules.corrections import Remedy
from lms.exams.marking.rules.modes import Duty, Mode, Scheme, Standing
from lms.exams.sittings.models import Exam
from lms.ground.accounts.models import Account
from lms.ground.db import Base, Versioned, related
from question_bank.items.models import ItemVersion


class ScoringRun(Base):
    """One scoring of all sheets of an exam; a regrade is another run, the old one stays."""

    __tablename__ = "scoring_run"
    __table_args__ = (UniqueConstraint("exam_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    number: Mapped[int]
    started_by: Mapped[str]
    started_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")

    exam: Mapped[Exam] = related()


class SheetScore(Base):
    """卷面成绩: what the slots of one attempt come to in a run, `exact` as a fraction ("245/3").

    `slots` are the documents of its slots by number (`rules.points.SlotScore`): what was scored
    is read sheet by sheet and never changed.
    """

    __tablename__ = "sheet_score"
    __table_args__ = (UniqueConstraint("run_id", "attempt_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("scoring_run.id", ondelete="CASCADE"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    exact: Mapped[str]
    full_points: Mapped[Decimal]
    slots: Mapped[list[Any]] = mapped_column(deferred=True, deferred_raiseload=True)

    run: Mapped[ScoringRun] = related()
    attempt: Mapped[Attempt] = related()

    @property
    def points(self) -> Fraction:
        return Fraction(self.exact)


class MarkingScheme(Versioned, Base):
    """评阅方式 of an exam; without one the norms hold. `tolerance`: share of what people give."""

    __tablename__ = "marking_scheme"
    __table_args__ = (
        CheckConstraint("tolerance >= 0", name="tolerance_not_negative"),
        UniqueConstraint("exam_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    mode: Mapped[Mode]
    tolerance: Mapped[Decimal]
    set_by: Mapped[str]
    set_at: Mapped[datetime]

    exam: Mapped[Exam] = related()

    @property
    def scheme(self) -> Scheme:
        return Scheme(self.mode, Fraction(self.tolerance))


class MarkerDuty(Base):
    """This account marks that exam, or arbitrates in it; with nobody appointed, who may mark does."""

    __tablename__ = "marker_duty"
    __table_args__ = (UniqueConstraint("exam_id", "account_id", "duty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    duty: Mapped[Duty]

    exam: Mapped[Exam] = related()
    account: Mapped[Account] = related()


class MarkerItem(Base):
    """This account marks that item of the exam; whoever has no such row marks all of them."""

    __tablename__ = "marker_item"
    __table_args__ = (UniqueConstraint("exam_id", "account_id", "item_version_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)


class KeyCorrection(Base):
    """更正: what is done about an item of a sealed paper whose key proves wrong (`rules.corrections`).

    It holds from the run that follows its approval; the last approved one of an item counts.
    `item_version_id` stands on the paper, `corrected_id` has the key as it should have been.
    """

    __tablename__ = "key_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    remedy: Mapped[Remedy]
    corrected_id: Mapped[int | None] = mapped_column(ForeignKey("item_version.id"), index=True)
    reason: Mapped[str]
    proposer_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    approved: Mapped[bool | None]
    note: Mapped[str] = mapped_column(default="")
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]

    corrected: Mapped[ItemVersion | None] = related(foreign_keys=[corrected_id])

    @property
    def is_overlap(self) -> bool:
        """Did the same person propose and decide?"""
        return self.decider_id == self.proposer_id


class BlindResponse(Base):
    """单题作答 that people mark; markers know it by item and `blind_number` alone.

    A `copy` above 0 is a check script: the same answer shown once more, to every marker, whose
    marks of it never count. `standing` follows from the marks (`rules.modes.judge`).
    """

    __tablename__ = "blind_response"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number", "copy"),
        UniqueConstraint("exam_id", "item_version_id", "blind_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    blind_number: Mapped[int]
    copy: Mapped[int] = mapped_column(default=0)
    standing: Mapped[Standing] = mapped_column(default=Standing.UNMARKED)
    collected_at: Mapped[datetime]

    exam: Mapped[Exam] = related()
    attempt: Mapped[Attempt] = related()
    item_version: Mapped[ItemVersion] = related()


class CheckScript(Base):
    """质检卷: a response with an agreed mark, dealt to every marker among the others as copies."""

    __tablename__ = "check_script"
    __table_args__ = (UniqueConstraint("attempt_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    points: Mapped[Decimal]
    rubric_points: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")
    chosen_by: Mapped[str]
    chosen_at: Mapped[datetime]


class Mark(Versioned, Base):
    """What one marker gave for one slot of one attempt: `rubric_points` in rubric order.

    One that `arbitrates` outranks the others. `copy` as in BlindResponse.
    """

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number", "copy", "marker_id"),
        Index(
            "uq_mark_arbitration",
            "attempt_id",
            "number",
            unique=True,
            sqlite_where=text("arbitrates"),
            postgresql_where=text("arbitrates"),
        ),
        CheckConstraint("points >= 0", name="points_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    copy: Mapped[int] = mapped_column(default=0)
    marker_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    arbitrates: Mapped[bool] = mapped_column(default=False)
    points: Mapped[Decimal]
    rubric_points: Mapped[list[Any]] = mapped_column(default=list)
    remark: Mapped[str] = mapped_column(default="")
    marked_at: Mapped[datetime]

    attempt: Mapped[Attempt] = related()
    marker: Mapped[Account] = related()
