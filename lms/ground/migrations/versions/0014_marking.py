"""Marking: schemes, duties, check scripts, arbitration; a sheet's slots are one document."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from lms.ground.db import Exact, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SLOT = sa.table(
    "slot_score",
    sa.column("run_id", sa.Integer),
    sa.column("attempt_id", sa.Integer),
    sa.column("number", sa.Integer),
    sa.column("full_points", Exact()),
    sa.column("points", Exact()),
    sa.column("scored_by", sa.String),
    sa.column("why", sa.JSON),
)
_SHEET = sa.table(
    "sheet_score",
    sa.column("run_id", sa.Integer),
    sa.column("attempt_id", sa.Integer),
    sa.column("slots", sa.JSON),
)


def upgrade() -> None:
    _create_scheme()
    _create_duty()
    _create_check_script()
    with op.batch_alter_table("blind_response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("copy", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column(
                "standing",
                _enum("standing", "unmarked", "open", "disputed", "settled"),
                nullable=False,
                server_default="unmarked",
            )
        )
        batch_op.drop_constraint(batch_op.f("uq_blind_response_attempt_id_number"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_blind_response_attempt_id_number_copy"), ["attempt_id", "number", "copy"]
        )
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.add_column(sa.Column("copy", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("arbitrates", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.drop_constraint(batch_op.f("uq_mark_attempt_id_number_marker_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_mark_attempt_id_number_copy_marker_id"),
            ["attempt_id", "number", "copy", "marker_id"],
        )
    op.create_index(
        "uq_mark_arbitration",
        "mark",
        ["attempt_id", "number"],
        unique=True,
        sqlite_where=sa.text("arbitrates"),
        postgresql_where=sa.text("arbitrates"),
    )
    with op.batch_alter_table("sheet_score", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slots", sa.JSON(), nullable=False, server_default="[]"))
    _drop_defaults()
    # Until now one mark settled a response, and two that differed too much were disputed.
    op.execute(
        "UPDATE blind_response SET standing = 'settled' WHERE EXISTS (SELECT 1 FROM mark"
        " WHERE mark.attempt_id = blind_response.attempt_id"
        " AND mark.number = blind_response.number)"
    )
    _gather_slots()
    with op.batch_alter_table("slot_score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slot_score_attempt_id"))
    op.drop_table("slot_score")


def downgrade() -> None:
    _create_slot_score()
    _scatter_slots()
    with op.batch_alter_table("sheet_score", schema=None) as batch_op:
        batch_op.drop_column("slots")
    op.drop_index("uq_mark_arbitration", table_name="mark")
    op.execute("DELETE FROM mark WHERE copy > 0")
    op.execute("DELETE FROM blind_response WHERE copy > 0")
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_mark_attempt_id_number_copy_marker_id"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_mark_attempt_id_number_marker_id"), ["attempt_id", "number", "marker_id"]
        )
        batch_op.drop_column("arbitrates")
        batch_op.drop_column("copy")
    with op.batch_alter_table("blind_response", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_blind_response_attempt_id_number_copy"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_blind_response_attempt_id_number"), ["attempt_id", "number"]
        )
        batch_op.drop_column("standing")
        batch_op.drop_column("copy")
    with op.batch_alter_table("check_script", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_script_exam_id"))
    op.drop_table("check_script")
    with op.batch_alter_table("marker_duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marker_duty_account_id"))
    op.drop_table("marker_duty")
    op.drop_table("marking_scheme")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


def _drop_defaults() -> None:
    with op.batch_alter_table("blind_response", schema=None) as batch_op:
        batch_op.alter_column("copy", existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("standing", existing_type=sa.String(40), server_default=None)
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.alter_column("copy", existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("arbitrates", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("sheet_score", schema=None) as batch_op:
        batch_op.alter_column("slots", existing_type=sa.JSON(), server_default=None)


def _gather_slots() -> None:
    """The slots of every sheet, sheet by sheet: a run may hold fifty thousand of them."""
    connection = op.get_bind()
    for run_id, attempt_id in connection.execute(
        sa.select(_SHEET.c.run_id, _SHEET.c.attempt_id)
    ).all():
        mine = sa.select(_SLOT).where(_SLOT.c.run_id == run_id, _SLOT.c.attempt_id == attempt_id)
        slots = [
            [one.number, _plain(one.points), _plain(one.full_points), one.scored_by, one.why]
            for one in connection.execute(mine.order_by(_SLOT.c.number))
        ]
        connection.execute(
            sa.update(_SHEET)
            .where(_SHEET.c.run_id == run_id, _SHEET.c.attempt_id == attempt_id)
            .values(slots=slots)
        )


def _scatter_slots() -> None:
    connection = op.get_bind()
    for run_id, attempt_id, slots in connection.execute(sa.select(_SHEET)).all():
        rows: list[dict[str, Any]] = [
            {
                "run_id": run_id,
                "attempt_id": attempt_id,
                "number": number,
                "points": points,
                "full_points": full,
                "scored_by": by,
                "why": why,
            }
            for number, points, full, by, why in slots
        ]
        if rows:
            connection.execute(_SLOT.insert(), rows)


def _plain(points: Any) -> str:
    return str(points)


def _create_scheme() -> None:
    op.create_table(
        "marking_scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("mode", _enum("mode", "1", "1+1", "2+1", "1+1+1"), nullable=False),
        sa.Column("tolerance", Exact(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("tolerance >= 0", name=op.f("ck_marking_scheme_tolerance_not_negative")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_marking_scheme_exam_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_scheme")),
        sa.UniqueConstraint("exam_id", name=op.f("uq_marking_scheme_exam_id")),
    )


def _create_duty() -> None:
    op.create_table(
        "marker_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("duty", _enum("duty", "mark", "arbitrate"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_marker_duty_account_id")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_marker_duty_exam_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker_duty")),
        sa.UniqueConstraint(
            "exam_id", "account_id", "duty", name=op.f("uq_marker_duty_exam_id_account_id_duty")
        ),
    )
    with op.batch_alter_table("marker_duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marker_duty_account_id"), ["account_id"], unique=False)


def _create_check_script() -> None:
    op.create_table(
        "check_script",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("points", Exact(), nullable=False),
        sa.Column("rubric_points", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_check_script_attempt_id")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_check_script_exam_id")),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_version.id"], name=op.f("fk_check_script_item_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_script")),
        sa.UniqueConstraint("attempt_id", "number", name=op.f("uq_check_script_attempt_id_number")),
    )
    with op.batch_alter_table("check_script", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_script_exam_id"), ["exam_id"], unique=False)


def _create_slot_score() -> None:
    op.create_table(
        "slot_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("full_points", Exact(), nullable=False),
        sa.Column("points", Exact(), nullable=False),
        sa.Column("scored_by", _enum("scoredby", "machine", "person"), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.CheckConstraint("points <= full_points", name=op.f("ck_slot_score_points_within")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_slot_score_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["scoring_run.id"], name=op.f("fk_slot_score_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_score")),
        sa.UniqueConstraint(
            "run_id", "attempt_id", "number", name=op.f("uq_slot_score_run_id_attempt_id_number")
        ),
    )
    with op.batch_alter_table("slot_score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_score_attempt_id"), ["attempt_id"], unique=False)
