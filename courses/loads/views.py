"""Pages of teaching figures: a semester with the pool's loads, and a cohort's hours by unit."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from courses.catalogue.rules import COURSE_THEME_NAMES
from courses.cohorts import queries as cohorts
from courses.faculty import queries as faculty
from courses.faculty.rules import CATEGORY_NAMES, InstructorState
from courses.faculty.rules.life import months_after
from courses.loads import documents, queries
from courses.loads.rules import Semester, leaders_share, percent, semester_named, semester_of
from courses.timetable.rules import whole_days
from lms.ground.access import Permission, allow
from lms.ground.clock import today
from lms.ground.norms import queries as norms
from lms.ground.uploads.media import XLSX
from lms.ground.web.links import link

blueprint = Blueprint("loads", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.MANAGE_FACULTY, Permission.PLAN, Permission.APPROVE)
def index() -> str:
    semester, idle_months = _semester(), int(norms.value("loads.idle_months", on=today()))
    since = months_after(today(), -idle_months)
    page = queries.instructors_by_load(
        idle_since=whole_days(since, since).start if "idle" in request.args else None,
        search=request.args.get("search", "").strip(),
        page=request.args.get("page", type=int),
    )
    hours = queries.hours_by_category(semester)
    least = norms.fraction("teaching.leaders_share", on=today())
    return render_template(
        "loads/index.html",
        semester=semester,
        semesters=_recent(),
        share=leaders_share(hours.items(), least=least),
        hours=hours,
        categories=CATEGORY_NAMES,
        page=page,
        loads=queries.loads(page.rows, semester),
        idle_months=idle_months,
        link=link,
        since=whole_days(since, since).start,
    )


@blueprint.get("/loads.xlsx")
@allow(Permission.MANAGE_FACULTY, Permission.PLAN, Permission.APPROVE)
def export() -> ResponseReturnValue:
    semester = _semester()
    people = faculty.all_instructors(faculty.Wanted(state=InstructorState.IN_POOL))
    content = documents.loads(people, queries.loads(people, semester), semester)
    name = f"{semester.name}授课统计.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(Permission.READ_COURSES)
def cohort(cohort_id: int) -> str:
    found = cohorts.get_cohort(cohort_id, current_user)
    columns = [queries.planned(found), queries.scheduled(cohort_id)]
    return render_template(
        "loads/cohort.html",
        cohort=found,
        compositions=[queries.composed(found, hours, on=found.starts_on) for hours in columns],
        themes=COURSE_THEME_NAMES,
        percent=percent,
    )


def _semester() -> Semester:
    return semester_named(request.args.get("semester", "")) or semester_of(today())


def _recent() -> list[Semester]:
    """This semester and the five before it."""
    found = [semester_of(today())]
    while len(found) < 6:
        found.append(found[-1].before())
    return found
