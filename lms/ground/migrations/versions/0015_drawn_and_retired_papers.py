"""Papers of which candidates draw their items, and sealed papers that are taken out of use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("blueprint", "paper"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("pool", sa.Integer(), nullable=False, server_default="1"))
            batch.create_check_constraint(op.f(f"ck_{table}_pool_positive"), "pool > 0")
        with op.batch_alter_table(table) as batch:
            batch.alter_column("pool", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("paper") as batch:
        batch.add_column(sa.Column("retired_at", UtcDateTime(), nullable=True))
        for name in ("retired_by", "retired_for"):
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("paper") as batch:
        for name in ("retired_by", "retired_for"):
            batch.alter_column(name, existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("paper") as batch:
        for name in ("retired_for", "retired_by", "retired_at"):
            batch.drop_column(name)
    for table in ("paper", "blueprint"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_pool_positive"), type_="check")
            batch.drop_column("pool")
