"""The page of one's calendar addresses, and the calendars under them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.calendars import actions, queries
from courses.calendars.documents import ics
from courses.calendars.rules import KIND_NAMES, wanted
from lms.ground.access import Permission, allow, public
from lms.ground.clock import now
from lms.ground.errors import Refused

blueprint = Blueprint("calendars", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.READ_COURSES, Permission.STUDY)
def index() -> str:
    return render_template(
        "calendars/index.html",
        feeds=[(feed, queries.subject(feed)[0]) for feed in queries.feeds_of(current_user)],
        offers=queries.offers(current_user, at=now()),
        kinds=KIND_NAMES,
    )


@blueprint.post("/")
@allow(Permission.READ_COURSES, Permission.STUDY)
def offer() -> ResponseReturnValue:
    chosen = wanted(request.form.get("what", ""))
    if chosen is None:
        raise Refused(_("请选择订阅谁的日历。"))
    actions.offer(*chosen, by=current_user, at=now())
    flash(_("地址已开通。请只告诉需要的人：知道地址的人不用登录就能看到这份日历。"))
    return redirect(url_for("calendars.index"), 303)


@blueprint.post("/<int:feed_id>/revoke")
@allow(Permission.READ_COURSES, Permission.STUDY)
def revoke(feed_id: int) -> ResponseReturnValue:
    actions.revoke(queries.get_feed(feed_id, current_user), by=current_user, at=now())
    flash(_("地址已撤销，用它订阅的日历不再更新。"))
    return redirect(url_for("calendars.index"), 303)


@blueprint.get("/<token>.ics")
@public
def read(token: str) -> ResponseReturnValue:
    """The calendar itself: calendar programs cannot log in, so the address is the secret."""
    feed = queries.find_feed(token)
    if feed is None:
        abort(404)
    if feed.revoked_at is not None:
        abort(410)
    name, appointments = queries.calendar_of(feed, at=now())
    response = Response(ics(name, appointments), content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.add_etag()
    return response.make_conditional(request)
