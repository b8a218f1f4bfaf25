"""Pages of fees: all sheets, those of a cohort, one sheet with its lines and reasons."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts import queries as cohorts
from courses.faculty.rules import TITLE_LEVEL_NAMES
from courses.fees import actions, documents, queries
from courses.fees.forms import CorrectionForm, HandOverForm
from courses.fees.models import FeeSheet
from courses.fees.rules import SHEET_STATE_NAMES
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.uploads.media import XLSX

blueprint = Blueprint("fees", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.MANAGE_FACULTY, Permission.DECIDE)
def index() -> str:
    undecided = "undecided" in request.args
    number = request.args.get("page", type=int)
    page = queries.sheets(current_user, undecided=undecided, page=number)
    table, tax = queries.table(on=today()), queries.tax_table(on=today())
    return _render("fees/index.html", page=page, table=table, tax=tax)


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(Permission.MANAGE_FACULTY, Permission.DECIDE)
def cohort(cohort_id: int) -> str:
    found = cohorts.get_cohort(cohort_id, current_user)
    lessons = queries.unpaid(cohort_id, at=now())
    sheets = queries.sheets_of(cohort_id)
    return _render("fees/cohort.html", cohort=found, lessons=lessons, sheets=sheets)


@blueprint.post("/cohorts/<int:cohort_id>/propose")
@allow(Permission.MANAGE_FACULTY)
def propose(cohort_id: int) -> ResponseReturnValue:
    found = cohorts.get_cohort(cohort_id, current_user)
    sheet = actions.propose_sheet(cohort=found, by=current_user, at=now())
    flash(_("课酬单已算出，请核对后由另一人审定。"))
    return redirect(url_for("fees.show", sheet_id=sheet.id), 303)


@blueprint.get("/<int:sheet_id>")
@allow(Permission.MANAGE_FACULTY, Permission.DECIDE)
def show(sheet_id: int) -> str:
    return _page(queries.get_sheet(sheet_id, current_user))


@blueprint.post("/<int:sheet_id>/discard")
@allow(Permission.MANAGE_FACULTY)
def discard(sheet_id: int) -> ResponseReturnValue:
    sheet = queries.get_sheet(sheet_id, current_user)
    cohort_id = sheet.cohort_id
    actions.discard(sheet=sheet, seen=_seen(), by=current_user, at=now())
    flash(_("已撤回。"))
    return redirect(url_for("fees.cohort", cohort_id=cohort_id), 303)


@blueprint.post("/<int:sheet_id>/decide")
@allow(Permission.DECIDE)
def decide(sheet_id: int) -> ResponseReturnValue:
    sheet = queries.get_sheet(sheet_id, current_user)
    actions.decide(sheet=sheet, seen=_seen(), by=current_user, at=now())
    flash(_("课酬单已审定。"))
    return redirect(url_for("fees.show", sheet_id=sheet_id), 303)


@blueprint.get("/lines/<int:line_id>")
@allow(Permission.MANAGE_FACULTY)
def line(line_id: int) -> str:
    found = queries.get_line(line_id, current_user)
    form = CorrectionForm(formdata=None, data={"hours": found.hours, "rate": found.rate})
    return _render("fees/line.html", line=found, form=form)


@blueprint.post("/lines/<int:line_id>")
@allow(Permission.MANAGE_FACULTY)
def correct(line_id: int) -> ResponseReturnValue:
    found, form = queries.get_line(line_id, current_user), CorrectionForm()
    if form.validate():
        with form.telling_refusals():
            sheet = actions.correct(
                line=found,
                hours=form.hours.data,
                rate=form.rate.data,
                reason=form.reason.data,
                by=current_user,
                at=now(),
            )
            flash(_("已写入冲销行和更正行，等待审定；原来的行保留。"))
            return redirect(url_for("fees.show", sheet_id=sheet.id), 303)
    return _render("fees/line.html", line=found, form=form), 422


@blueprint.post("/<int:sheet_id>/settlement.xlsx")
@allow(Permission.UNMASK)
def export(sheet_id: int) -> ResponseReturnValue:
    sheet, form = queries.get_sheet(sheet_id, current_user), HandOverForm()
    if form.validate():
        with form.telling_refusals():
            actions.hand_over(sheet=sheet, reason=form.reason.data, by=current_user, at=now())
            private = queries.private_of({one.instructor.person_id for one in sheet.lines})
            content = documents.settlement_workbook(sheet, private)
            name = f"{sheet.cohort.title}课酬发放表{sheet.number}.xlsx"
            return send_file(
                BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name
            )
    return _page(sheet, form), 422


@blueprint.post("/<int:sheet_id>/print")
@allow(Permission.UNMASK)
def print_sheet(sheet_id: int) -> ResponseReturnValue:
    sheet, form = queries.get_sheet(sheet_id, current_user), HandOverForm()
    if form.validate():
        with form.telling_refusals():
            job = actions.ask_to_print(
                sheet=sheet, reason=form.reason.data, by=current_user, at=now()
            )
            return redirect(url_for("jobs.show", job_id=job.id), 303)
    return _page(sheet, form), 422


def _seen() -> int | None:
    return request.form.get("version", type=int)


def _page(sheet: FeeSheet, form: HandOverForm | None = None) -> str:
    people = {line.instructor.person_id for line in sheet.lines}
    accounts = {number: account for number, (_card, account) in queries.private_of(people).items()}
    return _render(
        "fees/sheet.html",
        sheet=sheet,
        form=form or HandOverForm(formdata=None),
        sums=documents.sums(sheet.lines),
        masked={number: _masked(account) for number, account in accounts.items()},
        countered=queries.countered([line.id for line in sheet.lines]),
    )


def _masked(account: str) -> str:
    """Enough to know it again, not enough to use it."""
    return f"****{account[-4:]}" if account else ""


def _render(template: str, **values: object) -> str:
    return render_template(
        template,
        states=SHEET_STATE_NAMES,
        levels=TITLE_LEVEL_NAMES,
        total=documents.sums,
        manages=may(Permission.MANAGE_FACULTY),
        decides=may(Permission.DECIDE),
        reader=current_user.id,
        unmasks=may(Permission.UNMASK),
        **values,
    )
