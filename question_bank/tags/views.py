"""Pages of tags: all of them with their counts; some of them renamed or merged."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Refused
from question_bank.changes import actions as changes
from question_bank.changes.queries import lines
from question_bank.changes.rules import Field, changed, parsed
from question_bank.tags import queries

blueprint = Blueprint("tags", __name__, template_folder="templates")
MOST_AT_ONCE = 19  # and the new one: as many as an item may carry


@blueprint.get("/")
@allow(Permission.READ_ITEMS)
def index() -> str:
    text = request.args.get("text", "").strip()
    page = queries.tags(current_user, text=text, page=request.args.get("page", type=int))
    return render_template("tags/index.html", page=page, text=text)


@blueprint.get("/rename")
@allow(Permission.REVIEW_ITEMS)
def rename() -> str:
    """The form; once the new word is named, what would happen."""
    if "into" not in request.args:
        return _page()
    try:
        moved, told = changed(Field.RENAME_TAG, _value(), lines(Field.RENAME_TAG, _value(), _ids()))
    except Refused as refusal:
        return _page(refusal.reasons)
    return _page(number=len(moved), told=told)


@blueprint.post("/rename")
@allow(Permission.REVIEW_ITEMS)
def change() -> ResponseReturnValue:
    try:
        made = changes.change(
            _ids(), field=Field.RENAME_TAG, value=_value(),
            expected=request.form.get("expected", type=int), by=current_user, at=now(),
        )  # fmt: skip
    except Refused as refusal:
        return _page(refusal.reasons), 422
    flash(_("已改动%(number)s道试题的标签，可以在这里整批撤回。", number=made.items))
    return redirect(url_for("changes.index"), 303)


def _words() -> list[str]:
    """The chosen words but for the one that they become."""
    chosen = dict.fromkeys(request.values.getlist("word"))
    return [word for word in chosen if word != request.values.get("into", "").strip()]


def _value() -> str:
    """The chosen words, then the one that they become."""
    words, into = _words(), request.values.get("into", "").strip()
    if len(words) > MOST_AT_ONCE:
        raise Refused(f"一次最多合并{MOST_AT_ONCE}个标签。")
    if len(into.split()) != 1:
        raise Refused("请填写一个新的标签，中间不能有空格。")
    return parsed(Field.RENAME_TAG, " ".join([*words, into]))


def _ids() -> list[int]:
    return queries.items_with(_words())


def _page(
    reasons: Sequence[str] = (), *, number: int | None = None, told: Sequence[str] = ()
) -> str:
    tags = queries.tags_named(current_user, request.values.getlist("word"))
    into = request.values.get("into", tags[0].word if len(tags) > 1 else "")
    return render_template(
        "tags/rename.html", tags=tags, into=into, reasons=reasons, number=number, told=told
    )
