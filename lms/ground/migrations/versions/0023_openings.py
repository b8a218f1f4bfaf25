"""Openings: what the application and the notice of a cohort say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import Exact, UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TEXTS = ("host", "basis", "place", "faculty", "budget_source")
_LETTER = ("number", "issuer", "addressees")


def upgrade() -> None:
    op.create_table(
        "opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _TEXTS),
        sa.Column("budget", Exact(), nullable=True),
        sa.Column("in_yearly_plan", sa.Boolean(), nullable=False),
        sa.Column("is_elsewhere", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _LETTER),
        sa.Column("reports_at", UtcDateTime(), nullable=True),
        sa.Column("reports_where", sa.String(), nullable=False),
        sa.Column("names_until", sa.Date(), nullable=True),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("requirements", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_opening_budget_not_negative")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_opening_cohort_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
        sa.UniqueConstraint("cohort_id", name=op.f("uq_opening_cohort_id")),
    )


def downgrade() -> None:
    op.drop_table("opening")
