"""Reading routes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from courses.faculty.models import Instructor
from courses.routes.models import Route, Stop
from courses.venues.models import Venue
from lms.ground.db import session
from lms.ground.errors import Missing


def routes(*, search: str = "") -> list[Route]:
    """All routes by name, with their stops in order."""
    statement = select(Route).options(selectinload(Route.stops)).order_by(Route.name)
    if search:
        statement = statement.where(Route.name.ilike(f"%{search}%"))
    return list(session.scalars(statement))


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
