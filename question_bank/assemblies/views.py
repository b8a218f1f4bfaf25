"""Pages of assembling: what the banks can supply, asking a worker, and how far it is."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Missing, Refused
from question_bank.assemblies import actions
from question_bank.assemblies.forms import AssembleForm
from question_bank.assemblies.queries import assemblies, supply
from question_bank.blueprints import queries as blueprints
from question_bank.blueprints.forms import BlueprintForm
from question_bank.blueprints.models import Blueprint as Drawn
from question_bank.blueprints.rules.cells import Cell, minutes_needed
from question_bank.items import queries as items
from question_bank.papers.queries import papers
from question_bank.topics import queries as topics
from question_bank.topics.rules import below

blueprint = Blueprint("assemblies", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.ASSEMBLE)
def index() -> str:
    """What was asked for earlier: by whom, when, by which blueprint, and what came of it."""
    asked = request.args.get("blueprint", type=int)
    drawn = None if asked is None else blueprints.get_blueprint(asked)
    search = request.args.get("search", "").strip()
    page = assemblies.assemblies(search, drawn, page=request.args.get("page", type=int))
    return render_template("assemblies/index.html", drawn=drawn, search=search, page=page)


@blueprint.get("/blueprints/<int:blueprint_id>")
@allow(Permission.ASSEMBLE)
def new(blueprint_id: int) -> str:
    drawn = blueprints.get_blueprint(blueprint_id)
    # The seed is known before it is sent: the same form sent twice does not make two papers.
    form = AssembleForm(
        formdata=None, seed=secrets.randbelow(2**31), variants=1 if drawn.pool > 1 else 2
    )
    return _page(drawn, form)


@blueprint.post("/blueprints/<int:blueprint_id>")
@allow(Permission.ASSEMBLE)
def ask(blueprint_id: int) -> ResponseReturnValue:
    drawn = blueprints.get_blueprint(blueprint_id)
    form = AssembleForm()
    if not form.validate():
        return _page(drawn, form), 422
    try:
        asked = actions.ask(
            drawn,
            seed=secrets.randbelow(2**31) if form.seed.data is None else form.seed.data,
            title=form.title.data or "",
            papers=form.papers.data or 1,
            variants=form.variants.data or 2,
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _page(drawn, form, refusal.reasons), 422
    return redirect(url_for("assemblies.show", assembly_id=asked.id), 303)


@blueprint.get("/<int:assembly_id>")
@allow(Permission.ASSEMBLE)
def show(assembly_id: int) -> str:
    return render_template(
        "assemblies/assembly.html", assembly=assemblies.get_assembly(assembly_id)
    )


@blueprint.get("/<int:assembly_id>/progress")
@allow(Permission.ASSEMBLE)
def progress(assembly_id: int) -> ResponseReturnValue:
    """The part of the page that changes; a single paper is opened as soon as it is there."""
    assembly = assemblies.get_assembly(assembly_id)
    if len(assembly.made) == 1:
        address = url_for("papers.show", paper_id=assembly.made[0].id)
        return Response(status=204, headers={"HX-Redirect": address})
    return render_template("assemblies/progress.html", assembly=assembly)


@blueprint.get("/papers/<int:paper_id>/<code>/rate")
@allow(Permission.ASSEMBLE)
def rate(paper_id: int, code: str) -> str:
    """The score rate to be expected of a variant, as a part of its page."""
    variants = {one.code: one for one in papers.get_paper(paper_id).variants}
    if code not in variants:
        raise Missing("这份试卷的卷型")
    return render_template("assemblies/rate.html", rate=supply.rate(variants[code], today=today()))


@blueprint.get("/supply")
@allow(Permission.ASSEMBLE)
def told_supply() -> dict[str, Any]:
    """What the banks can supply for the grid of a blueprint as it is being typed, by
    "line-column": what is available, which cells are short; and the shortages in words."""
    form = BlueprintForm(request.args, meta={"csrf": False})
    tree, pool = topics.nodes(), max(1, form.aims().pool)
    places: dict[int, str] = {}
    cells = []
    for at, (place, draft) in enumerate(form.crossings()):
        places[at] = place
        inside = None if draft.topic_id is None else below(tree, draft.topic_id)
        drawn_from = {**asdict(draft), "count": draft.count * pool}
        cells.append(Cell(position=at, topics=inside, **drawn_from))
    told = supply.supplies(cells, today=today())
    return {
        "available": {places[at]: number for at, number in told.told.available.items()},
        "short": [places[at] for at in told.told.missing],
        "sentences": list(told.sentences.values()),
        "minutes": int(minutes_needed(cells) / pool),
    }


def _page(drawn: Drawn, form: AssembleForm, reasons: Sequence[str] = ()) -> str:
    cells = blueprints.cells(drawn)
    return render_template(
        "assemblies/new.html",
        drawn=drawn,
        form=form,
        reasons=reasons,
        cells=cells,
        supplied=supply.supplies(cells, today=today()),
        topics=topics.labels(),
        banks={bank.id: bank.name for bank in items.banks()},
        points=sum(row.points * row.count for row in drawn.rows),
        minutes=int(minutes_needed(cells) / drawn.pool),
    )
