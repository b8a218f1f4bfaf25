"""Bulk changes: the version that a change made; what items had of a dropped tag; who uses a version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_USERS = ("blind_response", "check_script")
_change = sa.table("bulk_change", *(sa.column(name) for name in ("id", "field", "value")))
_line = sa.table("bulk_change_line", *(sa.column(name) for name in ("change_id", "before")))


def upgrade() -> None:
    with op.batch_alter_table("bulk_change_line") as table:
        table.add_column(sa.Column("made", sa.Integer(), nullable=True))
    op.execute(_of_dropped_tags(_value()))
    for user in _USERS:
        op.create_index(op.f(f"ix_{user}_item_version_id"), user, ["item_version_id"])


def downgrade() -> None:
    for user in _USERS:
        op.drop_index(op.f(f"ix_{user}_item_version_id"), user)
    op.execute(_of_dropped_tags(""))
    with op.batch_alter_table("bulk_change_line") as table:
        table.drop_column("made")


def _of_dropped_tags(before: object) -> sa.Update:
    dropped = sa.select(_change.c.id).where(_change.c.field == "drop_tag")
    return sa.update(_line).where(_line.c.change_id.in_(dropped)).values(before=before)


def _value() -> sa.ScalarSelect[str]:
    """A line told "" for an item that had the tag; now it tells the tag."""
    return sa.select(_change.c.value).where(_change.c.id == _line.c.change_id).scalar_subquery()
