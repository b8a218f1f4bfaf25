"""Pages of papers: looking, changing by hand, sealing."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Missing, Refused
from question_bank.items import queries as items
from question_bank.items.kinds.policies import POLICIES, policies_for
from question_bank.papers.actions import discarding, editing, sealing
from question_bank.papers.forms import ChangeForm, PolicyForm, RetireForm, ShuffleForm, SwapForm
from question_bank.papers.models import Paper, Section, Slot, Variant
from question_bank.papers.queries import papers, usage
from question_bank.papers.rules.overlap import most_allowed

blueprint = Blueprint("papers", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.ASSEMBLE)
def index() -> str:
    search = request.args.get("search", "").strip()
    return render_template(
        "papers/index.html",
        search=search,
        page=papers.papers(search, page=request.args.get("page", type=int)),
    )


@blueprint.get("/<int:paper_id>")
@allow(Permission.ASSEMBLE)
def show(paper_id: int) -> str:
    return _paper_page(papers.get_paper(paper_id))


@blueprint.post("/<int:paper_id>/open")
@allow(Permission.ASSEMBLE)
def open_sealed(paper_id: int) -> str:
    paper = papers.get_paper(paper_id)
    sealing.open_answers(paper, by=current_user, at=now())
    return _paper_page(paper, opened=True)


@blueprint.get("/<int:paper_id>/slots/<int:slot_id>")
@allow(Permission.ASSEMBLE)
def show_slot(paper_id: int, slot_id: int) -> str:
    paper = papers.get_paper(paper_id)
    return _slot_page(paper, *_find_slot(paper, slot_id))


@blueprint.post("/<int:paper_id>/slots/<int:slot_id>")
@allow(Permission.ASSEMBLE)
def swap(paper_id: int, slot_id: int) -> ResponseReturnValue:
    paper = papers.get_paper(paper_id)
    variant, slot = _find_slot(paper, slot_id)
    form = SwapForm()
    if not form.validate():
        return _slot_page(paper, variant, slot, form.reasons()), 422
    wanted = items.versions([form.item_version_id.data or 0])
    if not wanted:
        raise Missing("要换成的试题")
    (version,) = wanted.values()
    try:
        editing.swap(paper, slot, version, seen=form.version.data, by=current_user, at=now())
    except Refused as refusal:
        return _slot_page(paper, variant, slot, refusal.reasons), 422
    flash(_("已更换%(code)s卷第%(number)s题。", code=variant.code, number=slot.number))
    return _back(paper, variant, slot)


@blueprint.post("/<int:paper_id>/slots/<int:slot_id>/move")
@allow(Permission.ASSEMBLE)
def move(paper_id: int, slot_id: int) -> ResponseReturnValue:
    paper = papers.get_paper(paper_id)
    variant, slot = _find_slot(paper, slot_id)
    form = ChangeForm()
    up = form.to.data == "up"
    editing.move(paper, slot, up=up, seen=form.version.data, by=current_user, at=now())
    return _back(paper, variant, slot)


@blueprint.post("/<int:paper_id>/slots/<int:slot_id>/order")
@allow(Permission.ASSEMBLE)
def keep_order(paper_id: int, slot_id: int) -> ResponseReturnValue:
    paper = papers.get_paper(paper_id)
    variant, slot = _find_slot(paper, slot_id)
    form = ChangeForm()
    keeps = form.to.data == "keep"
    editing.keep_order(paper, slot, keeps, seen=form.version.data, by=current_user, at=now())
    return _back(paper, variant, slot)


@blueprint.post("/<int:paper_id>/sections/<int:section_id>/policy")
@allow(Permission.ASSEMBLE)
def set_policy(paper_id: int, section_id: int) -> ResponseReturnValue:
    paper = papers.get_paper(paper_id)
    form = PolicyForm()
    code = form.policy.data or ""
    section = _find_section(paper, section_id)
    editing.set_policy(paper, section, code, seen=form.version.data, by=current_user, at=now())
    flash(_("已更改计分办法。"))
    return redirect(url_for("papers.show", paper_id=paper_id), 303)


@blueprint.post("/<int:paper_id>/shuffle")
@allow(Permission.ASSEMBLE)
def set_shuffle(paper_id: int) -> ResponseReturnValue:
    form = ShuffleForm()
    editing.set_shuffle(
        papers.get_paper(paper_id),
        options=form.options.data,
        items=form.items.data,
        seen=form.version.data,
        by=current_user,
        at=now(),
    )
    flash(_("已保存打乱方式。"))
    return redirect(url_for("papers.show", paper_id=paper_id), 303)


@blueprint.post("/<int:paper_id>/undo")
@allow(Permission.ASSEMBLE)
def undo(paper_id: int) -> ResponseReturnValue:
    form = ChangeForm()
    editing.undo(papers.get_paper(paper_id), seen=form.version.data, by=current_user, at=now())
    flash(_("已撤销上一步改动。"))
    return redirect(url_for("papers.show", paper_id=paper_id), 303)


@blueprint.post("/<int:paper_id>/seal")
@allow(Permission.ASSEMBLE)
def seal(paper_id: int) -> ResponseReturnValue:
    paper = papers.get_paper(paper_id)
    try:
        sealing.seal(paper, by=current_user, at=now())
    except Refused as refusal:
        return _paper_page(papers.get_paper(paper_id), refusal.reasons), 422
    flash(_("已封存，可以安排考试和印制；从现在起不能再改动。"))
    return redirect(url_for("papers.show", paper_id=paper_id), 303)


@blueprint.post("/<int:paper_id>/retire")
@allow(Permission.ASSEMBLE)
def retire(paper_id: int) -> ResponseReturnValue:
    paper = papers.get_paper(paper_id)
    form = RetireForm()
    if not form.validate():
        return _paper_page(paper, form.reasons()), 422
    try:
        sealing.retire(paper, reason=form.reason.data or "", by=current_user, at=now())
    except Refused as refusal:
        return _paper_page(paper, refusal.reasons), 422
    flash(_("已停用，不能再用它安排考试；已安排的考试结束后，试题的答案不再按试卷保密。"))
    return redirect(url_for("papers.show", paper_id=paper_id), 303)


@blueprint.post("/<int:paper_id>/discard")
@allow(Permission.ASSEMBLE)
def discard(paper_id: int) -> ResponseReturnValue:
    discarding.discard(papers.get_paper(paper_id), by=current_user, at=now())
    flash(_("已废弃这份未封存的试卷。"))
    return redirect(url_for("papers.index"), 303)


@blueprint.get("/items/<int:item_id>/uses")
@allow(Permission.ASSEMBLE)
def item_uses(item_id: int) -> str:
    """Where an item stands, as a part of its page."""
    return render_template(
        "papers/item_uses.html", uses=usage.papers_using([item_id], current_user)
    )


@blueprint.get("/using")
@allow(Permission.ASSEMBLE)
def using() -> str:
    """The papers that have any of the items of the address (`?item=1&item=2`)."""
    wanted = sorted({int(one) for one in request.args.getlist("item") if one.isdigit()})[:500]
    return render_template(
        "papers/using.html", items=wanted, uses=usage.papers_using(wanted, current_user)
    )


def _paper_page(paper: Paper, reasons: Sequence[str] = (), *, opened: bool = False) -> str:
    code = request.args.get("variant", "A")
    variant = next((one for one in paper.variants if one.code == code), paper.variants[0])
    return render_template(
        "papers/paper.html",
        paper=paper,
        variant=variant,
        reasons=reasons,
        shown=opened or paper.sealed_at is None,
        opened=opened,
        shared=_shared(paper),
        total=sum(slot.points for slot in variant.slots) / paper.pool,
        policies={section.id: policies_for(section.kind) for section in paper.sections},
        policy_titles={code: policy.title for code, policy in POLICIES.items()},
        changes=papers.changes(paper),
        overlaps=usage.overlaps(paper),
        allowed=most_allowed(
            paper.blueprint.repeat_limit if paper.blueprint else None, len(variant.slots)
        ),
        uses=usage.uses_of_items(
            [slot.item_version.item_id for slot in variant.slots], but=paper.id
        ),
        files=items.files_of_versions(
            [s.item_version for one in paper.variants for s in one.slots]
        ),
    )


def _shared(paper: Paper) -> int:
    first, *others = ({slot.item_version_id for slot in one.slots} for one in paper.variants)
    return len(first.intersection(*others)) if others else 0


def _find_slot(paper: Paper, slot_id: int) -> tuple[Variant, Slot]:
    for variant in paper.variants:
        for slot in variant.slots:
            if slot.id == slot_id and paper.sealed_at is None:
                return variant, slot
    raise Missing("这个题位")


def _find_section(paper: Paper, section_id: int) -> Section:
    section = next((one for one in paper.sections if one.id == section_id), None)
    if section is None:
        raise Missing("这个大题")
    return section


def _back(paper: Paper, variant: Variant, slot: Slot) -> ResponseReturnValue:
    address = url_for(
        "papers.show", paper_id=paper.id, variant=variant.code, _anchor=f"slot-{slot.id}"
    )
    return redirect(address, 303)


def _slot_page(paper: Paper, variant: Variant, slot: Slot, reasons: Sequence[str] = ()) -> str:
    alternatives = papers.alternatives(paper, slot, today=today())
    return render_template(
        "papers/slot.html",
        paper=paper,
        variant=variant,
        slot=slot,
        reasons=reasons,
        alternatives=alternatives,
        files=items.files_of_versions([slot.item_version, *(one.version for one in alternatives)]),
    )
