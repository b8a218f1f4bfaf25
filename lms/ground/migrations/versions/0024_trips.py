"""Trips: places and teachers of stops; trips with buses, riders, checks, departures, photos."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TABLES = (
    "trip_photo", "trip_departure", "trip_check", "trip_decision", "trip_rider", "trip_bus",
    "trip_stop", "trip_guide", "trip",
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("stop", schema=None) as batch_op:
        for column, target in (("venue_id", "venue"), ("instructor_id", "instructor")):
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
            batch_op.create_foreign_key(batch_op.f(f"fk_stop_{column}"), target, [column], ["id"])
    _plan()
    _people()
    _day()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    with op.batch_alter_table("stop", schema=None) as batch_op:
        for column in ("venue_id", "instructor_id"):
            batch_op.drop_constraint(batch_op.f(f"fk_stop_{column}"), type_="foreignkey")
            batch_op.drop_column(column)


def _plan() -> None:
    op.create_table(
        "trip",
        _id(),
        *(_number(f"{one}_id") for one in ("cohort", "route")),
        _number("lesson_id", nullable=True),
        _number("leader_id"),
        _instant("starts_at"),
        _instant("ends_at"),
        *(_text(one) for one in ("safety", "emergency", "insurance", "report", "reported_by")),
        _instant("reported_at", nullable=True),
        _number("version"),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_trip_ends_after_start")),
        *(_key("trip", f"{one}_id", one) for one in ("cohort", "route")),
        _key("trip", "leader_id", "person"),
        _key("trip", "lesson_id", "lesson", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip")),
    )
    for column in ("cohort_id", "route_id"):
        op.create_index(op.f(f"ix_trip_{column}"), "trip", [column])
    _part(
        "trip_stop",
        _number("position"),
        _text("name"),
        _text("taught"),
        _instant("arrives_at"),
        _instant("leaves_at"),
        *(_number(f"{one}_id", nullable=True) for one in ("venue", "person")),
        *(_key("trip_stop", f"{one}_id", one) for one in ("venue", "person")),
        unique=("position",),
    )
    _part(
        "trip_bus",
        _number("number"),
        _text("plate"),
        _number("seats"),
        sa.Column("driver", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("seats > 0", name=op.f("ck_trip_bus_seats_positive")),
        unique=("number",),
    )


def _people() -> None:
    _part(
        "trip_guide",
        _number("person_id"),
        _key("trip_guide", "person_id", "person"),
        unique=("person_id",),
    )
    _part(
        "trip_rider",
        _number("enrolment_id"),
        _number("bus_number"),
        sa.Column("emergency", sa.LargeBinary(), nullable=True),
        _key("trip_rider", "enrolment_id", "enrolment"),
        unique=("enrolment_id",),
    )


def _day() -> None:
    _part("trip_decision", _word("verdict"), _text("note"), _text("by_name"), _instant("at"))
    op.create_index(op.f("ix_trip_decision_trip_id"), "trip_decision", ["trip_id"])
    _part(
        "trip_check",
        _text("client_id"),
        _number("rider_id"),
        _word("moment"),
        _number("position"),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        _instant("made_at"),
        _text("by_name"),
        _instant("received_at"),
        _key("trip_check", "rider_id", "trip_rider", ondelete="CASCADE"),
        unique=("client_id",),
    )
    op.create_index(
        op.f("ix_trip_check_trip_id_moment_position"),
        "trip_check",
        ["trip_id", "moment", "position"],
    )
    _part(
        "trip_departure",
        _text("client_id"),
        *(_number(one) for one in ("position", "counted", "expected")),
        _text("note"),
        _instant("made_at"),
        _text("by_name"),
        _instant("received_at"),
        unique=("position",),
    )
    _part(
        "trip_photo",
        _number("upload_id"),
        _text("caption"),
        _key("trip_photo", "upload_id", "upload"),
    )
    op.create_index(op.f("ix_trip_photo_trip_id"), "trip_photo", ["trip_id"])


def _part(table: str, *columns: sa.schema.SchemaItem, unique: tuple[str, ...] = ()) -> None:
    """A table of rows that go with their trip, unique in it by these columns."""
    alone = f"uq_{table}_trip_id_{'_'.join(unique)}"
    keys = [sa.UniqueConstraint("trip_id", *unique, name=op.f(alone))] if unique else []
    op.create_table(
        table,
        _id(),
        _number("trip_id"),
        *columns,
        _key(table, "trip_id", "trip", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *keys,
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=40), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _key(
    table: str, column: str, target: str, *, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)
