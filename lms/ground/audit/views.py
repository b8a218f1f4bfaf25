"""Pages of the audit trail: it is read and taken away here, never changed."""

from __future__ import annotations

import io

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.audit import actions, documents, queries
from lms.ground.audit.forms import FilterForm, wanted_from
from lms.ground.audit.queries import Wanted
from lms.ground.audit.rules import action_name
from lms.ground.clock import now
from lms.ground.errors import Refused

blueprint = Blueprint("audit", __name__, template_folder="templates")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/")
@allow(Permission.READ_AUDIT)
def index() -> str:
    page = queries.page_of_entries(_wanted(), page=request.args.get("page", type=int))
    known = sorted((action_name(one), one) for one in queries.known_actions())
    return render_template("audit/index.html", page=page, known=known, called=action_name)


@blueprint.get("/<int:entry_id>")
@allow(Permission.READ_AUDIT)
def show(entry_id: int) -> str:
    entry = queries.get_entry(entry_id)
    seal = queries.find_seal_over(entry)
    return render_template("audit/entry.html", entry=entry, seal=seal, called=action_name)


@blueprint.post("/export")
@allow(Permission.READ_AUDIT)
def export() -> ResponseReturnValue:
    """The narrowed list as a file; a POST, because who took it away is written down."""
    at, as_csv = now(), request.form.get("format") == "csv"
    entries = actions.export(_wanted(), by=current_user, at=at)
    content = documents.as_csv(entries) if as_csv else documents.as_workbook(entries)
    return send_file(
        io.BytesIO(content),
        mimetype="text/csv" if as_csv else _XLSX,
        as_attachment=True,
        download_name=f"{_('审计日志')}.{'csv' if as_csv else 'xlsx'}",
    )


def _wanted() -> Wanted:
    form = FilterForm(request.args)
    if not form.validate():
        raise Refused(*form.reasons())
    return wanted_from(form)
