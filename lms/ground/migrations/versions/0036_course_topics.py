"""Which course is examined on which topics."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_topic_course_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_course_topic_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_topic")),
    )
    op.create_index(op.f("ix_course_topic_course_id"), "course_topic", ["course_id"])
    op.create_index(op.f("ix_course_topic_topic_id"), "course_topic", ["topic_id"])


def downgrade() -> None:
    op.drop_table("course_topic")
