"""Pages of results: preview and release for the office, released results for learners."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts.queries import get_cohort
from lms.exams.marking.queries import runs
from lms.exams.marking.queries.exams import page_of_exams
from lms.exams.recordings.queries import get_own_upload
from lms.exams.results import actions
from lms.exams.results.documents import board_workbook, grade_book
from lms.exams.results.forms import MakeUpForm, ReleaseForm
from lms.exams.results.queries import boards, exams, outcomes, released, sheets
from lms.exams.results.rules import ABSENT, CELL_NAMES, CellState, summarise
from lms.exams.sittings.models import Exam
from lms.exams.sittings.queries.candidates import unseated
from lms.exams.sittings.queries.exams import count_make_ups
from lms.exams.sittings.queries.papers import sealed_papers
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now
from lms.ground.errors import Missing, Refused
from lms.ground.uploads import delivery
from lms.ground.uploads.models import Upload
from lms.ground.uploads.names import ending
from lms.ground.web.links import link
from question_bank.analysis.queries.papers import find_analysis
from question_bank.items.kinds.protocol import shown
from question_bank.items.queries import media

blueprint = Blueprint("results", __name__, template_folder="templates")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/")
@allow(Permission.RELEASE)
def index() -> str:
    page = page_of_exams(
        current_user,
        search=request.args.get("q", "").strip(),
        page=request.args.get("page", type=int),
    )
    ids = [exam.id for exam in page.rows]
    return render_template(
        "results/index.html",
        page=page,
        runs=outcomes.latest_runs(ids),
        releases=released.standing_releases(ids),
    )


@blueprint.get("/<int:exam_id>")
@allow(Permission.RELEASE)
def show(exam_id: int) -> str:
    exam, before = exams.get_exam(exam_id), count_make_ups(exam_id)
    title = f"{exam.title}（第{before + 1}次补考）" if before else f"{exam.title}（补考）"
    return _exam_page(exam, _make_up_form(formdata=None, title=title))


@blueprint.post("/<int:exam_id>/make-up")
@allow(Permission.ARRANGE_EXAMS)
def make_up(exam_id: int) -> ResponseReturnValue:
    exam, form = exams.get_exam(exam_id), _make_up_form()
    if form.validate():
        with form.telling_refusals():
            made = actions.arrange_make_up(
                exam,
                paper_id=form.paper.data,
                title=form.title.data or "",
                by=current_user,
                at=now(),
            )
            flash(_("补考已登记，请安排场次；只有需要补考的学员会排座。"))
            return redirect(url_for("sittings.new_sitting", exam_id=made.id), 303)
    return _exam_page(exam, form), 422


def _make_up_form(**options: Any) -> MakeUpForm:
    return MakeUpForm(**options).offer(sealed_papers())


def _exam_page(exam: Exam, form: MakeUpForm) -> str:
    run = outcomes.latest_run(exam)
    lines = outcomes.lines(exam, run) if run else []
    return render_template(
        "results/exam.html",
        exam=exam,
        run=run,
        lines=lines,
        absent=ABSENT,
        summary=summarise([one.outcome for one in lines], outcomes.bands(exam, run))
        if run
        else None,
        releases=released.releases(exam.id),
        unseated=unseated(exam),
        since=runs.since(exam.id, run) if run else None,
        made_up=released.made_up(exam.id),
        cap=outcomes.cap_of(exam, run) if run else None,
        analysis=_analysis_link(exam),
        make_up=form,
        called=released.to_make_up(exam.id) if may(Permission.ARRANGE_EXAMS) else [],
    )


@blueprint.get("/<int:exam_id>/release")
@allow(Permission.RELEASE)
def confirm(exam_id: int) -> str:
    return _confirm_page(exams.get_exam(exam_id), ReleaseForm(formdata=None))


@blueprint.post("/<int:exam_id>/release")
@allow(Permission.RELEASE)
def release(exam_id: int) -> ResponseReturnValue:
    exam, form = exams.get_exam(exam_id), ReleaseForm()
    if form.validate():
        with form.telling_refusals():
            actions.release(
                exam,
                by=current_user,
                at=now(),
                run_number=form.run_number.data,
                note=form.note.data or "",
            )
            flash(_("成绩已公布，学员已收到通知。"))
            return redirect(url_for("results.show", exam_id=exam_id), 303)
    return _confirm_page(exam, form), 422


@blueprint.get("/<int:exam_id>/book.xlsx")
@allow(Permission.RELEASE)
def book(exam_id: int) -> ResponseReturnValue:
    exam, releases = exams.get_exam(exam_id), released.releases(exam_id)
    if not releases:
        raise Missing("已公布的成绩")
    results, made_up = released.released_of_exam(exam_id), released.made_up(exam_id)
    content = grade_book(exam, results, releases[0], made_up)
    name = f"{exam.cohort.title}{exam.title}成绩册.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


@blueprint.post("/<int:exam_id>/book")
@allow(Permission.RELEASE)
def print_book(exam_id: int) -> ResponseReturnValue:
    job = actions.print_book(exams.get_exam(exam_id), by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.get("/board/<int:cohort_id>")
@allow(Permission.ARRANGE_EXAMS, Permission.APPROVE)
def board(cohort_id: int) -> str:
    cohort = get_cohort(cohort_id, current_user)
    return render_template(
        "results/board.html",
        cohort=cohort,
        board=boards.board(cohort_id, at=now()),
        names=CELL_NAMES,
        looks=CELL_LOOKS,
    )


@blueprint.get("/board/<int:cohort_id>.xlsx")
@allow(Permission.ARRANGE_EXAMS, Permission.APPROVE)
def board_book(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    content = board_workbook(cohort.title, boards.board(cohort_id, at=now()))
    name = f"{cohort.title}逢学必考一览表.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


@blueprint.get("/mine")
@allow(Permission.STUDY)
def mine() -> str:
    return render_template("results/mine.html", results=released.mine(current_user), absent=ABSENT)


@blueprint.get("/mine/<int:exam_id>")
@allow(Permission.STUDY)
def my_result(exam_id: int) -> str:
    result = released.get_mine(exam_id, current_user)
    slots = sheets.slots_of_result(result)
    known = sheets.media_of_result(slots)

    def address(upload: Upload) -> str:
        return url_for("results.picture", exam_id=exam_id, upload_id=upload.id)

    return render_template(
        "results/my_result.html",
        result=result,
        sections=sheets.sections_of(slots),
        why=outcomes.explain(result),
        slots=[(slot, media(slot.report.media, address, known)) for slot in slots],
        points=shown,
        spoken=sheets.spoken(result),
        absent=ABSENT,
        recheck=link("rechecks.mine", exam_id=exam_id),
    )


@blueprint.get("/mine/<int:exam_id>/media/<int:upload_id>")
@allow(Permission.STUDY)
def picture(exam_id: int, upload_id: int) -> Response:
    """A picture or recording of one's own sheet, after the release."""
    result = released.get_mine(exam_id, current_user)
    return delivery.send(sheets.get_picture(result, upload_id))


@blueprint.get("/mine/<int:exam_id>/said/<sha256>")
@allow(Permission.STUDY)
def hear(exam_id: int, sha256: str) -> Response:
    """What one said oneself, after the release."""
    result = released.get_mine(exam_id, current_user)
    if result.attempt_id is None:
        raise Missing("这段录音")
    upload = get_own_upload(result.attempt_id, sha256)
    return delivery.send(upload, as_name=f"我的录音{ending(upload.name)}")


def _analysis_link(exam: Exam) -> str:
    """The address of the exam's analysis; "" before there is one, or for who may not read items."""
    found = find_analysis(exams.occasion_key(exam.id))
    return link("analysis.show", analysis_id=found.id) if found else ""


def _confirm_page(exam: Exam, form: ReleaseForm) -> str:
    """What would be released, or why it cannot be; Refused while there is nothing to release."""
    run = outcomes.latest_run(exam)
    if run is None:
        raise Refused(_("还没有计分，不能公布成绩。请先完成评阅并计分。"))
    lines = outcomes.lines(exam, run)
    form.run_number.data, form.run_number.raw_data = run.number, None
    return render_template(
        "results/release.html",
        exam=exam,
        run=run,
        form=form,
        summary=summarise([one.outcome for one in lines], outcomes.bands(exam, run)),
        released=released.find_release(run),
        faults=actions.release_faults(exam, run),
        standing=released.releases(exam.id)[:1],
        changes=outcomes.changes(exam, lines),
        absent=ABSENT,
        unseated=unseated(exam),
    )


CELL_LOOKS = {
    CellState.PASSED: "green",
    CellState.FAILED: "orange",
    CellState.MISSED: "red",
    CellState.EXEMPT: "secondary",
    CellState.SAT: "azure",
    CellState.WAITING: "secondary",
    CellState.UNSEATED: "orange",
}
