"""Papers that stay at the machine where they were opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("admission") as table:
        table.add_column(
            sa.Column("binds_seat", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("attempt") as table:
        table.add_column(sa.Column("opened_from", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("admission") as table:
        table.alter_column("binds_seat", server_default=None)
    with op.batch_alter_table("attempt") as table:
        table.alter_column("opened_from", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("attempt") as table:
        table.drop_column("opened_from")
    with op.batch_alter_table("admission") as table:
        table.drop_column("binds_seat")
