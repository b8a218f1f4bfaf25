"""Pages of analyses: papers, their items, and the items that want mending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from io import BytesIO

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from question_bank.analysis import actions, documents
from question_bank.analysis.models import ItemStatistic
from question_bank.analysis.queries import items, papers
from question_bank.analysis.queries.records import record_of
from question_bank.analysis.queries.scope import limits, sees_all
from question_bank.analysis.rules.advice import faults
from question_bank.analysis.rules.summary import guarded
from question_bank.analysis.rules.words import LETTER_NAMES, discrimination_words, facility_words
from question_bank.items.rules.terms import KIND_NAMES

blueprint = Blueprint("analysis", __name__, template_folder="templates")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LEAST = Decimal(-9)
_SORTS: dict[str, Callable[[ItemStatistic], Decimal | int]] = {
    "place": lambda one: one.position,
    "candidates": lambda one: one.candidates,
    "facility": lambda one: one.facility,
    "discrimination": lambda one: _known(one.discrimination),
    "difference": lambda one: one.difference,
    "efficiency": lambda one: _known(one.efficiency),
    "weight": lambda one: _known(one.effective_weight),
}


def _known(value: Decimal | None) -> Decimal:
    return _LEAST if value is None else value


@blueprint.get("/")
@allow(Permission.READ_ITEMS)
def index() -> str:
    page = papers.analyses(
        current_user,
        search=request.args.get("q", "").strip(),
        page=request.args.get("page", type=int),
    )
    return render_template(
        "analysis/index.html",
        page=page,
        counts=papers.fault_counts([one.id for one in page.rows], current_user),
        limits=limits(),
        guarded=guarded,
        sees_all=sees_all(current_user),
    )


@blueprint.get("/weak")
@allow(Permission.READ_ITEMS)
def weak() -> str:
    fault = request.args.get("fault", "")
    page, counted = items.weak_items(
        current_user, fault=fault, page=request.args.get("page", type=int)
    )
    return render_template(
        "analysis/weak.html", page=page, counted=counted, fault=fault, kind_names=KIND_NAMES
    )


@blueprint.get("/<int:analysis_id>")
@allow(Permission.READ_ITEMS)
def show(analysis_id: int) -> str:
    analysis = papers.get_analysis(analysis_id, current_user)
    found = papers.statistics(analysis, current_user)
    sort = request.args.get("sort", "place")
    values = documents.report_values(analysis, _sorted(found, sort), limits())
    return render_template(
        "analysis/paper.html", **values, sort=sort, sees_all=sees_all(current_user)
    )


def _sorted(found: Sequence[ItemStatistic], sort: str) -> list[ItemStatistic]:
    """By a column of the table; `-` before its name: the largest first."""
    key = _SORTS.get(sort.removeprefix("-"), _SORTS["place"])
    return sorted(found, key=key, reverse=sort.startswith("-"))


@blueprint.get("/<int:analysis_id>/items/<int:statistic_id>")
@allow(Permission.READ_ITEMS)
def statistic(analysis_id: int, statistic_id: int) -> str:
    one, judged = papers.get_statistic(analysis_id, statistic_id, current_user), limits()
    return render_template(
        "analysis/statistic.html",
        one=one,
        analysis=one.analysis,
        tables=documents.option_tables(one),
        faults=faults(record_of([one]), judged),
        limits=judged,
        guarded=guarded,
        kind_names=KIND_NAMES,
        letter_names=LETTER_NAMES,
        facility_words=facility_words,
        discrimination_words=discrimination_words,
    )


@blueprint.get("/<int:analysis_id>/report.xlsx")
@allow(Permission.READ_ITEMS)
def workbook(analysis_id: int) -> ResponseReturnValue:
    analysis = papers.get_analysis(analysis_id, current_user)
    found = papers.statistics(analysis, current_user)
    content = documents.report_workbook(analysis, found, limits())
    return send_file(
        BytesIO(content),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{analysis.title}试卷分析.xlsx",
    )


@blueprint.post("/<int:analysis_id>/report")
@allow(Permission.READ_ITEMS)
def report(analysis_id: int) -> ResponseReturnValue:
    analysis = papers.get_analysis(analysis_id, current_user)
    job = actions.print_report(analysis, by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.get("/items/<int:item_id>")
@allow(Permission.READ_ITEMS)
def item(item_id: int) -> str:
    """How an item did: a page, or its part alone for a page that asks for it (htmx)."""
    alone = "HX-Request" in request.headers
    return render_template(
        "analysis/history.html" if alone else "analysis/item.html",
        history=items.item_history(item_id, current_user),
        limits=limits(),
        guarded=guarded,
        kind_names=KIND_NAMES,
        sees_all=sees_all(current_user),
    )
