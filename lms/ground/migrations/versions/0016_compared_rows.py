"""Previews: whether a row changed since what is nearly the same was looked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("intake_row") as table:
        table.add_column(
            sa.Column("compared", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("intake_row") as table:
        table.alter_column("compared", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("intake_row") as table:
        table.drop_column("compared")
