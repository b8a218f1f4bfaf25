"""Exams that came along with a copied cohort wait until somebody confirms their paper."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exam") as table:
        table.add_column(
            sa.Column("to_confirm", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("exam") as table:
        table.alter_column("to_confirm", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("exam") as table:
        table.drop_column("to_confirm")
