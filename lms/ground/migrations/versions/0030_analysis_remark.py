"""Which items of an analysis were corrected or left out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("paper_analysis", schema=None) as batch_op:
        batch_op.add_column(sa.Column("remark", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("paper_analysis", schema=None) as batch_op:
        batch_op.alter_column("remark", existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("paper_analysis", schema=None) as batch_op:
        batch_op.drop_column("remark")
