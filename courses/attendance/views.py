"""Pages of attendance: cohorts, the grid of one, the sheet of a half-day, one's own."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.attendance import actions, queries
from courses.attendance.forms import read_entries
from courses.attendance.rules import (
    PRESENCE_NAMES,
    PRESENCE_SIGNS,
    HalfDay,
    leave_sentence,
    level,
)
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort
from courses.cohorts.rules import STAGE_NAMES, CohortStage
from courses.timetable.rules import HALF_DAY_NAMES
from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Missing, Refused

blueprint = Blueprint("attendance", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.TAKE_ATTENDANCE)
def index() -> str:
    stage = request.args.get("stage", default=CohortStage.RUNNING, type=CohortStage)
    page = cohorts.cohorts(
        current_user,
        in_charge=True,
        stage=stage,
        search=request.args.get("search", "").strip(),
        page=request.args.get("page", type=int),
    )
    return render_template(
        "attendance/index.html",
        page=page,
        stage=stage,
        stages=STAGE_NAMES,
        sessions=queries.progress([cohort.id for cohort in page.rows]),
        today=today(),
        half_days=HALF_DAY_NAMES,
    )


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(Permission.TAKE_ATTENDANCE)
def cohort(cohort_id: int) -> str:
    found = cohorts.get_cohort_in_charge(cohort_id, current_user)
    limits = queries.leave_limits(on=found.starts_on, scope=found.programme.code)
    tallies = {tally.enrolment_id: tally for tally in queries.tally(cohort_id)}
    return render_template(
        "attendance/cohort.html",
        cohort=found,
        learners=cohorts.enrolments(cohort_id),
        sessions=queries.sessions(cohort_id),
        marks=queries.marks(cohort_id),
        tallies=tallies,
        limits=limits,
        levels={one: level(tally.ratio, limits) for one, tally in tallies.items()},
        sentences={one: leave_sentence(tally, limits) for one, tally in tallies.items()},
        signs=PRESENCE_SIGNS,
        names=PRESENCE_NAMES,
        half_days=HALF_DAY_NAMES,
        today=today(),
    )


@blueprint.get("/cohorts/<int:cohort_id>/<day>/<half_day>")
@allow(Permission.TAKE_ATTENDANCE)
def sheet(cohort_id: int, day: str, half_day: str) -> str:
    found = cohorts.get_cohort_in_charge(cohort_id, current_user)
    return _sheet_page(found, *_half_day(day, half_day), [])


@blueprint.post("/cohorts/<int:cohort_id>/<day>/<half_day>")
@allow(Permission.TAKE_ATTENDANCE)
def take(cohort_id: int, day: str, half_day: str) -> ResponseReturnValue:
    found = cohorts.get_cohort_in_charge(cohort_id, current_user)
    on, half = _half_day(day, half_day)
    learners = [row.id for row in cohorts.enrolments(cohort_id)]
    try:
        changed = actions.take(
            cohort=found,
            day=on,
            half_day=half,
            entries=read_entries(request.form, learners),
            seen=request.form.get("seen", ""),
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _sheet_page(found, on, half, list(refusal.reasons)), 422
    flash(_("考勤已保存，%(count)s人有变动。", count=changed) if changed else _("没有变动。"))
    return redirect(url_for("attendance.cohort", cohort_id=cohort_id), 303)


@blueprint.get("/mine")
@allow(Permission.STUDY)
def mine() -> str:
    enrolments = cohorts.enrolments_of(current_user)
    limits = {
        row.id: queries.leave_limits(on=row.cohort.starts_on, scope=row.cohort.programme.code)
        for row in enrolments[:1]
    }
    tallies = {row.id: queries.tally_of(row) for row in enrolments[:1]}
    return render_template(
        "attendance/mine.html",
        enrolments=enrolments[:1],
        tallies=tallies,
        sentences={one: leave_sentence(tally, limits[one]) for one, tally in tallies.items()},
        marks=queries.own_marks([row.id for row in enrolments]),
        names=PRESENCE_NAMES,
        half_days=HALF_DAY_NAMES,
    )


def _half_day(day: str, half_day: str) -> tuple[date, HalfDay]:
    try:
        return date.fromisoformat(day), HalfDay(half_day)
    except ValueError:
        raise Missing(_("这个半天的课")) from None


def _sheet_page(found: Cohort, day: date, half_day: HalfDay, reasons: list[str]) -> str:
    marks = queries.sheet(found.id, day, half_day)
    return render_template(
        "attendance/sheet.html",
        cohort=found,
        session_=queries.get_session(found.id, day, half_day),
        learners=cohorts.enrolments(found.id),
        marks=marks,
        seen=request.form.get("seen", queries.stamp(marks.values())),
        sent=request.form,
        reasons=reasons,
        names=PRESENCE_NAMES,
        half_days=HALF_DAY_NAMES,
    )
