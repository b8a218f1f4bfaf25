"""Papers: limits of a blueprint, assemblies by workers, enemies, undo, print runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import Exact, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SLOT_LIMITS = ("topic", "bank")


def upgrade() -> None:
    _widen_blueprints()
    op.create_table(
        "assembly",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("blueprint_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("variants", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("papers > 0", name=op.f("ck_assembly_papers_positive")),
        sa.CheckConstraint("variants > 0", name=op.f("ck_assembly_variants_positive")),
        sa.ForeignKeyConstraint(
            ["blueprint_id"],
            ["blueprint.id"],
            name=op.f("fk_assembly_blueprint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_assembly_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assembly")),
        sa.UniqueConstraint("blueprint_id", "seed", name=op.f("uq_assembly_blueprint_id_seed")),
    )
    _widen_papers()
    _widen_slots()
    _create_changes()
    _create_enemies()
    _create_print_runs()


def _widen_blueprints() -> None:
    with op.batch_alter_table("blueprint") as batch:
        batch.add_column(sa.Column("policies", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("target", Exact(), nullable=True))
        batch.add_column(
            sa.Column("tolerance", Exact(), nullable=False, server_default=_tolerance())
        )
        batch.add_column(sa.Column("shared_limit", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("repeat_limit", sa.Integer(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_blueprint_target_positive"), "target IS NULL OR target > 0"
        )
        for limit in ("shared_limit", "repeat_limit"):
            batch.create_check_constraint(
                op.f(f"ck_blueprint_{limit}_percent"), f"{limit} BETWEEN 0 AND 100"
            )
    with op.batch_alter_table("blueprint") as batch:
        batch.alter_column("policies", existing_type=sa.JSON(), server_default=None)
        batch.alter_column("tolerance", existing_type=Exact(), server_default=None)
    with op.batch_alter_table("blueprint_row") as batch:
        batch.add_column(sa.Column("cognition", sa.String(length=40), nullable=True))


def _tolerance() -> str:
    """0.05 as the database at hand keeps decimals (whole ten-thousandths in SQLite)."""
    return "500" if op.get_bind().dialect.name == "sqlite" else "0.05"


def _widen_papers() -> None:
    with op.batch_alter_table("paper") as batch:
        batch.add_column(sa.Column("assembly_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        for name, default in (("shuffle_options", sa.true()), ("shuffle_items", sa.false())):
            batch.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=default))
        batch.create_foreign_key(
            op.f("fk_paper_assembly_id"),
            "assembly",
            ["assembly_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index(op.f("ix_paper_assembly_id"), ["assembly_id"])
        batch.create_index(op.f("ix_paper_sealed_at"), ["sealed_at"])
        batch.drop_constraint(op.f("uq_paper_blueprint_id_seed"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_paper_blueprint_id_seed_number"), ["blueprint_id", "seed", "number"]
        )
    with op.batch_alter_table("paper") as batch:
        batch.alter_column("number", existing_type=sa.Integer(), server_default=None)
        for name in ("shuffle_options", "shuffle_items"):
            batch.alter_column(name, existing_type=sa.Boolean(), server_default=None)


def _widen_slots() -> None:
    with op.batch_alter_table("slot") as batch:
        for name in _SLOT_LIMITS:
            batch.add_column(sa.Column(f"{name}_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(op.f(f"fk_slot_{name}_id"), name, [f"{name}_id"], ["id"])
        batch.add_column(sa.Column("difficulty", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("cognition", sa.String(length=40), nullable=True))
        batch.add_column(
            sa.Column("keeps_order", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("slot") as batch:
        batch.alter_column("keeps_order", existing_type=sa.Boolean(), server_default=None)


def _create_changes() -> None:
    op.create_table(
        "paper_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_paper_change_paper_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_change")),
    )
    with op.batch_alter_table("paper_change") as batch:
        batch.create_index(op.f("ix_paper_change_paper_id"), ["paper_id"])


def _create_enemies() -> None:
    op.create_table(
        "enemy_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enemy_group")),
    )
    op.create_table(
        "enemy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["enemy_group.id"], name=op.f("fk_enemy_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_enemy_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enemy")),
        sa.UniqueConstraint("group_id", "item_id", name=op.f("uq_enemy_group_id_item_id")),
    )
    with op.batch_alter_table("enemy") as batch:
        batch.create_index(op.f("ix_enemy_item_id"), ["item_id"])


def _create_print_runs() -> None:
    op.create_table(
        "print_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("first_serial", sa.Integer(), nullable=False),
        sa.Column("printed_by", sa.String(), nullable=False),
        sa.Column("printed_at", UtcDateTime(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("copies > 0", name=op.f("ck_print_run_copies_positive")),
        sa.CheckConstraint("first_serial > 0", name=op.f("ck_print_run_first_serial_positive")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_print_run_variant_id")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_print_run_job_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_print_run_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_run")),
        sa.UniqueConstraint(
            "variant_id",
            "kind",
            "first_serial",
            name=op.f("uq_print_run_variant_id_kind_first_serial"),
        ),
    )
    with op.batch_alter_table("print_run") as batch:
        batch.create_index(op.f("ix_print_run_variant_id"), ["variant_id"])


def downgrade() -> None:
    for table in ("print_run", "enemy", "enemy_group", "paper_change"):
        op.drop_table(table)
    with op.batch_alter_table("slot") as batch:
        for name in _SLOT_LIMITS:
            batch.drop_constraint(op.f(f"fk_slot_{name}_id"), type_="foreignkey")
            batch.drop_column(f"{name}_id")
        for name in ("difficulty", "cognition", "keeps_order"):
            batch.drop_column(name)
    with op.batch_alter_table("paper") as batch:
        batch.drop_constraint(op.f("uq_paper_blueprint_id_seed_number"), type_="unique")
        batch.create_unique_constraint(op.f("uq_paper_blueprint_id_seed"), ["blueprint_id", "seed"])
        batch.drop_index(op.f("ix_paper_sealed_at"))
        batch.drop_index(op.f("ix_paper_assembly_id"))
        batch.drop_constraint(op.f("fk_paper_assembly_id"), type_="foreignkey")
        for name in ("assembly_id", "number", "shuffle_options", "shuffle_items"):
            batch.drop_column(name)
    op.drop_table("assembly")
    with op.batch_alter_table("blueprint_row") as batch:
        batch.drop_column("cognition")
    with op.batch_alter_table("blueprint") as batch:
        for name in ("target_positive", "shared_limit_percent", "repeat_limit_percent"):
            batch.drop_constraint(op.f(f"ck_blueprint_{name}"), type_="check")
        for name in ("policies", "target", "tolerance", "shared_limit", "repeat_limit"):
            batch.drop_column(name)
