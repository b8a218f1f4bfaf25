"""Pages of reviewers: what waits for them, one item after another, many at once."""

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
from lms.ground.errors import Refused
from question_bank.approvals import actions, queries
from question_bank.approvals.forms import WorkForm
from question_bank.approvals.queries import Wanted
from question_bank.items.kinds.protocol import content_of
from question_bank.items.models import Item
from question_bank.items.queries import banks
from question_bank.items.rules.differences import changes
from question_bank.items.rules.reviewing import overlaps
from question_bank.items.rules.terms import STAGE_OF, Stage

blueprint = Blueprint("approvals", __name__, template_folder="templates")


@blueprint.app_context_processor
def _names() -> dict[str, Any]:
    return {"stage_of": STAGE_OF}


@blueprint.get("/")
@allow(Permission.REVIEW_ITEMS)
def index() -> str:
    form = WorkForm(request.args)
    blank = SelectChoice(value="", label=_("全部题库"))
    form.bank.choices = [blank, *(SelectChoice(value=one.id, label=one.name) for one in banks())]
    wanted = _wanted()
    page = queries.waiting(
        wanted, current_user, on=today(), page=request.args.get("page", type=int)
    )
    return render_template(
        "approvals/index.html",
        form=form,
        wanted=wanted,
        kept=_kept(wanted),
        page=page,
        overlaps={item.id: _overlaps(item) for item in page.rows},
    )


@blueprint.get("/<int:item_id>")
@allow(Permission.REVIEW_ITEMS)
def show(item_id: int) -> str:
    return _page(queries.get_waiting(item_id))


@blueprint.post("/<int:item_id>/pass")
@allow(Permission.REVIEW_ITEMS)
def pass_one(item_id: int) -> ResponseReturnValue:
    item, onward = queries.get_waiting(item_id), _onward(item_id)
    until = Stage.FINAL if "through" in request.form else Stage.FIRST
    seen = request.form.get("version", type=int)
    try:
        actions.pass_one(item, seen=seen, until=until, by=current_user, at=now())
    except Refused as refusal:
        return _page(item, refusal.reasons), 422
    state = _("已审定，可用于组卷。") if item.state not in STAGE_OF else _("已通过。")
    flash(_("第%(id)s号：", id=item.id) + state)
    return redirect(onward, 303)


@blueprint.post("/<int:item_id>/return")
@allow(Permission.REVIEW_ITEMS)
def send_back(item_id: int) -> ResponseReturnValue:
    item, onward = queries.get_waiting(item_id), _onward(item_id)
    try:
        reason = request.form.get("reason", "")
        item_number = actions.send_back([item], reason=reason, by=current_user, at=now())
    except Refused as refusal:
        return _page(item, refusal.reasons), 422
    flash(_("已退回%(number)s道试题，命题人会收到通知。", number=item_number))
    return redirect(onward, 303)


@blueprint.get("/together")
@allow(Permission.REVIEW_ITEMS)
def together() -> str:
    """What passing the chosen items would do, before it is done."""
    return _together(queries.reviewable(_chosen(request.args.getlist("item"))))


@blueprint.post("/together")
@allow(Permission.REVIEW_ITEMS)
def pass_together() -> ResponseReturnValue:
    items = queries.reviewable(_chosen(request.form.getlist("item")))
    seen = dict(pair.split(":") for pair in request.form.getlist("seen") if pair.count(":") == 1)
    items = [item for item in items if seen.get(str(item.id)) == str(item.version)]
    if "reason" in request.form:
        return _return_together(items)
    until = Stage.FINAL if "through" in request.form else Stage.FIRST
    passed = actions.pass_on(items, until=until, by=current_user, at=now())
    flash(
        _(
            "已通过%(number)s道，其中%(approved)s道审定可用；%(left)s道没有通过。",
            number=passed.number,
            approved=passed.approved,
            left=len(seen) - passed.number,
        )
    )
    return redirect(url_for("approvals.index", **_kept(_wanted())), 303)


def _return_together(items: Sequence[Item]) -> ResponseReturnValue:
    try:
        number = actions.send_back(
            items, reason=request.form.get("reason", ""), by=current_user, at=now()
        )
    except Refused as refusal:
        return _together(items, refusal.reasons), 422
    flash(_("已退回%(number)s道试题，命题人会收到通知。", number=number))
    return redirect(url_for("approvals.index", **_kept(_wanted())), 303)


def _page(item: Item, reasons: Sequence[str] = ()) -> str:
    wanted = _wanted()
    before, after = queries.neighbours(item.id, wanted, current_user, on=today())
    return render_template(
        "approvals/item.html",
        item=item,
        reasons=reasons,
        kept=_kept(wanted),
        before=before,
        after=after,
        overlaps=_overlaps(item),
        outlooks={until: _outlook(item, until) for until in (Stage.FIRST, Stage.FINAL)},
        changed=_changed(item),
        today=today(),
    )


def _together(items: Sequence[Item], reasons: Sequence[str] = ()) -> str:
    through = "through" in request.values
    until = Stage.FINAL if through else Stage.FIRST
    waiting = [item for item in items if item.state in STAGE_OF]
    return render_template(
        "approvals/together.html",
        kept=_kept(_wanted()),
        reasons=reasons,
        through=through,
        returning="returning" in request.values,
        rows=[(item, _outlook(item, until)) for item in waiting],
        idle=len(items) - len(waiting),
    )


def _outlook(item: Item, until: Stage) -> Any:
    if item.state not in STAGE_OF:
        return None
    needed = queries.needed_people(on=today())
    return actions.foresee(item, until=until, by=current_user, needed=needed)


def _overlaps(item: Item) -> list[str]:
    return overlaps(queries.writer_of(item), queries.looks_at(item))


def _changed(item: Item) -> Any:
    """What is different from the version before, field by field; None for a first version."""
    older = [one for one in item.versions if one.number < item.latest]
    if not older:
        return None
    before, after = (content_of(item.kind.value, vars(one)) for one in (older[-1], item.current))
    return changes(before, after)


def _wanted() -> Wanted:
    asked = request.values
    stage = asked.get("stage", "")
    return Wanted(
        mine=asked.get("list", "mine") == "mine",
        returned=asked.get("list") == "returned",
        stage=Stage(stage) if stage in set(Stage) else None,
        bank_id=asked.get("bank", type=int),
    )


def _kept(wanted: Wanted) -> dict[str, Any]:
    """The work list as an address says it."""
    which = "returned" if wanted.returned else "mine" if wanted.mine else "all"
    kept = {"list": which, "stage": wanted.stage or "", "bank": wanted.bank_id or ""}
    return {name: str(value) for name, value in kept.items() if value}


def _onward(item_id: int) -> str:
    """The next item of the work list, else the one before, else the list."""
    wanted = _wanted()
    before, after = queries.neighbours(item_id, wanted, current_user, on=today())
    following = after or before
    if following is None:
        return url_for("approvals.index", **_kept(wanted))
    return url_for("approvals.show", item_id=following, **_kept(wanted))


def _chosen(values: Sequence[str]) -> list[int]:
    return [int(value) for value in values if value.isdigit()]
