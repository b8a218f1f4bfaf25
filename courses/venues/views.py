"""Pages of venues."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.venues import actions, documents, queries
from courses.venues.forms import BlockingForm, ClosingForm, VenueForm, filled
from courses.venues.models import Venue
from courses.venues.rules import (
    DATUM_NAMES,
    VENUE_KIND_NAMES,
    WEEKDAYS,
    Blocked,
    Usable,
    VenueKind,
    blocking_fault,
    closed_fault,
)
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.spans import Span
from lms.ground.uploads.media import XLSX
from lms.ground.web.links import way_to_holder

blueprint = Blueprint("venues", __name__, template_folder="templates")
AHEAD = timedelta(days=60)


@blueprint.get("/")
@allow(Permission.READ_COURSES)
def index() -> str:
    page = queries.venues(_sought(), page=request.args.get("page", type=int))
    return render_template("venues/index.html", page=page, kinds=VENUE_KIND_NAMES, plans=_plans())


@blueprint.get("/venues.xlsx")
@allow(Permission.READ_COURSES)
def export() -> ResponseReturnValue:
    content = BytesIO(documents.listing(queries.all_venues(_sought())))
    name = _("场地一览.xlsx")
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=name)


@blueprint.get("/new")
@allow(Permission.PLAN)
def new() -> str:
    return _form_page(VenueForm(formdata=None))


@blueprint.post("/new")
@allow(Permission.PLAN)
def add() -> ResponseReturnValue:
    form = VenueForm()
    if form.validate():
        with form.telling_refusals():
            venue = actions.add(form.draft(), by=current_user, at=now())
            flash(_("场地已登记。"))
            return redirect(url_for("venues.show", venue_id=venue.id), 303)
    return _form_page(form), 422


@blueprint.get("/<int:venue_id>")
@allow(Permission.READ_COURSES)
def show(venue_id: int) -> str:
    return _venue_page(venue_id)


@blueprint.get("/<int:venue_id>/edit")
@allow(Permission.PLAN)
def edit(venue_id: int) -> str:
    venue = queries.get_venue(venue_id)
    return _form_page(filled(venue), venue)


@blueprint.post("/<int:venue_id>/edit")
@allow(Permission.PLAN)
def revise(venue_id: int) -> ResponseReturnValue:
    venue, form = queries.get_venue(venue_id), VenueForm()
    if form.validate():
        with form.telling_refusals():
            actions.revise(venue, form.draft(), seen=form.version.data, by=current_user, at=now())
            flash(_("场地已修改。"))
            return redirect(url_for("venues.show", venue_id=venue_id), 303)
    return _form_page(form, venue), 422


@blueprint.get("/<int:venue_id>/close")
@allow(Permission.PLAN)
def closing(venue_id: int) -> str:
    """What closing the venue would affect, before anybody closes it."""
    venue, form = queries.get_venue(venue_id), ClosingForm(request.args, meta={"csrf": False})
    if not form.validate():
        return _venue_page(venue_id, closing=form)
    told = closed_fault(venue.name, form.on.data)
    closed = Usable(venue.name, closed_on=form.on.data)
    return _before_stopping(venue, told, closed, form, url_for("venues.close", venue_id=venue_id))


@blueprint.post("/<int:venue_id>/close")
@allow(Permission.PLAN)
def close(venue_id: int) -> ResponseReturnValue:
    venue, form = queries.get_venue(venue_id), ClosingForm()
    if form.validate():
        with form.telling_refusals():
            actions.close(
                venue,
                reason=form.reason.data,
                on=form.on.data,
                seen=form.version.data,
                by=current_user,
                at=now(),
            )
            flash(_("场地已停用，原来的安排都还在；有受影响的，已经通知教务和班主任。"))
            return redirect(url_for("venues.show", venue_id=venue_id), 303)
    return _venue_page(venue_id, closing=form), 422


@blueprint.post("/<int:venue_id>/reopen")
@allow(Permission.PLAN)
def reopen(venue_id: int) -> ResponseReturnValue:
    seen = request.form.get("version", type=int)
    actions.reopen(queries.get_venue(venue_id), seen=seen, by=current_user, at=now())
    flash(_("场地已重新启用。"))
    return redirect(url_for("venues.show", venue_id=venue_id), 303)


@blueprint.get("/<int:venue_id>/blockings")
@allow(Permission.PLAN)
def blocking(venue_id: int) -> str:
    """What blocking the venue would affect, before anybody blocks it."""
    venue, form = queries.get_venue(venue_id), BlockingForm(request.args, meta={"csrf": False})
    if form.validate():
        with form.telling_refusals():
            blocked = Blocked(form.span(), form.cause.data or "")
            told, free = blocking_fault(venue.name, blocked), Usable(venue.name, blocked=(blocked,))
            address = url_for("venues.block", venue_id=venue_id)
            return _before_stopping(venue, told, free, form, address)
    return _venue_page(venue_id, blocking=form)


@blueprint.post("/<int:venue_id>/blockings")
@allow(Permission.PLAN)
def block(venue_id: int) -> ResponseReturnValue:
    venue, form = queries.get_venue(venue_id), BlockingForm()
    if form.validate():
        with form.telling_refusals():
            span, reason = form.span(), form.cause.data
            actions.block(venue, span, reason=reason, by=current_user, at=now())
            blocked = Usable(venue.name, blocked=(Blocked(span, reason),))
            affected = queries.affected(venue, blocked, since=now())
            if affected:
                told = _(
                    "停用时间已登记，%(n)s项安排受影响，已经通知教务和班主任，请逐项调整。",
                    n=len(affected),
                )
                flash(told, "warning")
            else:
                flash(_("停用时间已登记，没有安排受影响。"))
            return redirect(url_for("venues.show", venue_id=venue_id), 303)
    return _venue_page(venue_id, blocking=form), 422


@blueprint.post("/blockings/<int:blocking_id>/lift")
@allow(Permission.PLAN)
def unblock(blocking_id: int) -> ResponseReturnValue:
    blocking = queries.get_blocking(blocking_id)
    actions.unblock(blocking, by=current_user, at=now())
    flash(_("已取消这段停用时间。"))
    return redirect(url_for("venues.show", venue_id=blocking.venue_id), 303)


@blueprint.get("/<int:venue_id>/travel")
@allow(Permission.PLAN)
def travel(venue_id: int) -> str:
    venue = queries.get_venue(venue_id)
    return render_template(
        "venues/travel.html",
        venue=venue,
        others=_others(venue),
        minutes=queries.travel_times(venue_id),
        unknown=queries.travel(on=today()).unknown,
    )


@blueprint.post("/<int:venue_id>/travel")
@allow(Permission.PLAN)
def set_travel(venue_id: int) -> ResponseReturnValue:
    venue = queries.get_venue(venue_id)
    typed = {one.id: request.form.get(f"minutes-{one.id}", "").strip() for one in _others(venue)}
    wrong = [
        text for text in typed.values() if text and not (text.isdecimal() and int(text) <= 600)
    ]
    if wrong:
        raise Refused(_("路程时间要填0到600之间的整数分钟，不知道的留空。"))
    minutes = {other: int(text) if text else None for other, text in typed.items()}
    actions.set_travel(venue, minutes, by=current_user, at=now())
    flash(_("路程时间已保存。"))
    return redirect(url_for("venues.show", venue_id=venue_id), 303)


def _others(venue: Venue) -> list[Venue]:
    return [one for one in queries.open_venues(on=today()) if one.id != venue.id]


def _form_page(form: VenueForm, venue: Venue | None = None) -> str:
    return render_template("venues/form.html", form=form, venue=venue, weekdays=WEEKDAYS)


def _before_stopping(
    venue: Venue, told: str, stopped: Usable, form: ClosingForm | BlockingForm, address: str
) -> str:
    """Everything that would be affected, and the button."""
    return render_template(
        "venues/stop.html",
        venue=venue,
        told=told,
        typed=[(field.name, request.args.get(field.name, "")) for field in form],
        affected=queries.affected(venue, stopped, since=now()),
        address=address,
        way=way_to_holder,
    )


def _venue_page(
    venue_id: int, *, closing: ClosingForm | None = None, blocking: BlockingForm | None = None
) -> str:
    venue, ahead = queries.get_venue(venue_id), Span(now(), now() + AHEAD)
    bookings = queries.booked(queries.bookings_of(venue_id, ahead))
    blockings = queries.blockings(Span(now(), now() + 6 * AHEAD), venue_id=venue_id)
    return render_template(
        "venues/venue.html",
        venue=venue,
        form=closing or ClosingForm(formdata=None, obj=venue, data={"on": today()}),
        blocking=blocking or BlockingForm(formdata=None),
        blockings=blockings,
        bookings=bookings,
        affected=queries.affected(venue, queries.usable(venue, since=now()), since=now()),
        way=way_to_holder,
        kinds=VENUE_KIND_NAMES,
        datums=DATUM_NAMES,
        weekdays=WEEKDAYS,
        plans=_plans(),
    )


def _sought() -> queries.Sought:
    return queries.Sought(
        on=today(),
        search=request.args.get("search", "").strip(),
        kind=request.args.get("kind", type=VenueKind),
        closed="closed" in request.args,
    )


def _plans() -> bool:
    return may(Permission.PLAN)
