"""Pages of venues."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.venues import actions, queries
from courses.venues.forms import ClosingForm, VenueForm
from courses.venues.rules import VENUE_KIND_NAMES, VenueKind
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.spans import Span

blueprint = Blueprint("venues", __name__, template_folder="templates")
AHEAD = timedelta(days=60)


@blueprint.get("/")
@allow(Permission.READ_COURSES)
def index() -> str:
    page = queries.venues(
        search=request.args.get("search", "").strip(),
        kind=request.args.get("kind", type=VenueKind),
        closed="closed" in request.args,
        page=request.args.get("page", type=int),
    )
    return render_template("venues/index.html", page=page, kinds=VENUE_KIND_NAMES, plans=_plans())


@blueprint.get("/new")
@allow(Permission.PLAN)
def new() -> str:
    return render_template("venues/form.html", form=VenueForm(), venue=None)


@blueprint.post("/new")
@allow(Permission.PLAN)
def add() -> ResponseReturnValue:
    form = VenueForm()
    if form.validate():
        with form.telling_refusals():
            venue = actions.add(form.draft(), by=current_user, at=now())
            flash(_("场地已登记。"))
            return redirect(url_for("venues.show", venue_id=venue.id), 303)
    return render_template("venues/form.html", form=form, venue=None), 422


@blueprint.get("/<int:venue_id>")
@allow(Permission.READ_COURSES)
def show(venue_id: int) -> str:
    venue = queries.get_venue(venue_id)
    return _venue_page(venue_id, ClosingForm(formdata=None, obj=venue))


@blueprint.get("/<int:venue_id>/edit")
@allow(Permission.PLAN)
def edit(venue_id: int) -> str:
    venue = queries.get_venue(venue_id)
    return render_template("venues/form.html", form=VenueForm(obj=venue), venue=venue)


@blueprint.post("/<int:venue_id>/edit")
@allow(Permission.PLAN)
def revise(venue_id: int) -> ResponseReturnValue:
    venue, form = queries.get_venue(venue_id), VenueForm()
    if form.validate():
        with form.telling_refusals():
            actions.revise(venue, form.draft(), seen=form.version.data, by=current_user, at=now())
            flash(_("场地已修改。"))
            return redirect(url_for("venues.show", venue_id=venue_id), 303)
    return render_template("venues/form.html", form=form, venue=venue), 422


@blueprint.post("/<int:venue_id>/close")
@allow(Permission.PLAN)
def close(venue_id: int) -> ResponseReturnValue:
    venue, form = queries.get_venue(venue_id), ClosingForm()
    if form.validate():
        with form.telling_refusals():
            actions.close(
                venue,
                reason=form.reason.data,
                on=today(),
                seen=form.version.data,
                by=current_user,
                at=now(),
            )
            flash(_("场地已停用。"))
            return redirect(url_for("venues.show", venue_id=venue_id), 303)
    return _venue_page(venue_id, form), 422


@blueprint.post("/<int:venue_id>/reopen")
@allow(Permission.PLAN)
def reopen(venue_id: int) -> ResponseReturnValue:
    seen = request.form.get("version", type=int)
    actions.reopen(queries.get_venue(venue_id), seen=seen, by=current_user, at=now())
    flash(_("场地已重新启用。"))
    return redirect(url_for("venues.show", venue_id=venue_id), 303)


def _venue_page(venue_id: int, form: ClosingForm) -> str:
    bookings = queries.bookings_of(venue_id, Span(now(), now() + AHEAD))
    return render_template(
        "venues/venue.html",
        venue=queries.get_venue(venue_id),
        form=form,
        bookings=queries.booked(bookings),
        kinds=VENUE_KIND_NAMES,
        plans=_plans(),
    )


def _plans() -> bool:
    return may(Permission.PLAN)
