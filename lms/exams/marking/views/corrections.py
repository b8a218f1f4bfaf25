"""更正标准答案: what is proposed, what it would change, and who approves it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.marking.actions import corrections as correcting
from lms.exams.marking.actions import scoring
from lms.exams.marking.forms import ApprovalForm, CorrectionForm
from lms.exams.marking.queries import corrections, exams, runs
from lms.exams.marking.rules.corrections import REMEDY_NAMES, REMEDY_SENTENCES, Remedy
from lms.exams.marking.views.blueprint import blueprint
from lms.exams.sittings.models import Exam
from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.norms.queries import value
from lms.ground.web.links import link
from question_bank.items.kinds.catalogue import KINDS


@blueprint.get("/<int:exam_id>/corrections")
@allow(Permission.RELEASE)
def corrected_items(exam_id: int) -> str:
    exam = exams.get_exam(exam_id, current_user)
    wanted = request.args.get("item", type=int)
    return _page(exam, CorrectionForm(formdata=None, data={"item": wanted}))


@blueprint.post("/<int:exam_id>/corrections")
@allow(Permission.RELEASE)
def propose_correction(exam_id: int) -> ResponseReturnValue:
    exam = exams.get_exam(exam_id, current_user)
    form = CorrectionForm()
    if form.validate():
        with form.telling_refusals():
            made = correcting.propose(
                exam,
                item_version_id=form.item.data,
                remedy=Remedy(form.remedy.data),
                corrected_id=form.version.data or None,
                reason=form.reason.data or "",
                by=current_user,
                at=now(),
            )
            flash(_("更正已提出，由另一人核对变化后批准。"))
            place = url_for("marking.correction", exam_id=exam_id, correction_id=made.id)
            return redirect(place, 303)
    return _page(exam, form), 422


@blueprint.get("/<int:exam_id>/corrections/<int:correction_id>")
@allow(Permission.RELEASE)
def correction(exam_id: int, correction_id: int) -> str:
    """What a correction would change, sheet by sheet, before anybody approves it."""
    return _one(exams.get_exam(exam_id, current_user), correction_id, ApprovalForm(formdata=None))


@blueprint.post("/<int:exam_id>/corrections/<int:correction_id>")
@allow(Permission.RELEASE)
def decide_correction(exam_id: int, correction_id: int) -> ResponseReturnValue:
    exam, form = exams.get_exam(exam_id, current_user), ApprovalForm()
    approved = request.form.get("verdict") == "approve"
    if form.validate():
        with form.telling_refusals():
            found = correcting.decide(
                exam,
                correction_id,
                approved=approved,
                note=form.note.data or "",
                by=current_user,
                at=now(),
            )
            unchanged = (
                _("更正已撤回，计分不变。") if found.is_overlap else _("没有批准，计分不变。")
            )
            flash(_("已批准，请重新计分。") if approved else unchanged)
            return redirect(url_for("marking.corrected_items", exam_id=exam_id), 303)
    return _one(exam, correction_id, form), 422


def _page(exam: Exam, form: CorrectionForm) -> str:
    items = corrections.items(exam)
    latest = runs.find_latest_run(exam.id)
    return render_template(
        "marking/corrections.html",
        exam=exam,
        form=form,
        items={one.item_version_id: one for one in items},
        chosen=next((one for one in items if one.item_version_id == form.item.data), None),
        show_key=_show_key,
        edit=lambda item_id: link("items.edit", item_id=item_id),
        rows=corrections.listed(exam.id),
        remedies=[(one.value, REMEDY_NAMES[one], REMEDY_SENTENCES[one]) for one in Remedy],
        names=REMEDY_NAMES,
        since=runs.since(exam.id, latest) if latest else None,
    )


def _one(exam: Exam, correction_id: int, form: ApprovalForm) -> str:
    found = corrections.get_correction(exam.id, correction_id)
    item = corrections.get_item(exam, found.item_version_id)
    waits = found.approved is None
    return render_template(
        "marking/correction.html",
        exam=exam,
        one=found,
        item=item,
        form=form,
        show_key=_show_key,
        name=REMEDY_NAMES[found.remedy],
        told=REMEDY_SENTENCES[found.remedy],
        changes=scoring.previewed(exam, found) if waits else None,
        own=found.proposer_id == current_user.id,
        may_overlap=value("marking.same_approver", on=today()) != 0,
    )


def _show_key(kind: str, key: list[object], parts: list[dict[str, object]]) -> str:
    """A key on one line, with those of its parts."""
    told = [KINDS[kind].show_key(key)]
    told += [
        f"（{number}）{KINDS[str(part['kind'])].show_key(part['key'])}"  # type: ignore[arg-type]
        for number, part in enumerate(parts, start=1)
        if str(part.get("kind", "")) in KINDS
    ]
    return " ".join(one for one in told if one)
