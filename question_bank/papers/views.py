"""Pages of blueprints and papers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Missing, Refused
from question_bank.items import queries as items
from question_bank.items.kinds.policies import POLICIES, policies_for
from question_bank.papers import actions, queries
from question_bank.papers.forms import (
    SPARE_ROWS,
    AssembleForm,
    BlueprintForm,
    PolicyForm,
    SwapForm,
    typed_blueprint,
)
from question_bank.papers.models import Blueprint as Drawn
from question_bank.papers.models import Paper, Slot, Variant
from question_bank.topics import queries as topics

blueprint = Blueprint("papers", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.ASSEMBLE)
def index() -> str:
    return render_template(
        "papers/index.html",
        page=queries.papers(page=request.args.get("page", type=int)),
        blueprints=queries.blueprints(),
    )


@blueprint.get("/blueprints/new")
@allow(Permission.ASSEMBLE)
def new_blueprint() -> str:
    return _blueprint_page(BlueprintForm(formdata=None, minutes=90))


@blueprint.post("/blueprints/new")
@allow(Permission.ASSEMBLE)
def draw() -> ResponseReturnValue:
    form = _filled_blueprint_form()
    if not form.validate():
        return _blueprint_page(form), 422
    try:
        drawn = actions.draw_blueprint(
            title=form.title.data or "",
            minutes=form.minutes.data or 0,
            rows=form.drafts(),
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _blueprint_page(form, refusal.reasons), 422
    flash(_("已保存。表中列出了题库能供给的题数。"))
    return redirect(url_for("papers.show_blueprint", blueprint_id=drawn.id), 303)


@blueprint.get("/blueprints/<int:blueprint_id>")
@allow(Permission.ASSEMBLE)
def show_blueprint(blueprint_id: int) -> str:
    drawn = queries.get_blueprint(blueprint_id)
    return _blueprint_page(BlueprintForm(formdata=None, data=typed_blueprint(drawn)), drawn=drawn)


@blueprint.post("/blueprints/<int:blueprint_id>")
@allow(Permission.ASSEMBLE)
def redraw(blueprint_id: int) -> ResponseReturnValue:
    drawn = queries.get_blueprint(blueprint_id)
    form = _filled_blueprint_form()
    if not form.validate():
        return _blueprint_page(form, drawn=drawn), 422
    try:
        actions.redraw(
            drawn,
            title=form.title.data or "",
            minutes=form.minutes.data or 0,
            rows=form.drafts(),
            seen=form.version.data,
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        drawn = queries.get_blueprint(blueprint_id)
        return _blueprint_page(form, refusal.reasons, drawn=drawn), 422
    flash(_("已保存。表中列出了题库能供给的题数。"))
    return redirect(url_for("papers.show_blueprint", blueprint_id=blueprint_id), 303)


@blueprint.post("/blueprints/<int:blueprint_id>/assemble")
@allow(Permission.ASSEMBLE)
def assemble(blueprint_id: int) -> ResponseReturnValue:
    drawn = queries.get_blueprint(blueprint_id)
    form = AssembleForm()
    shown = BlueprintForm(formdata=None, data=typed_blueprint(drawn))
    if not form.validate():
        return _blueprint_page(shown, form.reasons(), drawn=drawn), 422
    seed = secrets.randbelow(2**31) if form.seed.data is None else form.seed.data
    try:
        paper = actions.assemble(
            drawn, seed=seed, title=form.title.data or "", by=current_user, at=now()
        )
    except Refused as refusal:
        return _blueprint_page(shown, refusal.reasons, drawn=drawn), 422
    flash(_("已组成A、B两卷，请逐题过目，再封存。"))
    return redirect(url_for("papers.show", paper_id=paper.id), 303)


@blueprint.get("/<int:paper_id>")
@allow(Permission.ASSEMBLE)
def show(paper_id: int) -> str:
    return _paper_page(queries.get_paper(paper_id))


@blueprint.post("/<int:paper_id>/open")
@allow(Permission.ASSEMBLE)
def open_sealed(paper_id: int) -> str:
    paper = queries.get_paper(paper_id)
    actions.open_answers(paper, by=current_user, at=now())
    return _paper_page(paper, opened=True)


@blueprint.get("/<int:paper_id>/slots/<int:slot_id>")
@allow(Permission.ASSEMBLE)
def show_slot(paper_id: int, slot_id: int) -> str:
    paper = queries.get_paper(paper_id)
    return _slot_page(paper, *_find_slot(paper, slot_id))


@blueprint.post("/<int:paper_id>/slots/<int:slot_id>")
@allow(Permission.ASSEMBLE)
def swap(paper_id: int, slot_id: int) -> ResponseReturnValue:
    paper = queries.get_paper(paper_id)
    variant, slot = _find_slot(paper, slot_id)
    form = SwapForm()
    if not form.validate():
        return _slot_page(paper, variant, slot, form.reasons()), 422
    wanted = items.versions([form.item_version_id.data or 0])
    if not wanted:
        raise Missing("要换成的试题")
    (version,) = wanted.values()
    try:
        actions.swap(paper, slot, version, seen=form.version.data, by=current_user, at=now())
    except Refused as refusal:
        return _slot_page(paper, variant, slot, refusal.reasons), 422
    flash(_("已更换%(code)s卷第%(number)s题。", code=variant.code, number=slot.number))
    return redirect(url_for("papers.show", paper_id=paper_id, variant=variant.code), 303)


@blueprint.post("/<int:paper_id>/sections/<int:section_id>/policy")
@allow(Permission.ASSEMBLE)
def set_policy(paper_id: int, section_id: int) -> ResponseReturnValue:
    paper = queries.get_paper(paper_id)
    section = next((one for one in paper.sections if one.id == section_id), None)
    if section is None:
        raise Missing("这个大题")
    form = PolicyForm()
    code = form.policy.data or ""
    actions.set_policy(paper, section, code, seen=form.version.data, by=current_user, at=now())
    flash(_("已更改计分办法。"))
    return redirect(url_for("papers.show", paper_id=paper_id), 303)


@blueprint.post("/<int:paper_id>/seal")
@allow(Permission.ASSEMBLE)
def seal(paper_id: int) -> ResponseReturnValue:
    paper = queries.get_paper(paper_id)
    try:
        actions.seal(paper, by=current_user, at=now())
    except Refused as refusal:
        return _paper_page(queries.get_paper(paper_id), refusal.reasons), 422
    flash(_("已封存，可以安排考试和打印；从现在起不能再改动。"))
    return redirect(url_for("papers.show", paper_id=paper_id), 303)


@blueprint.post("/<int:paper_id>/discard")
@allow(Permission.ASSEMBLE)
def discard(paper_id: int) -> ResponseReturnValue:
    actions.discard(queries.get_paper(paper_id), by=current_user, at=now())
    flash(_("已废弃这份未封存的试卷。"))
    return redirect(url_for("papers.index"), 303)


@blueprint.post("/variants/<int:variant_id>/print")
@allow(Permission.ASSEMBLE)
def print_variant(variant_id: int) -> ResponseReturnValue:
    job = actions.print_variant(
        queries.get_variant(variant_id),
        guide=request.form.get("what") == "guide",
        by=current_user,
        at=now(),
    )
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def _filled_blueprint_form() -> BlueprintForm:
    form = BlueprintForm()
    _offer(form)
    return form


def _offer(form: BlueprintForm) -> None:
    """The choices of every row; the same lists for all."""
    banks = [SelectChoice(value=bank.id, label=bank.name) for bank in items.banks()]
    labels = [SelectChoice(value=node.id, label=node.label) for node in topics.nodes()]
    anything = SelectChoice(value="", label=_("不限"))
    for row in form.rows:
        row.form.bank_id.choices = [anything, *banks]
        row.form.topic_id.choices = [anything, *labels]


def _blueprint_page(
    form: BlueprintForm, reasons: Sequence[str] = (), *, drawn: Drawn | None = None
) -> str:
    for _spare in range(SPARE_ROWS if form.rows.entries else 2 * SPARE_ROWS):
        form.rows.append_entry()
    _offer(form)
    supplies = queries.supplies(drawn.rows, today=today()) if drawn else []
    return render_template(
        "papers/blueprint.html",
        form=form,
        drawn=drawn,
        reasons=reasons,
        supplies=supplies,
        total=sum(row.count * row.points for row in drawn.rows) if drawn else None,
        # Known before it is sent: the same form sent twice does not make two papers.
        seed=secrets.randbelow(2**31),
    )


def _paper_page(paper: Paper, reasons: Sequence[str] = (), *, opened: bool = False) -> str:
    code = request.args.get("variant", "A")
    variant = next((one for one in paper.variants if one.code == code), paper.variants[0])
    first, *others = ({slot.item_version_id for slot in one.slots} for one in paper.variants)
    return render_template(
        "papers/paper.html",
        paper=paper,
        variant=variant,
        reasons=reasons,
        shown=opened or paper.sealed_at is None,
        opened=opened,
        shared=len(first.intersection(*others)),
        total=sum(slot.points for slot in variant.slots),
        policies={section.id: policies_for(section.kind) for section in paper.sections},
        policy_titles={code: policy.title for code, policy in POLICIES.items()},
    )


def _find_slot(paper: Paper, slot_id: int) -> tuple[Variant, Slot]:
    for variant in paper.variants:
        for slot in variant.slots:
            if slot.id == slot_id and paper.sealed_at is None:
                return variant, slot
    raise Missing("这个题位")


def _slot_page(paper: Paper, variant: Variant, slot: Slot, reasons: Sequence[str] = ()) -> str:
    return render_template(
        "papers/slot.html",
        paper=paper,
        variant=variant,
        slot=slot,
        reasons=reasons,
        alternatives=queries.alternatives(paper, slot, today=today()),
    )
