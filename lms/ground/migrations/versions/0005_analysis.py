"""Analysis."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import Exact, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_analysis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("analysed_at", UtcDateTime(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("absent", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("full_score", Exact(), nullable=False),
        sa.Column("mean", Exact(), nullable=False),
        sa.Column("median", Exact(), nullable=False),
        sa.Column("deviation", Exact(), nullable=True),
        sa.Column("skewness", Exact(), nullable=True),
        sa.Column("kurtosis", Exact(), nullable=True),
        sa.Column("reliability", Exact(), nullable=True),
        sa.Column("error_ratio", Exact(), nullable=True),
        sa.Column("standard_error", Exact(), nullable=True),
        sa.Column("by_place", sa.Boolean(), nullable=False),
        sa.Column("bins", sa.JSON(), nullable=False),
        sa.CheckConstraint("candidates > 0", name=op.f("ck_paper_analysis_candidates_positive")),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_paper_analysis_paper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_analysis")),
        sa.UniqueConstraint("occasion", name=op.f("uq_paper_analysis_occasion")),
    )
    with op.batch_alter_table("paper_analysis", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_analysis_held_on"), ["held_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_analysis_paper_id"), ["paper_id"], unique=False)
    _items()
    _options()


def _items() -> None:
    op.create_table(
        "item_statistic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("full_points", Exact(), nullable=False),
        sa.Column("facility", Exact(), nullable=False),
        sa.Column("deviation", Exact(), nullable=True),
        sa.Column("discrimination", Exact(), nullable=True),
        sa.Column("efficiency", Exact(), nullable=True),
        sa.Column("high", Exact(), nullable=False),
        sa.Column("low", Exact(), nullable=False),
        sa.Column("intended_weight", Exact(), nullable=False),
        sa.Column("effective_weight", Exact(), nullable=True),
        sa.Column("guess", Exact(), nullable=True),
        sa.CheckConstraint("candidates > 0", name=op.f("ck_item_statistic_candidates_positive")),
        sa.ForeignKeyConstraint(
            ["analysis_id"],
            ["paper_analysis.id"],
            name=op.f("fk_item_statistic_analysis_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_version.id"],
            name=op.f("fk_item_statistic_item_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_statistic")),
        sa.UniqueConstraint(
            "analysis_id",
            "item_version_id",
            name=op.f("uq_item_statistic_analysis_id_item_version_id"),
        ),
    )
    with op.batch_alter_table("item_statistic", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_item_statistic_item_version_id"), ["item_version_id"], unique=False
        )


def _options() -> None:
    op.create_table(
        "option_statistic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statistic_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=False),
        sa.Column("correlation", Exact(), nullable=True),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statistic_id"],
            ["item_statistic.id"],
            name=op.f("fk_option_statistic_statistic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option_statistic")),
        sa.UniqueConstraint(
            "statistic_id",
            "part",
            "letter",
            name=op.f("uq_option_statistic_statistic_id_part_letter"),
        ),
    )


def downgrade() -> None:
    op.drop_table("option_statistic")
    with op.batch_alter_table("item_statistic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_statistic_item_version_id"))
    op.drop_table("item_statistic")
    with op.batch_alter_table("paper_analysis", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_analysis_paper_id"))
        batch_op.drop_index(batch_op.f("ix_paper_analysis_held_on"))
    op.drop_table("paper_analysis")
