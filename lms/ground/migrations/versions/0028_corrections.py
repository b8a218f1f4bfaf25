"""Corrections of keys that prove wrong, and the items that each marker marks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "marker_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        *(_key("marker_item", f"{one}_id", one) for one in ("account", "exam", "item_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker_item")),
        sa.UniqueConstraint(
            "exam_id",
            "account_id",
            "item_version_id",
            name=op.f("uq_marker_item_exam_id_account_id_item_version_id"),
        ),
    )
    op.create_table(
        "key_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("remedy", sa.String(length=40), nullable=False),
        sa.Column("corrected_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        *(
            _key("key_correction", column, target)
            for column, target in (
                ("corrected_id", "item_version"),
                ("decider_id", "account"),
                ("exam_id", "exam"),
                ("item_version_id", "item_version"),
                ("proposer_id", "account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_correction")),
    )
    for table, columns in _INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    op.drop_table("key_correction")
    op.drop_table("marker_item")


_INDEXED = {
    "marker_item": ("account_id", "item_version_id"),
    "key_correction": (
        "exam_id", "item_version_id", "corrected_id", "proposer_id", "decider_id",
    ),
}  # fmt: skip


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
