"""Appraisal of absence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STANDING = sa.text("withdrawal_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "exam_withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_withdrawal")),
    )
    _exams_have_a_purpose()
    op.create_table(
        "learner_exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_learner_exemption_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["exam.id"], name=op.f("fk_learner_exemption_exam_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner_exemption")),
        sa.UniqueConstraint(
            "exam_id", "enrolment_id", name=op.f("uq_learner_exemption_exam_id_enrolment_id")
        ),
    )
    op.create_table(
        "make_up_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_make_up_call_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["exam_id"],
            ["exam.id"],
            name=op.f("fk_make_up_call_exam_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_make_up_call")),
        sa.UniqueConstraint(
            "exam_id", "enrolment_id", name=op.f("uq_make_up_call_exam_id_enrolment_id")
        ),
    )
    op.create_table(
        "stranger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login_hash", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.Column("tried_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stranger")),
        sa.UniqueConstraint("login_hash", name=op.f("uq_stranger_login_hash")),
    )
    with op.batch_alter_table("stranger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stranger_tried_at"), ["tried_at"], unique=False)
    _schemes_say_what_an_absence_costs()
    _reviews_say_who_proposed_and_decided()


def _exams_have_a_purpose() -> None:
    """An exam that examines no course beside one that does has been a trial, so far."""
    with op.batch_alter_table("exam", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("purpose", sa.String(length=40), nullable=False, server_default="concluding")
        )
        batch_op.add_column(sa.Column("makes_up_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawal_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint("uq_exam_cohort_id_title", type_="unique")
        batch_op.create_foreign_key(
            batch_op.f("fk_exam_makes_up_id"), "exam", ["makes_up_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_exam_withdrawal_id"),
            "exam_withdrawal",
            ["withdrawal_id"],
            ["id"],
        )
        batch_op.create_unique_constraint(batch_op.f("uq_exam_withdrawal_id"), ["withdrawal_id"])
    op.execute(
        "UPDATE exam SET purpose = 'quiz' WHERE id NOT IN (SELECT exam_id FROM exam_course)"
        " AND cohort_id IN (SELECT examined.cohort_id FROM exam AS examined"
        " JOIN exam_course ON exam_course.exam_id = examined.id)"
    )
    with op.batch_alter_table("exam", schema=None) as batch_op:
        batch_op.alter_column("purpose", server_default=None)
    op.create_index(
        "uq_exam_standing_title",
        "exam",
        ["cohort_id", "title"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )


def _schemes_say_what_an_absence_costs() -> None:
    """A scheme that reviews rest on goes on reckoning as it did: that exam counts 0."""
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("absence", sa.String(length=40), nullable=False, server_default="part_zero")
        )
    op.execute("UPDATE scheme SET absence = 'exam_zero' WHERE used_at IS NOT NULL")
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.alter_column("absence", server_default=None)


def _reviews_say_who_proposed_and_decided() -> None:
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.add_column(sa.Column("absences", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column("proposed_by", sa.String(), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("proposer_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("decider_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_review_proposer_id"), "account", ["proposer_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_review_decider_id"), "account", ["decider_id"], ["id"]
        )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.alter_column("absences", server_default=None)
        batch_op.alter_column("proposed_by", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("review", schema=None) as batch_op:
        for name in ("decider_id", "proposer_id"):
            batch_op.drop_constraint(batch_op.f(f"fk_review_{name}"), type_="foreignkey")
        for name in ("decider_id", "proposer_id", "proposed_by", "absences"):
            batch_op.drop_column(name)
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.drop_column("absence")
    op.drop_table("stranger")
    op.drop_table("make_up_call")
    op.drop_table("learner_exemption")
    op.drop_index("uq_exam_standing_title", table_name="exam")
    op.execute(
        "UPDATE exam SET title = title || '（' || id || '）' WHERE withdrawal_id IS NOT NULL"
    )
    with op.batch_alter_table("exam", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_exam_withdrawal_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_exam_withdrawal_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_exam_makes_up_id"), type_="foreignkey")
        for name in ("withdrawal_id", "makes_up_id", "purpose"):
            batch_op.drop_column(name)
        batch_op.create_unique_constraint("uq_exam_cohort_id_title", ["cohort_id", "title"])
    op.drop_table("exam_withdrawal")
