"""Pages of rechecks: one's own, and the office's list."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.exams.marking.queries import blind
from lms.exams.marking.queries.schemes import arbitrates
from lms.exams.rechecks import actions, queries
from lms.exams.rechecks.documents import register
from lms.exams.rechecks.forms import AskForm, VerdictForm
from lms.exams.rechecks.models import Recheck
from lms.exams.rechecks.rules import (
    GROUND_NAMES,
    STANDING_NAMES,
    VERDICT_NAMES,
    Ground,
    Standing,
    Verdict,
)
from lms.exams.results.models import Result
from lms.exams.results.queries.released import get_mine
from lms.exams.results.queries.sheets import slots_of_result
from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Missing

blueprint = Blueprint("rechecks", __name__, template_folder="templates")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/")
@allow(Permission.DECIDE)
def index() -> str:
    wanted = request.args.get("standing", "")
    page = queries.page_of_rechecks(
        search=request.args.get("q", "").strip(),
        standing=wanted if wanted in set(Standing) else "",
        page=request.args.get("page", type=int),
    )
    return render_template(
        "rechecks/index.html",
        page=page,
        lines=queries.lines(page.rows),
        standings=STANDING_NAMES,
        grounds=GROUND_NAMES,
        looks=LOOKS,
    )


@blueprint.get("/register.xlsx")
@allow(Permission.DECIDE)
def book() -> ResponseReturnValue:
    content = register(queries.lines(queries.every_recheck()))
    return send_file(
        BytesIO(content), mimetype=XLSX, as_attachment=True, download_name="成绩复核登记表.xlsx"
    )


@blueprint.get("/<int:recheck_id>")
@allow(Permission.DECIDE)
def show(recheck_id: int) -> str:
    return _page(queries.get_recheck(recheck_id), VerdictForm(formdata=None))


@blueprint.post("/<int:recheck_id>")
@allow(Permission.DECIDE)
def decide(recheck_id: int) -> ResponseReturnValue:
    recheck, form = queries.get_recheck(recheck_id), VerdictForm()
    if form.validate():
        with form.telling_refusals():
            actions.decide(
                recheck,
                verdict=Verdict(form.verdict.data),
                findings=form.findings.data or "",
                seen=form.version.data,
                by=current_user,
                at=now(),
            )
            flash(_("复核结论已保存，学员已收到通知。"))
            return redirect(url_for("rechecks.show", recheck_id=recheck_id), 303)
    return _page(recheck, form), 422


@blueprint.get("/mine/<int:exam_id>")
@allow(Permission.STUDY)
def mine(exam_id: int) -> str:
    return _own_page(get_mine(exam_id, current_user), AskForm(formdata=None))


@blueprint.post("/mine/<int:exam_id>")
@allow(Permission.STUDY)
def ask(exam_id: int) -> ResponseReturnValue:
    result, form = get_mine(exam_id, current_user), AskForm()
    if form.validate():
        with form.telling_refusals():
            actions.ask(
                result,
                ground=Ground(form.ground.data),
                reason=form.reason.data or "",
                by=current_user,
                at=now(),
            )
            flash(_("复核申请已提交，有结论时会通知您。"))
            return redirect(url_for("rechecks.mine", exam_id=exam_id), 303)
    return _own_page(result, form), 422


@blueprint.post("/mine/<int:exam_id>/take-back")
@allow(Permission.STUDY)
def take_back(exam_id: int) -> ResponseReturnValue:
    line = queries.find_mine(exam_id, current_user)
    if line is None:
        raise Missing("您的复核申请")
    actions.take_back(line.recheck, by=current_user, at=now())
    flash(_("复核申请已撤回。"))
    return redirect(url_for("rechecks.mine", exam_id=exam_id), 303)


def _own_page(result: Result, form: AskForm) -> str:
    last = queries.last_day_to_ask(result)
    return render_template(
        "rechecks/mine.html",
        result=result,
        line=queries.find_mine(result.exam_id, current_user),
        form=form,
        last=last,
        open=today() <= last,
        standings=STANDING_NAMES,
        grounds=GROUND_NAMES,
        looks=LOOKS,
    )


def _page(recheck: Recheck, form: VerdictForm) -> str:
    form.version.data = recheck.version if form.version.data is None else form.version.data
    result = recheck.result
    attempt_id = result.attempt_id
    marked = {} if attempt_id is None else {one.number: one for one in blind.of_attempt(attempt_id)}
    line = queries.lines([recheck])[0]
    return render_template(
        "rechecks/show.html",
        line=line,
        changes=queries.changes_since(line),
        recheck=recheck,
        result=result,
        form=form,
        slots=slots_of_result(result),
        marked=marked,
        arbitrates=arbitrates(recheck.exam_id, current_user),
        faults=actions.faults_of(recheck, current_user),
        standings=STANDING_NAMES,
        grounds=GROUND_NAMES,
        verdicts=VERDICT_NAMES,
        looks=LOOKS,
        Standing=Standing,
    )


LOOKS = {
    Standing.OPEN: "orange",
    Standing.UPHELD: "secondary",
    Standing.WRONG: "azure",
    Standing.CORRECTED: "green",
}
