"""Rechecks of results; what a make-up earned before its cap."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import Exact, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("earned", Exact(), nullable=True))
    op.create_table(
        "recheck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("ground", _enum("ground", "missed", "added", "entered"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("verdict", _enum("verdict", "upheld", "wrong"), nullable=True),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_recheck_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_recheck_exam_id")),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name=op.f("fk_recheck_result_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
        sa.UniqueConstraint(
            "exam_id", "enrolment_id", name=op.f("uq_recheck_exam_id_enrolment_id")
        ),
    )
    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recheck_enrolment_id"), ["enrolment_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recheck_enrolment_id"))
    op.drop_table("recheck")
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.drop_column("earned")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)
