"""The page of groups of enemies."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Refused
from question_bank.enemies import actions, queries
from question_bank.enemies.forms import EnemyForm

blueprint = Blueprint("enemies", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.ASSEMBLE)
def index() -> str:
    return _page(EnemyForm(formdata=None, items=request.args.get("item", "")))


@blueprint.post("/")
@allow(Permission.ASSEMBLE)
def keep_apart() -> ResponseReturnValue:
    form = EnemyForm()
    if not form.validate():
        return _page(form), 422
    try:
        actions.keep_apart(form.numbers(), reason=form.reason.data or "", by=current_user, at=now())
    except Refused as refusal:
        return _page(form, refusal.reasons), 422
    flash(_("已列为互斥，组卷和换题时不会同卷。"))
    return redirect(url_for("enemies.index"), 303)


@blueprint.post("/<int:group_id>/reconcile")
@allow(Permission.ASSEMBLE)
def reconcile(group_id: int) -> ResponseReturnValue:
    actions.reconcile(queries.get_enemy_group(group_id), by=current_user, at=now())
    flash(_("已解除互斥。"))
    return redirect(url_for("enemies.index"), 303)


def _page(form: EnemyForm, reasons: Sequence[str] = ()) -> str:
    return render_template(
        "enemies/index.html", form=form, reasons=reasons, groups=queries.enemy_groups()
    )
