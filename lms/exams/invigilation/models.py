"""What is put on record on the day of an exam. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.exams.attempts.models import Step
from lms.exams.attempts.rules.states import Standing
from lms.exams.invigilation.rules import Deed, IncidentKind
from lms.exams.sittings.models import Candidate
from lms.ground.db import Base, related


class Arrival(Base):
    """核验入场: a candidate was seen at the door, or (`present` false) that was a mistake.

    The last row of a candidate counts. `minutes_late` counts from the start of the sitting.
    """

    __tablename__ = "arrival"
    __table_args__ = (CheckConstraint("minutes_late >= 0", name="not_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(
        ForeignKey("candidate.id", ondelete="CASCADE"), index=True
    )
    present: Mapped[bool]
    minutes_late: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    noted_by: Mapped[str]
    noted_at: Mapped[datetime]


class Intervention(Base):
    """监考处置: what an invigilator did to a candidate's exam; `text` is why, or what was said."""

    __tablename__ = "intervention"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    deed: Mapped[Deed]
    minutes: Mapped[int | None]
    text: Mapped[str]
    done_by: Mapped[str]
    done_at: Mapped[datetime]

    candidate: Mapped[Candidate] = related()


class Incident(Base):
    """异常违纪: what an invigilator saw, of a candidate or (none) of the whole hall; evidence only."""

    __tablename__ = "incident"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    candidate_id: Mapped[int | None] = mapped_column(ForeignKey("candidate.id"), index=True)
    kind: Mapped[IncidentKind]
    text: Mapped[str]
    noted_by: Mapped[str]
    noted_at: Mapped[datetime]

    candidate: Mapped[Candidate | None] = related()


class StepDecision(Base):
    """留存作答的处理: a step that was set aside (`standing` before) was counted in, or left aside.

    `receipt_before`: the receipt that the sheet had until then.
    """

    __tablename__ = "step_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"), unique=True)
    standing: Mapped[Standing]
    counted: Mapped[bool]
    reason: Mapped[str]
    receipt_before: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]

    step: Mapped[Step] = related()
