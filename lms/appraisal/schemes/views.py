"""Pages of appraisal schemes."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.programmes.queries import programmes
from lms.appraisal.schemes import actions, queries
from lms.appraisal.schemes.forms import SchemeForm, filled, rate_name, weight_name
from lms.appraisal.schemes.models import Scheme
from lms.appraisal.schemes.rules import ABSENCE_RULE_NAMES, PART_NAMES, RATES, Part
from lms.exams.results.rules import show_bands
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today

blueprint = Blueprint("schemes", __name__, template_folder="templates")
WORDS = {"parts": Part, "names": PART_NAMES, "rates": RATES}


@blueprint.get("/")
@allow(Permission.APPRAISE)
def index() -> str:
    return render_template(
        "schemes/index.html",
        schemes=queries.schemes(),
        names=PART_NAMES,
        today=today(),
        may_write=may(Permission.MANAGE_NORMS),
    )


@blueprint.get("/<int:scheme_id>")
@allow(Permission.APPRAISE)
def show(scheme_id: int) -> str:
    scheme = queries.get_scheme(scheme_id)
    return render_template(
        "schemes/scheme.html",
        scheme=scheme,
        bands=queries.bands_of(scheme),
        absences=ABSENCE_RULE_NAMES,
        may_write=may(Permission.MANAGE_NORMS),
        **WORDS,
    )


@blueprint.get("/new")
@allow(Permission.MANAGE_NORMS)
def new() -> str:
    return _form_page(SchemeForm(formdata=None, programme_id=0), None)


@blueprint.post("/new")
@allow(Permission.MANAGE_NORMS)
def draw_up() -> ResponseReturnValue:
    form = SchemeForm()
    form.offer(programmes())
    if form.validate():
        with form.telling_refusals():
            scheme = actions.draw_up(form.draft(), by=current_user, at=now())
            flash(_("考核方案已制定。"))
            return redirect(url_for("schemes.show", scheme_id=scheme.id), 303)
    return _form_page(form, None), 422


@blueprint.get("/<int:scheme_id>/edit")
@allow(Permission.MANAGE_NORMS)
def edit(scheme_id: int) -> str:
    scheme = queries.get_scheme(scheme_id)
    values = filled(scheme, show_bands(queries.bands_of(scheme)))
    if scheme.used_at is not None:
        values["valid_from"] = max(today(), scheme.valid_from + timedelta(days=1))
    return _form_page(SchemeForm(formdata=None, data=values), scheme)


@blueprint.post("/<int:scheme_id>/edit")
@allow(Permission.MANAGE_NORMS)
def revise(scheme_id: int) -> ResponseReturnValue:
    scheme, form = queries.get_scheme(scheme_id), SchemeForm()
    form.offer(programmes())
    form.programme_id.data = scheme.programme_id or 0
    form.programme_id.raw_data = None
    if form.validate():
        with form.telling_refusals():
            seen = form.version.data
            kept = actions.revise(scheme, form.draft(), seen=seen, by=current_user, at=now())
            flash(_("考核方案已保存。"))
            return redirect(url_for("schemes.show", scheme_id=kept.id), 303)
    return _form_page(form, scheme), 422


@blueprint.post("/<int:scheme_id>/withdraw")
@allow(Permission.MANAGE_NORMS)
def withdraw(scheme_id: int) -> ResponseReturnValue:
    actions.withdraw(queries.get_scheme(scheme_id), by=current_user, at=now())
    flash(_("考核方案已撤回。"))
    return redirect(url_for("schemes.index"), 303)


def _form_page(form: SchemeForm, scheme: Scheme | None) -> str:
    form.offer(programmes())
    return render_template(
        "schemes/form.html",
        form=form,
        scheme=scheme,
        weight_name=weight_name,
        rate_name=rate_name,
        **WORDS,
    )
