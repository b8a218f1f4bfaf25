"""Papers are an assembly's by blueprint and seed; no column says so a second time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("paper") as batch:
        batch.drop_index(op.f("ix_paper_assembly_id"))
        batch.drop_constraint(op.f("fk_paper_assembly_id"), type_="foreignkey")
        batch.drop_column("assembly_id")


def downgrade() -> None:
    with op.batch_alter_table("paper") as batch:
        batch.add_column(sa.Column("assembly_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_paper_assembly_id"), "assembly", ["assembly_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index(op.f("ix_paper_assembly_id"), ["assembly_id"])
