"""Faculty: states and terms become rows; when instructors can come; units of courses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.clock import now
from lms.ground.db import Exact, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


_FILLED = ("title_level", "title_basis", "methods", "recommendation", "vetting", "honours")
_instructor = sa.table(
    "instructor",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("appointed_from", sa.Date),
    sa.column("appointed_to", sa.Date),
)
_step = sa.table(
    "instructor_step",
    *(sa.column(name, sa.Integer) for name in ("id", "instructor_id")),
    *(sa.column(name, sa.String) for name in ("state", "reason", "approver", "by_name")),
    sa.column("at", UtcDateTime),
)
_appointment = sa.table(
    "appointment",
    sa.column("instructor_id", sa.Integer),
    *(sa.column(name, sa.String) for name in ("number", "approver", "by_name")),
    sa.column("starts_on", sa.Date),
    sa.column("ends_on", sa.Date),
    sa.column("at", UtcDateTime),
)


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("approver", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_appointment_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_appointment_instructor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["upload.id"], name=op.f("fk_appointment_letter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("number", name=op.f("uq_appointment_number")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_instructor_id"), ["instructor_id"], unique=False
        )

    op.create_table(
        "availability_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("can_come", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "ends_on >= starts_on", name=op.f("ck_availability_period_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_availability_period_instructor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability_period")),
    )
    with op.batch_alter_table("availability_period", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_availability_period_instructor_id"), ["instructor_id"], unique=False
        )

    op.create_table(
        "instructor_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("approver", sa.String(), nullable=False),
        sa.Column("score", Exact(), nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_instructor_step_instructor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instructor_step")),
    )
    with op.batch_alter_table("instructor_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_instructor_step_instructor_id"), ["instructor_id"], unique=False
        )

    op.create_table(
        "weekly_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instructor_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "starts >= 0 AND ends > starts AND ends <= 1440", name=op.f("ck_weekly_absence_minutes")
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_weekly_absence_weekday")),
        sa.ForeignKeyConstraint(
            ["instructor_id"],
            ["instructor.id"],
            name=op.f("fk_weekly_absence_instructor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_absence")),
        sa.UniqueConstraint(
            "instructor_id",
            "weekday",
            "starts",
            name=op.f("uq_weekly_absence_instructor_id_weekday_starts"),
        ),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(sa.Column("theme", sa.String(length=40), nullable=True))

    with op.batch_alter_table("instructor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", sa.String(length=40), nullable=True))
        batch_op.add_column(
            sa.Column("title_level", sa.String(length=40), nullable=False, server_default="none")
        )
        batch_op.add_column(
            sa.Column("title_basis", sa.String(), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("methods", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("recommendation", sa.String(), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("vetting", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("honours", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("photo_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_instructor_photo_id"), "upload", ["photo_id"], ["id"]
        )
    _make_rows()
    with op.batch_alter_table("instructor", schema=None) as batch_op:
        for column in _FILLED:
            batch_op.alter_column(column, existing_type=sa.String(), server_default=None)
        batch_op.drop_column("appointed_from")
        batch_op.drop_column("appointed_to")
        batch_op.drop_column("state")


def downgrade() -> None:
    with op.batch_alter_table("instructor", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("state", sa.VARCHAR(length=40), nullable=False, server_default="in_pool")
        )
        batch_op.add_column(sa.Column("appointed_to", sa.DATE(), nullable=True))
        batch_op.add_column(sa.Column("appointed_from", sa.DATE(), nullable=True))
    _fill_columns()
    with op.batch_alter_table("instructor", schema=None) as batch_op:
        batch_op.alter_column("state", existing_type=sa.String(), server_default=None)
        batch_op.drop_constraint(batch_op.f("fk_instructor_photo_id"), type_="foreignkey")
        batch_op.drop_column("photo_id")
        batch_op.drop_column("honours")
        batch_op.drop_column("vetting")
        batch_op.drop_column("recommendation")
        batch_op.drop_column("methods")
        batch_op.drop_column("title_basis")
        batch_op.drop_column("title_level")
        batch_op.drop_column("origin")

    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_column("theme")

    op.drop_table("weekly_absence")
    with op.batch_alter_table("instructor_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instructor_step_instructor_id"))

    op.drop_table("instructor_step")
    with op.batch_alter_table("availability_period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_availability_period_instructor_id"))

    op.drop_table("availability_period")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_instructor_id"))

    op.drop_table("appointment")


def _make_rows() -> None:
    """Where everybody stands is the first row of their history; a whole term is an appointment."""
    connection, at = op.get_bind(), now()
    written = {"approver": "", "by_name": "系统", "at": at}
    for row in connection.execute(sa.select(_instructor)).mappings().all():
        mine = {"instructor_id": row["id"], **written}
        connection.execute(sa.insert(_step).values(state=row["state"], reason="登记", **mine))
        first, last = row["appointed_from"], row["appointed_to"]
        if first and last and first <= last:
            term = {"starts_on": first, "ends_on": last, "number": f"聘（登记）{row['id']}号"}
            connection.execute(sa.insert(_appointment).values(**term, **mine))


def _fill_columns() -> None:
    connection = op.get_bind()
    steps = sa.select(_step.c.instructor_id, _step.c.state).order_by(_step.c.id)
    for number, state in connection.execute(steps).all():
        _keep(number, state=state)
    terms = sa.select(_appointment).order_by(_appointment.c.starts_on)
    for row in connection.execute(terms).mappings().all():
        dates = {"appointed_from": row["starts_on"], "appointed_to": row["ends_on"]}
        _keep(row["instructor_id"], **dates)


def _keep(instructor_id: int, **values: object) -> None:
    mine = _instructor.c.id == instructor_id
    op.get_bind().execute(sa.update(_instructor).where(mine).values(**values))
