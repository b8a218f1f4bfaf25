"""Pages of closing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import STAGE_NAMES
from lms.archives.closing import actions, queries
from lms.archives.closing.rules import SEVERITY_NAMES, Severity, Where, blocking, checks
from lms.exams.sittings.queries.absences import learner_exemptions
from lms.exams.sittings.queries.requirements import exemptions
from lms.ground.access import Permission as P
from lms.ground.access import allow, may
from lms.ground.clock import now
from lms.ground.errors import Refused
from lms.ground.web.links import link

blueprint = Blueprint("closing", __name__, template_folder="templates")

_PAGES = {
    Where.COHORT: "cohorts.show",
    Where.LEARNERS: "rosters.show",
    Where.TIMETABLE: "timetable.cohort",
    Where.ATTENDANCE: "attendance.cohort",
    Where.EXAMS: "sittings.coverage",
    Where.RESULTS: "results.index",
    Where.REVIEWS: "reviews.show_cohort",
    Where.REFLECTIONS: "reflections.index",
}


@blueprint.get("/<int:cohort_id>")
@allow(P.READ_ARCHIVES)
def show(cohort_id: int) -> str:
    return _page(get_cohort(cohort_id, current_user))


@blueprint.post("/<int:cohort_id>")
@allow(P.FILE)
def close(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    try:
        actions.close(cohort=cohort, by=current_user, at=now())
    except Refused as refusal:
        return _page(cohort, reasons=refusal.reasons), 422
    flash(_("班次已结班。"))
    return redirect(url_for("closing.show", cohort_id=cohort_id), 303)


def _page(cohort: Cohort, reasons: tuple[str, ...] = ()) -> str:
    closure = queries.find_closure(cohort.id)
    found = checks(queries.facts(cohort, at=now()))
    return render_template(
        "closing/checklist.html",
        cohort=cohort,
        stages=STAGE_NAMES,
        closure=closure,
        checks=found,
        blocked=bool(blocking(found)),
        severities=SEVERITY_NAMES,
        looks={Severity.BLOCKS: "red", Severity.WARNS: "yellow"},
        reasons=reasons,
        exemptions=exemptions(cohort.id),
        files=may(P.FILE),
        excused=learner_exemptions(cohort.id),
        pages={where: _address(where, cohort.id) for where in Where},
        link=link,
    )


def _address(where: Where, cohort_id: int) -> str:
    """The page where an open line gets done; pages of a whole room take no cohort."""
    if where is Where.EXAMS:
        return link(_PAGES[where], cohort=cohort_id)
    endpoint = _PAGES[where]
    return link(endpoint) if endpoint.endswith(".index") else link(endpoint, cohort_id=cohort_id)
