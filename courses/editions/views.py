"""Pages of versions: what differs between two, the log of changes, the sheet for the printer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts import queries as cohorts
from courses.editions import actions, queries
from courses.editions.rules import DRAFT, FORMAT_NAMES, PrintFormat
from courses.timetable.actions import planning
from courses.timetable.queries import log
from courses.timetable.queries.lessons import usual_times
from courses.timetable.queries.releases import releases
from courses.timetable.rules import HALF_DAY_NAMES, days_between
from courses.timetable.rules.releases import CHANGE_NAMES, changes, grid
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now
from lms.ground.errors import Refused

blueprint = Blueprint("editions", __name__, template_folder="templates")


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(Permission.READ_COURSES)
def difference(cohort_id: int) -> str:
    """What was added, moved and dropped from one version to another."""
    found = cohorts.get_cohort(cohort_id, current_user)
    released = releases(cohort_id)
    last = released[0].number if released else None
    before = request.args.get("before", default=last, type=int)
    after = request.args.get("after", default=DRAFT, type=int)
    older = queries.edition(found, before, current_user).entries if before else []
    newer = queries.edition(found, after, current_user).entries
    return render_template(
        "editions/difference.html",
        cohort=found,
        released=released,
        before=before,
        after=after,
        changes=changes(older, newer),
        names=CHANGE_NAMES,
        draft=DRAFT,
        next_number=(last or 0) + 1,
        releases=may(Permission.PLAN) and after == DRAFT and before == last,
    )


@blueprint.get("/cohorts/<int:cohort_id>/log")
@allow(Permission.READ_COURSES)
def changed(cohort_id: int) -> str:
    """Everything that was done to the draft, and what can be taken back."""
    found = cohorts.get_cohort(cohort_id, current_user)
    page = log.changes_of(cohort_id, page=request.args.get("page", type=int))
    plans = may(Permission.PLAN)
    return render_template(
        "editions/log.html",
        cohort=found,
        page=page,
        revocable=log.revocable(page.rows) if plans else set(),
    )


@blueprint.post("/changes/<int:change_id>/undo")
@allow(Permission.PLAN)
def undo(change_id: int) -> ResponseReturnValue:
    step = log.get_change(change_id, current_user)
    cohort = cohorts.get_cohort(step.cohort_id, current_user)
    reason = request.form.get("reason", "").strip() or "撤销"
    planning.undo(step, cohort=cohort, reason=reason, by=current_user, at=now())
    flash(_("已撤销。"))
    return redirect(url_for("editions.changed", cohort_id=step.cohort_id), 303)


@blueprint.get("/cohorts/<int:cohort_id>/paper")
@allow(Permission.READ_COURSES, Permission.STUDY)
def paper(cohort_id: int) -> str:
    """The page for the printer: the last release, or the version with the number asked for."""
    found = cohorts.get_cohort(cohort_id, current_user)
    shown = queries.edition(found, request.args.get("number", type=int), current_user)
    return render_template(
        "editions/paper.html",
        cohort=found,
        days=days_between(found.starts_on, found.ends_on),
        cells=grid(shown.entries),
        half_days=HALF_DAY_NAMES,
        times=usual_times(on=found.starts_on),
        release=shown.release,
        number=shown.number,
        formats=FORMAT_NAMES,
    )


@blueprint.post("/cohorts/<int:cohort_id>/print")
@allow(Permission.READ_COURSES, Permission.STUDY)
def print_out(cohort_id: int) -> ResponseReturnValue:
    found = cohorts.get_cohort(cohort_id, current_user)
    as_format = request.form.get("format", type=PrintFormat)
    if as_format is None:
        raise Refused(_("请选择打印成 PDF 还是 Word。"))
    shown = queries.edition(found, request.form.get("number", type=int), current_user)
    job = actions.ask_for_print(found, shown, as_format, by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)
