"""Sittings: pauses, notices, arrivals, incidents, and decisions about steps set aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unsent", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("paused_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("notice", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("noticed_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.alter_column("unsent", existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("notice", existing_type=sa.String(), server_default=None)
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seat_columns", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("seat_seed", sa.Integer(), nullable=True))
    _create_arrival()
    _create_intervention()
    _create_incident()
    _create_step_decision()


def downgrade() -> None:
    op.drop_table("step_decision")
    for table in ("incident", "intervention"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_sitting_id"))
            batch_op.drop_index(batch_op.f(f"ix_{table}_candidate_id"))
        op.drop_table(table)
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_arrival_candidate_id"))
    op.drop_table("arrival")
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_column("seat_seed")
        batch_op.drop_column("seat_columns")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        for column in ("noticed_at", "notice", "paused_at", "unsent"):
            batch_op.drop_column(column)


def _create_arrival() -> None:
    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("minutes_late", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("minutes_late >= 0", name=op.f("ck_arrival_not_before")),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidate.id"],
            name=op.f("fk_arrival_candidate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
    )
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arrival_candidate_id"), ["candidate_id"], unique=False)


def _create_intervention() -> None:
    op.create_table(
        "intervention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_intervention_candidate_id")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_intervention_sitting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
    )
    _index("intervention")


def _create_incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_incident_candidate_id")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_incident_sitting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    _index("incident")


def _create_step_decision() -> None:
    op.create_table(
        "step_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("receipt_before", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_step_decision_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_decision")),
        sa.UniqueConstraint("step_id", name=op.f("uq_step_decision_step_id")),
    )


def _index(table: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in ("sitting_id", "candidate_id"):
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)
