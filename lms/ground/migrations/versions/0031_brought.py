"""What came along with a copied cohort besides its lessons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("series") as table:
        table.add_column(sa.Column("brought", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("series") as table:
        table.alter_column("brought", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("series") as table:
        table.drop_column("brought")
