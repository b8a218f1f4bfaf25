"""Rooms and bases, and the one table of bookings that lessons, sittings and trips claim through."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from courses.venues.rules import VenueKind
from lms.ground.db import Base, Versioned, related
from lms.ground.people.models import Person


class Venue(Versioned, Base):
    """A place to teach or to sit an exam in."""

    __tablename__ = "venue"
    __table_args__ = (CheckConstraint("capacity > 0", name="capacity_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[VenueKind]
    capacity: Mapped[int]
    equipment: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    closed_on: Mapped[date | None]


class Booking(Base):
    """One claim on one venue, one person or one cohort for `[starts_at, ends_at)`.

    The holder (a lesson, a sitting, a trip) and the cohort stand above this room and are
    therefore plain numbers; `label` is the phrase by which a clash names the holder.
    """

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(
            "(CASE WHEN venue_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN cohort_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="claims_one_thing",
        ),
        Index(None, "holder_kind", "holder_id"),
        Index(None, "venue_id", "starts_at"),
        Index(None, "person_id", "starts_at"),
        Index(None, "cohort_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cohort_id: Mapped[int | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    holder_kind: Mapped[str]
    holder_id: Mapped[int]
    label: Mapped[str]

    venue: Mapped[Venue | None] = related()
    person: Mapped[Person | None] = related()
