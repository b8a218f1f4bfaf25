"""Pages of closing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import STAGE_NAMES
from lms.archives.closing import actions, queries
from lms.archives.closing.forms import ExemptionForm
from lms.archives.closing.rules import SEVERITY_NAMES, Severity, Where, blocking, checks, uncovered
from lms.exams.sittings import actions as sittings
from lms.exams.sittings.queries import courses_of, exemptions
from lms.ground.access import Permission as P
from lms.ground.access import allow, may
from lms.ground.clock import now
from lms.ground.errors import Refused
from lms.ground.web.links import link

blueprint = Blueprint("closing", __name__, template_folder="templates")

_PAGES = {
    Where.COHORT: "cohorts.show",
    Where.LEARNERS: "cohorts.learners",
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
    return _page(get_cohort(cohort_id, current_user), ExemptionForm(formdata=None))


@blueprint.post("/<int:cohort_id>")
@allow(P.FILE)
def close(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    try:
        actions.close(cohort=cohort, by=current_user, at=now())
    except Refused as refusal:
        form = ExemptionForm(formdata=None)
        return _page(cohort, form, reasons=refusal.reasons), 422
    flash(_("班次已结班。"))
    return redirect(url_for("closing.show", cohort_id=cohort_id), 303)


@blueprint.post("/<int:cohort_id>/exemptions")
@allow(P.APPROVE)
def exempt(cohort_id: int) -> ResponseReturnValue:
    cohort, form = get_cohort(cohort_id, current_user), ExemptionForm()
    courses = {course.id: course for course in courses_of(cohort_id)}
    form.course_id.choices = [SelectChoice(one.id, one.title) for one in courses.values()]
    if not form.validate():
        return _page(cohort, form), 422
    sittings.exempt(
        cohort=cohort,
        course=courses[form.course_id.data],
        reason=form.reason.data or "",
        by=current_user,
        at=now(),
    )
    flash(_("已批准不单独考试。"))
    return redirect(url_for("closing.show", cohort_id=cohort_id), 303)


def _page(cohort: Cohort, form: ExemptionForm, reasons: tuple[str, ...] = ()) -> str:
    closure = queries.find_closure(cohort.id)
    facts = queries.facts(cohort, at=now())
    found = checks(facts)
    open_ = set(uncovered(facts))
    form.course_id.choices = [
        SelectChoice(one.id, one.title) for one in courses_of(cohort.id) if one.title in open_
    ]
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
        form=form,
        files=may(P.FILE),
        approves=may(P.APPROVE) and bool(open_),
        pages={where: _address(where, cohort.id) for where in Where},
        link=link,
    )


def _address(where: Where, cohort_id: int) -> str:
    """The page where an open line gets done; pages of a whole room take no cohort."""
    endpoint = _PAGES[where]
    return link(endpoint) if endpoint.endswith(".index") else link(endpoint, cohort_id=cohort_id)
