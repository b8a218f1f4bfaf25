"""Evaluations: ballots on lessons, and who has cast one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import Exact

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evaluation_ballot",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        *(sa.Column(f"{one}_id", sa.Integer(), nullable=False) for one in _OF),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("points", Exact(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_evaluation_ballot_points_not_negative")),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_evaluation_ballot_lesson_id"),
            ondelete="SET NULL",
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_id"], [f"{one}.id"], name=op.f(f"fk_evaluation_ballot_{one}_id")
            )
            for one in _OF
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_ballot")),
    )  # fmt: skip
    op.create_index(op.f("ix_evaluation_ballot_lesson_id"), "evaluation_ballot", ["lesson_id"])
    op.create_index(
        op.f("ix_evaluation_ballot_instructor_id_held_on"),
        "evaluation_ballot",
        ["instructor_id", "held_on"],
    )
    op.create_table(
        "evaluation_slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_evaluation_slip_lesson_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_evaluation_slip_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_slip")),
        sa.UniqueConstraint(
            "lesson_id", "enrolment_id", name=op.f("uq_evaluation_slip_lesson_id_enrolment_id")
        ),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("evaluation_slip")
    op.drop_table("evaluation_ballot")


_OF = ("cohort", "course", "instructor")
