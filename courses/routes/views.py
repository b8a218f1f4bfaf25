"""Pages of routes."""

from __future__ import annotations

from datetime import time

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.faculty import queries as faculty
from courses.routes import actions, queries
from courses.routes.forms import RouteForm
from courses.routes.models import Route
from courses.routes.rules import total_minutes, visits
from courses.routes.rules.tiles import service_faults
from courses.venues import queries as venues
from courses.venues.rules import DATUM_NAMES, WEEKDAYS
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.web.shell import show_images_of

blueprint = Blueprint("routes", __name__, template_folder="templates")
DEPARTS = time(8, 30)


@blueprint.get("/")
@allow(Permission.READ_COURSES)
def index() -> str:
    found = queries.routes(search=request.args.get("search", "").strip())
    return render_template(
        "routes/index.html",
        routes=found,
        minutes={route.id: total_minutes(_stays(route)) for route in found},
        plans=may(Permission.PLAN),
    )


@blueprint.get("/<int:route_id>")
@allow(Permission.READ_COURSES)
def show(route_id: int) -> str:
    route = queries.get_route(route_id)
    departs = request.args.get("departs", default=DEPARTS, type=time.fromisoformat)
    chart = queries.chart_of(route.stops, on=today())
    if chart:
        show_images_of(*chart.service.origins)
    return render_template(
        "routes/route.html",
        chart=chart,
        map_faults=service_faults(queries.map_settings(on=today())),
        route=route,
        departs=departs,
        visits=visits(_stays(route), departs),
        minutes=total_minutes(_stays(route)),
        plans=may(Permission.PLAN),
        datums=DATUM_NAMES,
        weekdays=WEEKDAYS,
    )


@blueprint.post("/<int:route_id>/leaflet")
@allow(Permission.READ_COURSES)
def leaflet(route_id: int) -> ResponseReturnValue:
    route = queries.get_route(route_id)
    job = actions.ask_for_leaflet(route, by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.get("/new")
@allow(Permission.PLAN)
def new() -> str:
    return render_template(
        "routes/form.html", form=_offered(RouteForm().add_spare_rows()), route=None
    )


@blueprint.post("/new")
@allow(Permission.PLAN)
def draw() -> ResponseReturnValue:
    form = _offered(RouteForm())
    if form.validate():
        with form.telling_refusals():
            route = actions.draw(form.draft(), by=current_user, at=now())
            flash(_("线路已登记。"))
            return redirect(url_for("routes.show", route_id=route.id), 303)
    return render_template("routes/form.html", form=form, route=None), 422


@blueprint.get("/<int:route_id>/edit")
@allow(Permission.PLAN)
def edit(route_id: int) -> str:
    route = queries.get_route(route_id)
    form = _offered(RouteForm(formdata=None, obj=route).add_spare_rows())
    return render_template("routes/form.html", form=form, route=route)


@blueprint.post("/<int:route_id>/edit")
@allow(Permission.PLAN)
def revise(route_id: int) -> ResponseReturnValue:
    route, form = queries.get_route(route_id), _offered(RouteForm())
    if form.validate():
        with form.telling_refusals():
            actions.revise(route, form.draft(), seen=form.version.data, by=current_user, at=now())
            flash(_("线路已修改。"))
            return redirect(url_for("routes.show", route_id=route_id), 303)
    return render_template("routes/form.html", form=form, route=route), 422


def _offered(form: RouteForm) -> RouteForm:
    return form.offer(venues.open_venues(on=today()), faculty.choosable())


def _stays(route: Route) -> list[tuple[int, int]]:
    return [(stop.travel_minutes, stop.minutes) for stop in route.stops]
