"""Pages of sheets on paper: printing them, keying them in, bringing them as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.attempts.queries import responses
from lms.exams.attempts.rules.digests import show_code
from lms.exams.attempts.rules.states import SubmittedBy
from lms.exams.scripts import actions, queries
from lms.exams.scripts.documents import template
from lms.exams.scripts.forms import BringForm, PrintForm, ScriptForm
from lms.exams.scripts.intake import Read, read_workbook
from lms.exams.scripts.queries import Sheet
from lms.exams.scripts.rules import fields, read_script, write_script
from lms.exams.sittings.models import Sitting
from lms.exams.sittings.queries.sittings import get_sitting
from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Refused
from lms.ground.uploads import delivery
from lms.ground.uploads.actions import store

blueprint = Blueprint("scripts", __name__, template_folder="templates")

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 5 * 2**20


@blueprint.get("/<int:sitting_id>")
@allow(Permission.ARRANGE_EXAMS)
def show(sitting_id: int) -> str:
    """What is printed and keyed in for a sitting."""
    return _page(get_sitting(sitting_id, current_user), BringForm(formdata=None))


@blueprint.post("/<int:sitting_id>/print")
@allow(Permission.ARRANGE_EXAMS)
def print_sheets(sitting_id: int) -> ResponseReturnValue:
    sitting, form = get_sitting(sitting_id, current_user), PrintForm()
    if not form.validate():
        return _page(sitting, BringForm(formdata=None)), 422
    job = actions.print_sheets(sitting, form.kind.data, by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.get("/<int:sitting_id>/template.xlsx")
@allow(Permission.ARRANGE_EXAMS)
def workbook(sitting_id: int) -> Response:
    """The workbook to be filled in, with the candidates and what is answered already."""
    get_sitting(sitting_id, current_user)
    response = Response(template(queries.sheets(sitting_id)), mimetype=_WORKBOOK)
    response.headers["Content-Disposition"] = f"attachment; filename=sitting-{sitting_id}.xlsx"
    return response


@blueprint.get("/<int:sitting_id>/candidates/<int:candidate_id>")
@allow(Permission.ARRANGE_EXAMS)
def script(sitting_id: int, candidate_id: int) -> str:
    """One sheet to be keyed in, with what is there."""
    sitting = get_sitting(sitting_id, current_user)
    sheet = queries.get_sheet(sitting_id, candidate_id)
    answers = responses([sheet.attempt.id])[sheet.attempt.id]
    typed = write_script(sheet.attempt.variant.content, sheet.attempt.seed, answers)
    return _script(sitting, sheet, ScriptForm(formdata=None), typed)


@blueprint.post("/<int:sitting_id>/candidates/<int:candidate_id>")
@allow(Permission.ARRANGE_EXAMS)
def key_in(sitting_id: int, candidate_id: int) -> ResponseReturnValue:
    sitting = get_sitting(sitting_id, current_user)
    sheet, form = queries.get_sheet(sitting_id, candidate_id), ScriptForm()
    attempt = sheet.attempt
    typed = {one.name: request.form.get(one.name, "") for one in fields(attempt.variant.content)}
    if form.validate():
        with form.telling_refusals():
            read = read_script(attempt.variant.content, attempt.seed, typed)
            if read.faults:
                raise Refused(*read.faults)
            actions.key_in(
                sitting,
                sheet,
                read.answers,
                replaces=form.replaces.data,
                by=current_user,
                at=now(),
            )
            flash(_("%(name)s的答卷已录入。", name=sheet.name))
            return redirect(url_for("scripts.show", sitting_id=sitting_id), 303)
    return _script(sitting, sheet, form, typed), 422


@blueprint.post("/<int:sitting_id>/bring")
@allow(Permission.ARRANGE_EXAMS)
def bring(sitting_id: int) -> ResponseReturnValue:
    """Keep the workbook and show what would be taken in of it."""
    sitting, form = get_sitting(sitting_id, current_user), BringForm()
    if form.validate():
        with form.telling_refusals():
            file = form.file.data
            _read(sitting_id, file.read())
            file.seek(0)
            kept = store(
                file, name=file.filename, owner_id=current_user.id, at=now(), limit=LARGEST
            )
            address = url_for("scripts.preview", sitting_id=sitting_id, upload_id=kept.id)
            return redirect(address, 303)
    return _page(sitting, form), 422


@blueprint.get("/<int:sitting_id>/bring/<int:upload_id>")
@allow(Permission.ARRANGE_EXAMS)
def preview(sitting_id: int, upload_id: int) -> str:
    sitting = get_sitting(sitting_id, current_user)
    return _preview(sitting, upload_id, _rows(sitting_id, upload_id), ScriptForm(formdata=None))


@blueprint.post("/<int:sitting_id>/bring/<int:upload_id>")
@allow(Permission.ARRANGE_EXAMS)
def take_in(sitting_id: int, upload_id: int) -> ResponseReturnValue:
    """All rows, or none."""
    sitting, form = get_sitting(sitting_id, current_user), ScriptForm()
    rows = _rows(sitting_id, upload_id)
    if form.validate():
        with form.telling_refusals():
            done = actions.take_in(
                sitting, rows, replaces=form.replaces.data, by=current_user, at=now()
            )
            flash(_("已录入 %(done)s 份答卷。", done=done))
            return redirect(url_for("scripts.show", sitting_id=sitting_id), 303)
    return _preview(sitting, upload_id, rows, form), 422


def _rows(sitting_id: int, upload_id: int) -> list[Read]:
    with delivery.open_bytes(queries.get_brought(upload_id, current_user)) as file:
        return _read(sitting_id, file.read())


def _read(sitting_id: int, content: bytes) -> list[Read]:
    sheets = queries.sheets(sitting_id)
    return read_workbook(content, sheets, responses([one.attempt.id for one in sheets]))


def _page(sitting: Sitting, form: BringForm) -> str:
    sheets = queries.sheets(sitting.id)
    search = request.args.get("search", "").strip()
    return _render(
        "scripts/show.html",
        sitting=sitting,
        sheets=[one for one in sheets if search in f"{one.candidate.seat} {one.name}"],
        all=len(sheets),
        keyed=sum(one.attempt.submitted_by is SubmittedBy.PAPER for one in sheets),
        form=form,
        layout=PrintForm(formdata=None),
    )


def _script(sitting: Sitting, sheet: Sheet, form: ScriptForm, typed: Mapping[str, str]) -> str:
    on_screen = sheet.attempt.started_at is not None
    return _render(
        "scripts/script.html",
        sitting=sitting,
        sheet=sheet,
        form=form,
        typed=typed,
        fields=fields(sheet.attempt.variant.content),
        on_screen=on_screen and sheet.attempt.submitted_by is not SubmittedBy.PAPER,
    )


def _preview(sitting: Sitting, upload_id: int, rows: list[Read], form: ScriptForm) -> str:
    return _render(
        "scripts/preview.html",
        sitting=sitting,
        rows=rows,
        form=form,
        upload_id=upload_id,
        faults=[fault for row in rows for fault in row.faults],
    )


def _render(name: str, **context: Any) -> str:
    return render_template(name, paper=SubmittedBy.PAPER, show_code=show_code, **context)
