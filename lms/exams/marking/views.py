"""Pages of marking: exams, the marking desk, scoring runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.marking import actions
from lms.exams.marking.forms import MarkForm, ScoreForm
from lms.exams.marking.models import BlindResponse, Mark
from lms.exams.marking.queries import blind, exams, runs
from lms.exams.marking.rules import Standing
from lms.exams.sittings.models import Exam
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.norms.queries import fraction
from lms.ground.uploads import delivery
from lms.ground.uploads.models import Upload
from question_bank.items.queries import media

blueprint = Blueprint("marking", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.MARK)
def index() -> str:
    page = exams.page_of_exams(
        search=request.args.get("q", "").strip(), page=request.args.get("page", type=int)
    )
    ids = [exam.id for exam in page.rows]
    return render_template(
        "marking/index.html",
        page=page,
        sheets=exams.sheet_counts(ids),
        responses=blind.open_counts(ids),
    )


@blueprint.get("/<int:exam_id>")
@allow(Permission.MARK)
def show(exam_id: int) -> str:
    return _exam_page(exams.get_exam(exam_id), ScoreForm(formdata=None))


@blueprint.post("/<int:exam_id>/collect")
@allow(Permission.RELEASE)
def collect(exam_id: int) -> ResponseReturnValue:
    number = actions.collect(exams.get_exam(exam_id), by=current_user, at=now())
    flash(_("收卷完成，新增 %(number)s 份待评作答。", number=number))
    return redirect(url_for("marking.show", exam_id=exam_id), 303)


@blueprint.post("/<int:exam_id>/score")
@allow(Permission.RELEASE)
def score(exam_id: int) -> ResponseReturnValue:
    exam, form = exams.get_exam(exam_id), ScoreForm()
    if form.validate():
        with form.telling_refusals():
            run = actions.score(
                exam,
                by=current_user,
                at=now(),
                reason=form.reason.data or "",
                after=form.after.data,
            )
            flash(_("第 %(number)s 次计分完成，可以在“成绩”里核对和公布。", number=run.number))
            return redirect(url_for("marking.show", exam_id=exam_id), 303)
    return _exam_page(exam, form), 422


@blueprint.get("/<int:exam_id>/items/<int:item_version_id>/next")
@allow(Permission.MARK)
def next_response(exam_id: int, item_version_id: int) -> ResponseReturnValue:
    exam = exams.get_exam(exam_id)
    task = exams.get_task(exam, item_version_id)
    entries = blind.entries(exam.id, task, current_user, tolerance=_tolerance())
    entry = _next_waiting(entries, request.args.get("after", 0, type=int))
    if entry is None:
        return render_template("marking/done.html", exam=exam, task=task, entries=entries)
    return redirect(_desk(exam_id, item_version_id, entry.blind_number))


@blueprint.get("/<int:exam_id>/items/<int:item_version_id>/<int:blind_number>")
@allow(Permission.MARK)
def desk(exam_id: int, item_version_id: int, blind_number: int) -> str:
    exam = exams.get_exam(exam_id)
    task = exams.get_task(exam, item_version_id)
    response = blind.get_response(exam.id, task, blind_number, current_user)
    mark = blind.find_mark(response, current_user.id)
    return _desk_page(exam, task, response, mark, _form_of(task, mark))


@blueprint.post("/<int:exam_id>/items/<int:item_version_id>/<int:blind_number>")
@allow(Permission.MARK)
def give(exam_id: int, item_version_id: int, blind_number: int) -> ResponseReturnValue:
    exam, form = exams.get_exam(exam_id), MarkForm()
    task = exams.get_task(exam, item_version_id)
    response = blind.get_response(exam.id, task, blind_number, current_user)
    if form.validate():
        with form.telling_refusals():
            actions.mark(
                response,
                task,
                rubric_points=form.given(),
                remark=form.remark.data or "",
                seen=form.version.data,
                by=current_user,
                at=now(),
            )
            return redirect(
                url_for(
                    "marking.next_response",
                    exam_id=exam_id,
                    item_version_id=item_version_id,
                    after=blind_number,
                ),
                303,
            )
    mark = blind.find_mark(response, current_user.id)
    return _desk_page(exam, task, response, mark, _filled(form, task)), 422


@blueprint.get("/<int:exam_id>/items/<int:item_version_id>/media/<int:upload_id>")
@allow(Permission.MARK)
def picture(exam_id: int, item_version_id: int, upload_id: int) -> Response:
    """A picture or recording of an item that people mark."""
    task = exams.get_task(exams.get_exam(exam_id), item_version_id)
    return delivery.send(exams.get_picture(task, upload_id))


@blueprint.get("/<int:exam_id>/runs/<int:number>")
@allow(Permission.RELEASE)
def show_run(exam_id: int, number: int) -> str:
    exam, run = exams.get_exam(exam_id), runs.get_run(exam_id, number)
    before = runs.get_run(exam_id, number - 1) if number > 1 else None
    changes = runs.differences(before, run) if before else []
    return render_template("marking/run.html", exam=exam, run=run, before=before, changes=changes)


def _exam_page(exam: Exam, form: ScoreForm) -> str:
    tasks = exams.tasks(exam)
    found = runs.runs(exam.id)
    form.after.data = found[0].number if found else 0
    form.after.raw_data = None
    return render_template(
        "marking/exam.html",
        exam=exam,
        form=form,
        tasks=tasks,
        tallies=blind.tallies(exam.id, tasks, tolerance=_tolerance()),
        markers=blind.marker_tallies(exam.id),
        runs=found,
        sheets=exams.sheet_counts([exam.id]).get(exam.id, 0),
        unfinished=exams.count_unfinished(exam.id, at=now()),
        leads=may(Permission.RELEASE),
    )


def _desk_page(
    exam: Exam, task: exams.Task, response: BlindResponse, mark: Mark | None, form: MarkForm
) -> str:
    entries = blind.entries(exam.id, task, current_user, tolerance=_tolerance())
    # What others settled is passed over: opened by its number, it would get a second mark.
    numbers = [
        entry.blind_number
        for entry in entries
        if entry.mine
        or entry.standing is not Standing.SETTLED
        or entry.blind_number == response.blind_number
    ]
    at = numbers.index(response.blind_number)
    return render_template(
        "marking/desk.html",
        exam=exam,
        task=task,
        media=media(task.media, _address_in(exam, task)),
        response=response,
        answer=blind.answer_to(response),
        mark=mark,
        form=form,
        done=sum(entry.mine or entry.standing is Standing.SETTLED for entry in entries),
        total=len(entries),
        previous=numbers[at - 1] if at else None,
        following=numbers[at + 1] if at + 1 < len(numbers) else None,
    )


def _address_in(exam: Exam, task: exams.Task) -> Callable[[Upload], str]:
    """Where the desk finds the pictures and recordings of an item."""

    def address(upload: Upload) -> str:
        return url_for(
            "marking.picture",
            exam_id=exam.id,
            item_version_id=task.item_version_id,
            upload_id=upload.id,
        )

    return address


def _form_of(task: exams.Task, mark: Mark | None) -> MarkForm:
    if mark is None:
        return _filled(MarkForm(formdata=None), task)
    filled = {"points": mark.rubric_points, "remark": mark.remark, "version": mark.version}
    return MarkForm(formdata=None, data=filled)


def _filled(form: MarkForm, task: exams.Task) -> MarkForm:
    """The form with a field for every line of the rubric."""
    while len(form.points) < len(task.lines):
        form.points.append_entry()
    return form


def _next_waiting(entries: Sequence[blind.Entry], after: int) -> blind.Entry | None:
    """The next response that waits for this marker, beginning anew at the end."""
    waiting = [
        entry for entry in entries if entry.standing is not Standing.SETTLED and not entry.mine
    ]
    later = [entry for entry in waiting if entry.blind_number > after]
    return next(iter(later or waiting), None)


def _tolerance() -> Fraction:
    return fraction("marking.tolerance", on=today())


def _desk(exam_id: int, item_version_id: int, blind_number: int) -> str:
    return url_for(
        "marking.desk",
        exam_id=exam_id,
        item_version_id=item_version_id,
        blind_number=blind_number,
    )
