"""Pages of lessons that come together: a past cohort once more, a lesson every week, and undoing."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort
from courses.quotas.queries import has_quotas
from courses.series import actions, documents, queries
from courses.series.forms import ReasonForm, RerunForm, SheetForm, WeeklyForm, facts_of
from courses.series.intake import LABELS, Sheet, read
from courses.series.models import Series
from courses.series.queries import Ahead
from courses.series.rules import SERIES_KIND_NAMES, Picked, Proposal, shift_days, usual
from courses.timetable.models import Lesson
from courses.timetable.queries import lessons
from courses.timetable.rules.conflicts import Severity
from lms.ground.access import Permission, allow
from lms.ground.clock import local, now, today
from lms.ground.errors import Refused
from lms.ground.uploads.delivery import open_bytes
from lms.ground.uploads.media import XLSX
from lms.ground.web.links import link

blueprint = Blueprint("series", __name__, template_folder="templates")
COLUMN = "column:"
EXTRA = "extra"


@blueprint.get("/rerun")
@allow(Permission.PLAN)
def rerun() -> str:
    """Choose a past cohort and its new dates; with both, everything that would come of it."""
    models = queries.models_to_copy(current_user)
    wanted = request.args.get("source", type=int)
    chosen = next((one.id for one in models if one.id == wanted), None)
    if chosen is None:
        return render_template("series/models.html", models=models)
    source = cohorts.get_cohort(chosen, current_user)
    asked = "starts_on" in request.args
    form = RerunForm(request.args if asked else None, meta={"csrf": False}).offer(models)
    if not asked:
        form.propose(source, cohorts.next_naming(source.programme))
        form.starts_on.data = queries.next_first_day(source, today=today())
        form.quotas.data = has_quotas(source.id)
    can_show = not asked or form.validate()
    return _rerun_page(source, form, _copies(source, form) if can_show else None)


@blueprint.post("/rerun")
@allow(Permission.PLAN)
def make() -> ResponseReturnValue:
    form = RerunForm().offer(queries.models_to_copy(current_user))
    if not form.validate():
        raise Refused(*form.reasons())
    source = cohorts.get_cohort(form.source.data, current_user)
    found = _copies(source, form)
    with form.telling_refusals():
        made = actions.rerun(
            ahead=_ahead(source, form),
            taken=_picked().of(found),
            extras=request.form.getlist(EXTRA),
            with_quotas=form.quotas.data,
            reason=form.reason.data or "",
            by=current_user,
            at=now(),
        )
        flash(_("已建立“%(title)s”，课程表是草稿，发布后学员和教师才会看到。", title=made.title))
        return redirect(url_for("timetable.cohort", cohort_id=made.id), 303)
    return _rerun_page(source, form, found, _picked()), 422


@blueprint.get("/lessons/<int:lesson_id>/weekly")
@allow(Permission.PLAN)
def weekly(lesson_id: int) -> str:
    lesson = lessons.get_lesson(lesson_id, current_user)
    found = cohorts.get_cohort(lesson.cohort_id, current_user)
    asked = "until" in request.args
    usually = {"until": found.ends_on, "every": 1, "skip_rest": True}
    form = WeeklyForm(request.args if asked else None, data=usually, meta={"csrf": False})
    weeks = _weeks(lesson, found, form) if not asked or form.validate() else []
    return _weekly_page(lesson, found, form, weeks)


@blueprint.post("/lessons/<int:lesson_id>/weekly")
@allow(Permission.PLAN)
def repeat(lesson_id: int) -> ResponseReturnValue:
    lesson, form = lessons.get_lesson(lesson_id, current_user), WeeklyForm()
    found = cohorts.get_cohort(lesson.cohort_id, current_user)
    if not form.validate():
        raise Refused(*form.reasons())
    weeks = _weeks(lesson, found, form)
    with form.telling_refusals():
        number = actions.repeat(
            cohort=found,
            taken=_picked().of(weeks),
            reason=form.reason.data or "",
            by=current_user,
            at=now(),
        )
        flash(_("已排入%(number)s次课；发布后学员和教师才会看到。", number=number))
        return redirect(url_for("timetable.cohort", cohort_id=found.id), 303)
    return _weekly_page(lesson, found, form, weeks, _picked()), 422


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(Permission.PLAN)
def cohort(cohort_id: int) -> str:
    found = cohorts.get_cohort(cohort_id, current_user)
    return _cohort_page(found, SheetForm(formdata=None))


@blueprint.post("/cohorts/<int:cohort_id>/sheets")
@allow(Permission.PLAN)
def bring(cohort_id: int) -> ResponseReturnValue:
    found, form = cohorts.get_cohort(cohort_id, current_user), SheetForm()
    if form.validate():
        file = form.file.data
        with form.telling_refusals():
            read(file.stream.read(), found)
            file.stream.seek(0)
            made = actions.bring(
                cohort=found,
                content=file.stream,
                name=file.filename,
                owner_id=current_user.id,
                by=current_user,
                at=now(),
            )
            return redirect(url_for("series.sheet", series_id=made.id), 303)
    return _cohort_page(found, form), 422


@blueprint.get("/template.xlsx")
@allow(Permission.PLAN)
def template() -> ResponseReturnValue:
    content = BytesIO(documents.template())
    return send_file(
        content, mimetype=XLSX, as_attachment=True, download_name=_("课程表导入模板.xlsx")
    )


@blueprint.get("/sheets/<int:series_id>")
@allow(Permission.PLAN)
def sheet(series_id: int) -> str:
    series = queries.get_sheet(series_id, current_user)
    found = cohorts.get_cohort(series.cohort_id, current_user)
    return _sheet_page(series, found, _read(series, found), ReasonForm(formdata=None))


@blueprint.post("/sheets/<int:series_id>")
@allow(Permission.PLAN)
def enter(series_id: int) -> ResponseReturnValue:
    series, form = queries.get_sheet(series_id, current_user), ReasonForm()
    found = cohorts.get_cohort(series.cohort_id, current_user)
    known = _read(series, found)
    if form.validate():
        with form.telling_refusals():
            number = actions.enter(
                series,
                cohort=found,
                taken=_picked().of(known.proposals),
                faults=known.faults,
                reason=form.reason.data or "",
                by=current_user,
                at=now(),
            )
            flash(_("已排入%(number)s次课；发布后学员和教师才会看到。", number=number))
            return redirect(url_for("timetable.cohort", cohort_id=found.id), 303)
    return _sheet_page(series, found, known, form, _picked()), 422


@blueprint.post("/<int:series_id>/undo")
@allow(Permission.PLAN)
def undo(series_id: int) -> ResponseReturnValue:
    series = queries.get_series(series_id, current_user)
    found = cohorts.get_cohort(series.cohort_id, current_user)
    if actions.undo(series, cohort=found, by=current_user, at=now()):
        flash(_("已整批撤销，班次也一并撤销。"))
        return redirect(url_for("cohorts.index"), 303)
    flash(_("这一批课已经从课程表撤下。"))
    return redirect(url_for("series.cohort", cohort_id=found.id), 303)


def _ahead(source: Cohort, form: RerunForm) -> Ahead:
    days = shift_days(source.starts_on, form.starts_on.data, form.how.data)
    return Ahead(source, form.draft(source), days)


def _copies(source: Cohort, form: RerunForm) -> list[Proposal]:
    plan = {line.course_id for line in source.courses if line.course.retired_on is None}
    return queries.copies(source, facts_of(form.draft(source)), form.how.data, plan=plan)


def _weeks(lesson: Lesson, found: Cohort, form: WeeklyForm) -> list[Proposal]:
    return queries.weeks(lesson, found, until=form.until.data, every=form.every.data)


def _read(series: Series, found: Cohort) -> Sheet:
    """The sheet read again, with the columns that the page says."""
    chosen = {name: request.values.get(COLUMN + name, "") for name in LABELS}
    columns = {name: int(place) for name, place in chosen.items() if place.isdecimal()}
    if series.upload is None:
        raise Refused(_("没有文件。"))
    with open_bytes(series.upload) as file:
        return read(file.read(), found, columns or None)


def _picked() -> Picked:
    """What was ticked on the page."""
    ticked = (frozenset(request.form.getlist(name)) for name in ("take", "venue", "instructor"))
    return Picked(*ticked)


def _rerun_page(
    source: Cohort,
    form: RerunForm,
    found: Sequence[Proposal] | None,
    picked: Picked | None = None,
) -> str:
    ahead = _ahead(source, form) if found is not None else None
    parts = [(one.label, one.preview(ahead)) for one in queries.companions()] if ahead else []
    able = {one.key for _label, extras in parts for one in extras if not one.faults}
    whole = {
        one.key for _label, extras in parts for one in extras if one.key in able and not one.gaps
    }
    return render_template(
        "series/rerun.html",
        source=source,
        form=form,
        draft=ahead.draft if ahead else None,
        parts=[part for part in parts if part[1]],
        along=able.intersection(request.form.getlist(EXTRA)) if picked else whole,
        retired=[line.course for line in source.courses if line.course.retired_on is not None],
        has_quotas=has_quotas(source.id),
        link=link,
        **_table(found or [], picked or usual(found or [])),
    )


def _cohort_page(found: Cohort, form: SheetForm) -> str:
    return render_template(
        "series/cohort.html",
        cohort=found,
        series=queries.series_of(found.id),
        kinds=SERIES_KIND_NAMES,
        form=form,
    )


def _sheet_page(
    series: Series, found: Cohort, known: Sheet, form: ReasonForm, picked: Picked | None = None
) -> str:
    return render_template(
        "series/sheet.html",
        series=series,
        cohort=found,
        sheet=known,
        labels=LABELS,
        form=form,
        **_table(known.proposals, picked or usual(known.proposals)),
    )


def _weekly_page(
    lesson: Lesson,
    found: Cohort,
    form: WeeklyForm,
    weeks: Sequence[Proposal],
    picked: Picked | None = None,
) -> str:
    return render_template(
        "series/weekly.html",
        lesson=lesson,
        cohort=found,
        weekday=local(lesson.starts_at).date(),
        form=form,
        **_table(weeks, picked or usual(weeks, skip_rest=bool(form.skip_rest.data))),
    )


def _table(found: Sequence[Proposal], picked: Picked) -> dict[str, Any]:
    """What the table of proposals shows."""
    return {
        "proposals": found,
        "picked": picked,
        "impossible": sum(not one.can_be_had for one in found),
        "doubtful": sum(bool(one.conflicts) for one in found),
        "needs_reason": any(one.needs_reason for one in found),
        "looks": {Severity.REFUSE: "red", Severity.REASON: "yellow", Severity.TELL: "blue"},
        "severities": {
            Severity.REFUSE: _("不能这样排"),
            Severity.REASON: _("要写理由"),
            Severity.TELL: _("提醒"),
        },
    }
