"""The page of what was printed of a paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Refused
from lms.ground.uploads.delivery import send
from question_bank.papers.models import Paper
from question_bank.papers.queries import papers
from question_bank.prints import actions, queries
from question_bank.prints.forms import PrintForm
from question_bank.prints.rules.runs import (
    FORMAT_NAMES,
    PRINT_NAMES,
    PrintFormat,
    PrintKind,
    serial_text,
)

blueprint = Blueprint("prints", __name__, template_folder="templates")


@blueprint.get("/papers/<int:paper_id>")
@allow(Permission.ASSEMBLE)
def index(paper_id: int) -> str:
    return _page(papers.get_sealed(paper_id))


@blueprint.post("/papers/<int:paper_id>")
@allow(Permission.ASSEMBLE)
def print_variant(paper_id: int) -> ResponseReturnValue:
    paper = papers.get_sealed(paper_id)
    form = PrintForm()
    _offer_variants(form, paper)
    if not form.validate():
        return _page(paper, form.reasons()), 422
    try:
        actions.print_variant(
            papers.get_variant(form.variant_id.data),
            kind=PrintKind(form.kind.data),
            format=PrintFormat(form.format.data),
            copies=form.copies.data or 1,
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _page(paper, refusal.reasons), 422
    return redirect(url_for("prints.index", paper_id=paper_id), 303)


@blueprint.get("/papers/<int:paper_id>/runs")
@allow(Permission.ASSEMBLE)
def runs(paper_id: int) -> str:
    """The part of the page that changes while a worker lays out."""
    return render_template("prints/runs.html", **_runs(papers.get_sealed(paper_id)))


@blueprint.post("/<int:run_id>/file")
@allow(Permission.ASSEMBLE)
def open_file(run_id: int) -> Response:
    """The stored file, the first time and every time after: a POST, for it leaves a trace."""
    return send(actions.open_file(queries.get_run(run_id), by=current_user, at=now()))


def _page(paper: Paper, reasons: Sequence[str] = ()) -> str:
    form = PrintForm()
    _offer_variants(form, paper)
    return render_template("prints/index.html", form=form, reasons=reasons, **_runs(paper))


def _offer_variants(form: PrintForm, paper: Paper) -> None:
    form.variant_id.choices = [
        SelectChoice(value=one.id, label=f"{one.code}卷") for one in paper.variants
    ]


def _runs(paper: Paper) -> dict[str, Any]:
    return {
        "paper": paper,
        "runs": queries.runs(paper),
        "print_names": PRINT_NAMES,
        "format_names": FORMAT_NAMES,
        "serial_text": serial_text,
    }
