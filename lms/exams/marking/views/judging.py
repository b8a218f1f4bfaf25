"""Pages of arbiters: all responses, one with its marks, check scripts, how steady markers are."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.marking.actions import checks as checking
from lms.exams.marking.actions import marks
from lms.exams.marking.documents import quality_workbook
from lms.exams.marking.forms import MarkForm
from lms.exams.marking.models import BlindResponse
from lms.exams.marking.queries import blind, checks, exams, schemes
from lms.exams.marking.queries.changed import changed
from lms.exams.marking.queries.marks import find_mark, marks_on
from lms.exams.marking.queries.tallies import stranded
from lms.exams.marking.rules.modes import STANDING_NAMES, Standing
from lms.exams.marking.views.blueprint import blueprint
from lms.exams.marking.views.desk import address_of, filled, form_of, give_points, shown
from lms.exams.sittings.models import Exam
from lms.ground.access import Permission, allow
from lms.ground.clock import now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/<int:exam_id>/responses")
@allow(Permission.MARK)
def responses(exam_id: int) -> str:
    exam = exams.get_exam(exam_id, current_user)
    tasks = {task.item_version_id: task for task in exams.tasks(exam)}
    wanted = request.args.get("standing", "")
    changes, lost = {one.response.id for one in changed(exam.id)}, set(stranded(exam.id))
    narrowed = [
        ids for name, ids in (("changed", changes), ("stranded", lost)) if name in request.args
    ]
    page = blind.page_to_judge(
        exam.id,
        current_user,
        item=request.args.get("item", type=int),
        standing=Standing(wanted) if wanted in set(Standing) else None,
        among=set.intersection(*narrowed) if narrowed else None,
        page=request.args.get("page", type=int),
    )
    return render_template(
        "marking/responses.html",
        exam=exam,
        tasks=tasks,
        page=page,
        standings=STANDING_NAMES,
        Standing=Standing,
        disputed=blind.count_disputed(exam.id, current_user),
        changed=changes,
        stranded=lost,
    )


@blueprint.get("/<int:exam_id>/responses/next")
@allow(Permission.MARK)
def next_disputed(exam_id: int) -> ResponseReturnValue:
    found = blind.next_to_arbitrate(exams.get_exam(exam_id, current_user).id, current_user)
    if found is None:
        flash(_("没有待您仲裁的作答了。"))
        return redirect(url_for("marking.responses", exam_id=exam_id))
    return redirect(address_of("response", exam_id, found.item_version_id, found.blind_number))


@blueprint.get("/<int:exam_id>/responses/<int:item_version_id>/<int:blind_number>")
@allow(Permission.MARK)
def response(exam_id: int, item_version_id: int, blind_number: int) -> str:
    exam, task, found = _found(exam_id, item_version_id, blind_number)
    final = next((one for one in marks_on(found) if one.arbitrates), None)
    return _response_page(exam, task, found, form_of(task, final), _check_form(formdata=None))


@blueprint.post("/<int:exam_id>/responses/<int:item_version_id>/<int:blind_number>")
@allow(Permission.MARK)
def arbitrate(exam_id: int, item_version_id: int, blind_number: int) -> ResponseReturnValue:
    exam, task, found = _found(exam_id, item_version_id, blind_number)
    disputed, form = found.standing is Standing.DISPUTED, MarkForm()
    if form.validate():
        with form.telling_refusals():
            give_points(marks.arbitrate, found, task, form)
            flash(_("已裁定，这份作答以您给的分为准。"))
            if disputed:
                return redirect(url_for("marking.next_disputed", exam_id=exam_id), 303)
            return redirect(address_of("response", exam_id, item_version_id, blind_number), 303)
    return _response_page(exam, task, found, form, _check_form(formdata=None)), 422


@blueprint.post("/<int:exam_id>/responses/<int:item_version_id>/<int:blind_number>/check")
@allow(Permission.MARK)
def choose_check(exam_id: int, item_version_id: int, blind_number: int) -> ResponseReturnValue:
    exam, task, found = _found(exam_id, item_version_id, blind_number)
    form = _check_form()
    if form.validate():
        with form.telling_refusals():
            checking.choose(
                found,
                task,
                rubric_points=form.given(),
                note=form.remark.data or "",
                by=current_user,
                at=now(),
            )
            flash(_("已选为质检卷，会混在其他作答里发给每位阅卷人。"))
            return redirect(url_for("marking.quality", exam_id=exam_id), 303)
    final = next((one for one in marks_on(found) if one.arbitrates), None)
    return _response_page(exam, task, found, form_of(task, final), form), 422


@blueprint.get("/<int:exam_id>/quality")
@allow(Permission.RELEASE)
def quality(exam_id: int) -> str:
    exam = exams.get_exam(exam_id, current_user)
    tasks = exams.tasks(exam)
    tolerance = schemes.scheme_of(exam).tolerance
    return render_template(
        "marking/quality.html",
        exam=exam,
        tasks={task.item_version_id: task for task in tasks},
        scripts=checks.scripts(exam.id),
        numbers=checks.blind_numbers(exam.id),
        checked=checks.checked(exam.id),
        steadiness=checks.steadiness(exam.id, tasks, tolerance=tolerance),
        tolerance=tolerance,
    )


@blueprint.get("/<int:exam_id>/quality.xlsx")
@allow(Permission.RELEASE)
def quality_book(exam_id: int) -> ResponseReturnValue:
    exam = exams.get_exam(exam_id, current_user)
    tasks = exams.tasks(exam)
    tolerance = schemes.scheme_of(exam).tolerance
    content = quality_workbook(
        exam,
        {task.item_version_id: task.label for task in tasks},
        checks.steadiness(exam.id, tasks, tolerance=tolerance),
        checks.checked(exam.id),
    )
    name = f"{exam.cohort.title}{exam.title}评阅质量.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


@blueprint.post("/<int:exam_id>/quality/<int:script_id>/take-back")
@allow(Permission.RELEASE)
def take_back_check(exam_id: int, script_id: int) -> ResponseReturnValue:
    exam = exams.get_exam(exam_id, current_user)
    checking.take_back(checks.get_script(exam.id, script_id), by=current_user, at=now())
    flash(_("质检卷已撤销，不再发给阅卷人。"))
    return redirect(url_for("marking.quality", exam_id=exam_id), 303)


def _check_form(**options: Any) -> MarkForm:
    """It stands on one page with the form of the arbiter."""
    return MarkForm(prefix="check", **options)


def _found(
    exam_id: int, item_version_id: int, blind_number: int
) -> tuple[Exam, exams.Task, BlindResponse]:
    exam = exams.get_exam(exam_id, current_user)
    task = exams.get_task(exam, item_version_id)
    found = blind.get_response_to_judge(exam.id, item_version_id, blind_number, current_user)
    return exam, task, found


def _response_page(
    exam: Exam, task: exams.Task, found: BlindResponse, form: MarkForm, check: MarkForm
) -> str:
    return render_template(
        "marking/response.html",
        **shown(exam, task, found, changed(exam.id)),
        marks=marks_on(found),
        form=filled(form, task),
        check=filled(check, task),
        script=checks.find_script(found),
        standings=STANDING_NAMES,
        Standing=Standing,
        own=find_mark(found, current_user.id),
    )
