"""Timetable: hosts, a log of changes, blockings, opening hours, ways, points, calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.ground.db import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blocking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_blocking_ends_after_start")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_blocking_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocking")),
    )
    with op.batch_alter_table("blocking", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_blocking_venue_id_starts_at"), ["venue_id", "starts_at"], unique=False
        )

    op.create_table(
        "travel_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("near_id", sa.Integer(), nullable=False),
        sa.Column("far_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_travel_time_minutes_not_negative")),
        sa.CheckConstraint("near_id < far_id", name=op.f("ck_travel_time_lower_id_first")),
        sa.ForeignKeyConstraint(["far_id"], ["venue.id"], name=op.f("fk_travel_time_far_id")),
        sa.ForeignKeyConstraint(["near_id"], ["venue.id"], name=op.f("fk_travel_time_near_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_time")),
        sa.UniqueConstraint("near_id", "far_id", name=op.f("uq_travel_time_near_id_far_id")),
    )
    op.create_table(
        "venue_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("closes > opens", name=op.f("ck_venue_opening_closes_after_opening")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_venue_opening_is_a_weekday")),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue.id"], name=op.f("fk_venue_opening_venue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_opening")),
        sa.UniqueConstraint("venue_id", "weekday", name=op.f("uq_venue_opening_venue_id_weekday")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN cohort_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN venue_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_calendar_feed_is_of_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_calendar_feed_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_calendar_feed_cohort_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_calendar_feed_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token", name=op.f("uq_calendar_feed_token")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calendar_feed_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "lesson_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_lesson_change_cohort_id")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["lesson_change.id"], name=op.f("fk_lesson_change_undoes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_change")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_lesson_change_undoes_id")),
    )
    with op.batch_alter_table("lesson_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lesson_change_cohort_id_at"), ["cohort_id", "at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_lesson_change_lesson_id"), ["lesson_id"], unique=False)

    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.add_column(sa.Column("host", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("lesson") as batch_op:
        batch_op.alter_column("host", server_default=None)

    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("longitude", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("latitude", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("datum", sa.String(length=40), nullable=True))
    with op.batch_alter_table("venue") as batch_op:
        for name in ("longitude", "latitude"):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.drop_column("datum")
        batch_op.drop_column("latitude")
        batch_op.drop_column("longitude")

    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_column("host")

    op.drop_table("lesson_change")
    op.drop_table("calendar_feed")
    op.drop_table("venue_opening")
    op.drop_table("travel_time")
    op.drop_table("blocking")
