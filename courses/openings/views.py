"""Pages of openings: what the documents of a cohort say, the documents, and the year's plan."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import STAGE_NAMES
from courses.openings import actions, queries
from courses.openings.documents import paper, word
from courses.openings.forms import OpeningForm
from courses.openings.rules import application, notice, notice_gaps
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.errors import Missing, Refused
from lms.ground.norms import queries as norms
from lms.ground.uploads.media import DOCX, XLSX

blueprint = Blueprint("openings", __name__, template_folder="templates")
DOCUMENTS = {"application": "办班审批表", "notice": "开班通知"}
READERS = (Permission.READ_COURSES, Permission.NAME_LEARNERS)


@blueprint.get("/<int:cohort_id>")
@allow(Permission.READ_COURSES)
def show(cohort_id: int) -> str:
    opening = queries.find_opening(cohort_id)
    data = None if opening else {"in_yearly_plan": True, "version": 0}
    return _page(cohort_id, OpeningForm(formdata=None, obj=opening, data=data))


@blueprint.post("/<int:cohort_id>")
@allow(Permission.PLAN)
def write(cohort_id: int) -> ResponseReturnValue:
    cohort, form = get_cohort(cohort_id, current_user), OpeningForm()
    if form.validate():
        draft, seen = form.draft(), form.version.data
        with form.telling_refusals():
            actions.write(cohort=cohort, draft=draft, seen=seen, by=current_user, at=now())
            flash(_("开班文书已保存。"))
            return redirect(url_for("openings.show", cohort_id=cohort_id), 303)
    return _page(cohort_id, form), 422


@blueprint.get("/<int:cohort_id>/notice")
@allow(*READERS)
def read_notice(cohort_id: int) -> str:
    cohort = get_cohort(cohort_id, current_user)
    opening = queries.find_opening(cohort_id)
    is_out = opening is not None and opening.sent_at is not None
    if not is_out and not may(Permission.READ_COURSES):
        raise Missing(_("这份开班通知"))
    letter = notice(queries.draft_of(opening), queries.facts_of(cohort), school=_school())
    return render_template("openings/notice.html", cohort=cohort, letter=letter)


@blueprint.get("/<int:cohort_id>/<document>.docx")
@allow(Permission.READ_COURSES)
def as_word(cohort_id: int, document: str) -> ResponseReturnValue:
    cohort, title = get_cohort(cohort_id, current_user), _title(document)
    draft, facts = queries.draft_of(queries.find_opening(cohort_id)), queries.facts_of(cohort)
    if document == "notice":
        content = word.notice(notice(draft, facts, school=_school()))
    else:
        cells = application(draft, facts, school=_school())
        content = word.application(title, cells, ("", "", facts.approval))
    name = f"{cohort.title}{title}.docx"
    return send_file(BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=name)


@blueprint.post("/<int:cohort_id>/<document>/print")
@allow(Permission.PLAN, Permission.APPROVE)
def print_document(cohort_id: int, document: str) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    _title(document)
    job = actions.ask_to_print(cohort=cohort, document=document, by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.post("/<int:cohort_id>/send")
@allow(Permission.PLAN)
def send(cohort_id: int) -> ResponseReturnValue:
    cohort = get_cohort(cohort_id, current_user)
    link = url_for("openings.read_notice", cohort_id=cohort_id)
    opening = queries.find_opening(cohort_id)
    try:
        sent = actions.send(cohort=cohort, link=link, by=current_user, at=now())
    except Refused as refusal:
        form = OpeningForm(formdata=None, obj=opening)
        return _page(cohort_id, form, list(refusal.reasons)), 422
    flash(_("开班通知已发给%(count)s位单位管理员。", count=sent))
    return redirect(url_for("openings.show", cohort_id=cohort_id), 303)


@blueprint.get("/years/<int:year>")
@allow(Permission.READ_COURSES)
def of_year(year: int) -> str:
    return render_template(
        "openings/year.html",
        year=_real(year),
        years=queries.years(current_user, present=today().year),
        rows=queries.of_year(year, current_user),
        stages=STAGE_NAMES,
    )


@blueprint.get("/years/<int:year>/plan.xlsx")
@allow(Permission.READ_COURSES)
def export(year: int) -> ResponseReturnValue:
    rows = [
        (cohort, queries.draft_of(opening), queries.plain_facts_of(cohort))
        for cohort, opening in queries.of_year(_real(year), current_user)
    ]
    content, name = paper.yearly_plan(year, rows), f"{year}年度培训计划.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def _title(document: str) -> str:
    """What a document is called; Missing for an address that names none."""
    if document not in DOCUMENTS:
        raise Missing(_("这份文书"))
    return DOCUMENTS[document]


def _real(year: int) -> int:
    if not 2000 <= year <= 2100:
        raise Missing(_("这个年度"))
    return year


def _school() -> str:
    return norms.text("archive.school_name", on=today())


def _page(cohort_id: int, form: OpeningForm, reasons: list[str] | None = None) -> str:
    opening = queries.find_opening(cohort_id)
    return render_template(
        "openings/opening.html",
        cohort=get_cohort(cohort_id, current_user),
        opening=opening,
        form=form,
        gaps=notice_gaps(queries.draft_of(opening)),
        plans=may(Permission.PLAN),
        prints=may(Permission.PLAN) or may(Permission.APPROVE),
        reasons=reasons,
    )
