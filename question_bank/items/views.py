"""Pages of items and banks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Missing, Refused
from question_bank.items import actions, queries
from question_bank.items.forms import (
    BankForm,
    ItemForm,
    SearchForm,
    typed_item,
)
from question_bank.items.kinds.catalogue import KINDS
from question_bank.items.models import Item
from question_bank.items.queries import Search
from question_bank.items.rules.terms import (
    COGNITION_NAMES,
    DIFFICULTY_NAMES,
    KIND_NAMES,
    STATE_NAMES,
    Difficulty,
    ItemState,
    Kind,
)
from question_bank.items.rules.typed import WITH_OPTIONS, WITH_PARTS, WITH_RUBRIC
from question_bank.topics import queries as topics
from question_bank.topics.actions import ensure_path
from question_bank.topics.models import Topic

blueprint = Blueprint("items", __name__, template_folder="templates")


@blueprint.app_context_processor
def _names() -> dict[str, Any]:
    """What the templates of items, and of the rooms above, call things by."""
    return {
        "kind_names": KIND_NAMES,
        "state_names": STATE_NAMES,
        "difficulty_names": DIFFICULTY_NAMES,
        "cognition_names": COGNITION_NAMES,
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
