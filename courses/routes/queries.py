"""Reading routes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from courses.faculty.models import Instructor
from courses.routes.models import Route, Stop
from courses.routes.rules.charts import Chart, Place, chart
from courses.routes.rules.tiles import CODES, service
from courses.venues.models import Venue
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms


class Stopping(Protocol):
    """A stop of a route or of a trip."""

    position: int
    name: str
    venue: Venue | None


def routes(*, search: str = "") -> list[Route]:
    """All routes by name, with their stops in order."""
    statement = select(Route).options(selectinload(Route.stops)).order_by(Route.name)
    if search:
        statement = statement.where(Route.name.ilike(f"%{search}%"))
    return list(session.scalars(statement))


def map_settings(*, on: date) -> dict[str, str]:
    """What the norms tell of a tile service, by code."""
    return {code: norm.text or "" for code, norm in norms.in_force(*CODES, on=on).items()}


def chart_of(stops: Iterable[Stopping], *, on: date) -> Chart | None:
    """The tile map of these stops, their venues loaded; None where the school uses no service."""
    used = service(map_settings(on=on))
    return chart(used, [_place(stop) for stop in stops]) if used else None


def _place(stop: Stopping) -> Place:
    at = stop.venue
    if at is None:
        return Place(stop.position, stop.name, "", "", None)
    return Place(stop.position, stop.name, at.longitude, at.latitude, at.datum)


def get_route(route_id: int) -> Route:
    """The route with its stops, their places and teachers, or Missing."""
    stops = selectinload(Route.stops).options(
        joinedload(Stop.venue).selectinload(Venue.openings),
        joinedload(Stop.instructor).joinedload(Instructor.person),
    )
    route = session.scalar(select(Route).options(stops).where(Route.id == route_id))
    if route is None:
        raise Missing("这条线路")
    return route
