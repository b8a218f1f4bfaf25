"""Trips: their stops, buses, riders, and what was checked, counted and decided on the day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from courses.cohorts.models import Cohort, Enrolment
from courses.routes.models import Route
from courses.trips.rules import Moment, Verdict, roll_closes
from courses.venues.models import Venue
from lms.ground.db import Base, Versioned, related
from lms.ground.people.models import Person
from lms.ground.spans import Span
from lms.ground.uploads.models import Upload
from lms.ground.vault import Sealed


class Trip(Versioned, Base):
    """出行: a cohort goes along a route on a day. What it claims are bookings ("trip").

    `gaps`: what was left open because something stood against it, as sentences.
    """

    __tablename__ = "trip"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("route.id"), index=True)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id", ondelete="SET NULL"))
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    safety: Mapped[str] = mapped_column(default="")
    emergency: Mapped[str] = mapped_column(default="")
    insurance: Mapped[str] = mapped_column(default="")
    gaps: Mapped[list[Any]] = mapped_column(default=list)
    report: Mapped[str] = mapped_column(default="")
    reported_by: Mapped[str] = mapped_column(default="")
    reported_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = related()
    route: Mapped[Route] = related()
    leader: Mapped[Person] = related()
    guides: Mapped[list[TripGuide]] = related(
        back_populates="trip", cascade="all, delete-orphan", order_by="TripGuide.id"
    )
    stops: Mapped[list[TripStop]] = related(
        back_populates="trip", cascade="all, delete-orphan", order_by="TripStop.position"
    )
    buses: Mapped[list[TripBus]] = related(
        back_populates="trip", cascade="all, delete-orphan", order_by="TripBus.number"
    )
    decisions: Mapped[list[TripDecision]] = related(
        back_populates="trip", cascade="all, delete-orphan", order_by="TripDecision.id"
    )

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def is_cancelled(self) -> bool:
        """Was it called off? (`decisions` must be loaded)"""
        return bool(self.decisions) and self.decisions[-1].verdict is Verdict.CANCEL

    @property
    def roll_closes_at(self) -> datetime:
        """From when nobody is ticked off any more (`decisions` must be loaded)."""
        cancelled_at = self.decisions[-1].at if self.is_cancelled else None
        return roll_closes(self.ends_at, reported_at=self.reported_at, cancelled_at=cancelled_at)

    @property
    def staff(self) -> list[Person]:
        """Leader and guides, each once (`leader` and `guides` with person must be loaded)."""
        known = {one.id: one for one in (self.leader, *(guide.person for guide in self.guides))}
        return list(known.values())


class TripGuide(Base):
    """Somebody of the school goes along and helps."""

    __tablename__ = "trip_guide"
    __table_args__ = (UniqueConstraint("trip_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    trip: Mapped[Trip] = related(back_populates="guides")
    person: Mapped[Person] = related()


class TripStop(Base):
    """A stop as this trip makes it: the route may change later, the trip does not."""

    __tablename__ = "trip_stop"
    __table_args__ = (UniqueConstraint("trip_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str]
    taught: Mapped[str] = mapped_column(default="")
    arrives_at: Mapped[datetime]
    leaves_at: Mapped[datetime]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    trip: Mapped[Trip] = related(back_populates="stops")
    venue: Mapped[Venue | None] = related()
    person: Mapped[Person | None] = related()


class TripBus(Base):
    """A bus of a trip; the driver's name and telephone are sealed."""

    __tablename__ = "trip_bus"
    __table_args__ = (
        UniqueConstraint("trip_id", "number"),
        CheckConstraint("seats > 0", name="seats_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id", ondelete="CASCADE"))
    number: Mapped[int]
    plate: Mapped[str]
    seats: Mapped[int]
    driver: Mapped[str | None] = deferred(mapped_column(Sealed("trip_bus.driver")))

    trip: Mapped[Trip] = related(back_populates="buses")


class TripRider(Base):
    """A learner who goes along, and in which bus; whom to call is sealed."""

    __tablename__ = "trip_rider"
    __table_args__ = (UniqueConstraint("trip_id", "enrolment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    bus_number: Mapped[int]
    emergency: Mapped[str | None] = deferred(mapped_column(Sealed("trip_rider.emergency")))

    enrolment: Mapped[Enrolment] = related()


class TripDecision(Base):
    """Go, change or cancel: decided by somebody, at a time, for a reason (the weather)."""

    __tablename__ = "trip_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[Verdict]
    note: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]

    trip: Mapped[Trip] = related(back_populates="decisions")


class TripCheck(Base):
    """A learner was ticked off, or unticked, on somebody's device; `client_id` counts once."""

    __tablename__ = "trip_check"
    __table_args__ = (
        UniqueConstraint("trip_id", "client_id"),
        Index(None, "trip_id", "moment", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id", ondelete="CASCADE"))
    client_id: Mapped[str]
    rider_id: Mapped[int] = mapped_column(ForeignKey("trip_rider.id", ondelete="CASCADE"))
    moment: Mapped[Moment]
    position: Mapped[int]
    is_present: Mapped[bool]
    made_at: Mapped[datetime]
    by_name: Mapped[str]
    received_at: Mapped[datetime]


class TripDeparture(Base):
    """The trip left the school (position 0) or a stop after everybody was counted."""

    __tablename__ = "trip_departure"
    __table_args__ = (UniqueConstraint("trip_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id", ondelete="CASCADE"))
    client_id: Mapped[str]
    position: Mapped[int]
    counted: Mapped[int]
    expected: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    by_name: Mapped[str]
    received_at: Mapped[datetime]


class TripPhoto(Base):
    """A picture of the trip, for its report."""

    __tablename__ = "trip_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id", ondelete="CASCADE"), index=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    caption: Mapped[str] = mapped_column(default="")

    upload: Mapped[Upload] = related()
