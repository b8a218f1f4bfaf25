"""Pages of question files on their way into a bank."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
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
from lms.ground.errors import Conflict, Missing, Refused
from lms.ground.uploads import actions as uploads
from lms.ground.uploads import delivery
from lms.ground.uploads.models import Upload
from lms.ground.web.links import link
from question_bank.approvals import queries as approvals
from question_bank.approvals.actions import pass_on
from question_bank.intakes.actions import previewing
from question_bank.intakes.actions import taking_in as actions
from question_bank.intakes.actions.previewing import FIELDS, Deed
from question_bank.intakes.documents import workbook
from question_bank.intakes.forms import BulkForm, RowForm, UploadForm, typed_row
from question_bank.intakes.models import Intake, IntakeRow
from question_bank.intakes.queries import intakes as queries
from question_bank.intakes.queries import rows
from question_bank.intakes.queries.near import likenesses
from question_bank.intakes.rules.found import pieces
from question_bank.intakes.rules.grid import STANDING_NAMES, Decision, Standing
from question_bank.intakes.rules.roles import ROLE_NAMES, guessed, said_columns
from question_bank.intakes.rules.sieve import Sieve, problem_name, sieve_of
from question_bank.intakes.rules.terms import INTAKE_STATE_NAMES, IntakeState
from question_bank.items import actions as items
from question_bank.items.models import Bank
from question_bank.items.queries import banks, get_bank
from question_bank.items.rules.runs import runs, unplaced
from question_bank.items.rules.terms import DIFFICULTY_NAMES, Difficulty, Stage
from question_bank.items.rules.typed import WITH_OPTIONS, WITH_PARTS, WITH_RUBRIC
from question_bank.topics.queries import labels

blueprint = Blueprint("intakes", __name__, template_folder="templates")
# Problems of a file that go away once somebody says which column is what.
_COLUMN_CODES = frozenset({"columns_unknown", "no_header", "column_left_out", "sheet_skipped"})
# Which fields of the form a kind has; without the script all of them are shown.
WITH_KINDS = {
    "options": sorted(WITH_OPTIONS),
    "parts": sorted(WITH_PARTS),
    "rubric": sorted(WITH_RUBRIC),
    "left": ["matching"],
    "any_order": ["blank"],
}


@blueprint.app_context_processor
def _names() -> dict[str, Any]:
    """What the templates call the states of intakes and of their rows by."""
    return {
        "intake_state_names": INTAKE_STATE_NAMES,
        "standing_names": STANDING_NAMES,
        "problem_name": problem_name,
        "runs_of": runs,
        "unplaced_of": unplaced,
    }


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


@blueprint.post("/<int:intake_id>/stop")
@allow(Permission.WRITE_ITEMS)
def stop(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    actions.stop_reading(found, by=current_user, at=now())
    return redirect(url_for("intakes.show", intake_id=intake_id), 303)


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
    data = io.BytesIO(workbook(rows.examined(found, aside)))
    name = found.upload.name.rpartition(".")[0] or found.upload.name
    return send_file(data, as_attachment=True, download_name=f"{name}（搁置的{len(aside)}道）.xlsx")


@blueprint.get("/<int:intake_id>/rows/<int:index>")
@allow(Permission.WRITE_ITEMS)
def row(intake_id: int, index: int) -> str:
    found = queries.get_intake(intake_id, current_user)
    return _row(found, rows.get_row(found, index))


@blueprint.get("/<int:intake_id>/rows/<int:index>/edit")
@allow(Permission.WRITE_ITEMS)
def edit_row(intake_id: int, index: int) -> str:
    found = queries.get_intake(intake_id, current_user)
    record = rows.get_row(found, index)
    (shown,) = rows.examined(found, [record])
    typed = {**typed_row(shown), "version": record.version}
    return _row_form(found, record, RowForm(formdata=None, data=typed))


@blueprint.post("/<int:intake_id>/rows/<int:index>")
@allow(Permission.WRITE_ITEMS)
def correct(intake_id: int, index: int) -> ResponseReturnValue:
    """Keep what was typed; on a stale form it is shown again beside what the row is by now."""
    found = queries.get_intake(intake_id, current_user, lock=True)
    record = rows.get_row(found, index)
    form = RowForm()
    if not form.validate():
        return _row_form(found, record, form), 422
    (shown,) = rows.examined(found, [record])
    try:
        previewing.correct(
            found, index, form.fields(shown), dropped=form.drop.data or [],
            seen=form.version.data, by=current_user,
        )  # fmt: skip
    except Conflict as conflict:
        form.version.raw_data, form.version.data = None, record.version
        return _row_form(found, record, form, conflict.sentence), 409
    return _changed(found, index)


@blueprint.post("/<int:intake_id>/rows/<int:index>/key")
@allow(Permission.WRITE_ITEMS)
def set_key(intake_id: int, index: int) -> ResponseReturnValue:
    """The key of a choice or a judgement, by a keystroke."""
    key = [one for one in request.form.get("key", "").split(",") if one]
    return _deciding(
        intake_id, index,
        lambda found, seen: previewing.correct(
            found, index, {"key": key}, seen=seen, by=current_user
        ),
    )  # fmt: skip


@blueprint.post("/<int:intake_id>/rows/<int:index>/restore")
@allow(Permission.WRITE_ITEMS)
def restore(intake_id: int, index: int) -> ResponseReturnValue:
    return _deciding(
        intake_id, index,
        lambda found, seen: previewing.restore(found, index, seen=seen, by=current_user),
    )  # fmt: skip


@blueprint.post("/<int:intake_id>/rows/<int:index>/decision")
@allow(Permission.WRITE_ITEMS)
def decide(intake_id: int, index: int) -> ResponseReturnValue:
    said = request.form.get("decision", "")
    decision = Decision(said) if said in set(Decision) else None
    return _deciding(
        intake_id, index,
        lambda found, seen: previewing.decide(
            found, index, decision, seen=seen, by=current_user
        ),
    )  # fmt: skip


@blueprint.post("/<int:intake_id>/aside")
@allow(Permission.WRITE_ITEMS)
def set_aside(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    number = previewing.set_all_aside(found, by=current_user)
    flash(_("已搁置%(number)s道有问题的试题，它们不会入库。", number=number))
    return redirect(url_for("intakes.show", intake_id=intake_id), 303)


@blueprint.post("/<int:intake_id>/all")
@allow(Permission.WRITE_ITEMS)
def treat_all(intake_id: int) -> ResponseReturnValue:
    """The same for all rows that the filter of the form lets through."""
    found = queries.get_intake(intake_id, current_user, lock=True)
    form, sieve = BulkForm(), sieve_of(request.form)
    said = request.form.get("deed", "")
    try:
        told = _treat_all(found, form, sieve, Deed(said) if said in set(Deed) else None)
    except (Refused, Conflict) as refusal:
        reasons = refusal.reasons if isinstance(refusal, Refused) else [refusal.sentence]
        return _intake_page(found, reasons, sieve), 409 if isinstance(refusal, Conflict) else 422
    flash(told)
    return redirect(_address(found, sieve), 303)


def _treat_all(found: Intake, form: BulkForm, sieve: Sieve, deed: Deed | None) -> str:
    """Do it; the sentence on what was done."""
    if deed is None or not form.validate():
        raise Refused(*(form.reasons() or [_("请选择要做什么。")]))
    if deed in FIELDS:
        value = form[deed.value].data
        if value in (None, ""):
            raise Refused(_("请先填写要设成什么。"))
        if deed is Deed.DIFFICULTY:
            value = DIFFICULTY_NAMES[Difficulty(value)]
        number = previewing.set_all(
            found, sieve, {deed.value: str(value)}, only_empty=bool(form.only_empty.data),
            expected=form.number.data, by=current_user,
        )  # fmt: skip
        return str(_("已改动%(n)s道题。", n=number))
    number, left = previewing.decide_all(
        found, sieve, deed, expected=form.number.data, by=current_user
    )
    told = {
        Deed.ACCEPT: _("已将%(n)s道题记为核对无误。", n=number),
        Deed.ASIDE: _("已搁置%(n)s道题，它们不会入库。", n=number),
        Deed.BACK: _("已取回对%(n)s道题的处理。", n=number),
    }[deed]
    if left and deed is Deed.ACCEPT:
        told += _("还有%(n)s道另有问题，须逐题处理。", n=left)
    return str(told)


@blueprint.post("/<int:intake_id>/take-in")
@allow(Permission.WRITE_ITEMS)
def take_in(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    if found.state is IntakeState.PREVIEW and previewing.refresh(found):
        flash(_("题库刚有变动，有些题的情况随之变了，请看过再入库。"), "warning")
        return redirect(url_for("intakes.show", intake_id=intake_id), 303)
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


def _intake_page(found: Intake, reasons: Sequence[str] = (), sieve: Sieve | None = None) -> str:
    told: dict[str, Any] = {
        "intake": found,
        "reasons": reasons,
        "tally": rows.tally(found),
        "notices": [one["sentence"] for one in found.reading.get("problems", [])],
        "needs_columns": any(
            one.get("code") in _COLUMN_CODES for one in found.reading.get("problems", [])
        ),
    }
    if found.state is IntakeState.PREVIEW:
        return render_template("intakes/preview.html", **told, **_grid(found, sieve))
    return render_template("intakes/intake.html", **told, **_outcome(found))


def _grid(found: Intake, sieve: Sieve | None) -> dict[str, Any]:
    """The rows of a preview that are asked for, and what they can be narrowed to."""
    sieve = sieve or sieve_of(request.args)
    page = rows.page(found, sieve, number=request.args.get("page", type=int))
    return {
        "sieve": sieve,
        "page": page,
        "shown": _shown(found, page.rows),
        "kinds": rows.kinds(found),
        "codes": rows.codes(found, *rows.WAITING),
        "ready_kinds": rows.kinds(found, Standing.READY),
        "new_topics": rows.new_topics(found),
        "bulk": BulkForm(formdata=None, number=page.total),
        "topic_labels": sorted(label.replace(" › ", " > ") for label in labels().values()),
    }


def _outcome(found: Intake) -> dict[str, Any]:
    """What became of an intake: what entered, what was set aside and why, what stands in the way."""
    aside = rows.set_aside(found)
    over = found.state in (IntakeState.COMMITTED, IntakeState.UNDONE)
    return {
        "drafts": len(queries.drafts_of_intake(found)) if over else 0,
        "ready_kinds": rows.kinds(found, Standing.READY) if over else {},
        "aside": aside if over else [],
        "aside_codes": rows.codes(found, Standing.ASIDE) if over else {},
        "used": queries.used_items_of(found) if over else [],
        "link": link,
    }


def _shown(found: Intake, records: Sequence[IntakeRow]) -> list[dict[str, Any]]:
    """Each record with its checks, its source text in pieces, and what is near it."""
    checked = rows.examined(found, records)
    near = likenesses(found, records, checked, current_user, at=now())
    return [
        {
            "record": record,
            "row": row,
            "pieces": pieces(str((row.item.get("source") or {}).get("text", "")), row.content),
            "likenesses": near.get(record.position, []),
        }
        for record, row in zip(records, checked, strict=True)
    ]


def _row(found: Intake, record: IntakeRow, told: str = "") -> str:
    (shown,) = _shown(found, [record])
    return render_template(
        "intakes/row.html", intake=found, told=told, sieve=sieve_of(request.args), **shown
    )


def _row_form(found: Intake, record: IntakeRow, form: RowForm, told: str = "") -> str:
    form.parts.append_entry()  # one to fill in without the script
    (shown,) = _shown(found, [record])
    return render_template(
        "intakes/row_form.html", intake=found, form=form, told=told,
        sieve=sieve_of(request.args), with_kinds=WITH_KINDS, **shown,
    )  # fmt: skip


def _deciding(
    intake_id: int, index: int, deed: Callable[[Intake, int | None], None]
) -> ResponseReturnValue:
    """Do it on the version that was seen; on a later one show the row as it is by now."""
    found = queries.get_intake(intake_id, current_user, lock=True)
    seen = request.form.get("version", type=int)
    try:
        deed(found, seen)
    except Conflict as conflict:
        if "HX-Request" not in request.headers:
            raise
        return _row(found, rows.get_row(found, index), conflict.sentence), 409
    return _changed(found, index)


def _changed(found: Intake, index: int) -> ResponseReturnValue:
    """The changed row and the new counts, or back to the page without htmx."""
    sieve = sieve_of(request.args)
    if "HX-Request" not in request.headers:
        number = request.args.get("page", type=int)
        address = _address(found, sieve, page=number, _anchor=f"row-{index}")
        return redirect(address, 303)
    return _row(found, rows.get_row(found, index)) + render_template(
        "intakes/tally.html", intake=found, tally=rows.tally(found), sieve=sieve,
        ready_kinds=rows.kinds(found, Standing.READY), new_topics=rows.new_topics(found),
        swapped=True,
    )  # fmt: skip


def _address(found: Intake, sieve: Sieve, **further: Any) -> str:
    """The list that the sieve lets through."""
    asked: dict[str, Any] = {**sieve.as_args(), **further}
    return url_for("intakes.show", intake_id=found.id, **asked)


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
