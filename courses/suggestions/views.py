"""Pages of suggestions: asked for, looked through, taken over."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts import queries as cohorts
from courses.suggestions import actions, queries
from courses.suggestions.forms import TakeForm
from courses.suggestions.models import Suggestion
from courses.suggestions.rules.proposals import from_json
from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Refused

blueprint = Blueprint("suggestions", __name__, template_folder="templates")


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(Permission.PLAN)
def cohort(cohort_id: int) -> str:
    found = cohorts.get_cohort(cohort_id, current_user)
    return render_template(
        "suggestions/cohort.html", cohort=found, suggestions=queries.suggestions(cohort_id)
    )


@blueprint.post("/cohorts/<int:cohort_id>")
@allow(Permission.PLAN)
def ask(cohort_id: int) -> ResponseReturnValue:
    found = cohorts.get_cohort(cohort_id, current_user)
    asked = actions.ask(found, by=current_user, at=now())
    return redirect(url_for("suggestions.show", suggestion_id=asked.id), 303)


@blueprint.get("/<int:suggestion_id>")
@allow(Permission.PLAN)
def show(suggestion_id: int) -> str:
    return _page(queries.get_suggestion(suggestion_id, current_user))


@blueprint.post("/<int:suggestion_id>/take")
@allow(Permission.PLAN)
def take(suggestion_id: int) -> ResponseReturnValue:
    found = queries.get_suggestion(suggestion_id, current_user)
    form = TakeForm()
    try:
        number = actions.take(found, form.lesson.data or [], by=current_user, at=now())
    except Refused as refusal:
        return _page(found, refusal.reasons), 422
    flash(_("已排入%(number)s次课；发布后学员和教师才会看到。", number=number))
    return redirect(url_for("timetable.cohort", cohort_id=found.cohort_id), 303)


def _page(found: Suggestion, reasons: Sequence[str] = ()) -> str:
    return render_template(
        "suggestions/suggestion.html",
        suggestion=found,
        lessons=[from_json(one) for one in found.lessons or []],
        reasons=reasons,
        form=TakeForm(formdata=None),
    )
