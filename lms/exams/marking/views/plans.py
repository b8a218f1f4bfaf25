"""阅卷安排: how an exam is marked, and by whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.marking.actions import schemes as planning
from lms.exams.marking.forms import SchemeForm
from lms.exams.marking.queries import exams, schemes
from lms.exams.marking.rules.modes import MODE_NAMES, MODE_SENTENCES, Duty
from lms.exams.marking.views.blueprint import blueprint
from lms.exams.sittings.models import Exam
from lms.ground.access import Permission, allow
from lms.ground.clock import now


@blueprint.get("/<int:exam_id>/scheme")
@allow(Permission.RELEASE)
def scheme(exam_id: int) -> str:
    exam = exams.get_exam(exam_id, current_user)
    found, duties = schemes.find_scheme(exam.id), schemes.duties(exam.id)
    shown = schemes.scheme_of(exam)
    form = SchemeForm(
        formdata=None,
        data={
            "mode": shown.mode,
            "percent": round(shown.tolerance * 100, 2),
            "markers": [one.id for one in duties[Duty.MARK]],
            "arbiters": [one.id for one in duties[Duty.ARBITRATE]],
            "version": found and found.version,
        },
    )
    return _page(exam, form, schemes.items_by_marker(exam.id))


@blueprint.post("/<int:exam_id>/scheme")
@allow(Permission.RELEASE)
def set_scheme(exam_id: int) -> ResponseReturnValue:
    exam = exams.get_exam(exam_id, current_user)
    form = SchemeForm().offer(schemes.possible_markers())
    if form.validate():
        with form.telling_refusals():
            planning.set_scheme(
                exam,
                mode=form.chosen_mode,
                tolerance=form.tolerance,
                marker_ids=form.markers.data or (),
                arbiter_ids=form.arbiters.data or (),
                items=_typed_items(form.markers.data or ()),
                seen=form.version.data,
                by=current_user,
                at=now(),
            )
            flash(_("阅卷安排已保存。"))
            return redirect(url_for("marking.show", exam_id=exam_id), 303)
    return _page(exam, form, _typed_items(form.markers.data or ())), 422


def _typed_items(marker_ids: Collection[int]) -> dict[int, set[int]]:
    """The items that were ticked for each marker."""
    return {one: set(request.form.getlist(f"items-{one}", type=int)) for one in marker_ids}


def _page(exam: Exam, form: SchemeForm, items: Mapping[int, Collection[int]]) -> str:
    form.offer(schemes.possible_markers())
    return render_template(
        "marking/scheme.html",
        exam=exam,
        form=form,
        tasks=exams.tasks(exam),
        items=items,
        modes=[(mode.value, MODE_NAMES[mode], MODE_SENTENCES[mode]) for mode in MODE_NAMES],
    )
