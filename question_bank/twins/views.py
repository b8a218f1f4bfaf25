"""Pages of items that say nearly the same."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from question_bank.items.kinds.protocol import Content, content_of
from question_bank.items.models import ItemVersion
from question_bank.items.queries import visible_banks
from question_bank.items.rules.differences import Change, changes
from question_bank.twins import actions
from question_bank.twins.queries import groups as queries
from question_bank.twins.queries.groups import Group

blueprint = Blueprint("twins", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.REVIEW_ITEMS)
def index() -> str:
    kept, bank_id = "kept" in request.args, request.args.get("bank", type=int)
    page = queries.groups(
        current_user, bank_id=bank_id, kept=kept, page=request.args.get("page", type=int)
    )
    return render_template(
        "twins/index.html",
        page=page,
        kept=kept,
        bank_id=bank_id,
        banks=visible_banks(current_user),
        differences=_differences(page.rows),
    )


@blueprint.get("/items/<int:item_id>")
@allow(Permission.REVIEW_ITEMS)
def of_item(item_id: int) -> str:
    """A fragment for the page of an item: what is nearly the same."""
    found = queries.pairs_of(item_id, current_user)
    return render_template("twins/of_item.html", item_id=item_id, twins=found)


@blueprint.post("/keep")
@allow(Permission.REVIEW_ITEMS)
def keep() -> ResponseReturnValue:
    actions.keep_all(_group(), by=current_user, at=now())
    flash(_("都保留，不再提示。"))
    return _back()


@blueprint.post("/retire")
@allow(Permission.REVIEW_ITEMS)
def retire() -> ResponseReturnValue:
    """Take the items of a group that are named out of use."""
    wanted = request.form.getlist("item", type=int)
    number = actions.retire(wanted, _group(), by=current_user, at=now())
    flash(_("已停用%(n)s道试题；需要时在试题页上恢复。", n=number))
    return _back()


def _group() -> list[int]:
    """The versions of the group that was shown."""
    return request.form.getlist("version", type=int)


def _back() -> ResponseReturnValue:
    bank, page = request.form.get("bank") or None, request.form.get("page") or None
    return redirect(url_for("twins.index", bank=bank, page=page), 303)


def _differences(groups: Sequence[Group]) -> dict[int, list[Change]]:
    """Version → in what it differs from the first of its group."""
    return {
        version.id: changes(_content(group.versions[0]), _content(version))
        for group in groups
        for version in group.versions[1:]
    }


def _content(version: ItemVersion) -> Content:
    return content_of(version.item.kind.value, vars(version))
