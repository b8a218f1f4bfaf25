"""What was left open of a trip."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("trip") as table:
        table.add_column(sa.Column("gaps", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("trip") as table:
        table.alter_column("gaps", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("trip") as table:
        table.drop_column("gaps")
