"""The front door: today's work, search, and whether the house is well."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import text

from courses.cohorts.rules import STAGE_NAMES
from lms.desk.queries import today as on
from lms.desk.queries.search import find
from lms.desk.queries.tasks import tasks
from lms.ground.access import Permission as P
from lms.ground.access import allow, may, public
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.web.menu import visible

blueprint = Blueprint("desk", __name__, template_folder="templates")


@blueprint.get("/")
@allow(P.USE_ACCOUNT)
def today() -> ResponseReturnValue:
    """What waits for me, what is on today, what is new."""
    at = now()
    return render_template(
        "desk/today.html",
        at=at,
        tasks=tasks(current_user, now=at),
        cohorts=on.current_cohorts(current_user, now=at),
        stage_names=STAGE_NAMES,
        lessons=on.lessons_today(current_user, now=at),
        has_lessons=any(may(one) for one in (P.STUDY, P.TEACH, P.PLAN)),
        exams=on.exams_ahead(current_user, now=at),
        results=on.fresh_results(current_user, now=at),
        notices=on.unread(current_user),
    )


@blueprint.get("/search")
@allow(P.USE_ACCOUNT)
def search() -> ResponseReturnValue:
    """Pages, cohorts, people, courses and items by a part of their name; pages alone for nothing."""
    wanted = request.args.get("q", "").strip()
    pages = [one for group in visible().groups for one in group.entries if wanted in str(one.label)]
    page = "desk/hits.html" if "HX-Request" in request.headers else "desk/search.html"
    return render_template(page, wanted=wanted, pages=pages, hits=find(current_user, wanted))


@blueprint.get("/health")
@public
def health() -> ResponseReturnValue:
    """Answers once the house and its database do."""
    session.execute(text("SELECT 1"))
    return {"status": "ok"}
