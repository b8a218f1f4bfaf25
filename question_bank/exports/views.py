"""Pages of exports: what goes out and how; empty templates."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Missing, Refused
from question_bank.exports import actions, queries
from question_bank.exports.documents.template import WRITERS, template
from question_bank.exports.forms import ExportForm
from question_bank.exports.rules import Unfit
from question_bank.items.queries import sees_all
from question_bank.items.rules.finding import search_of

blueprint = Blueprint("exports", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.WRITE_ITEMS)
def new() -> str:
    return _page(ExportForm(formdata=None))


@blueprint.post("/")
@allow(Permission.WRITE_ITEMS)
def start() -> ResponseReturnValue:
    form = ExportForm()
    if not form.validate():
        return _page(form), 422
    try:
        job = actions.start_export(
            search_of(request.form),
            form.form.data,
            Unfit(form.unfit.data),
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _page(form, refusal.reasons), 422
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.get("/templates/<form>")
@allow(Permission.WRITE_ITEMS)
def blank(form: str) -> Response:
    """An empty template with examples, as a download."""
    if form not in WRITERS:
        raise Missing("这种模板")
    return send_file(
        io.BytesIO(template(form)),
        as_attachment=True,
        download_name=f"试题导入模板.{form}",
    )


def _page(form: ExportForm, reasons: Sequence[str] = ()) -> str:
    search = search_of(request.values)
    return render_template(
        "exports/new.html",
        form=form,
        reasons=reasons,
        search=search.as_json(),
        number=queries.number_found(search, current_user, at=now()),
        sees_all=sees_all(current_user),
    )
