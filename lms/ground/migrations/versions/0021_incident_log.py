"""The incident log: what pages report of themselves, and seals over the log of each sitting."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_sighting_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint(
            "attempt_id", "lease", "seq", name=op.f("uq_sighting_attempt_id_lease_seq")
        ),
    )
    op.create_table(
        "incident_seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("last_sighting", sa.Integer(), nullable=False),
        sa.Column("last_incident", sa.Integer(), nullable=False),
        sa.Column("last_intervention", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("sealed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_incident_seal_sitting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_seal")),
        sa.UniqueConstraint(
            "sitting_id", "number", name=op.f("uq_incident_seal_sitting_id_number")
        ),
        sa.UniqueConstraint("hash", name=op.f("uq_incident_seal_hash")),
    )


def downgrade() -> None:
    op.drop_table("incident_seal")
    op.drop_table("sighting")
