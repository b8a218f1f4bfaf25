"""The leaflet of a route as PDF."""

from __future__ import annotations

from flask import render_template

from courses.routes.models import Route
from courses.routes.rules import total_minutes
from lms.ground import pdf


def leaflet(route: Route, *, school: str) -> bytes:
    """A route on A4: what it is about, its stops in order, what is taught at each, a schematic."""
    stays = [(stop.travel_minutes, stop.minutes) for stop in route.stops]
    html = render_template(
        "routes/print_leaflet.html",
        route=route,
        school=school,
        minutes=total_minutes(stays),
        sans=pdf.SANS_STACK,
    )
    return pdf.render(html, title=route.name)
