"""Pages of the norms: what is in force, since when, and on what basis."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.norms import actions, queries
from lms.ground.norms.forms import NormForm, ScopeForm, VerifyForm, draft_from

blueprint = Blueprint("norms", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.MANAGE_NORMS)
def index() -> str:
    norms = queries.current(
        on=today(),
        search=request.args.get("q", "").strip(),
        unverified="unverified" in request.args,
    )
    return render_template("norms/index.html", norms=norms)


@blueprint.get("/<code>")
@allow(Permission.MANAGE_NORMS)
def show(code: str) -> str:
    return _page(code, VerifyForm(formdata=None))


@blueprint.get("/<code>/new")
@allow(Permission.MANAGE_NORMS)
def new(code: str) -> ResponseReturnValue:
    scope = _scope()
    line = queries.line(code, scope)
    latest = line[-1] if line else queries.history(code)[0]
    form = NormForm(formdata=None, version=line[-1].version if line else "", basis=latest.basis)
    return render_template("norms/new.html", form=form, latest=latest, scope=scope, line=line)


@blueprint.post("/<code>/new")
@allow(Permission.MANAGE_NORMS)
def set_norm(code: str) -> ResponseReturnValue:
    scope = _scope()
    line = queries.line(code, scope)
    latest = line[-1] if line else queries.history(code)[0]
    form = NormForm()
    reasons: tuple[str, ...] = ()
    if form.validate():
        try:
            draft = draft_from(form, latest, scope)
            actions.set_norm(draft, seen=_seen(form), by=current_user, at=now())
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            flash(_("已保存。新值从生效日期起使用，以前的值保留备查。"))
            return redirect(url_for("norms.show", code=code), 303)
    page = render_template(
        "norms/new.html", form=form, latest=latest, scope=scope, line=line, reasons=reasons
    )
    return page, 422


@blueprint.post("/values/<int:norm_id>/withdraw")
@allow(Permission.MANAGE_NORMS)
def withdraw(norm_id: int) -> ResponseReturnValue:
    norm = queries.get_row(norm_id)
    actions.withdraw(norm, on=today(), by=current_user, at=now())
    flash(_("已撤回这个尚未生效的值。"))
    return redirect(url_for("norms.show", code=norm.code), 303)


@blueprint.post("/values/<int:norm_id>/verify")
@allow(Permission.MANAGE_NORMS)
def verify(norm_id: int) -> ResponseReturnValue:
    norm, form = queries.get_row(norm_id), VerifyForm()
    if not form.validate():
        return _page(norm.code, form), 422
    basis = form.basis.data or ""
    actions.verify(norm, basis, seen=_seen(form), by=current_user, at=now())
    flash(_("已标记为核实。"))
    return redirect(url_for("norms.show", code=norm.code), 303)


def _page(code: str, form: VerifyForm) -> str:
    history = queries.history(code)
    return render_template("norms/norm.html", code=code, history=history, form=form, today=today())


def _scope() -> str:
    """The scope that the address names, empty for everybody; Refused when it can't be one."""
    asked = ScopeForm(request.args)
    if request.args.get("scope") and not asked.validate():
        raise Refused(*asked.reasons())
    return asked.scope.data or ""


def _seen(form: NormForm | VerifyForm) -> int | None:
    text = form.version.data or ""
    return int(text) if text.isdigit() else None
