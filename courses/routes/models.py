"""Red-education routes: stops in order."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.faculty.models import Instructor
from courses.venues.models import Venue
from lms.ground.db import Base, Versioned, related


class Route(Versioned, Base):
    """现场教学线路: a way past several places of remembrance."""

    __tablename__ = "route"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    summary: Mapped[str] = mapped_column(default="")

    stops: Mapped[list[Stop]] = related(
        back_populates="route", cascade="all, delete-orphan", order_by="Stop.position"
    )


class Stop(Base):
    """点位: a place on a route, what is taught there, by whom and how long.

    Point, datum, opening hours and capacity are those of its venue.
    """

    __tablename__ = "stop"
    __table_args__ = (UniqueConstraint("route_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("route.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str]
    minutes: Mapped[int]
    travel_minutes: Mapped[int] = mapped_column(default=0)
    taught: Mapped[str] = mapped_column(default="")
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    instructor_id: Mapped[int | None] = mapped_column(ForeignKey("instructor.id"))

    venue: Mapped[Venue | None] = related()
    instructor: Mapped[Instructor | None] = related()
    route: Mapped[Route] = related(back_populates="stops")
