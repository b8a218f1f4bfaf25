"""Rooms and bases, and the one table of bookings that lessons, sittings and trips claim through."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.venues.rules import Datum, VenueKind
from lms.ground.db import Base, Versioned, related
from lms.ground.people.models import Person


class Venue(Versioned, Base):
    """A place to teach or to sit an exam in.

    Longitude and latitude stand as they were entered, with their datum, and are never converted.
    """

    __tablename__ = "venue"
    __table_args__ = (CheckConstraint("capacity > 0", name="capacity_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[VenueKind]
    capacity: Mapped[int]
    equipment: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    longitude: Mapped[str] = mapped_column(default="")
    latitude: Mapped[str] = mapped_column(default="")
    datum: Mapped[Datum | None]
    closed_on: Mapped[date | None]

    openings: Mapped[list[VenueOpening]] = related(
        back_populates="venue", cascade="all, delete-orphan", order_by="VenueOpening.weekday"
    )


class VenueOpening(Base):
    """From when to when a venue is open on a weekday (Monday is 0), by the school's clock.

    A venue without any is open at all times; one with some is closed on the other days.
    """

    __tablename__ = "venue_opening"
    __table_args__ = (
        UniqueConstraint("venue_id", "weekday"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="is_a_weekday"),
        CheckConstraint("closes > opens", name="closes_after_opening"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id", ondelete="CASCADE"))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]

    venue: Mapped[Venue] = related(back_populates="openings")


class Blocking(Base):
    """A venue cannot be had for `[starts_at, ends_at)`: why, and who said so.

    What had been booked before stays booked, and is listed for whoever has to move it.
    """

    __tablename__ = "blocking"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "venue_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]

    venue: Mapped[Venue] = related()


class TravelTime(Base):
    """How many minutes it takes from one venue to the other, either way; the lower id first."""

    __tablename__ = "travel_time"
    __table_args__ = (
        UniqueConstraint("near_id", "far_id"),
        CheckConstraint("near_id < far_id", name="lower_id_first"),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    near_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    far_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    minutes: Mapped[int]


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
