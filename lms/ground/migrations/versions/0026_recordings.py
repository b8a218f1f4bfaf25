"""Recordings of spoken answers, their pieces, and the limits of items that are spoken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_LIMITS = ("seconds", "tries")


def upgrade() -> None:
    with op.batch_alter_table("item_version", schema=None) as batch_op:
        for column in _LIMITS:
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
            name = batch_op.f(f"ck_item_version_{column}_positive")
            batch_op.create_check_constraint(name, f"{column} > 0")
    op.create_table(
        "recording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("standing", sa.String(length=40), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("received <= size", name=op.f("ck_recording_received_within_size")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_recording_attempt_id")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_recording_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("attempt_id", "sha256", name=op.f("uq_recording_attempt_id_sha256")),
    )
    op.create_table(
        "recording_piece",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
            name=op.f("fk_recording_piece_recording_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_piece")),
        sa.UniqueConstraint("recording_id", "at", name=op.f("uq_recording_piece_recording_id_at")),
    )


def downgrade() -> None:
    op.drop_table("recording_piece")
    op.drop_table("recording")
    with op.batch_alter_table("item_version", schema=None) as batch_op:
        for column in _LIMITS:
            batch_op.drop_constraint(
                batch_op.f(f"ck_item_version_{column}_positive"), type_="check"
            )
            batch_op.drop_column(column)
