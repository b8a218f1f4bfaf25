"""Pages of blueprints and papers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Missing, Refused
from lms.ground.uploads.delivery import send
from question_bank.items import queries as items
from question_bank.items.kinds.policies import POLICIES, policies_for
from question_bank.papers.actions import assembling, editing, enemies, printing, sealing
from question_bank.papers.actions import blueprints as drawing
from question_bank.papers.forms import (
    AssembleForm,
    BlueprintForm,
    ChangeForm,
    CopyForm,
    EnemyForm,
    PolicyForm,
    PrintForm,
    ShuffleForm,
    SwapForm,
    typed_blueprint,
    typed_grid,
)
from question_bank.papers.models import Blueprint as Drawn
from question_bank.papers.models import Paper, Section, Slot, Variant
from question_bank.papers.queries import blueprints, papers, prints, supply, usage
from question_bank.papers.rules.assembly import MOST_PAPERS, MOST_VARIANTS, most_allowed
from question_bank.papers.rules.cells import Cell, expected_p, minutes_needed
from question_bank.papers.rules.patterns import PATTERNS, find_pattern
from question_bank.papers.rules.prints import (
    FORMAT_NAMES,
    PRINT_NAMES,
    PrintFormat,
    PrintKind,
    serial_text,
)
from question_bank.topics import queries as topics
from question_bank.topics.rules import below

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


@blueprint.get("/blueprints")
@allow(Permission.ASSEMBLE)
def blueprint_index() -> str:
    search = request.args.get("search", "").strip()
    page = blueprints.blueprints(search, page=request.args.get("page", type=int))
    return render_template(
        "papers/blueprints.html",
        search=search,
        page=page,
        sums=blueprints.sums(page.rows),
        patterns=PATTERNS,
    )


@blueprint.get("/blueprints/new")
@allow(Permission.ASSEMBLE)
def new_blueprint() -> str:
    pattern = find_pattern(request.args.get("pattern", ""))
    if pattern is None:
        return _blueprint_page(BlueprintForm(formdata=None, minutes=90))
    typed = {"title": "", "minutes": pattern.minutes, **typed_grid(pattern.cells)}
    return _blueprint_page(BlueprintForm(formdata=None, data=typed))


@blueprint.post("/blueprints/new")
@allow(Permission.ASSEMBLE)
def draw() -> ResponseReturnValue:
    form = _filled_blueprint_form()
    if not form.validate() or form.kindless():
        return _blueprint_page(form, _kindless(form)), 422
    try:
        drawn = drawing.draw_blueprint(
            title=form.title.data or "",
            minutes=form.minutes.data or 0,
            rows=form.drafts(),
            aims=form.aims(),
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
    drawn = blueprints.get_blueprint(blueprint_id)
    return _blueprint_page(BlueprintForm(formdata=None, data=typed_blueprint(drawn)), drawn=drawn)


@blueprint.post("/blueprints/<int:blueprint_id>")
@allow(Permission.ASSEMBLE)
def redraw(blueprint_id: int) -> ResponseReturnValue:
    drawn = blueprints.get_blueprint(blueprint_id)
    form = _filled_blueprint_form()
    if not form.validate() or form.kindless():
        return _blueprint_page(form, _kindless(form), drawn=drawn), 422
    try:
        drawing.redraw(
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
        drawn = blueprints.get_blueprint(blueprint_id)
        return _blueprint_page(form, refusal.reasons, drawn=drawn), 422
    flash(_("已保存。表中列出了题库能供给的题数。"))
    return redirect(url_for("papers.show_blueprint", blueprint_id=blueprint_id), 303)


@blueprint.post("/blueprints/<int:blueprint_id>/copy")
@allow(Permission.ASSEMBLE)
def copy(blueprint_id: int) -> ResponseReturnValue:
    drawn = blueprints.get_blueprint(blueprint_id)
    form = CopyForm()
    title = form.title.data or _("%(title)s（副本）", title=drawn.title)
    made = drawing.copy(drawn, title=title, by=current_user, at=now())
    flash(_("已复制为“%(title)s”。", title=made.title))
    return redirect(url_for("papers.show_blueprint", blueprint_id=made.id), 303)


@blueprint.get("/blueprints/supply")
@allow(Permission.ASSEMBLE)
def grid_supply() -> dict[str, Any]:
    """What the banks can supply for a grid as it is being typed."""
    return _supplied(BlueprintForm(request.args, meta={"csrf": False}))


@blueprint.post("/blueprints/<int:blueprint_id>/assemble")
@allow(Permission.ASSEMBLE)
def assemble(blueprint_id: int) -> ResponseReturnValue:
    drawn = blueprints.get_blueprint(blueprint_id)
    form = AssembleForm()
    shown = BlueprintForm(formdata=None, data=typed_blueprint(drawn))
    if not form.validate():
        return _blueprint_page(shown, form.reasons(), drawn=drawn), 422
    try:
        asked = assembling.ask(
            drawn,
            seed=secrets.randbelow(2**31) if form.seed.data is None else form.seed.data,
            title=form.title.data or "",
            papers=form.papers.data or 1,
            variants=form.variants.data or 2,
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _blueprint_page(shown, refusal.reasons, drawn=drawn), 422
    return redirect(url_for("papers.show_assembly", assembly_id=asked.id), 303)


@blueprint.get("/assemblies/<int:assembly_id>")
@allow(Permission.ASSEMBLE)
def show_assembly(assembly_id: int) -> str:
    return render_template("papers/assembly.html", assembly=blueprints.get_assembly(assembly_id))


@blueprint.get("/assemblies/<int:assembly_id>/progress")
@allow(Permission.ASSEMBLE)
def assembly_progress(assembly_id: int) -> ResponseReturnValue:
    """The part of the page that changes; a single paper is opened as soon as it is there."""
    assembly = blueprints.get_assembly(assembly_id)
    if len(assembly.made) == 1:
        address = url_for("papers.show", paper_id=assembly.made[0].id)
        return Response(status=204, headers={"HX-Redirect": address})
    return render_template("papers/assembly_progress.html", assembly=assembly)


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


@blueprint.post("/<int:paper_id>/discard")
@allow(Permission.ASSEMBLE)
def discard(paper_id: int) -> ResponseReturnValue:
    assembling.discard(papers.get_paper(paper_id), by=current_user, at=now())
    flash(_("已废弃这份未封存的试卷。"))
    return redirect(url_for("papers.index"), 303)


@blueprint.get("/<int:paper_id>/prints")
@allow(Permission.ASSEMBLE)
def show_prints(paper_id: int) -> str:
    return _prints_page(papers.get_sealed(paper_id))


@blueprint.post("/<int:paper_id>/prints")
@allow(Permission.ASSEMBLE)
def print_variant(paper_id: int) -> ResponseReturnValue:
    paper = papers.get_sealed(paper_id)
    form = PrintForm()
    _offer_variants(form, paper)
    if not form.validate():
        return _prints_page(paper, form.reasons()), 422
    try:
        printing.print_variant(
            papers.get_variant(form.variant_id.data),
            kind=PrintKind(form.kind.data),
            format=PrintFormat(form.format.data),
            copies=form.copies.data or 1,
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _prints_page(paper, refusal.reasons), 422
    return redirect(url_for("papers.show_prints", paper_id=paper_id), 303)


@blueprint.get("/<int:paper_id>/prints/list")
@allow(Permission.ASSEMBLE)
def print_list(paper_id: int) -> str:
    return render_template("papers/print_runs.html", **_runs(papers.get_sealed(paper_id)))


@blueprint.post("/prints/<int:run_id>/file")
@allow(Permission.ASSEMBLE)
def open_print(run_id: int) -> Response:
    """The stored file, the first time and every time after: a POST, for it leaves a trace."""
    return send(printing.open_file(prints.get_run(run_id), by=current_user, at=now()))


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


@blueprint.get("/enemies")
@allow(Permission.ASSEMBLE)
def show_enemies() -> str:
    return _enemies_page(EnemyForm(formdata=None, items=request.args.get("item", "")))


@blueprint.post("/enemies")
@allow(Permission.ASSEMBLE)
def keep_apart() -> ResponseReturnValue:
    form = EnemyForm()
    if not form.validate():
        return _enemies_page(form), 422
    try:
        enemies.keep_apart(form.numbers(), reason=form.reason.data or "", by=current_user, at=now())
    except Refused as refusal:
        return _enemies_page(form, refusal.reasons), 422
    flash(_("已列为互斥，组卷和换题时不会同卷。"))
    return redirect(url_for("papers.show_enemies"), 303)


@blueprint.post("/enemies/<int:group_id>/reconcile")
@allow(Permission.ASSEMBLE)
def reconcile(group_id: int) -> ResponseReturnValue:
    enemies.reconcile(usage.get_enemy_group(group_id), by=current_user, at=now())
    flash(_("已解除互斥。"))
    return redirect(url_for("papers.show_enemies"), 303)


def _filled_blueprint_form() -> BlueprintForm:
    form = BlueprintForm()
    _offer(form)
    return form


def _offer(form: BlueprintForm) -> None:
    policy = POLICIES[blueprints.multiple_policy(today=today())]
    form.offer(
        [(node.id, node.label) for node in topics.nodes()],
        [(bank.id, bank.name) for bank in items.banks()],
        policy.title,
    )


def _kindless(form: BlueprintForm) -> list[str]:
    return [_("第%(n)s列填了题数，但没有选题型。", n=number) for number in form.kindless()]


def _blueprint_page(
    form: BlueprintForm, reasons: Sequence[str] = (), *, drawn: Drawn | None = None
) -> str:
    form.widen()
    _offer(form)
    supplied = _supplied(form)
    return render_template(
        "papers/blueprint.html",
        form=form,
        drawn=drawn,
        reasons=reasons,
        supplied=supplied,
        patterns=PATTERNS,
        most_papers=MOST_PAPERS,
        most_variants=MOST_VARIANTS,
        # Known before it is sent: the same form sent twice does not make two papers.
        seed=secrets.randbelow(2**31),
    )


def _supplied(form: BlueprintForm) -> dict[str, Any]:
    """By "line-column": what is available, which cells are short; and the shortages in words."""
    tree = topics.nodes()
    places: dict[int, str] = {}
    cells = []
    for at, (place, draft) in enumerate(form.crossings()):
        places[at] = place
        inside = None if draft.topic_id is None else below(tree, draft.topic_id)
        cells.append(Cell(position=at, topics=inside, **asdict(draft)))
    told = supply.supplies(cells, today=today())
    return {
        "available": {places[at]: number for at, number in told.told.available.items()},
        "short": [places[at] for at in told.told.missing],
        "sentences": list(told.sentences.values()),
        "minutes": int(minutes_needed(cells)),
    }


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
        total=sum(slot.points for slot in variant.slots),
        rate=_rate(variant),
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


def _rate(variant: Variant) -> Decimal:
    """The score rate that is to be expected of a variant."""
    found = [(slot.item_version.difficulty, slot.points) for slot in variant.slots]
    return Decimal(expected_p(found)) / 1000


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


def _prints_page(paper: Paper, reasons: Sequence[str] = ()) -> str:
    form = PrintForm()
    _offer_variants(form, paper)
    return render_template("papers/prints.html", form=form, reasons=reasons, **_runs(paper))


def _offer_variants(form: PrintForm, paper: Paper) -> None:
    form.variant_id.choices = [
        SelectChoice(value=one.id, label=f"{one.code}卷") for one in paper.variants
    ]


def _runs(paper: Paper) -> dict[str, Any]:
    return {
        "paper": paper,
        "runs": prints.runs(paper),
        "print_names": PRINT_NAMES,
        "format_names": FORMAT_NAMES,
        "serial_text": serial_text,
    }


def _enemies_page(form: EnemyForm, reasons: Sequence[str] = ()) -> str:
    return render_template(
        "papers/enemies.html", form=form, reasons=reasons, groups=usage.enemy_groups()
    )
