"""Pages of changes to many items: what, how many, done, undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Refused
from question_bank.changes import actions, queries
from question_bank.changes.forms import ChangeForm
from question_bank.changes.rules import (
    FIELD_NAMES,
    TAG_FIELDS,
    VERSION_FIELDS,
    Field,
    changed,
    few_enough,
    parsed,
    shown,
)
from question_bank.items.rules.finding import Search, search_of
from question_bank.topics import queries as topics

blueprint = Blueprint("changes", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.REVIEW_ITEMS)
def index() -> str:
    labels = topics.labels()
    page = queries.changes(page=request.args.get("page", type=int))
    values = {one.id: shown(one.field, one.value, labels) for one in page.rows}
    return render_template("changes/index.html", page=page, values=values, field_names=FIELD_NAMES)


@blueprint.get("/new")
@allow(Permission.REVIEW_ITEMS)
def new() -> str:
    """The form; once a field is named, what the change would do."""
    form = _form()
    # Who has just come from the list brings the list's own names.
    search = _meant() if "field" in request.args else search_of(request.args)
    try:
        few_enough(_number(search))
        preview = _preview(*form.typed()) if "field" in request.args else None
    except Refused as refusal:
        return _page(form, search, refusal.reasons)
    return _page(form, search, preview=preview)


@blueprint.post("/")
@allow(Permission.REVIEW_ITEMS)
def change() -> ResponseReturnValue:
    form = _form()
    field, value = form.typed()
    expected = request.form.get("expected", type=int)
    try:
        made = actions.change(
            _chosen(), field=field, value=value, expected=expected, by=current_user, at=now()
        )
    except Refused as refusal:
        return _page(form, _meant(), refusal.reasons), 422
    flash(_("已修改%(number)s道试题，可以在这里整批撤回。", number=made.items))
    return redirect(url_for("changes.index"), 303)


@blueprint.get("/items/<int:item_id>")
@allow(Permission.REVIEW_ITEMS)
def of_item(item_id: int) -> str:
    """A fragment for the page of an item: the changes that it was part of."""
    labels = topics.labels()
    lines = [
        (made, shown(made.field, line.before, labels), shown(made.field, made.value, labels), line)
        for made, line in queries.changes_of(item_id)
    ]
    return render_template("changes/of_item.html", lines=lines, field_names=FIELD_NAMES)


@blueprint.post("/<int:change_id>/undo")
@allow(Permission.REVIEW_ITEMS)
def undo(change_id: int) -> ResponseReturnValue:
    made = queries.get_change(change_id)
    back, left = actions.undo(made, by=current_user, at=now())
    flash(
        _("已恢复%(back)s道试题；%(left)s道此后又被改过，保持现状。", back=back, left=left)
        if left
        else _("已恢复%(back)s道试题。", back=back)
    )
    return redirect(url_for("changes.index"), 303)


def _form() -> ChangeForm:
    form = ChangeForm(request.values)
    tree = [SelectChoice(value=node.id, label=node.label) for node in topics.nodes()]
    form.topic.choices = [SelectChoice(value="", label=_("（不归入知识点）")), *tree]
    return form


def _page(
    form: ChangeForm,
    search: Search,
    reasons: Sequence[str] = (),
    preview: dict[str, Any] | None = None,
) -> str:
    return render_template(
        "changes/new.html",
        form=form,
        reasons=reasons,
        preview=preview,
        all="all" in request.values,
        chosen=request.values.getlist("item"),
        search={f"in_{name}": value for name, value in search.as_json().items()},
        number=_number(search),
    )


def _preview(field: Field, value: str) -> dict[str, Any]:
    """How many would change, from which values, and what stays."""
    plain = parsed(field, value)
    moved, told = changed(field, plain, queries.lines(field, plain, _chosen()))
    labels = topics.labels()
    settled = queries.settled([line.item_id for line in moved]) if field in VERSION_FIELDS else ()
    if settled:
        told.append(
            f"{len(settled)}道审过或用过，原来的版本不动，另存一个新版本；审题结论随新版本保留。"
        )
    before = Counter(shown(field, line.value, labels) for line in moved)
    return {
        "number": len(moved),
        "field": FIELD_NAMES[field],
        "value": shown(field, plain, labels),
        "before": [] if field in TAG_FIELDS else before.most_common(12),
        "told": told,
    }


def _chosen() -> list[int]:
    """The items that are meant: those that were ticked, or all that the search finds."""
    if "all" not in request.values:
        return _ticked()
    return queries.found_ids(_meant(), current_user)


def _number(search: Search) -> int:
    """How many are meant."""
    if "all" not in request.values:
        return len(_ticked())
    return queries.found_number(search, current_user)


def _ticked() -> list[int]:
    return [int(value) for value in request.values.getlist("item") if value.isdigit()]


def _meant() -> Search:
    """The search that the page carries along."""
    named = {name: request.values.get(f"in_{name}", "") for name in Search.__slots__}
    return search_of(named)
