"""Pages of items that say nearly the same."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Missing
from question_bank.items.kinds.protocol import content_of
from question_bank.items.queries import visible_banks
from question_bank.items.rules.differences import Change, changes
from question_bank.twins import actions, queries
from question_bank.twins.models import Twin

blueprint = Blueprint("twins", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.REVIEW_ITEMS)
def index() -> str:
    kept, bank_id = "kept" in request.args, request.args.get("bank", type=int)
    page = queries.pairs(
        current_user, bank_id=bank_id, kept=kept, page=request.args.get("page", type=int)
    )
    return render_template(
        "twins/index.html",
        page=page,
        kept=kept,
        bank_id=bank_id,
        banks=visible_banks(current_user),
        differences={(one.first_id, one.second_id): _differences(one) for one in page.rows},
    )


@blueprint.get("/items/<int:item_id>")
@allow(Permission.REVIEW_ITEMS)
def of_item(item_id: int) -> str:
    """A fragment for the page of an item: what is nearly the same."""
    found = queries.pairs_of(item_id, current_user)
    return render_template("twins/of_item.html", item_id=item_id, twins=found)


@blueprint.post("/<int:first_id>/<int:second_id>/keep")
@allow(Permission.REVIEW_ITEMS)
def keep(first_id: int, second_id: int) -> ResponseReturnValue:
    actions.keep_both(queries.get_pair(first_id, second_id), by=current_user, at=now())
    flash(_("两道都保留，不再提示。"))
    return _back()


@blueprint.post("/<int:first_id>/<int:second_id>/retire")
@allow(Permission.REVIEW_ITEMS)
def retire(first_id: int, second_id: int) -> ResponseReturnValue:
    twin = queries.get_pair(first_id, second_id)
    wanted = request.form.get("item", type=int)
    pair = {one.item_id: one.item for one in (twin.first, twin.second)}
    if wanted not in pair:
        raise Missing("这一对中的这道试题")
    actions.retire(pair[wanted], twin, by=current_user, at=now())
    flash(_("已停用第%(id)s号试题。", id=wanted))
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("twins.index", bank=request.form.get("bank") or None), 303)


def _differences(twin: Twin) -> list[Change]:
    first, second = (
        content_of(one.item.kind.value, vars(one)) for one in (twin.first, twin.second)
    )
    return changes(first, second)
