"""Fees."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import Exact, UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fee_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_fee_sheet_cohort_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["account.id"], name=op.f("fk_fee_sheet_proposed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_sheet")),
        sa.UniqueConstraint("cohort_id", "number", name=op.f("uq_fee_sheet_cohort_id_number")),
    )
    op.create_table(
        "fee_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("taught_hours", Exact(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("hours", Exact(), nullable=False),
        sa.Column("rate", Exact(), nullable=False),
        sa.Column("net", Exact(), nullable=False),
        sa.Column("tax", Exact(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("counter_of_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "counter_of_id IS NULL OR net <= 0", name=op.f("ck_fee_line_counter_is_negative")
        ),
        sa.ForeignKeyConstraint(
            ["counter_of_id"], ["fee_line.id"], name=op.f("fk_fee_line_counter_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["instructor_id"], ["instructor.id"], name=op.f("fk_fee_line_instructor_id")
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_fee_line_lesson_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["fee_sheet.id"], name=op.f("fk_fee_line_sheet_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_line")),
        sa.UniqueConstraint("counter_of_id", name=op.f("uq_fee_line_counter_of_id")),
    )
    with op.batch_alter_table("fee_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_fee_line_instructor_id"), ["instructor_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_fee_line_lesson_id"), ["lesson_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fee_line_sheet_id"), ["sheet_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("fee_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fee_line_sheet_id"))
        batch_op.drop_index(batch_op.f("ix_fee_line_lesson_id"))
        batch_op.drop_index(batch_op.f("ix_fee_line_instructor_id"))

    op.drop_table("fee_line")
    op.drop_table("fee_sheet")
