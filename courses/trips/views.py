"""Pages of routes."""

from __future__ import annotations

from datetime import time

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.trips import actions, queries
from courses.trips.forms import RouteForm
from courses.trips.models import Route
from courses.trips.rules import total_minutes, visits
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now

blueprint = Blueprint("trips", __name__, template_folder="templates")
DEPARTS = time(8, 30)


@blueprint.get("/")
@allow(Permission.READ_COURSES)
def index() -> str:
    found = queries.routes(search=request.args.get("search", "").strip())
    return render_template(
        "trips/index.html",
        routes=found,
        minutes={route.id: total_minutes(_stays(route)) for route in found},
        plans=may(Permission.PLAN),
    )


@blueprint.get("/<int:route_id>")
@allow(Permission.READ_COURSES)
def show(route_id: int) -> str:
    route = queries.get_route(route_id)
    departs = request.args.get("departs", default=DEPARTS, type=time.fromisoformat)
    return render_template(
        "trips/route.html",
        route=route,
        departs=departs,
        visits=visits(_stays(route), departs),
        minutes=total_minutes(_stays(route)),
        plans=may(Permission.PLAN),
    )


@blueprint.get("/new")
@allow(Permission.PLAN)
def new() -> str:
    return render_template("trips/form.html", form=RouteForm().add_spare_rows(), route=None)


@blueprint.post("/new")
@allow(Permission.PLAN)
def draw() -> ResponseReturnValue:
    form = RouteForm()
    if form.validate():
        with form.telling_refusals():
            route = actions.draw(form.draft(), by=current_user, at=now())
            flash(_("线路已登记。"))
            return redirect(url_for("trips.show", route_id=route.id), 303)
    return render_template("trips/form.html", form=form, route=None), 422


@blueprint.get("/<int:route_id>/edit")
@allow(Permission.PLAN)
def edit(route_id: int) -> str:
    route = queries.get_route(route_id)
    form = RouteForm(formdata=None, obj=route).add_spare_rows()
    return render_template("trips/form.html", form=form, route=route)


@blueprint.post("/<int:route_id>/edit")
@allow(Permission.PLAN)
def revise(route_id: int) -> ResponseReturnValue:
    route, form = queries.get_route(route_id), RouteForm()
    if form.validate():
        with form.telling_refusals():
            actions.revise(route, form.draft(), seen=form.version.data, by=current_user, at=now())
            flash(_("线路已修改。"))
            return redirect(url_for("trips.show", route_id=route_id), 303)
    return render_template("trips/form.html", form=form, route=route), 422


def _stays(route: Route) -> list[tuple[int, int]]:
    return [(stop.travel_minutes, stop.minutes) for stop in route.stops]
