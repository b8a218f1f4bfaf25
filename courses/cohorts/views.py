"""Pages of cohorts: the list, a cohort with its tabs, its learners, and the import of name lists."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.catalogue import queries as catalogue
from courses.cohorts import actions, documents, queries
from courses.cohorts.forms import (
    CohortForm,
    CourseLineForm,
    PlaceForm,
    RosterForm,
    WithdrawalForm,
)
from courses.cohorts.intake.matching import ROW_STATE_NAMES, Matched, match
from courses.cohorts.intake.reading import LABELS, column_labels, read
from courses.cohorts.models import Cohort, Enrolment, RosterUpload
from courses.cohorts.rules import (
    STAGE_NAMES,
    STEP_NAMES,
    CohortStage,
    Naming,
    cohort_title,
    next_stage,
    renamed,
)
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.errors import Refused
from lms.ground.people import queries as people
from lms.ground.people.rules import UNIT_KIND_NAMES
from lms.ground.uploads.delivery import open_bytes, send
from lms.ground.uploads.media import XLSX
from lms.ground.web.links import ways_from

blueprint = Blueprint("cohorts", __name__, template_folder="templates")
READERS = (Permission.READ_COURSES, Permission.NAME_LEARNERS, Permission.STUDY)
COLUMN, UNIT, SURE = "column:", "unit:", "sure"


@blueprint.get("/")
@allow(*READERS)
def index() -> str:
    page = queries.cohorts(
        current_user,
        search=request.args.get("search", "").strip(),
        stage=request.args.get("stage", type=CohortStage),
        programme_id=request.args.get("programme", type=int),
        page=request.args.get("page", type=int),
    )
    return render_template(
        "cohorts/index.html",
        page=page,
        counts=queries.learner_counts([cohort.id for cohort in page.rows]),
        programmes=queries.programmes(),
        stages=STAGE_NAMES,
        plans=may(Permission.PLAN),
    )


@blueprint.get("/new")
@allow(Permission.PLAN)
def new() -> str:
    programmes = queries.programmes()
    wanted = request.args.get("programme", type=int)
    first = next((one for one in programmes if one.id == wanted), next(iter(programmes), None))
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
        programme = queries.get_programme(form.programme_id.data)
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
    return _tab(cohort, "overview", steps=STEP_NAMES, following=next_stage(cohort.stage))


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
    free = [course for course in catalogue.teachable() if course.id not in known]
    return _tab(cohort, "courses", form=CourseLineForm(formdata=None).offer(free))


@blueprint.post("/<int:cohort_id>/courses")
@allow(Permission.PLAN)
def add_course(cohort_id: int) -> ResponseReturnValue:
    cohort = queries.get_cohort(cohort_id, current_user)
    form = CourseLineForm().offer(catalogue.teachable())
    if not form.validate():
        raise Refused(*form.reasons())
    course = catalogue.get_course(form.course_id.data)
    actions.add_course(
        cohort=cohort, course=course, hours=form.hours.data, by=current_user, at=now()
    )
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


@blueprint.get("/<int:cohort_id>/learners")
@allow(*READERS)
def learners(cohort_id: int) -> str:
    cohort = queries.get_cohort(cohort_id, current_user)
    found = queries.learners(cohort_id, current_user, withdrawn=True)
    search = request.args.get("search", "").strip()
    return _tab(
        cohort,
        "learners",
        learners=[one for one in found if search in f"{one.person.name}{one.learner_number}"],
        names=may(Permission.PLAN)
        or (may(Permission.NAME_LEARNERS) and cohort.stage is CohortStage.OPEN),
    )


@blueprint.get("/<int:cohort_id>/learners/new")
@allow(Permission.PLAN, Permission.NAME_LEARNERS)
def candidates(cohort_id: int) -> str:
    cohort = queries.get_cohort_to_name(cohort_id, current_user)
    search = request.args.get("search", "").strip()
    found = queries.people_to_name(cohort_id, current_user, search=search)
    return render_template("cohorts/candidates.html", cohort=cohort, people=found)


@blueprint.post("/<int:cohort_id>/learners/new")
@allow(Permission.PLAN, Permission.NAME_LEARNERS)
def enrol(cohort_id: int) -> ResponseReturnValue:
    cohort = queries.get_cohort_to_name(cohort_id, current_user)
    person = people.get_person(request.form.get("person", 0, type=int), current_user)
    row = actions.enrol(cohort=cohort, person=person, by=current_user, at=now())
    flash(_("%(name)s已列入学员，学号%(number)s。", name=person.name, number=row.learner_number))
    return redirect(url_for("cohorts.candidates", cohort_id=cohort_id), 303)


@blueprint.get("/learners/<int:enrolment_id>")
@allow(*READERS)
def learner(enrolment_id: int) -> str:
    found = queries.get_enrolment(enrolment_id, current_user)
    leaving = WithdrawalForm(formdata=None, data={"on": today(), "version": found.version})
    return _learner_page(found, PlaceForm(formdata=None, obj=found), leaving)


@blueprint.post("/learners/<int:enrolment_id>/place")
@allow(Permission.PLAN)
def place(enrolment_id: int) -> ResponseReturnValue:
    found, form = queries.get_enrolment(enrolment_id, current_user), PlaceForm()
    if not form.validate():
        return _learner_page(found, form, WithdrawalForm(formdata=None)), 422
    actions.place(
        enrolment=found,
        group_name=form.group_name.data or "",
        duty=form.duty.data or "",
        dormitory=form.dormitory.data or "",
        seen=form.version.data,
        by=current_user,
        at=now(),
    )
    flash(_("已保存。"))
    return redirect(url_for("cohorts.learner", enrolment_id=enrolment_id), 303)


@blueprint.post("/learners/<int:enrolment_id>/withdraw")
@allow(Permission.PLAN)
def withdraw(enrolment_id: int) -> ResponseReturnValue:
    found, form = queries.get_enrolment(enrolment_id, current_user), WithdrawalForm()
    if not form.validate():
        return _learner_page(found, PlaceForm(formdata=None, obj=found), form), 422
    on, reason, seen = form.on.data, form.reason.data, form.version.data
    actions.withdraw(enrolment=found, on=on, reason=reason, seen=seen, by=current_user, at=now())
    flash(_("已登记退出。"))
    return redirect(url_for("cohorts.learners", cohort_id=found.cohort_id), 303)


@blueprint.get("/<int:cohort_id>/learners.xlsx")
@allow(Permission.READ_PEOPLE)
def export(cohort_id: int) -> ResponseReturnValue:
    cohort = queries.get_cohort(cohort_id, current_user)
    content = documents.roster(cohort, queries.learners(cohort_id, current_user))
    return _sheet(content, f"{cohort.title}学员名册.xlsx")


@blueprint.get("/roster-template.xlsx")
@allow(Permission.PLAN)
def template() -> ResponseReturnValue:
    return _sheet(documents.roster_template(), _("学员名册模板.xlsx"))


@blueprint.get("/<int:cohort_id>/roster")
@allow(Permission.PLAN)
def roster(cohort_id: int) -> str:
    cohort = queries.get_cohort(cohort_id, current_user)
    return render_template("cohorts/roster.html", cohort=cohort, form=RosterForm())


@blueprint.post("/<int:cohort_id>/roster")
@allow(Permission.PLAN)
def bring_roster(cohort_id: int) -> ResponseReturnValue:
    cohort, form = queries.get_cohort(cohort_id, current_user), RosterForm()
    if form.validate():
        file = form.file.data
        with form.telling_refusals():
            read(file.stream.read(), on=today())
            file.stream.seek(0)
            brought = actions.bring_roster(
                cohort=cohort,
                content=file.stream,
                name=file.filename,
                owner_id=current_user.id,
                by=current_user,
                at=now(),
            )
            address = url_for("cohorts.preview", cohort_id=cohort_id, roster_id=brought.id)
            return redirect(address, 303)
    return render_template("cohorts/roster.html", cohort=cohort, form=form), 422


@blueprint.get("/<int:cohort_id>/roster/<int:roster_id>")
@allow(Permission.PLAN)
def preview(cohort_id: int, roster_id: int) -> str:
    cohort = queries.get_cohort(cohort_id, current_user)
    brought = queries.get_roster(cohort_id, roster_id)
    return _preview_page(cohort, brought, _matched(brought), [])


@blueprint.post("/<int:cohort_id>/roster/<int:roster_id>")
@allow(Permission.PLAN)
def enter_roster(cohort_id: int, roster_id: int) -> ResponseReturnValue:
    cohort = queries.get_cohort(cohort_id, current_user)
    brought = queries.get_roster(cohort_id, roster_id)
    matched = _matched(brought)
    try:
        entered = actions.enter_roster(
            cohort=cohort, roster=brought, matched=matched, by=current_user, at=now()
        )
    except Refused as refusal:
        return _preview_page(cohort, brought, matched, list(refusal.reasons)), 422
    flash(_("已导入%(count)s名学员。", count=entered))
    return redirect(url_for("cohorts.learners", cohort_id=cohort_id), 303)


def _matched(brought: RosterUpload) -> Matched:
    """The name list read again, with the columns and units that the page says."""
    values = request.values
    columns = {
        name: int(values[COLUMN + name])
        for name in LABELS
        if values.get(COLUMN + name, "").isdigit()
    }
    units = {key.removeprefix(UNIT): value for key, value in values.items() if key.startswith(UNIT)}
    with open_bytes(brought.upload) as file:
        found = read(file.read(), on=today(), columns=columns or None)
    return match(found, brought.cohort_id, units, values.getlist(SURE))


def _preview_page(
    cohort: Cohort, brought: RosterUpload, matched: Matched, reasons: list[str]
) -> str:
    return render_template(
        "cohorts/preview.html",
        cohort=cohort,
        brought=brought,
        matched=matched,
        reasons=reasons,
        labels=LABELS,
        columns=column_labels(matched.roster),
        states=ROW_STATE_NAMES,
        units=people.unit_tree(current_user),
        kinds=UNIT_KIND_NAMES,
        chosen=request.values,
    )


def _step(cohort_id: int, to: CohortStage) -> ResponseReturnValue:
    cohort = queries.get_cohort(cohort_id, current_user)
    note = request.form.get("note", "").strip()
    actions.take_step(cohort=cohort, to=to, note=note, by=current_user, at=now())
    flash(_("班次现在是“%(stage)s”。", stage=STAGE_NAMES[to]))
    return redirect(url_for("cohorts.show", cohort_id=cohort_id), 303)


def _tab(cohort: Cohort, tab: str, **values: object) -> str:
    in_charge = queries.is_in_charge(cohort, current_user)
    return render_template(
        f"cohorts/{tab}.html",
        cohort=cohort,
        tab=tab,
        ways=ways_from(cohort.id, in_charge=in_charge),
        stages=STAGE_NAMES,
        count=queries.learner_counts([cohort.id])[cohort.id],
        plans=may(Permission.PLAN),
        approves=may(Permission.APPROVE),
        in_charge=may(Permission.TAKE_ATTENDANCE) and in_charge,
        reads=may(Permission.READ_COURSES),
        studies=may(Permission.STUDY),
        **values,
    )


def _learner_page(found: Enrolment, form: PlaceForm, leaving: WithdrawalForm) -> str:
    return render_template(
        "cohorts/learner.html",
        enrolment=found,
        form=form,
        leaving=leaving,
        plans=may(Permission.PLAN),
    )


def _offered(form: CohortForm) -> CohortForm:
    return form.offer(queries.programmes(), queries.advisers())


def _rename(form: CohortForm) -> bool:
    """Propose number and title of the chosen programme's next cohort; does the form change?"""
    before = queries.find_programme(form.proposed_for.data)
    chosen = queries.find_programme(form.programme_id.data)
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
    return render_template("cohorts/form.html", form=_offered(form), cohort=cohort)


def _sheet(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
