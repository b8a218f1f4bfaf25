"""Attempts and their steps. The engine knows people and papers, but no cohorts and no rooms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.exams.attempts.rules.doors import Door
from lms.exams.attempts.rules.sightings import Sight
from lms.exams.attempts.rules.states import (
    AttemptState,
    Standing,
    SubmittedBy,
    deadline_of,
    standing_still,
    state_at,
)
from lms.ground.db import Base, related
from lms.ground.people.models import Person
from question_bank.papers.models import Variant
from question_bank.papers.rules.drawing import own_answers, own_content


class Admission(Base):
    """准入: what a browser must show before the papers that name this row open (rules/doors.py).

    It is never changed: another takes its place, and papers name that one. `mark` cannot be
    guessed. `binds_seat`: a paper that was opened stays at its machine. `browser_settings` are
    those of Safe Exam Browser, `config_key` is their Config Key.
    """

    __tablename__ = "admission"

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    networks: Mapped[list[str]] = mapped_column(default=list)
    binds_seat: Mapped[bool] = mapped_column(default=False)
    browser_settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    config_key: Mapped[str] = mapped_column(default="")
    exam_keys: Mapped[list[str]] = mapped_column(default=list)
    set_by: Mapped[str]
    set_at: Mapped[datetime]

    @property
    def door(self) -> Door:
        return Door(
            id=self.id,
            mark=self.mark,
            code=self.code,
            networks=tuple(self.networks),
            binds_seat=self.binds_seat,
            config_key=self.config_key,
            exam_keys=tuple(self.exam_keys),
        )


class Attempt(Base):
    """答卷: one candidate's sheet, made before the start: variant, seed, window.

    `lease` counts the takeovers: a page writes under the lease it opened with, and an
    older lease is fenced off; `opened_from` is the network address of the machine that has it.
    `deadline` is set at the start and moved by extensions;
    `accepts_until` follows it by `grace_seconds`, the transport grace in force when the sheet
    was made. `slots` is how many the candidate has: they are numbered from 1. While `paused_at` is
    set time stands still. `notice` is what the hall was told last; `unsent` is how many answers
    the page said that it had not brought to the server yet.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_open"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("slots > 0", name="slots_positive"),
        Index(None, "person_id", "opens_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    admission_id: Mapped[int | None] = mapped_column(ForeignKey("admission.id"))
    title: Mapped[str]
    seed: Mapped[int]
    slots: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    minutes: Mapped[int]
    extension_minutes: Mapped[int] = mapped_column(default=0)
    grace_seconds: Mapped[int] = mapped_column(default=0)
    lease: Mapped[int] = mapped_column(default=0)
    leased_at: Mapped[datetime | None]
    opened_from: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime | None]
    deadline: Mapped[datetime | None] = mapped_column(index=True)
    accepts_until: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    unsent: Mapped[int] = mapped_column(default=0)
    paused_at: Mapped[datetime | None]
    notice: Mapped[str] = mapped_column(default="")
    noticed_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[SubmittedBy | None]
    answered: Mapped[int] = mapped_column(default=0)
    answer_digest: Mapped[str] = mapped_column(default="")
    receipt: Mapped[str] = mapped_column(default="", index=True)

    person: Mapped[Person] = related()
    variant: Mapped[Variant] = related()
    admission: Mapped[Admission | None] = related()

    @property
    def content(self) -> Mapping[str, Any]:
        """What this candidate sees of the variant, which must be loaded."""
        return own_content(self.variant.content, self.seed)

    @property
    def answers(self) -> Mapping[str, Any]:
        """What scoring and marking see of it, by the candidate's own numbers."""
        return own_answers(self.variant.content, self.variant.answers, self.seed)

    def deadline_with(self, extension_minutes: int) -> datetime:
        """When a sheet that was begun ends, given so many minutes more."""
        assert self.started_at is not None
        return deadline_of(
            started_at=self.started_at,
            closes_at=self.closes_at,
            minutes=self.minutes,
            extension_minutes=extension_minutes,
        )

    def set_deadline(self) -> None:
        """Work the end out anew, after the start or the extension changed."""
        self.deadline = self.deadline_with(self.extension_minutes)
        self.accepts_until = self.deadline + timedelta(seconds=self.grace_seconds)

    def state(self, now: datetime) -> AttemptState:
        return state_at(
            standing_still(now, self.paused_at),
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            extension_minutes=self.extension_minutes,
            deadline=self.deadline,
            submitted_at=self.submitted_at,
        )


class Reopening(Base):
    """撤销交卷: a sheet that was handed in is open again, by whom and why; what its receipt said,
    which is void since."""

    __tablename__ = "reopening"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[SubmittedBy]
    answered: Mapped[int]
    answer_digest: Mapped[str]
    receipt: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    reopened_by: Mapped[str]
    reopened_at: Mapped[datetime]

    attempt: Mapped[Attempt] = related()


class Sighting(Base):
    """页面情况: what a candidate's page reported of itself (rules/sightings.py). Append-only.

    `seconds` it lasted until `at`, which is reckoned back from `received_at`, the server's clock.
    """

    __tablename__ = "sighting"
    __table_args__ = (UniqueConstraint("attempt_id", "lease", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    lease: Mapped[int]
    seq: Mapped[int]
    kind: Mapped[Sight]
    seconds: Mapped[int] = mapped_column(default=0)
    detail: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    received_at: Mapped[datetime]


class Step(Base):
    """作答步骤: one operation of a candidate, append-only.

    `number` is the slot of the candidate's sheet; `value` the response (letters, text, a list of
    blanks, a mapping of parts) or null for cleared. The answer to a slot is the step that
    counts with the highest (lease, seq).
    """

    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("attempt_id", "lease", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    lease: Mapped[int]
    seq: Mapped[int]
    number: Mapped[int]
    value: Mapped[Any] = mapped_column(JSON, nullable=True)
    standing: Mapped[Standing] = mapped_column(default=Standing.COUNTS)
    received_at: Mapped[datetime]
