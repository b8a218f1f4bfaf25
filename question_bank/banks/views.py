"""Pages of banks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Refused
from question_bank.banks import actions, queries
from question_bank.banks.forms import AccessForm, BankForm
from question_bank.items import actions as items
from question_bank.items.models import Bank
from question_bank.items.rules.terms import ACCESS_NAMES, BankAccess

blueprint = Blueprint("banks", __name__, template_folder="templates")


@blueprint.app_context_processor
def _names() -> dict[str, Any]:
    return {"access_names": ACCESS_NAMES}


@blueprint.get("/")
@allow(Permission.READ_ITEMS)
def index() -> str:
    return render_template("banks/index.html", summaries=queries.summaries(current_user))


@blueprint.get("/new")
@allow(Permission.WRITE_ITEMS)
def new() -> str:
    form = BankForm(formdata=None, access=BankAccess.STEMS)
    return render_template("banks/new.html", form=form, reasons=())


@blueprint.post("/")
@allow(Permission.WRITE_ITEMS)
def create() -> ResponseReturnValue:
    form = BankForm()
    if not form.validate():
        return render_template("banks/new.html", form=form, reasons=()), 422
    try:
        bank = items.create_bank(
            form.name.data or "",
            note=form.note.data or "",
            access=BankAccess(form.access.data),
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return render_template("banks/new.html", form=form, reasons=refusal.reasons), 422
    flash(_("已新建题库“%(name)s”。", name=bank.name))
    return redirect(url_for("items.index", bank=bank.id), 303)


@blueprint.get("/<int:bank_id>")
@allow(Permission.WRITE_ITEMS)
def show(bank_id: int) -> str:
    bank = queries.get_bank(bank_id, current_user)
    readers = sorted(queries.readers(bank))
    form = AccessForm(formdata=None, note=bank.note, access=bank.access, readers=readers)
    return _page(bank, form)


@blueprint.post("/<int:bank_id>")
@allow(Permission.WRITE_ITEMS)
def open_to(bank_id: int) -> ResponseReturnValue:
    bank = queries.get_bank(bank_id, current_user)
    form = AccessForm()
    _offer(form)
    if not form.validate():
        return _page(bank, form, form.reasons()), 422
    actions.open_to(
        bank,
        note=form.note.data or "",
        access=BankAccess(form.access.data),
        readers=form.readers.data or [],
        by=current_user,
        at=now(),
    )
    flash(_("已保存谁可以看题库“%(name)s”。", name=bank.name))
    return redirect(url_for("banks.index"), 303)


def _page(bank: Bank, form: AccessForm, reasons: Sequence[str] = ()) -> str:
    _offer(form)
    return render_template("banks/bank.html", bank=bank, form=form, reasons=reasons)


def _offer(form: AccessForm) -> None:
    people = queries.possible_readers()
    form.readers.choices = [SelectChoice(value=one.id, label=one.name) for one in people]
