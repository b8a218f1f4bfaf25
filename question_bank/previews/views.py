"""Pages on which the rows of a question file are looked through, one by one or many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Conflict, Refused
from question_bank.intakes.actions import previewing
from question_bank.intakes.actions.previewing import FIELDS, Deed
from question_bank.intakes.models import Intake, IntakeRow
from question_bank.intakes.queries import examining, rows
from question_bank.intakes.queries.intakes import get_intake
from question_bank.intakes.queries.near import likenesses
from question_bank.intakes.rules.found import pieces
from question_bank.intakes.rules.grid import STANDING_NAMES, Decision, Standing
from question_bank.intakes.rules.sieve import COLUMN_CODES, Sieve, sieve_of
from question_bank.intakes.rules.terms import IntakeState
from question_bank.items.rules.runs import runs, unplaced
from question_bank.items.rules.typed import WITH_OPTIONS, WITH_PARTS, WITH_RUBRIC
from question_bank.previews.forms import BulkForm, RowForm, typed_row
from question_bank.topics.queries import labels

blueprint = Blueprint("previews", __name__, template_folder="templates")
# Which fields of the form a kind has; without the script all of them are shown.
WITH_KINDS = {
    "options": sorted(WITH_OPTIONS),
    "parts": sorted(WITH_PARTS),
    "rubric": sorted(WITH_RUBRIC),
    "left": ["matching"],
    "any_order": ["blank"],
}


@blueprint.app_context_processor
def _names() -> dict[str, Any]:
    """What the templates call the standings of rows by, and how they cut texts at pictures."""
    return {"standing_names": STANDING_NAMES, "runs_of": runs, "unplaced_of": unplaced}


@blueprint.get("/<int:intake_id>")
@allow(Permission.WRITE_ITEMS)
def show(intake_id: int) -> ResponseReturnValue:
    found = get_intake(intake_id, current_user)
    if found.state is not IntakeState.PREVIEW:
        return redirect(url_for("intakes.show", intake_id=intake_id))
    return _page(found)


@blueprint.get("/<int:intake_id>/rows/<int:index>")
@allow(Permission.WRITE_ITEMS)
def row(intake_id: int, index: int) -> str:
    found = get_intake(intake_id, current_user)
    return _row(found, rows.get_row(found, index))


@blueprint.get("/<int:intake_id>/rows/<int:index>/edit")
@allow(Permission.WRITE_ITEMS)
def edit_row(intake_id: int, index: int) -> str:
    found = get_intake(intake_id, current_user)
    record = rows.get_row(found, index)
    (shown,) = examining.examined(found, [record])
    typed = {**typed_row(shown), "version": record.version}
    return _row_form(found, record, RowForm(formdata=None, data=typed))


@blueprint.post("/<int:intake_id>/rows/<int:index>")
@allow(Permission.WRITE_ITEMS)
def correct(intake_id: int, index: int) -> ResponseReturnValue:
    """Keep what was typed; on a stale form it is shown again beside what the row is by now."""
    found = get_intake(intake_id, current_user, lock=True)
    record = rows.get_row(found, index)
    form = RowForm()
    if not form.validate():
        return _row_form(found, record, form), 422
    (shown,) = examining.examined(found, [record])
    try:
        previewing.correct(
            found, index, form.fields(shown), dropped=form.drop.data or [],
            seen=form.version.data, by=current_user,
        )  # fmt: skip
    except Conflict as conflict:
        form.version.raw_data, form.version.data = None, record.version
        return _row_form(found, record, form, conflict.sentence), 409
    return _changed(found, index)


@blueprint.post("/<int:intake_id>/rows/<int:index>/key")
@allow(Permission.WRITE_ITEMS)
def set_key(intake_id: int, index: int) -> ResponseReturnValue:
    """The key of a choice or a judgement, by a keystroke."""
    key = [one for one in request.form.get("key", "").split(",") if one]
    return _deciding(
        intake_id, index,
        lambda found, seen: previewing.correct(
            found, index, {"key": key}, seen=seen, by=current_user
        ),
    )  # fmt: skip


@blueprint.post("/<int:intake_id>/rows/<int:index>/restore")
@allow(Permission.WRITE_ITEMS)
def restore(intake_id: int, index: int) -> ResponseReturnValue:
    return _deciding(
        intake_id, index,
        lambda found, seen: previewing.restore(found, index, seen=seen, by=current_user),
    )  # fmt: skip


@blueprint.post("/<int:intake_id>/rows/<int:index>/decision")
@allow(Permission.WRITE_ITEMS)
def decide(intake_id: int, index: int) -> ResponseReturnValue:
    said = request.form.get("decision", "")
    decision = Decision(said) if said in set(Decision) else None
    return _deciding(
        intake_id, index,
        lambda found, seen: previewing.decide(
            found, index, decision, seen=seen, by=current_user
        ),
    )  # fmt: skip


@blueprint.post("/<int:intake_id>/aside")
@allow(Permission.WRITE_ITEMS)
def set_aside(intake_id: int) -> ResponseReturnValue:
    found = get_intake(intake_id, current_user, lock=True)
    number = previewing.set_all_aside(found, by=current_user)
    flash(_("已搁置%(number)s道有问题的试题，它们不会入库。", number=number))
    return redirect(url_for("previews.show", intake_id=intake_id), 303)


@blueprint.post("/<int:intake_id>/all")
@allow(Permission.WRITE_ITEMS)
def treat_all(intake_id: int) -> ResponseReturnValue:
    """The same for all rows that the filter of the form lets through."""
    found = get_intake(intake_id, current_user, lock=True)
    form, sieve = BulkForm(), sieve_of(request.form)
    said = request.form.get("deed", "")
    try:
        told = _treat_all(found, form, sieve, Deed(said) if said in set(Deed) else None)
    except (Refused, Conflict) as refusal:
        reasons = refusal.reasons if isinstance(refusal, Refused) else [refusal.sentence]
        return _page(found, reasons, sieve), 409 if isinstance(refusal, Conflict) else 422
    flash(told)
    return redirect(_address(found, sieve), 303)


def _treat_all(found: Intake, form: BulkForm, sieve: Sieve, deed: Deed | None) -> str:
    """Do it; the sentence on what was done."""
    if deed is None or not form.validate():
        raise Refused(*(form.reasons() or [_("请选择要做什么。")]))
    if deed in FIELDS:
        value = form.said(deed.value)
        if value is None:
            raise Refused(_("请先填写要设成什么。"))
        number = previewing.set_all(
            found, sieve, {deed.value: value}, only_empty=bool(form.only_empty.data),
            expected=form.number.data, by=current_user,
        )  # fmt: skip
        return str(_("已改动%(n)s道题。", n=number))
    number, left = previewing.decide_all(
        found, sieve, deed, expected=form.number.data, by=current_user
    )
    told = {
        Deed.ACCEPT: _("已将%(n)s道题记为核对无误。", n=number),
        Deed.ASIDE: _("已搁置%(n)s道题，它们不会入库。", n=number),
        Deed.BACK: _("已取回对%(n)s道题的处理。", n=number),
    }[deed]
    if left and deed is Deed.ACCEPT:
        told += _("还有%(n)s道另有问题，须逐题处理。", n=left)
    return str(told)


def _page(found: Intake, reasons: Sequence[str] = (), sieve: Sieve | None = None) -> str:
    """The rows that are asked for, and what they can be narrowed to."""
    sieve = sieve or sieve_of(request.args)
    page = rows.page(found, sieve, number=request.args.get("page", type=int))
    problems = found.reading.get("problems", [])
    return render_template(
        "previews/preview.html",
        intake=found,
        reasons=reasons,
        tally=rows.tally(found),
        notices=[one["sentence"] for one in problems],
        needs_columns=any(one.get("code") in COLUMN_CODES for one in problems),
        sieve=sieve,
        page=page,
        shown=_shown(found, page.rows),
        kinds=rows.kinds(found),
        codes=rows.codes(found, *rows.WAITING),
        ready_kinds=rows.kinds(found, Standing.READY),
        new_topics=rows.new_topics(found),
        bulk=BulkForm(formdata=None, number=page.total),
        topic_labels=sorted(label.replace(" › ", " > ") for label in labels().values()),
    )


def _shown(found: Intake, records: Sequence[IntakeRow]) -> list[dict[str, Any]]:
    """Each record with its checks, its source text in pieces, and what is near it."""
    checked = examining.examined(found, records)
    near = likenesses(found, records, checked, current_user, at=now())
    return [
        {
            "record": record,
            "row": row,
            "pieces": pieces(str((row.item.get("source") or {}).get("text", "")), row.content),
            "likenesses": near.get(record.position, []),
        }
        for record, row in zip(records, checked, strict=True)
    ]


def _row(found: Intake, record: IntakeRow, told: str = "") -> str:
    (shown,) = _shown(found, [record])
    return render_template(
        "previews/row.html", intake=found, told=told, sieve=sieve_of(request.args), **shown
    )


def _row_form(found: Intake, record: IntakeRow, form: RowForm, told: str = "") -> str:
    form.parts.append_entry()  # one to fill in without the script
    (shown,) = _shown(found, [record])
    return render_template(
        "previews/row_form.html", intake=found, form=form, told=told,
        sieve=sieve_of(request.args), with_kinds=WITH_KINDS, **shown,
    )  # fmt: skip


def _deciding(
    intake_id: int, index: int, deed: Callable[[Intake, int | None], None]
) -> ResponseReturnValue:
    """Do it on the version that was seen; on a later one show the row as it is by now."""
    found = get_intake(intake_id, current_user, lock=True)
    seen = request.form.get("version", type=int)
    try:
        deed(found, seen)
    except Conflict as conflict:
        if "HX-Request" not in request.headers:
            raise
        return _row(found, rows.get_row(found, index), conflict.sentence), 409
    return _changed(found, index)


def _changed(found: Intake, index: int) -> ResponseReturnValue:
    """The changed row and the new counts, or back to the page without htmx."""
    sieve = sieve_of(request.args)
    if "HX-Request" not in request.headers:
        number = request.args.get("page", type=int)
        address = _address(found, sieve, page=number, _anchor=f"row-{index}")
        return redirect(address, 303)
    return _row(found, rows.get_row(found, index)) + render_template(
        "previews/tally.html", intake=found, tally=rows.tally(found), sieve=sieve,
        ready_kinds=rows.kinds(found, Standing.READY), new_topics=rows.new_topics(found),
        swapped=True,
    )  # fmt: skip


def _address(found: Intake, sieve: Sieve, **further: Any) -> str:
    """The list that the sieve lets through."""
    asked: dict[str, Any] = {**sieve.as_args(), **further}
    return url_for("previews.show", intake_id=found.id, **asked)
