"""The courses usual in a programme; programmes may be edited."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import Exact

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("programme") as table:
        table.alter_column("version", server_default=None)
    op.create_table(
        "programme_course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hours", Exact(), nullable=False),
        sa.CheckConstraint("hours > 0", name=op.f("ck_programme_course_hours_positive")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_programme_course_programme_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_programme_course_course_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_course")),
        sa.UniqueConstraint(
            "programme_id", "course_id", name=op.f("uq_programme_course_programme_id_course_id")
        ),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("programme_course")
    with op.batch_alter_table("programme") as table:
        table.drop_column("version")
