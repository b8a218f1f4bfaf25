"""The marking desk: one response after the other, blind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.exams.marking.actions import marks
from lms.exams.marking.forms import MarkForm
from lms.exams.marking.models import BlindResponse, Mark
from lms.exams.marking.queries import blind, exams
from lms.exams.marking.queries.changed import ChangedResponse, changed
from lms.exams.marking.queries.marks import find_mark
from lms.exams.marking.views.blueprint import blueprint
from lms.exams.recordings.queries import get_upload, told
from lms.exams.recordings.rules.pieces import named_in
from lms.exams.sittings.models import Exam
from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Missing
from lms.ground.uploads import delivery
from lms.ground.uploads.models import Upload
from lms.ground.uploads.names import ending
from question_bank.items.queries import media


@blueprint.get("/<int:exam_id>/items/<int:item_version_id>/next")
@allow(Permission.MARK)
def next_response(exam_id: int, item_version_id: int) -> ResponseReturnValue:
    exam = exams.get_exam(exam_id, current_user)
    task = exams.get_task(exam, item_version_id)
    entries = blind.entries(exam.id, task, current_user, changed(exam.id))
    entry = _next_waiting(entries, request.args.get("after", 0, type=int))
    if entry is None:
        return render_template("marking/done.html", exam=exam, task=task, entries=entries)
    return redirect(address_of("desk", exam_id, item_version_id, entry.blind_number))


@blueprint.get("/<int:exam_id>/items/<int:item_version_id>/<int:blind_number>")
@allow(Permission.MARK)
def desk(exam_id: int, item_version_id: int, blind_number: int) -> ResponseReturnValue:
    exam = exams.get_exam(exam_id, current_user)
    task = exams.get_task(exam, item_version_id)
    response = blind.get_response(exam.id, task, blind_number, current_user)
    mark = find_mark(response, current_user.id)
    return _desk_page(exam, task, response, mark, form_of(task, mark))


@blueprint.post("/<int:exam_id>/items/<int:item_version_id>/<int:blind_number>")
@allow(Permission.MARK)
def give(exam_id: int, item_version_id: int, blind_number: int) -> ResponseReturnValue:
    exam, form = exams.get_exam(exam_id, current_user), MarkForm()
    task = exams.get_task(exam, item_version_id)
    response = blind.get_response(exam.id, task, blind_number, current_user)
    if form.validate():
        with form.telling_refusals():
            give_points(marks.mark, response, task, form)
            following = url_for(
                "marking.next_response",
                exam_id=exam_id,
                item_version_id=item_version_id,
                after=blind_number,
            )
            return redirect(following, 303)
    mark = find_mark(response, current_user.id)
    return _desk_page(exam, task, response, mark, filled(form, task)), 422


@blueprint.get("/<int:exam_id>/items/<int:item_version_id>/media/<int:upload_id>")
@allow(Permission.MARK)
def picture(exam_id: int, item_version_id: int, upload_id: int) -> Response:
    """A picture or recording of an item that people mark."""
    task = exams.get_task(exams.get_exam(exam_id, current_user), item_version_id)
    return delivery.send(exams.get_picture(task, upload_id))


@blueprint.get("/<int:exam_id>/items/<int:item_version_id>/<int:blind_number>/said/<sha256>")
@allow(Permission.MARK)
def hear(exam_id: int, item_version_id: int, blind_number: int, sha256: str) -> Response:
    """What a candidate said, under a name that tells nobody who it was."""
    exam = exams.get_exam(exam_id, current_user)
    task = exams.get_task(exam, item_version_id)
    found = blind.get_response_to_hear(exam.id, task, blind_number, current_user)
    if sha256 not in named_in(blind.answer_to(found)):
        raise Missing("这段录音")
    upload = get_upload(found.attempt_id, sha256, found.number)
    return delivery.send(upload, as_name=f"录音{ending(upload.name)}")


def _desk_page(
    exam: Exam, task: exams.Task, response: BlindResponse, mark: Mark | None, form: MarkForm
) -> str:
    # What others settled is passed over: who opens it by its number finds nothing to mark.
    changes = changed(exam.id)
    entries = blind.entries(exam.id, task, current_user, changes)
    pile = [one for one in entries if one.mine or one.waits]
    numbers = [entry.blind_number for entry in pile]
    at = numbers.index(response.blind_number) if response.blind_number in numbers else None
    following = numbers[0:] if at is None else numbers[at + 1 :]
    return render_template(
        "marking/desk.html",
        **shown(exam, task, response, changes),
        mark=mark,
        form=form,
        open=at is not None,
        done=sum(entry.mine for entry in pile),
        total=len(pile),
        previous=numbers[at - 1] if at else None,
        following=next(iter(following), None),
    )


def shown(
    exam: Exam, task: exams.Task, response: BlindResponse, changes: Iterable[ChangedResponse]
) -> dict[str, Any]:
    """What a page shows of a response: the item, the answer, what was said, and what changed."""
    answer = blind.answer_to(response)
    change = next((one for one in changes if one.response.id == response.id), None)
    before = change and change.before
    return {
        "exam": exam,
        "task": task,
        "media": media(task.media, address_in(exam, task)),
        "response": response,
        "answer": answer,
        "spoken": {**told(response.attempt_id, before), **told(response.attempt_id, answer)},
        "change": change,
        "answered": blind.digest_of(response, answer),
    }


def give_points(
    act: Callable[..., Mark], response: BlindResponse, task: exams.Task, form: MarkForm
) -> None:
    """Mark or arbitrate as the form says."""
    act(
        response,
        task,
        rubric_points=form.given(),
        remark=form.remark.data or "",
        seen=form.version.data,
        answered=form.answered.data or "",
        by=current_user,
        at=now(),
    )


def address_in(exam: Exam, task: exams.Task) -> Callable[[Upload], str]:
    """Where the desk finds the pictures and recordings of an item."""

    def address(upload: Upload) -> str:
        return url_for(
            "marking.picture",
            exam_id=exam.id,
            item_version_id=task.item_version_id,
            upload_id=upload.id,
        )

    return address


def form_of(task: exams.Task, mark: Mark | None) -> MarkForm:
    """The form with what was given before."""
    if mark is None:
        return filled(MarkForm(formdata=None), task)
    given = {"points": mark.rubric_points, "remark": mark.remark, "version": mark.version}
    return MarkForm(formdata=None, data=given)


def filled(form: MarkForm, task: exams.Task) -> MarkForm:
    """The form with a field for every line of the rubric."""
    while len(form.points) < len(task.lines):
        form.points.append_entry()
    return form


def address_of(view: str, exam_id: int, item_version_id: int, blind_number: int) -> str:
    """Where a response is marked or judged."""
    return url_for(
        f"marking.{view}",
        exam_id=exam_id,
        item_version_id=item_version_id,
        blind_number=blind_number,
    )


def _next_waiting(entries: Sequence[blind.Entry], after: int) -> blind.Entry | None:
    """The next response that waits for this marker, beginning anew at the end of the pile."""
    numbers = [entry.blind_number for entry in entries]
    at = numbers.index(after) + 1 if after in numbers else 0
    turned = [*entries[at:], *entries[:at]]
    return next((entry for entry in turned if entry.waits), None)
