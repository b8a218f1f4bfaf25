"""Pages of question files on their way into a bank and out of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from wtforms.fields.choices import SelectChoice

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Missing, Refused
from lms.ground.uploads import actions as uploads
from lms.ground.uploads import delivery
from lms.ground.uploads.models import Upload
from lms.ground.web.links import link
from question_bank.intakes.actions import approving, taking_in
from question_bank.intakes.actions import reading as actions
from question_bank.intakes.documents import workbook
from question_bank.intakes.forms import UploadForm
from question_bank.intakes.models import Intake
from question_bank.intakes.queries import examining, rows
from question_bank.intakes.queries import intakes as queries
from question_bank.intakes.rules.grid import Standing
from question_bank.intakes.rules.roles import ROLE_NAMES, guessed, said_columns
from question_bank.intakes.rules.sieve import problem_name
from question_bank.intakes.rules.terms import AT_WORK, INTAKE_STATE_NAMES, IntakeState
from question_bank.items import actions as items
from question_bank.items.models import Bank
from question_bank.items.queries import banks, get_bank

blueprint = Blueprint("intakes", __name__, template_folder="templates")
MOST_SHOWN = 100


@blueprint.app_context_processor
def _names() -> dict[str, Any]:
    """What the templates call the states of intakes and their problems by."""
    return {"intake_state_names": INTAKE_STATE_NAMES, "problem_name": problem_name}


@blueprint.get("/")
@allow(Permission.WRITE_ITEMS)
def index() -> str:
    return _upload_form(UploadForm(bank_id=request.args.get("bank")))


@blueprint.post("/")
@allow(Permission.WRITE_ITEMS)
def start() -> ResponseReturnValue:
    form = UploadForm()
    form.bank_id.choices = _upload_choices()
    if not form.validate():
        return _upload_form(form), 422
    try:
        bank = _wanted_bank(form)
        file, key_file = _stored(form.file.data), _stored(form.key_file.data)
        assert file is not None
        known = queries.open_preview(bank.id, file.sha256, current_user)
        if known is not None:
            flash(_("这份文件您已上传过，还没有入库，请在这里继续核对。"))
            return redirect(url_for("intakes.show", intake_id=known.id), 303)
        started = actions.start_intake(bank, file, key_upload=key_file, by=current_user, at=now())
    except Refused as refusal:
        return _upload_form(form, refusal.reasons), 422
    return redirect(url_for("intakes.show", intake_id=started.id), 303)


@blueprint.get("/<int:intake_id>")
@allow(Permission.WRITE_ITEMS)
def show(intake_id: int) -> ResponseReturnValue:
    """How far it is and what became of it; a preview has pages of its own. Whoever looks on while
    a worker has it in hand gets the whole page anew once that is over."""
    found = queries.get_intake(intake_id, current_user)
    looking_on = "HX-Request" in request.headers
    if looking_on and found.state not in AT_WORK and not found.is_approving:
        return make_response("", {"HX-Refresh": "true"})
    if found.state is IntakeState.PREVIEW:
        return redirect(url_for("previews.show", intake_id=intake_id))
    return _page(found)


@blueprint.post("/<int:intake_id>/stop")
@allow(Permission.WRITE_ITEMS)
def stop(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    actions.stop(found, by=current_user, at=now())
    return _back(found)


@blueprint.post("/<int:intake_id>/read")
@allow(Permission.WRITE_ITEMS)
def read_again(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    actions.read_again(found, by=current_user, at=now())
    return redirect(url_for("intakes.show", intake_id=intake_id), 303)


@blueprint.get("/<int:intake_id>/columns")
@allow(Permission.WRITE_ITEMS)
def columns(intake_id: int) -> str:
    """Which column of each table is what, to be said by a person."""
    return _columns_page(queries.get_intake(intake_id, current_user))


@blueprint.post("/<int:intake_id>/columns")
@allow(Permission.WRITE_ITEMS)
def map_columns(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    said = said_columns(request.form)
    try:
        actions.map_columns(
            found, request.form.get("signature", ""), said, by=current_user, at=now()
        )
    except Refused as refusal:
        return _columns_page(found, refusal.reasons), 422
    flash(_("已按您指出的各列重新读取；以后表头相同的文件也照此读取。"))
    return redirect(url_for("intakes.show", intake_id=intake_id), 303)


@blueprint.get("/<int:intake_id>/file")
@allow(Permission.WRITE_ITEMS)
def file(intake_id: int) -> Response:
    """A picture or recording of the preview, by the name that its items give it."""
    found = queries.get_intake(intake_id, current_user)
    return delivery.send(queries.file_of(found, request.args.get("name", "")))


@blueprint.get("/<int:intake_id>/aside.xlsx")
@allow(Permission.WRITE_ITEMS)
def aside_file(intake_id: int) -> Response:
    """What was set aside, as a workbook that can be mended and brought again."""
    found = queries.get_intake(intake_id, current_user)
    aside = rows.set_aside(found)
    if not aside:
        raise Missing("搁置的试题")
    data = io.BytesIO(workbook(examining.examined(found, aside)))
    name = found.upload.name.rpartition(".")[0] or found.upload.name
    return send_file(data, as_attachment=True, download_name=f"{name}（搁置的{len(aside)}道）.xlsx")


@blueprint.post("/<int:intake_id>/take-in")
@allow(Permission.WRITE_ITEMS)
def take_in(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    taking_in.ask_to_take_in(found, by=current_user, at=now())
    return _back(found)


@blueprint.post("/<int:intake_id>/undo")
@allow(Permission.WRITE_ITEMS)
def undo(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    taking_in.ask_to_undo(found, by=current_user, at=now())
    return _back(found)


@blueprint.post("/<int:intake_id>/approve")
@allow(Permission.REVIEW_ITEMS)
def approve_intake(intake_id: int) -> ResponseReturnValue:
    """Pass all that still wait through to 审定; those that need somebody else are told of."""
    found = queries.get_intake(intake_id, current_user, lock=True)
    passed = approving.ask_to_approve(found, by=current_user, at=now())
    if passed is not None:
        if passed.approved:
            flash(_("已审定%(number)s道试题。", number=passed.approved))
        for sentence in passed.left[:1]:
            flash(_("%(n)s道没有通过。例如", n=len(passed.left)) + sentence, "warning")
    return _back(found)


def _upload_choices() -> list[SelectChoice]:
    blank = SelectChoice(value="", label=_("（新建题库，名称填在下面）"))
    return [blank, *(SelectChoice(value=bank.id, label=bank.name) for bank in banks())]


def _upload_form(form: UploadForm, reasons: Sequence[str] = ()) -> str:
    form.bank_id.choices = _upload_choices()
    page = queries.intakes(current_user, page=request.args.get("page", type=int))
    return render_template("intakes/upload.html", form=form, reasons=reasons, page=page)


def _wanted_bank(form: UploadForm) -> Bank:
    if form.bank_id.data:
        return get_bank(int(form.bank_id.data))
    if not form.bank_name.data:
        raise Refused(_("请选择题库，或填写新题库的名称。"))
    return items.ensure_bank(form.bank_name.data, by=current_user, at=now())


def _stored(file: FileStorage | None) -> Upload | None:
    if file is None or not file.filename:
        return None
    return uploads.store(file.stream, name=file.filename, owner_id=current_user.id, at=now())


def _back(found: Intake) -> ResponseReturnValue:
    return redirect(url_for("intakes.show", intake_id=found.id), 303)


def _page(found: Intake) -> str:
    """How far an intake is; and what entered, what was set aside and why, what stands in the way."""
    over = found.state in (IntakeState.COMMITTED, IntakeState.UNDONE)
    aside = rows.set_aside(found) if over else []
    number = queries.number_used(found) if over else 0
    return render_template(
        "intakes/intake.html",
        intake=found,
        at_work=found.state in AT_WORK,
        approved=approving.told_of(found),
        tally=rows.tally(found),
        drafts=queries.number_of_drafts(found) if over else 0,
        ready_kinds=rows.kinds(found, Standing.READY) if over else {},
        aside=aside,
        aside_codes=rows.codes(found, Standing.ASIDE) if over else {},
        number_used=number,
        used=queries.used_items_of(found, limit=MOST_SHOWN) if number else [],
        link=link,
    )


def _columns_page(found: Intake, reasons: Sequence[str] = ()) -> str:
    known = queries.mappings()
    tables = [
        {**table, "said": known.get(table["signature"]) or guessed(table["header"])}
        for table in found.reading.get("tables", ())
        if table["signature"]
    ]
    if request.form.get("signature"):
        for table in tables:
            if table["signature"] == request.form["signature"]:
                table["said"] = said_columns(request.form)
    return render_template(
        "intakes/columns.html", intake=found, reasons=reasons, tables=tables, roles=ROLE_NAMES
    )
