"""Pages of exams that are marked and scored: the list, one exam, its runs."""

from __future__ import annotations

from collections import Counter

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.marking.actions import marks, scoring
from lms.exams.marking.forms import ScoreForm
from lms.exams.marking.queries import blind, corrections, exams, runs, schemes, tallies
from lms.exams.marking.queries.changed import changed
from lms.exams.marking.rules.modes import MODE_NAMES, MODE_SENTENCES, Duty
from lms.exams.marking.views.blueprint import blueprint
from lms.exams.sittings.models import Exam
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now
from lms.ground.jobs.models import Job


@blueprint.get("/")
@allow(Permission.MARK)
def index() -> str:
    page = exams.page_of_exams(
        current_user,
        search=request.args.get("q", "").strip(),
        page=request.args.get("page", type=int),
    )
    ids = [exam.id for exam in page.rows]
    return render_template(
        "marking/index.html",
        page=page,
        sheets=exams.sheet_counts(ids),
        responses=tallies.open_counts(ids),
        proposed=corrections.waiting(ids) if may(Permission.RELEASE) else {},
    )


@blueprint.get("/<int:exam_id>")
@allow(Permission.MARK)
def show(exam_id: int) -> str:
    return _exam_page(exams.get_exam(exam_id, current_user), ScoreForm(formdata=None))


@blueprint.post("/<int:exam_id>/collect")
@allow(Permission.RELEASE)
def collect(exam_id: int) -> ResponseReturnValue:
    number = marks.collect(exams.get_exam(exam_id, current_user), by=current_user, at=now())
    flash(_("收卷完成，新增 %(number)s 份待评作答。", number=number))
    return redirect(url_for("marking.show", exam_id=exam_id), 303)


@blueprint.post("/<int:exam_id>/score")
@allow(Permission.RELEASE)
def score(exam_id: int) -> ResponseReturnValue:
    exam, form = exams.get_exam(exam_id, current_user), ScoreForm()
    if form.validate():
        with form.telling_refusals():
            scoring.order(
                exam,
                by=current_user,
                at=now(),
                reason=form.reason.data or "",
                after=form.after.data,
            )
            return redirect(url_for("marking.show", exam_id=exam_id) + "#scoring", 303)
    return _exam_page(exam, form), 422


@blueprint.get("/<int:exam_id>/scoring")
@allow(Permission.RELEASE)
def progress(exam_id: int) -> ResponseReturnValue:
    """The part of the page that changes while a worker scores; the whole page when it is done."""
    exams.get_exam(exam_id, current_user)
    job = runs.find_scoring(exam_id)
    response = make_response(
        render_template("marking/progress.html", exam_id=exam_id, scoring=_at_work(job))
    )
    if _at_work(job) is None:
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.get("/<int:exam_id>/runs/<int:number>")
@allow(Permission.RELEASE)
def show_run(exam_id: int, number: int) -> str:
    exam, run = exams.get_exam(exam_id, current_user), runs.get_run(exam_id, number)
    before = runs.get_run(exam_id, number - 1) if number > 1 else None
    changes = runs.differences(before, run) if before else []
    return render_template("marking/run.html", exam=exam, run=run, before=before, changes=changes)


def _exam_page(exam: Exam, form: ScoreForm) -> str:
    tasks = exams.tasks(exam)
    found = runs.runs(exam.id)
    job = runs.find_scoring(exam.id)
    form.after.data = found[0].number if found else 0
    form.after.raw_data = None
    scheme = schemes.scheme_of(exam)
    return render_template(
        "marking/exam.html",
        exam=exam,
        form=form,
        tasks=tasks,
        tallies=tallies.tallies(exam.id, tasks),
        markers=tallies.marker_tallies(exam.id),
        stranded=Counter(tallies.stranded(exam.id).values() if may(Permission.RELEASE) else ()),
        runs=found,
        since=runs.since(exam.id, found[0]) if found else None,
        scoring=_at_work(job),
        failure=_failure(job, found[0].number if found else 0),
        sheets=exams.sheet_counts([exam.id]).get(exam.id, 0),
        unfinished=exams.count_unfinished(exam.id, at=now()),
        leads=may(Permission.RELEASE),
        arbitrates=schemes.arbitrates(exam.id, current_user),
        disputed=blind.count_disputed(exam.id, current_user),
        proposed=corrections.waiting([exam.id]).get(exam.id, 0),
        mode=MODE_NAMES[scheme.mode],
        told=MODE_SENTENCES[scheme.mode],
        scheme=scheme,
        duties=schemes.duties(exam.id),
        changed=Counter(one.response.item_version_id for one in changed(exam.id)),
        mine=schemes.items_of(exam.id, current_user, [task.item_version_id for task in tasks]),
        Duty=Duty,
    )


def _at_work(job: Job | None) -> Job | None:
    return None if job is None or job.is_over else job


def _failure(job: Job | None, latest: int) -> str:
    """Why the last order came to nothing; "" when it did, or a later run stands."""
    failed = job is not None and job.is_repeatable and job.arguments["after"] == latest
    return job.message if failed and job is not None else ""
