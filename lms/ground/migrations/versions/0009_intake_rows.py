"""Intakes: every item of a preview is a row of its own."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STANDINGS = ("faulty", "doubtful", "ready", "aside")
_intake = sa.table("intake", sa.column("id", sa.Integer), sa.column("reading", sa.JSON))


def upgrade() -> None:
    op.create_table(
        "intake_row",
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("near", sa.JSON(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(*_STANDINGS, name="standing", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_intake_row_intake_id")),
        sa.PrimaryKeyConstraint("intake_id", "position", name=op.f("pk_intake_row")),
    )
    op.create_index(op.f("ix_intake_row_intake_id_hash"), "intake_row", ["intake_id", "hash"])
    op.create_index(
        op.f("ix_intake_row_intake_id_standing"), "intake_row", ["intake_id", "standing"]
    )
    _make_rows()


def downgrade() -> None:
    connection = op.get_bind()
    rows = _rows()
    for intake_id, reading in connection.execute(sa.select(_intake.c.id, _intake.c.reading)).all():
        mine = sa.select(rows.c.item, rows.c.said).where(rows.c.intake_id == intake_id)
        items = [
            {**item, **said} for item, said in connection.execute(mine.order_by(rows.c.position))
        ]
        if items:
            _keep(intake_id, {**reading, "items": items})
    op.drop_table("intake_row")


def _make_rows() -> None:
    """What was read moves; where an item stands is told anew before it enters the bank."""
    connection = op.get_bind()
    for intake_id, reading in connection.execute(sa.select(_intake.c.id, _intake.c.reading)).all():
        items = reading.get("items", [])
        if items:
            made = [_row(intake_id, at, item) for at, item in enumerate(items)]
            connection.execute(_rows().insert(), made)
        if "items" in reading:
            _keep(intake_id, {name: value for name, value in reading.items() if name != "items"})


def _row(intake_id: int, position: int, item: dict[str, Any]) -> dict[str, Any]:
    decision = str(item.get("decision", ""))
    waits = any(not one.get("notice") for one in item.get("problems", [])) and not decision
    return {
        "intake_id": intake_id,
        "position": position,
        "item": {name: value for name, value in item.items() if name != "decision"},
        "said": {"decision": decision} if decision else {},
        "near": [],
        "standing": "aside" if decision == "aside" else "doubtful" if waits else "ready",
        "kind": str(item.get("kind", "")),
        "hash": "",
        "codes": "",
        "text": json.dumps([item.get("stem"), item.get("options")], ensure_ascii=False).casefold(),
        "topic": str(item.get("topic", "")),
        "changed_by": "",
        "version": 1,
    }


def _rows() -> sa.TableClause:
    plain = ("standing", "kind", "hash", "codes", "text", "topic", "changed_by")
    return sa.table(
        "intake_row",
        sa.column("intake_id", sa.Integer),
        sa.column("position", sa.Integer),
        sa.column("version", sa.Integer),
        *(sa.column(name, sa.JSON) for name in ("item", "said", "near")),
        *(sa.column(name, sa.String) for name in plain),
    )


def _keep(intake_id: int, reading: dict[str, Any]) -> None:
    op.get_bind().execute(
        sa.update(_intake).where(_intake.c.id == intake_id).values(reading=reading)
    )
