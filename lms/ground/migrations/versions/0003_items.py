"""Items do not know the intakes they came by; intakes know their items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Intakes: what people said the columns of tables are.
    op.create_table(
        "column_mapping",
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("signature", name=op.f("pk_column_mapping")),
    )
    # Items.
    op.create_table(
        "taken_item",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_taken_item_intake_id")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_taken_item_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_taken_item")),
    )
    op.create_index(op.f("ix_taken_item_intake_id"), "taken_item", ["intake_id"])
    op.execute(
        "INSERT INTO taken_item (item_id, intake_id)"
        " SELECT id, intake_id FROM item WHERE intake_id IS NOT NULL"
    )
    with op.batch_alter_table("item") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_item_intake_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_item_intake_id"))
        batch_op.drop_column("intake_id")
    op.execute("UPDATE job SET kind = 'intakes.read' WHERE kind = 'items.read'")


def downgrade() -> None:
    op.drop_table("column_mapping")
    op.execute("UPDATE job SET kind = 'items.read' WHERE kind = 'intakes.read'")
    with op.batch_alter_table("item") as batch_op:
        batch_op.add_column(sa.Column("intake_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_item_intake_id"), "intake", ["intake_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_item_intake_id"), ["intake_id"], unique=False)
    op.execute(
        "UPDATE item SET intake_id ="
        " (SELECT intake_id FROM taken_item WHERE taken_item.item_id = item.id)"
    )
    op.drop_table("taken_item")
