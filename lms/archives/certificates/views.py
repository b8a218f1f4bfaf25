"""Pages of certificates, and the one page on which anybody can check one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortStage
from lms.archives.certificates import actions, queries
from lms.archives.certificates.forms import CheckForm
from lms.archives.certificates.rules import masked_name, plain_code, shown_code
from lms.ground.access import Permission as P
from lms.ground.access import allow, may, public
from lms.ground.clock import now
from lms.ground.web.links import link

blueprint = Blueprint("certificates", __name__, template_folder="templates")


@blueprint.get("/check")
@public
def check() -> ResponseReturnValue:
    """A stranger learns that the certificate is ours, of which cohort and when; no whole name."""
    asked = bool(request.args.get("code"))
    form = CheckForm(request.args if asked else None)
    found = None
    if asked and form.validate():
        found = queries.find_by_code(plain_code(form.code.data or ""))
        if found is None:
            form.form_errors.append(_("没有查到这本证书，请核对查验码（12位字母和数字）。"))
    page = render_template(
        "certificates/check.html", form=form, found=found, masked_name=masked_name
    )
    return (page, 404) if asked and found is None else page


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(P.READ_ARCHIVES)
def cohort(cohort_id: int) -> str:
    found = get_cohort(cohort_id, current_user)
    return render_template(
        "certificates/cohort.html",
        cohort=found,
        is_closed=found.stage is CohortStage.CLOSED,
        completions=queries.of_cohort(cohort_id),
        files=may(P.FILE),
        shown_code=shown_code,
        link=link,
    )


@blueprint.post("/cohorts/<int:cohort_id>/issue")
@allow(P.FILE)
def issue(cohort_id: int) -> ResponseReturnValue:
    found = get_cohort(cohort_id, current_user)
    made = actions.issue(cohort=found, by=current_user, at=now())
    flash(_("发了%(number)s本结业证书。", number=len(made)))
    return redirect(url_for("certificates.cohort", cohort_id=cohort_id), 303)


@blueprint.post("/cohorts/<int:cohort_id>/print")
@allow(P.FILE)
def print_all(cohort_id: int) -> ResponseReturnValue:
    found = get_cohort(cohort_id, current_user)
    job = actions.ask_to_print(cohort=found, by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)
