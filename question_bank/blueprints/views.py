"""Pages of blueprints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from question_bank.blueprints import actions, queries
from question_bank.blueprints.forms import BlueprintForm, CopyForm, typed_blueprint, typed_grid
from question_bank.blueprints.models import Blueprint as Drawn
from question_bank.blueprints.rules.cells import Cell, minutes_needed
from question_bank.blueprints.rules.patterns import PATTERNS, find_pattern
from question_bank.items import queries as items
from question_bank.items.kinds.policies import POLICIES
from question_bank.topics import queries as topics

blueprint = Blueprint("blueprints", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.ASSEMBLE)
def index() -> str:
    search = request.args.get("search", "").strip()
    page = queries.blueprints(search, page=request.args.get("page", type=int))
    return render_template(
        "blueprints/index.html",
        search=search,
        page=page,
        sums=queries.sums(page.rows),
        patterns=PATTERNS,
    )


@blueprint.get("/new")
@allow(Permission.ASSEMBLE)
def new() -> str:
    pattern = find_pattern(request.args.get("pattern", ""))
    if pattern is None:
        return _page(BlueprintForm(formdata=None, minutes=90))
    typed = {"title": "", "minutes": pattern.minutes, **typed_grid(pattern.cells)}
    return _page(BlueprintForm(formdata=None, data=typed))


@blueprint.post("/new")
@allow(Permission.ASSEMBLE)
def draw() -> ResponseReturnValue:
    form = _filled_form()
    if not form.validate() or form.kindless():
        return _page(form, _kindless(form)), 422
    try:
        drawn = actions.draw_blueprint(
            title=form.title.data or "",
            minutes=form.minutes.data or 0,
            rows=form.drafts(),
            aims=form.aims(),
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _page(form, refusal.reasons), 422
    flash(_("已保存。表中列出了题库能供给的题数。"))
    return redirect(url_for("blueprints.show", blueprint_id=drawn.id), 303)


@blueprint.get("/<int:blueprint_id>")
@allow(Permission.ASSEMBLE)
def show(blueprint_id: int) -> str:
    drawn = queries.get_blueprint(blueprint_id)
    return _page(BlueprintForm(formdata=None, data=typed_blueprint(drawn)), drawn=drawn)


@blueprint.post("/<int:blueprint_id>")
@allow(Permission.ASSEMBLE)
def redraw(blueprint_id: int) -> ResponseReturnValue:
    drawn = queries.get_blueprint(blueprint_id)
    form = _filled_form()
    if not form.validate() or form.kindless():
        return _page(form, _kindless(form), drawn=drawn), 422
    try:
        actions.redraw(
            drawn,
            title=form.title.data or "",
            minutes=form.minutes.data or 0,
            rows=form.drafts(),
            aims=form.aims(),
            seen=form.version.data,
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _page(form, refusal.reasons, drawn=queries.get_blueprint(blueprint_id)), 422
    flash(_("已保存。表中列出了题库能供给的题数。"))
    return redirect(url_for("blueprints.show", blueprint_id=blueprint_id), 303)


@blueprint.post("/<int:blueprint_id>/copy")
@allow(Permission.ASSEMBLE)
def copy(blueprint_id: int) -> ResponseReturnValue:
    drawn = queries.get_blueprint(blueprint_id)
    form = CopyForm()
    title = form.title.data or _("%(title)s（副本）", title=drawn.title)
    made = actions.copy(drawn, title=title, by=current_user, at=now())
    flash(_("已复制为“%(title)s”。", title=made.title))
    return redirect(url_for("blueprints.show", blueprint_id=made.id), 303)


def _filled_form() -> BlueprintForm:
    form = BlueprintForm()
    _offer(form)
    return form


def _offer(form: BlueprintForm) -> None:
    policy = POLICIES[queries.multiple_policy(today=today())]
    form.offer(
        [(node.id, node.label) for node in topics.nodes()],
        [(bank.id, bank.name) for bank in items.banks()],
        policy.title,
    )


def _kindless(form: BlueprintForm) -> list[str]:
    return [_("第%(n)s列填了题数，但没有选题型。", n=number) for number in form.kindless()]


def _page(form: BlueprintForm, reasons: Sequence[str] = (), *, drawn: Drawn | None = None) -> str:
    form.widen()
    _offer(form)
    cells = [Cell(position=at, **asdict(one)) for at, one in enumerate(form.drafts())]
    return render_template(
        "blueprints/blueprint.html",
        form=form,
        drawn=drawn,
        reasons=reasons,
        minutes=int(minutes_needed(cells)),
    )
