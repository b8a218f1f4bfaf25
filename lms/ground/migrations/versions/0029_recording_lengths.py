"""How long a recording is by its file, and what it has beyond what the item allows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.add_column(sa.Column("measured", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("remark", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.alter_column("remark", existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.drop_column("remark")
        batch_op.drop_column("measured")
