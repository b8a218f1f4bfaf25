"""Exams of a cohort, the sittings in which they are held, candidates and invigilators."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from courses.catalogue.models import Course
from courses.cohorts.models import Cohort, Enrolment
from courses.venues.models import Venue
from lms.exams.attempts.models import Admission, Attempt
from lms.exams.sittings.rules import ExamPurpose, SittingState, state_of
from lms.ground.accounts.models import Account
from lms.ground.db import Base, Versioned, related
from question_bank.papers.models import Paper


class Exam(Versioned, Base):
    """A closed-book exam of a cohort on a sealed paper; `courses` are those it examines.

    `pass_score` is in hundredths of the full score (百分制); a make-up names the exam that it
    makes up. One that is withdrawn counts for nothing, and its title is free again. `to_confirm`:
    it came along with a past cohort, and nobody has said yet that its paper may be used again.
    """

    __tablename__ = "exam"
    __table_args__ = (
        Index(
            "uq_exam_standing_title",
            "cohort_id",
            "title",
            unique=True,
            sqlite_where=text("withdrawal_id IS NULL"),
            postgresql_where=text("withdrawal_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    title: Mapped[str]
    purpose: Mapped[ExamPurpose] = mapped_column(default=ExamPurpose.CONCLUDING)
    pass_score: Mapped[Decimal]
    makes_up_id: Mapped[int | None] = mapped_column(ForeignKey("exam.id"))
    withdrawal_id: Mapped[int | None] = mapped_column(ForeignKey("exam_withdrawal.id"), unique=True)
    to_confirm: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[str]
    created_at: Mapped[datetime]

    cohort: Mapped[Cohort] = related()
    paper: Mapped[Paper] = related()
    withdrawal: Mapped[ExamWithdrawal | None] = related()
    courses: Mapped[list[ExamCourse]] = related(back_populates="exam", cascade="all, delete-orphan")


class ExamWithdrawal(Base):
    """撤销: an exam that nobody had a sheet for was taken back; who, when and why."""

    __tablename__ = "exam_withdrawal"

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    withdrawn_by: Mapped[str]
    withdrawn_at: Mapped[datetime]


class ExamCourse(Base):
    """This exam examines that course (逢学必考)."""

    __tablename__ = "exam_course"
    __table_args__ = (UniqueConstraint("exam_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))

    exam: Mapped[Exam] = related(back_populates="courses")
    course: Mapped[Course] = related()


class CourseTopic(Base):
    """This course is examined on that topic, and on what lies below it.

    Nothing keeps a pair from being there twice: topics are merged into one another.
    """

    __tablename__ = "course_topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)


class ExamExemption(Base):
    """不单独考试: this course of that cohort needs no exam; who approved it, and why."""

    __tablename__ = "exam_exemption"
    __table_args__ = (UniqueConstraint("cohort_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    reason: Mapped[str]
    approved_by: Mapped[str]
    approved_at: Mapped[datetime]

    course: Mapped[Course] = related()


class LearnerExemption(Base):
    """免考: this learner need not sit that exam; who approved it, and why."""

    __tablename__ = "learner_exemption"
    __table_args__ = (UniqueConstraint("exam_id", "enrolment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    reason: Mapped[str]
    approved_by: Mapped[str]
    approved_at: Mapped[datetime]

    exam: Mapped[Exam] = related()
    enrolment: Mapped[Enrolment] = related()


class MakeUpCall(Base):
    """补考通知: this learner is called to that make-up; nobody else gets a seat in it."""

    __tablename__ = "make_up_call"
    __table_args__ = (UniqueConstraint("exam_id", "enrolment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))


class Sitting(Versioned, Base):
    """场次: an exam held in a window of time at a venue. `prepared_at`: the sheets are made.

    `seat_columns`: how many seats stand side by side in the room, counted in a snake; `seat_seed`:
    the draw by which the candidates got their seats.
    """

    __tablename__ = "sitting"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_open"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    minutes: Mapped[int]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    admission_id: Mapped[int | None] = mapped_column(ForeignKey("admission.id"))
    prepared_at: Mapped[datetime | None]
    seat_columns: Mapped[int | None]
    seat_seed: Mapped[int | None]

    exam: Mapped[Exam] = related()
    venue: Mapped[Venue | None] = related()
    admission: Mapped[Admission | None] = related()
    candidates: Mapped[list[Candidate]] = related(
        back_populates="sitting", cascade="all, delete-orphan"
    )
    invigilators: Mapped[list[Invigilator]] = related(
        back_populates="sitting", cascade="all, delete-orphan"
    )

    def state(self, now: datetime) -> SittingState:
        return state_of(
            now,
            prepared_at=self.prepared_at,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
        )


class Candidate(Base):
    """考生: an enrolled learner in a sitting, with a seat and (once prepared) a sheet."""

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("sitting_id", "enrolment_id"),
        UniqueConstraint("sitting_id", "seat"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"), unique=True)
    seat: Mapped[int]

    sitting: Mapped[Sitting] = related(back_populates="candidates")
    enrolment: Mapped[Enrolment] = related()
    attempt: Mapped[Attempt | None] = related()


class Invigilator(Base):
    """An account that watches over a sitting."""

    __tablename__ = "invigilator"
    __table_args__ = (UniqueConstraint("sitting_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)

    sitting: Mapped[Sitting] = related(back_populates="invigilators")
    account: Mapped[Account] = related()
