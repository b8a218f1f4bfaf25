"""Pages of the conduct register."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort
from courses.cohorts.rules import CohortStage
from courses.conduct import actions, queries
from courses.conduct.forms import EntryForm
from courses.conduct.rules import CONDUCT_KIND_NAMES, ConductKind
from lms.ground.access import Permission, allow
from lms.ground.clock import now, today

blueprint = Blueprint("conduct", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.RECORD_CONDUCT)
def index() -> str:
    running = cohorts.cohorts(current_user, in_charge=True, stage=CohortStage.RUNNING)
    page = queries.entries_in_charge(
        current_user,
        search=request.args.get("search", "").strip(),
        kind=request.args.get("kind", type=ConductKind),
        page=request.args.get("page", type=int),
    )
    return render_template(
        "conduct/index.html", page=page, kinds=CONDUCT_KIND_NAMES, running=running.rows
    )


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(Permission.RECORD_CONDUCT)
def cohort(cohort_id: int) -> str:
    found = cohorts.get_cohort_in_charge(cohort_id, current_user)
    return _cohort_page(found, EntryForm(formdata=None, data={"day": today(), "points": 1}))


@blueprint.post("/cohorts/<int:cohort_id>")
@allow(Permission.RECORD_CONDUCT)
def enter(cohort_id: int) -> ResponseReturnValue:
    found = cohorts.get_cohort_in_charge(cohort_id, current_user)
    form = EntryForm().offer(cohorts.enrolments(cohort_id))
    if form.validate():
        enrolment = queries.get_enrolment_in_charge(form.enrolment_id.data, current_user)
        with form.telling_refusals():
            actions.enter(enrolment=enrolment, draft=form.draft(), by=current_user, at=now())
            flash(_("已登记，并通知了本人。"))
            return redirect(url_for("conduct.cohort", cohort_id=cohort_id), 303)
    return _cohort_page(found, form), 422


@blueprint.post("/<int:entry_id>/withdraw")
@allow(Permission.RECORD_CONDUCT)
def withdraw(entry_id: int) -> ResponseReturnValue:
    entry = queries.get_entry_in_charge(entry_id, current_user)
    reason = request.form.get("reason", "").strip()
    actions.withdraw(entry, reason=reason, by=current_user, at=now())
    flash(_("这条记录已撤回，并通知了本人。"))
    return redirect(url_for("conduct.cohort", cohort_id=entry.enrolment.cohort_id), 303)


@blueprint.get("/mine")
@allow(Permission.STUDY)
def mine() -> str:
    return render_template(
        "conduct/mine.html", entries=queries.own_entries(current_user), kinds=CONDUCT_KIND_NAMES
    )


@blueprint.post("/<int:entry_id>/acknowledge")
@allow(Permission.STUDY)
def acknowledge(entry_id: int) -> ResponseReturnValue:
    actions.acknowledge(queries.get_own_entry(entry_id, current_user), by=current_user, at=now())
    return redirect(url_for("conduct.mine"), 303)


def _cohort_page(found: Cohort, form: EntryForm) -> str:
    return render_template(
        "conduct/cohort.html",
        cohort=found,
        entries=queries.entries(found.id),
        form=form.offer(cohorts.enrolments(found.id)),
        kinds=CONDUCT_KIND_NAMES,
    )
