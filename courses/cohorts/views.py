"""Pages of cohorts: the list, a cohort with its tabs, its learners, and the import of name lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.catalogue import queries as catalogue
from courses.catalogue.models import Course
from courses.catalogue.rules import COURSE_KIND_NAMES
from courses.cohorts import actions, documents, queries
from courses.cohorts.forms import (
    CohortForm,
    CoursesForm,
    HoursForm,
)
from courses.cohorts.models import Cohort
from courses.cohorts.rules import (
    STAGE_NAMES,
    STEP_NAMES,
    CohortStage,
    Naming,
    cohort_title,
    next_stage,
    renamed,
    step_faults,
)
from courses.programmes.queries import (
    find_programme,
    get_programme,
    programmes,
    usual_courses,
)
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.uploads.delivery import send
from lms.ground.uploads.media import XLSX
from lms.ground.web.links import chores_of_cohort, link
from lms.ground.web.tabs import PageGroup, pages_of_cohort

blueprint = Blueprint("cohorts", __name__, template_folder="templates")
READERS = (Permission.READ_COURSES, Permission.NAME_LEARNERS, Permission.STUDY)
DOERS = (Permission.PLAN, Permission.NAME_LEARNERS)


@blueprint.get("/")
@allow(*READERS)
def index() -> str:
    page = queries.cohorts(current_user, **_sought(), page=request.args.get("page", type=int))
    return render_template(
        "cohorts/index.html",
        page=page,
        counts=queries.learner_counts([cohort.id for cohort in page.rows]),
        programmes=programmes(),
        stages=STAGE_NAMES,
        this_year=today().year,
        plans=may(Permission.PLAN),
    )


@blueprint.get("/cohorts.xlsx")
@allow(Permission.READ_COURSES)
def export() -> ResponseReturnValue:
    found = queries.all_cohorts(current_user, **_sought())
    counts = queries.learner_counts([cohort.id for cohort in found])
    content = BytesIO(documents.listing(found, counts))
    name = _("班次一览.xlsx")
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=name)


@blueprint.get("/new")
@allow(Permission.PLAN)
def new() -> str:
    known, wanted = programmes(), request.args.get("programme", type=int)
    first = next((one for one in known if one.id == wanted), next(iter(known), None))
    values = {"capacity": 40, "starts_on": today(), "ends_on": today()}
    if first is None:
        return _form_page(CohortForm(formdata=None, data=values), None)
    form = CohortForm(formdata=None, data={**values, "programme_id": first.id})
    following = queries.next_naming(first)
    return _form_page(form.propose(following, next_number=following.number), None)


@blueprint.get("/new/naming")
@allow(Permission.PLAN)
def naming() -> str:
    """Number and title alone, asked for when another programme is chosen."""
    form = _offered(CohortForm(formdata=request.args))
    _rename(form)
    return render_template("cohorts/naming.html", form=form)


@blueprint.post("/new")
@allow(Permission.PLAN)
def plan() -> ResponseReturnValue:
    form = _offered(CohortForm())
    if form.is_for_another and _rename(form):
        flash(_("期数和名称已按所选的学堂系列更新，请核对后再保存。"), "warning")
        return _form_page(form, None), 422
    if form.validate():
        programme = get_programme(form.programme_id.data)
        with form.telling_refusals():
            cohort = actions.plan(
                programme=programme, draft=form.draft(programme), by=current_user, at=now()
            )
            flash(_("班次已列入计划，接下来安排课程和学员。"))
            return redirect(url_for("cohorts.show", cohort_id=cohort.id), 303)
    return _form_page(form, None), 422


@blueprint.get("/<int:cohort_id>")
@allow(*READERS)
def show(cohort_id: int) -> str:
    cohort = queries.get_cohort(cohort_id, current_user)
    standing, following = queries.standing(cohort), next_stage(cohort.stage)
    return _tab(
        cohort,
        "overview",
        learners=standing.learners,
        steps=STEP_NAMES,
        following=following,
        missing=step_faults(standing, following, on=today()) if following else [],
        chores=chores_of_cohort(cohort.id, cohort.stage) if any(map(may, DOERS)) else [],
        rerun_url=link("series.rerun", source=cohort_id),
    )


@blueprint.get("/<int:cohort_id>/edit")
@allow(Permission.PLAN)
def edit(cohort_id: int) -> str:
    cohort = queries.get_cohort(cohort_id, current_user)
    return _form_page(CohortForm(formdata=None, obj=cohort), cohort)


@blueprint.post("/<int:cohort_id>/edit")
@allow(Permission.PLAN)
def revise(cohort_id: int) -> ResponseReturnValue:
    cohort, form = queries.get_cohort(cohort_id, current_user), _offered(CohortForm())
    if form.validate():
        draft, seen = form.draft(cohort.programme), form.version.data
        with form.telling_refusals():
            actions.revise(cohort=cohort, draft=draft, seen=seen, by=current_user, at=now())
            flash(_("班次信息已修改。"))
            return redirect(url_for("cohorts.show", cohort_id=cohort_id), 303)
    return _form_page(form, cohort), 422


@blueprint.post("/<int:cohort_id>/approve")
@allow(Permission.APPROVE)
def approve(cohort_id: int) -> ResponseReturnValue:
    return _step(cohort_id, CohortStage.APPROVED)


@blueprint.post("/<int:cohort_id>/open")
@allow(Permission.PLAN)
def open_up(cohort_id: int) -> ResponseReturnValue:
    return _step(cohort_id, CohortStage.OPEN)


@blueprint.post("/<int:cohort_id>/start")
@allow(Permission.PLAN)
def start(cohort_id: int) -> ResponseReturnValue:
    return _step(cohort_id, CohortStage.RUNNING)


@blueprint.get("/<int:cohort_id>/courses")
@allow(Permission.READ_COURSES)
def courses(cohort_id: int) -> str:
    cohort = queries.get_cohort(cohort_id, current_user)
    known = {line.course_id for line in cohort.courses}
    usual = [line for line in usual_courses(cohort.programme_id) if line.course_id not in known]
    known |= {line.course_id for line in usual}
    free = [course for course in catalogue.teachable() if course.id not in known]
    return _tab(cohort, "courses", usual=usual, offered=_by_kind(free))


@blueprint.post("/<int:cohort_id>/courses")
@allow(Permission.PLAN)
def add_course(cohort_id: int) -> ResponseReturnValue:
    cohort = queries.get_cohort(cohort_id, current_user)
    form = CoursesForm().offer(catalogue.teachable())
    if not form.validate():
        raise Refused(*form.reasons())
    ticked = catalogue.courses_by_id(form.course_id.data)
    hours = {line.course_id: line.hours for line in usual_courses(cohort.programme_id)}
    for number in form.course_id.data:  # in the order of the page
        course, length = ticked[number], hours.get(number)
        actions.add_course(cohort=cohort, course=course, hours=length, by=current_user, at=now())
    return redirect(url_for("cohorts.courses", cohort_id=cohort_id), 303)


@blueprint.post("/<int:cohort_id>/courses/<int:course_id>/hours")
@allow(Permission.PLAN)
def set_hours(cohort_id: int, course_id: int) -> ResponseReturnValue:
    cohort, form = queries.get_cohort(cohort_id, current_user), HoursForm()
    line = queries.get_course_of(cohort, course_id)
    if not form.validate():
        raise Refused(*form.reasons())
    actions.set_hours(cohort=cohort, line=line, hours=form.hours.data, by=current_user, at=now())
    return redirect(url_for("cohorts.courses", cohort_id=cohort_id), 303)


@blueprint.post("/<int:cohort_id>/courses/<int:course_id>/remove")
@allow(Permission.PLAN)
def remove_course(cohort_id: int, course_id: int) -> ResponseReturnValue:
    cohort = queries.get_cohort(cohort_id, current_user)
    line = queries.get_course_of(cohort, course_id)
    actions.remove_course(cohort=cohort, line=line, by=current_user, at=now())
    return redirect(url_for("cohorts.courses", cohort_id=cohort_id), 303)


@blueprint.post("/<int:cohort_id>/courses/<int:course_id>/move")
@allow(Permission.PLAN)
def move_course(cohort_id: int, course_id: int) -> ResponseReturnValue:
    cohort = queries.get_cohort(cohort_id, current_user)
    line, up = queries.get_course_of(cohort, course_id), "up" in request.form
    actions.move_course(cohort=cohort, line=line, up=up, by=current_user, at=now())
    return redirect(url_for("cohorts.courses", cohort_id=cohort_id), 303)


@blueprint.get("/<int:cohort_id>/materials")
@allow(Permission.READ_COURSES, Permission.STUDY)
def materials(cohort_id: int) -> str:
    cohort = queries.get_cohort(cohort_id, current_user)
    return _tab(cohort, "materials", materials=queries.materials(cohort_id, current_user))


@blueprint.get("/<int:cohort_id>/materials/<int:material_id>")
@allow(Permission.READ_COURSES, Permission.STUDY)
def download(cohort_id: int, material_id: int) -> ResponseReturnValue:
    return send(queries.get_material(cohort_id, material_id, current_user).upload)


def _sought() -> dict[str, Any]:
    """What the list of cohorts is narrowed by."""
    return {
        "search": request.args.get("search", "").strip(),
        "stage": request.args.get("stage", type=CohortStage),
        "programme_id": request.args.get("programme", type=int),
    }


def _step(cohort_id: int, to: CohortStage) -> ResponseReturnValue:
    cohort = queries.get_cohort(cohort_id, current_user)
    note = request.form.get("note", "").strip()
    actions.take_step(cohort=cohort, to=to, note=note, by=current_user, at=now())
    flash(_("班次现在是“%(stage)s”。", stage=STAGE_NAMES[to]))
    return redirect(url_for("cohorts.show", cohort_id=cohort_id), 303)


@blueprint.app_context_processor
def frame() -> dict[str, Callable[[Cohort], tuple[PageGroup, ...]]]:
    """What `cohorts/tabs.html` shows over every page of a cohort, whichever room it is in."""
    return {"pages_of": _pages_of}


def _pages_of(cohort: Cohort) -> tuple[PageGroup, ...]:
    in_charge = queries.is_in_charge(cohort, current_user)
    return pages_of_cohort(cohort.id, in_charge=in_charge)


def _by_kind(courses: Sequence[Course]) -> dict[str, list[Course]]:
    """Courses under the names of their kinds, in the order of the kinds."""
    kinds = {
        name: [one for one in courses if one.kind is kind]
        for kind, name in COURSE_KIND_NAMES.items()
    }
    return {name: found for name, found in kinds.items() if found}


def _tab(cohort: Cohort, tab: str, **values: object) -> str:
    return render_template(
        f"cohorts/{tab}.html",
        cohort=cohort,
        stages=STAGE_NAMES,
        plans=may(Permission.PLAN),
        approves=may(Permission.APPROVE),
        **values,
    )


def _offered(form: CohortForm) -> CohortForm:
    return form.offer(programmes(), queries.advisers())


def _rename(form: CohortForm) -> bool:
    """Propose number and title of the chosen programme's next cohort; does the form change?"""
    before = find_programme(form.proposed_for.data)
    chosen = find_programme(form.programme_id.data)
    if chosen is None:
        return False
    typed, fresh = form.naming(), queries.next_naming(chosen)
    title = cohort_title(before.name, form.proposed_number.data or 0) if before else ""
    proposed = Naming(chosen.id, form.proposed_number.data, title)
    wanted = renamed(typed, proposed, fresh)
    if wanted == typed:
        return False
    form.propose(wanted, next_number=fresh.number)
    return True


def _form_page(form: CohortForm, cohort: Cohort | None) -> str:
    return render_template(
        "cohorts/form.html", form=_offered(form), cohort=cohort, rerun_url=link("series.rerun")
    )
