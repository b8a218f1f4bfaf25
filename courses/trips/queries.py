"""Reading routes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from courses.trips.models import Route
from lms.ground.db import session
from lms.ground.errors import Missing


def routes(*, search: str = "") -> list[Route]:
    """All routes by name, with their stops in order."""
    statement = select(Route).options(selectinload(Route.stops)).order_by(Route.name)
    if search:
        statement = statement.where(Route.name.ilike(f"%{search}%"))
    return list(session.scalars(statement))


def get_route(route_id: int) -> Route:
    """The route with its stops, or Missing."""
    wanted = select(Route).options(selectinload(Route.stops)).where(Route.id == route_id)
    route = session.scalar(wanted)
    if route is None:
        raise Missing("这条线路")
    return route
