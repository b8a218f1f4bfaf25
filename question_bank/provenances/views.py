"""The page of items whose sources end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from question_bank.items.queries import visible_banks
from question_bank.provenances import actions, queries
from question_bank.provenances.forms import RenewForm
from question_bank.provenances.queries import Wanted

blueprint = Blueprint("provenances", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.READ_ITEMS)
def index() -> str:
    return _index(RenewForm(formdata=None))


@blueprint.post("/renew")
@allow(Permission.REVIEW_ITEMS)
def renew() -> ResponseReturnValue:
    form = RenewForm()
    if not form.validate():
        return _index(form, form.reasons()), 422
    try:
        number = actions.renew(
            queries.chosen(_chosen()),
            edition=form.edition.data or "",
            valid_to=form.valid_to.data,
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _index(form, refusal.reasons), 422
    flash(_("已更新%(number)s条出处。", number=number))
    return redirect(url_for("provenances.index"), 303)


@blueprint.post("/retire")
@allow(Permission.REVIEW_ITEMS)
def retire() -> ResponseReturnValue:
    number = actions.retire(queries.chosen(_chosen()), by=current_user, at=now())
    flash(_("已停用%(number)s道试题，不再用于新试卷。", number=number))
    return redirect(url_for("provenances.index"), 303)


def _index(form: RenewForm, reasons: Sequence[str] = ()) -> str:
    asked = request.args
    wanted = Wanted(
        expired="expired" in asked,
        bank_id=asked.get("bank", type=int),
        document=asked.get("document", ""),
    )
    page = queries.expiring(wanted, current_user, on=today(), page=asked.get("page", type=int))
    return render_template(
        "provenances/index.html",
        form=form,
        reasons=reasons,
        wanted=wanted,
        page=page,
        banks=visible_banks(current_user),
        documents=queries.documents(current_user, on=today()),
        days=queries.warning_days(on=today()),
        today=today(),
        soon=today() + timedelta(days=queries.warning_days(on=today())),
    )


def _chosen() -> list[int]:
    return [int(value) for value in request.form.getlist("item") if value.isdigit()]
