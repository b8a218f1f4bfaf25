"""Pages of items and banks, and of files on their way into a bank."""

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
from lms.ground.clock import now, today
from lms.ground.errors import Missing, Refused
from lms.ground.paging import Page
from lms.ground.uploads import actions as uploads
from lms.ground.uploads.models import Upload
from question_bank.items import actions, queries
from question_bank.items.forms import (
    BankForm,
    ItemForm,
    RowForm,
    SearchForm,
    UploadForm,
    typed_item,
)
from question_bank.items.kinds.catalogue import KINDS
from question_bank.items.models import Bank, Intake, Item
from question_bank.items.queries import Search
from question_bank.items.rules import grid
from question_bank.items.rules.grid import STANDING_NAMES, Decision, Row
from question_bank.items.rules.terms import (
    COGNITION_NAMES,
    DIFFICULTY_NAMES,
    INTAKE_STATE_NAMES,
    KIND_NAMES,
    STATE_NAMES,
    Difficulty,
    IntakeState,
    ItemState,
    Kind,
)
from question_bank.items.rules.typed import WITH_OPTIONS, WITH_PARTS, WITH_RUBRIC, key_text
from question_bank.topics import queries as topics
from question_bank.topics.actions import ensure_path
from question_bank.topics.models import Topic

blueprint = Blueprint("items", __name__, template_folder="templates")
ROWS_PER_PAGE = 50


@blueprint.app_context_processor
def _names() -> dict[str, Any]:
    """What the templates of items, and of the rooms above, call things by."""
    return {
        "kind_names": KIND_NAMES,
        "state_names": STATE_NAMES,
        "difficulty_names": DIFFICULTY_NAMES,
        "cognition_names": COGNITION_NAMES,
        "intake_state_names": INTAKE_STATE_NAMES,
        "standing_names": STANDING_NAMES,
        "item_kinds": KINDS,
    }


@blueprint.get("/")
@allow(Permission.READ_ITEMS)
def index() -> str:
    form = SearchForm(request.args)
    form.bank.choices = _bank_choices(_("全部题库"))
    form.topic.choices = _topic_choices(_("全部知识点"))
    search = Search(
        text=form.text.data or "",
        bank_id=form.number("bank"),
        kind=form.member("kind", Kind),
        topic_id=form.number("topic"),
        difficulty=form.member("difficulty", Difficulty),
        state=form.member("state", ItemState),
    )
    page = queries.items(search, page=request.args.get("page", type=int))
    return render_template("items/index.html", form=form, page=page, banks=queries.bank_summaries())


@blueprint.post("/approve")
@allow(Permission.REVIEW_ITEMS)
def approve_many() -> ResponseReturnValue:
    chosen = [int(value) for value in request.form.getlist("item") if value.isdigit()]
    number = actions.approve_all(queries.drafts_of(chosen), by=current_user, at=now())
    flash(_("已审定%(number)s道试题。", number=number))
    return redirect(url_for("items.index", state="draft"), 303)


@blueprint.get("/banks/new")
@allow(Permission.WRITE_ITEMS)
def new_bank() -> str:
    return render_template("items/bank.html", form=BankForm(), reasons=())


@blueprint.post("/banks")
@allow(Permission.WRITE_ITEMS)
def create_bank() -> ResponseReturnValue:
    form = BankForm()
    if not form.validate():
        return render_template("items/bank.html", form=form, reasons=()), 422
    try:
        bank = actions.create_bank(
            form.name.data or "", note=form.note.data or "", by=current_user, at=now()
        )
    except Refused as refusal:
        return render_template("items/bank.html", form=form, reasons=refusal.reasons), 422
    flash(_("已新建题库“%(name)s”。", name=bank.name))
    return redirect(url_for("items.index", bank=bank.id), 303)


@blueprint.get("/new")
@allow(Permission.WRITE_ITEMS)
def new() -> str:
    kind = _kind(request.args.get("kind", "single"))
    bank_id = request.args.get("bank", type=int)
    form = ItemForm(formdata=None, points=1, bank_id=bank_id, difficulty=Difficulty.MEDIUM)
    return _item_form(form, kind)


@blueprint.post("/new")
@allow(Permission.WRITE_ITEMS)
def create() -> ResponseReturnValue:
    kind = _kind(request.form.get("kind", ""))
    form = ItemForm()
    form.bank_id.choices = _bank_choices()
    if not form.validate():
        return _item_form(form, kind), 422
    try:
        item = actions.add_item(
            bank=queries.get_bank(form.bank_id.data),
            kind=kind,
            topic=_topic(form),
            **form.content(kind),
            sources=form.sources(),
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _item_form(form, kind, refusal.reasons), 422
    flash(_("已保存，审定后可用于组卷。"))
    return redirect(url_for("items.show", item_id=item.id), 303)


@blueprint.get("/<int:item_id>")
@allow(Permission.READ_ITEMS)
def show(item_id: int) -> str:
    item = queries.get_item(item_id)
    return render_template(
        "items/item.html",
        item=item,
        label=topics.labels().get(item.topic_id or 0, ""),
        uses=queries.uses([version.id for version in item.versions]),
        may_edit=queries.may_edit(item, current_user),
        today=today(),
    )


@blueprint.get("/<int:item_id>/edit")
@allow(Permission.WRITE_ITEMS)
def edit(item_id: int) -> str:
    item = queries.get_editable(item_id, current_user)
    label = topics.labels().get(item.topic_id or 0, "")
    return _item_form(ItemForm(formdata=None, data=typed_item(item, label)), item.kind, item=item)


@blueprint.post("/<int:item_id>/edit")
@allow(Permission.WRITE_ITEMS)
def revise(item_id: int) -> ResponseReturnValue:
    item = queries.get_editable(item_id, current_user)
    form = ItemForm()
    form.bank_id.choices = _bank_choices()
    if not form.validate():
        return _item_form(form, item.kind, item=item), 422
    fields = form.content(item.kind)
    try:
        actions.revise(
            item,
            fields,
            topic=_topic(form),
            sources=form.sources(item),
            seen=form.version.data,
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _item_form(form, item.kind, refusal.reasons, item=item), 422
    flash(_("已保存为第%(number)s版，审定后可用于组卷。", number=item.latest))
    return redirect(url_for("items.show", item_id=item.id), 303)


@blueprint.post("/<int:item_id>/approve")
@allow(Permission.REVIEW_ITEMS)
def approve(item_id: int) -> ResponseReturnValue:
    actions.approve(queries.get_item(item_id), by=current_user, at=now())
    flash(_("已审定，可用于组卷。"))
    return redirect(url_for("items.show", item_id=item_id), 303)


@blueprint.post("/<int:item_id>/retire")
@allow(Permission.REVIEW_ITEMS)
def retire(item_id: int) -> ResponseReturnValue:
    item = queries.get_item(item_id)
    actions.retire(item, seen=_version(), by=current_user, at=now())
    flash(_("已停用，不再用于新试卷。"))
    return redirect(url_for("items.show", item_id=item_id), 303)


@blueprint.post("/<int:item_id>/restore")
@allow(Permission.REVIEW_ITEMS)
def restore(item_id: int) -> ResponseReturnValue:
    item = queries.get_item(item_id)
    actions.restore(item, seen=_version(), by=current_user, at=now())
    flash(_("已恢复，重新审定后可用于组卷。"))
    return redirect(url_for("items.show", item_id=item_id), 303)


@blueprint.get("/upload")
@allow(Permission.WRITE_ITEMS)
def upload() -> str:
    return _upload_form(UploadForm(bank_id=request.args.get("bank")))


@blueprint.post("/upload")
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
            return redirect(url_for("items.intake", intake_id=known.id), 303)
        started = actions.start_intake(bank, file, key_upload=key_file, by=current_user, at=now())
    except Refused as refusal:
        return _upload_form(form, refusal.reasons), 422
    return redirect(url_for("items.intake", intake_id=started.id), 303)


@blueprint.get("/intakes/<int:intake_id>")
@allow(Permission.WRITE_ITEMS)
def intake(intake_id: int) -> str:
    return _intake_page(queries.get_intake(intake_id, current_user))


@blueprint.get("/intakes/<int:intake_id>/rows/<int:index>")
@allow(Permission.WRITE_ITEMS)
def row(intake_id: int, index: int) -> str:
    found = queries.get_intake(intake_id, current_user)
    return _row(found, _get_row(found, index))


@blueprint.get("/intakes/<int:intake_id>/rows/<int:index>/edit")
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
    return render_template("items/row_form.html", intake=found, row=shown, form=form)


@blueprint.post("/intakes/<int:intake_id>/rows/<int:index>")
@allow(Permission.WRITE_ITEMS)
def correct(intake_id: int, index: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    form = RowForm()
    if not form.validate():
        return render_template(
            "items/row_form.html", intake=found, row=_get_row(found, index), form=form
        ), 422
    actions.correct(found, index, form.fields())
    return _changed(found, index)


@blueprint.post("/intakes/<int:intake_id>/rows/<int:index>/decision")
@allow(Permission.WRITE_ITEMS)
def decide(intake_id: int, index: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    said = request.form.get("decision", "")
    decision = Decision(said) if said in set(Decision) else None
    actions.decide(found, index, decision)
    return _changed(found, index)


@blueprint.post("/intakes/<int:intake_id>/aside")
@allow(Permission.WRITE_ITEMS)
def set_aside(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    number = actions.set_all_aside(found)
    flash(_("已搁置%(number)s道有问题的试题，它们不会入库。", number=number))
    return redirect(url_for("items.intake", intake_id=intake_id), 303)


@blueprint.post("/intakes/<int:intake_id>/take-in")
@allow(Permission.WRITE_ITEMS)
def take_in(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    try:
        number = actions.take_in(found, by=current_user, at=now())
    except Refused as refusal:
        return _intake_page(found, refusal.reasons), 422
    flash(_("已将%(number)s道试题放入题库，审定后可用于组卷。", number=number))
    return redirect(url_for("items.intake", intake_id=intake_id), 303)


@blueprint.post("/intakes/<int:intake_id>/undo")
@allow(Permission.WRITE_ITEMS)
def undo(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user, lock=True)
    try:
        number = actions.undo(found, by=current_user, at=now())
    except Refused as refusal:
        return _intake_page(found, refusal.reasons), 422
    flash(_("已撤回这次导入，移除%(number)s道试题。", number=number))
    return redirect(url_for("items.intake", intake_id=intake_id), 303)


@blueprint.post("/intakes/<int:intake_id>/approve")
@allow(Permission.REVIEW_ITEMS)
def approve_intake(intake_id: int) -> ResponseReturnValue:
    found = queries.get_intake(intake_id, current_user)
    number = actions.approve_all(queries.drafts_of_intake(found), by=current_user, at=now())
    flash(_("已审定%(number)s道试题。", number=number))
    return redirect(url_for("items.intake", intake_id=intake_id), 303)


def _item_form(
    form: ItemForm, kind: Kind, reasons: Sequence[str] = (), *, item: Item | None = None
) -> str:
    form.bank_id.choices = _bank_choices()
    if kind in WITH_PARTS:
        form.parts.append_entry()  # always one more to fill in
    return render_template(
        "items/form.html",
        form=form,
        kind=kind,
        item=item,
        reasons=reasons,
        has_options=kind in WITH_OPTIONS,
        has_parts=kind in WITH_PARTS,
        has_rubric=kind in WITH_RUBRIC,
        topic_labels=[node.label.replace(" › ", " > ") for node in topics.nodes()],
    )


def _kind(name: str) -> Kind:
    if name not in set(Kind):
        raise Missing("这种题型")
    return Kind(name)


def _topic(form: ItemForm) -> Topic | None:
    names = form.topic_names()
    return ensure_path(names) if names else None


def _version() -> int | None:
    return request.form.get("version", type=int)


def _bank_choices(blank: str = "") -> list[SelectChoice]:
    listed = [SelectChoice(value=bank.id, label=bank.name) for bank in queries.banks()]
    return [SelectChoice(value="", label=blank), *listed] if blank else listed


def _topic_choices(blank: str) -> list[SelectChoice]:
    listed = [SelectChoice(value=node.id, label=node.label) for node in topics.nodes()]
    return [SelectChoice(value="", label=blank), *listed]


def _upload_choices() -> list[SelectChoice]:
    return _bank_choices(_("（新建题库，名称填在下面）"))


def _upload_form(form: UploadForm, reasons: Sequence[str] = ()) -> str:
    form.bank_id.choices = _upload_choices()
    page = queries.intakes(current_user, page=request.args.get("page", type=int))
    return render_template("items/upload.html", form=form, reasons=reasons, page=page)


def _wanted_bank(form: UploadForm) -> Bank:
    if form.bank_id.data:
        return queries.get_bank(int(form.bank_id.data))
    if not form.bank_name.data:
        raise Refused(_("请选择题库，或填写新题库的名称。"))
    return actions.ensure_bank(form.bank_name.data, by=current_user, at=now())


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
        "items/intake.html",
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
    return render_template("items/row.html", intake=found, row=shown)


def _changed(found: Intake, index: int) -> ResponseReturnValue:
    """The changed row and the new counts, or back to the page without htmx."""
    if "HX-Request" not in request.headers:
        return redirect(url_for("items.intake", intake_id=found.id), 303)
    rows = queries.preview(found)
    return _row(found, rows[index]) + render_template(
        "items/tally.html", intake=found, tally=grid.tally(rows), wanted="", swapped=True
    )
