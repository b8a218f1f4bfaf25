"""Pages of question files on their way into a bank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from wtforms.fields.choices import SelectChoice

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Missing, Refused
from lms.ground.paging import Page
from lms.ground.uploads import actions as uploads
from lms.ground.uploads.models import Upload
from question_bank.approvals import queries as approvals
from question_bank.approvals.actions import pass_on
from question_bank.intakes import actions, queries
from question_bank.intakes.forms import RowForm, UploadForm
from question_bank.intakes.models import Intake
from question_bank.intakes.rules import grid
from question_bank.intakes.rules.grid import STANDING_NAMES, Decision, Row
from question_bank.intakes.rules.terms import INTAKE_STATE_NAMES, IntakeState
from question_bank.items import actions as items
from question_bank.items.models import Bank
from question_bank.items.queries import banks, get_bank
from question_bank.items.rules.terms import Stage
from question_bank.items.rules.typed import key_text

blueprint = Blueprint("intakes", __name__, template_folder="templates")
ROWS_PER_PAGE = 50


@blueprint.app_context_processor
def _names() -> dict[str, Any]:
    """What the templates call the states of intakes and of their rows by."""
    return {"intake_state_names": INTAKE_STATE_NAMES, "standing_names": STANDING_NAMES}


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
def show(intake_id: int) -> str:
    return _intake_page(queries.get_intake(intake_id, current_user))


@blueprint.get("/<int:intake_id>/rows/<int:index>")
@allow(Permission.WRITE_ITEMS)
def row(intake_id: int, index: int) -> str:
    found = queries.get_intake(intake_id, current_user)
    return _row(found, _get_row(found, index))


@blueprint.get("/<int:intake_id>/rows/<int:index>/edit")
@allow(Permission.WRITE_ITEMS)
def edit_row(intake_id: int, index: int) -> str:
    found = queries.get_intake(intake_id, current_user)
    shown = _get_row(found, index)
    content = shown.content
    form = RowForm(
        formdata=None,
        kind=content.kind,
        stem=content.stem,
        options="\n".join(content.options),
        key=key_text(content.kind, content.key),
    )
    return render_template("intakes/row_form.html", intake=found, row=shown, form=form)


@blueprint.post("/<int:intake_id>/rows/<int:index>")
@allow(Permission.WRITE_ITEMS)
def correct(intake_id: int, index: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    form = RowForm()
    if not form.validate():
        return render_template(
            "intakes/row_form.html", intake=found, row=_get_row(found, index), form=form
        ), 422
    actions.correct(found, index, form.fields())
    return _changed(found, index)


@blueprint.post("/<int:intake_id>/rows/<int:index>/decision")
@allow(Permission.WRITE_ITEMS)
def decide(intake_id: int, index: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    said = request.form.get("decision", "")
    decision = Decision(said) if said in set(Decision) else None
    actions.decide(found, index, decision)
    return _changed(found, index)


@blueprint.post("/<int:intake_id>/aside")
@allow(Permission.WRITE_ITEMS)
def set_aside(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    number = actions.set_all_aside(found)
    flash(_("已搁置%(number)s道有问题的试题，它们不会入库。", number=number))
    return redirect(url_for("intakes.show", intake_id=intake_id), 303)


@blueprint.post("/<int:intake_id>/take-in")
@allow(Permission.WRITE_ITEMS)
def take_in(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    try:
        number = actions.take_in(found, by=current_user, at=now())
    except Refused as refusal:
        return _intake_page(found, refusal.reasons), 422
    flash(_("已将%(number)s道试题放入题库，审定后可用于组卷。", number=number))
    return redirect(url_for("intakes.show", intake_id=intake_id), 303)


@blueprint.post("/<int:intake_id>/undo")
@allow(Permission.WRITE_ITEMS)
def undo(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    try:
        number = actions.undo(found, by=current_user, at=now())
    except Refused as refusal:
        return _intake_page(found, refusal.reasons), 422
    flash(_("已撤回这次导入，移除%(number)s道试题。", number=number))
    return redirect(url_for("intakes.show", intake_id=intake_id), 303)


@blueprint.post("/<int:intake_id>/approve")
@allow(Permission.REVIEW_ITEMS)
def approve_intake(intake_id: int) -> ResponseReturnValue:
    """Pass all that still wait through to 审定; those that need somebody else are told of."""
    found = queries.get_intake(intake_id, current_user)
    waiting = approvals.reviewable([one.id for one in queries.drafts_of_intake(found)])
    passed = pass_on(waiting, until=Stage.FINAL, by=current_user, at=now())
    flash(_("已审定%(number)s道试题。", number=passed.approved))
    for sentence in passed.left[:1]:
        flash(_("%(n)s道没有通过。例如", n=len(passed.left)) + sentence, "warning")
    return redirect(url_for("intakes.show", intake_id=intake_id), 303)


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


def _intake_page(found: Intake, reasons: Sequence[str] = ()) -> str:
    previewed = found.state is IntakeState.PREVIEW
    shown = queries.preview(found) if previewed else []
    wanted = request.args.get("standing", "")
    kept = [row for row in grid.problems_first(shown) if wanted in ("", row.standing)]
    return render_template(
        "intakes/intake.html",
        intake=found,
        reasons=reasons,
        tally=grid.tally(shown),
        page=_sheet(kept),
        wanted=wanted,
        notices=[one["sentence"] for one in found.reading.get("problems", [])],
        drafts=len(queries.drafts_of_intake(found)) if not previewed else 0,
    )


def _sheet(rows: Sequence[Row]) -> Page[Row]:
    """A page of rows that are in memory already."""
    last = max(1, -(-len(rows) // ROWS_PER_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    start = (number - 1) * ROWS_PER_PAGE
    return Page(rows[start : start + ROWS_PER_PAGE], number, ROWS_PER_PAGE, len(rows))


def _get_row(found: Intake, index: int) -> Row:
    rows = queries.preview(found)
    if index >= len(rows):
        raise Missing("文件里的这道题")
    return rows[index]


def _row(found: Intake, shown: Row) -> str:
    return render_template("intakes/row.html", intake=found, row=shown)


def _changed(found: Intake, index: int) -> ResponseReturnValue:
    """The changed row and the new counts, or back to the page without htmx."""
    if "HX-Request" not in request.headers:
        return redirect(url_for("intakes.show", intake_id=found.id), 303)
    rows = queries.preview(found)
    return _row(found, rows[index]) + render_template(
        "intakes/tally.html", intake=found, tally=grid.tally(rows), wanted="", swapped=True
    )
