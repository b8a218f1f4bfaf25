"""Pages of quotas: the allotment of a cohort, and reminders."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts.queries import get_cohort
from courses.quotas import actions, documents, queries
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now
from lms.ground.errors import Refused
from lms.ground.people import queries as people
from lms.ground.people.models import Unit
from lms.ground.uploads.media import XLSX

blueprint = Blueprint("quotas", __name__, template_folder="templates")
PLACES = "places-"


@blueprint.get("/<int:cohort_id>")
@allow(Permission.READ_COURSES, Permission.NAME_LEARNERS)
def show(cohort_id: int) -> str:
    return _page(cohort_id)


@blueprint.post("/<int:cohort_id>")
@allow(Permission.PLAN)
def allot(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    try:
        actions.allot(cohort=cohort, places=_typed(), by=current_user, at=now())
    except Refused as refusal:
        return _page(cohort_id, list(refusal.reasons)), 422
    flash(_("名额已保存。"))
    return redirect(url_for("quotas.show", cohort_id=cohort_id), 303)


@blueprint.post("/<int:cohort_id>/remind")
@allow(Permission.PLAN)
def remind(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    link = url_for("rosters.show", cohort_id=cohort_id)
    units = actions.remind(cohort=cohort, link=link, by=current_user, at=now())
    flash(_("已提醒%(count)s个单位。", count=len(units)))
    return redirect(url_for("quotas.show", cohort_id=cohort_id), 303)


@blueprint.get("/<int:cohort_id>/list.xlsx")
@allow(Permission.READ_COURSES)
def export(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    content = documents.allotment(cohort, queries.shares(cohort_id))
    name = f"{cohort.title}名额分配表.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def _typed() -> dict[Unit, int]:
    """The places by unit as the form has them; the unit chosen at the end of it is a new one."""
    typed = {
        int(key.removeprefix(PLACES)): value
        for key, value in request.form.items()
        if key.startswith(PLACES) and key.removeprefix(PLACES).isdigit()
    }
    added = request.form.get("unit", 0, type=int)
    if added:
        typed[added] = request.form.get("places", "")
    wrong = [value for value in typed.values() if not value.strip().isdigit()]
    if wrong:
        raise Refused(_("名额请填整数；不再分给一个单位，请填0。"))
    return {people.get_unit(unit, current_user): int(value) for unit, value in typed.items()}


def _page(cohort_id: int, reasons: list[str] | None = None) -> str:
    cohort = get_cohort(cohort_id, current_user)
    plans = may(Permission.PLAN)
    found = queries.shares_of(cohort_id, current_user)
    known = {share.unit_id for share in found}
    units = people.unit_tree(current_user) if plans else []
    return render_template(
        "quotas/allotment.html",
        cohort=cohort,
        shares=found,
        reasons=reasons,
        changes=plans and cohort.stage != "closed",
        typed=request.form,
        units=[unit for unit in units if not unit.is_closed and unit.id not in known],
    )
