"""Pages of the faculty pool, and an instructor's own page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from courses.catalogue import queries as catalogue
from courses.faculty import actions, documents, queries
from courses.faculty.forms import (
    HandInForm,
    InstructorForm,
    MoveForm,
    PhotoForm,
    RenewalForm,
    term_of,
)
from courses.faculty.models import Instructor
from courses.faculty.queries import Wanted
from courses.faculty.rules import (
    CATEGORY_NAMES,
    EXIT_CAUSE_NAMES,
    INSTRUCTOR_STATE_NAMES,
    ORIGIN_NAMES,
    TITLE_LEVEL_NAMES,
    InstructorCategory,
    InstructorState,
)
from courses.faculty.rules.life import (
    MOVE_NAMES,
    TRANSITIONS,
    asks_cause,
    asks_score,
    asks_term,
    months_after,
    obstacles,
)
from courses.materials import actions as materials
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.errors import Missing, Refused
from lms.ground.norms import queries as norms
from lms.ground.people.models import Person
from lms.ground.people.queries import get_person
from lms.ground.uploads.delivery import send
from lms.ground.web.links import link

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
blueprint = Blueprint("faculty", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.MANAGE_FACULTY, Permission.PLAN)
def index() -> str:
    wanted = _wanted()
    page = queries.instructors(wanted, page=request.args.get("page", type=int))
    course = catalogue.get_course(wanted.course_id) if wanted.course_id else None
    return _render("faculty/index.html", page=page, course=course, link=link, today=today())


@blueprint.get("/pool.xlsx")
@allow(Permission.MANAGE_FACULTY, Permission.PLAN)
def export() -> ResponseReturnValue:
    content = documents.pool(queries.all_instructors(_wanted()))
    name = _("师资库名册.xlsx")
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


@blueprint.get("/new")
@allow(Permission.MANAGE_FACULTY)
def candidates() -> str:
    search = request.args.get("search", "").strip()
    found = queries.people_outside_pool(current_user, search=search)
    return _render("faculty/candidates.html", people=found)


@blueprint.get("/new/<int:person_id>")
@allow(Permission.MANAGE_FACULTY)
def new(person_id: int) -> str:
    person = get_person(person_id, current_user)
    return _render("faculty/form.html", form=_offered(InstructorForm()), person=person)


@blueprint.post("/new/<int:person_id>")
@allow(Permission.MANAGE_FACULTY)
def add(person_id: int) -> ResponseReturnValue:
    person, form = get_person(person_id, current_user), _offered(InstructorForm())
    if form.validate():
        with form.telling_refusals():
            made = actions.add(person=person, draft=form.draft(), by=current_user, at=now())
            flash(_("已登记为候选教师。"))
            return redirect(url_for("faculty.show", instructor_id=made.id), 303)
    return _render("faculty/form.html", form=form, person=person), 422


@blueprint.get("/<int:instructor_id>")
@allow(Permission.MANAGE_FACULTY, Permission.PLAN)
def show(instructor_id: int) -> str:
    return _profile(queries.get_instructor(instructor_id))


@blueprint.get("/<int:instructor_id>/edit")
@allow(Permission.MANAGE_FACULTY)
def edit(instructor_id: int) -> str:
    instructor = queries.get_instructor(instructor_id)
    form = _offered(InstructorForm(formdata=None, obj=instructor))
    form.course_ids.data = [line.course_id for line in instructor.teaches]
    return _form_page(form, instructor)


@blueprint.post("/<int:instructor_id>/edit")
@allow(Permission.MANAGE_FACULTY)
def revise(instructor_id: int) -> ResponseReturnValue:
    instructor, form = queries.get_instructor(instructor_id), _offered(InstructorForm())
    if form.validate():
        draft, seen = form.draft(), form.version.data
        with form.telling_refusals():
            actions.revise(instructor=instructor, draft=draft, seen=seen, by=current_user, at=now())
            flash(_("教师信息已修改。"))
            return redirect(url_for("faculty.show", instructor_id=instructor_id), 303)
    return _form_page(form, instructor), 422


@blueprint.post("/<int:instructor_id>/steps")
@allow(Permission.MANAGE_FACULTY)
def take_step(instructor_id: int) -> ResponseReturnValue:
    instructor, form = queries.get_instructor(instructor_id), MoveForm()
    to = _state(form.to.data)
    if form.validate():
        move, seen = form.move(to), form.version.data
        with form.telling_refusals():
            actions.take_step(
                instructor=instructor, move=move, seen=seen, by=current_user, at=now()
            )
            flash(_("已变更为“%(state)s”。", state=INSTRUCTOR_STATE_NAMES[to]))
            return redirect(url_for("faculty.show", instructor_id=instructor_id), 303)
    return _profile(instructor, moving=form), 422


@blueprint.post("/<int:instructor_id>/renew")
@allow(Permission.MANAGE_FACULTY)
def renew(instructor_id: int) -> ResponseReturnValue:
    instructor, form = queries.get_instructor(instructor_id), RenewalForm()
    if form.validate():
        term, seen = term_of(form.starts_on.data, form.ends_on.data), form.version.data
        with form.telling_refusals():
            actions.renew(
                instructor=instructor,
                term=term,
                approver=form.approver.data,
                seen=seen,
                by=current_user,
                at=now(),
            )
            flash(_("已续聘。"))
            return redirect(url_for("faculty.show", instructor_id=instructor_id), 303)
    return _profile(instructor, renewal=form), 422


@blueprint.post("/<int:instructor_id>/photo")
@allow(Permission.MANAGE_FACULTY)
def set_photo(instructor_id: int) -> ResponseReturnValue:
    instructor, form = queries.get_instructor(instructor_id), PhotoForm()
    if not form.validate():
        raise Refused(*form.reasons())
    actions.set_photo(
        instructor=instructor,
        content=form.photo.data.stream,
        name=form.photo.data.filename,
        owner_id=current_user.id,
        by=current_user,
        at=now(),
    )
    flash(_("照片已更换。"))
    return redirect(url_for("faculty.show", instructor_id=instructor_id), 303)


@blueprint.get("/<int:instructor_id>/photo")
@allow(Permission.MANAGE_FACULTY, Permission.PLAN)
def photo(instructor_id: int) -> ResponseReturnValue:
    found = queries.get_instructor(instructor_id).photo
    if found is None:
        raise Missing("这张照片")
    return send(found)


@blueprint.post("/<int:instructor_id>/print")
@allow(Permission.MANAGE_FACULTY)
def print_profile(instructor_id: int) -> ResponseReturnValue:
    instructor = queries.get_instructor(instructor_id)
    job = actions.ask_for_profile(instructor=instructor, by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.post("/appointments/<int:appointment_id>/print")
@allow(Permission.MANAGE_FACULTY)
def print_letter(appointment_id: int) -> ResponseReturnValue:
    appointment = queries.get_appointment(appointment_id)
    job = actions.ask_for_letter(appointment=appointment, by=current_user, at=now())
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.get("/appointments/<int:appointment_id>/letter")
@allow(Permission.MANAGE_FACULTY, Permission.PLAN)
def letter(appointment_id: int) -> ResponseReturnValue:
    found = queries.get_appointment(appointment_id).letter
    if found is None:
        raise Missing("这份聘书")
    return send(found)


@blueprint.get("/mine")
@allow(Permission.TEACH)
def mine() -> str:
    """One's own entry in the pool; somebody who teaches without one is told whom to ask."""
    instructor = queries.find_instructor_of(current_user)
    return _render("faculty/mine.html", instructor=instructor, link=link)


@blueprint.get("/mine/courses/<int:course_id>/hand-in")
@allow(Permission.TEACH)
def material(course_id: int) -> str:
    course = queries.get_taught_course(course_id, current_user)
    return _render("faculty/hand_in.html", course=course, form=HandInForm())


@blueprint.post("/mine/courses/<int:course_id>/hand-in")
@allow(Permission.TEACH)
def hand_in(course_id: int) -> ResponseReturnValue:
    course, form = queries.get_taught_course(course_id, current_user), HandInForm()
    if form.validate():
        with form.telling_refusals():
            materials.submit(
                course=course,
                title=form.title.data,
                content=form.file.data.stream,
                name=form.file.data.filename,
                owner_id=current_user.id,
                by=current_user,
                at=now(),
            )
            flash(_("已上传，教务审定后学员才能下载。"))
            return redirect(url_for("materials.index"), 303)
    return _render("faculty/hand_in.html", course=course, form=form), 422


def _form_page(form: InstructorForm, instructor: Instructor) -> str:
    person: Person = instructor.person
    return _render("faculty/form.html", form=form, person=person, instructor=instructor)


def _profile(
    instructor: Instructor, *, moving: MoveForm | None = None, renewal: RenewalForm | None = None
) -> str:
    """The page of an instructor; a form that was refused is shown as it was filled in."""
    day, state = today(), instructor.state
    standing, limits = queries.standing(instructor), queries.limits(on=day)
    term = _usual_term(day)
    forms = {to: _move_form(instructor, to, moving, term) for to in TRANSITIONS[state]}
    return _render(
        "faculty/instructor.html",
        instructor=instructor,
        moves={to: obstacles(standing, to, limits, on=day) for to in TRANSITIONS[state]},
        move_names=MOVE_NAMES,
        forms=forms,
        stray=None if moving in forms.values() else moving,
        asks={
            to: (asks_score(state, to), asks_term(state, to), asks_cause(to))
            for to in TRANSITIONS[state]
        },
        limits=limits,
        renewal=renewal or _renewal_form(instructor),
        photo_form=PhotoForm(formdata=None),
        causes=EXIT_CAUSE_NAMES,
        today=day,
        link=link,
    )


def _move_form(
    instructor: Instructor,
    to: InstructorState,
    typed: MoveForm | None,
    term: Mapping[str, date],
) -> MoveForm:
    if typed is not None and typed.to.data == to.value:
        return typed
    data = {"to": to.value, "version": instructor.version, **term}
    return MoveForm(formdata=None, data=data)


def _renewal_form(instructor: Instructor) -> RenewalForm:
    start = today()
    if instructor.term is not None:
        start = max(start, instructor.term.ends_on + timedelta(days=1))
    return RenewalForm(formdata=None, data={"version": instructor.version, **_usual_term(start)})


def _usual_term(start: date) -> dict[str, date]:
    """The term that the norm proposes, from a day on."""
    months = int(12 * norms.value("faculty.term_years", on=today()))
    return {"starts_on": start, "ends_on": months_after(start, months) - timedelta(days=1)}


def _state(text: str | None) -> InstructorState:
    try:
        return InstructorState(text or "")
    except ValueError:
        raise Refused("没有这样的状态，请从页面上选择。") from None


def _wanted() -> Wanted:
    months = request.args.get("term", type=int)
    return Wanted(
        search=request.args.get("search", "").strip(),
        category=request.args.get("category", type=InstructorCategory),
        state=request.args.get("state", type=InstructorState),
        course_id=request.args.get("course", type=int),
        term_ends_by=None if months is None else months_after(today(), min(max(months, 0), 60)),
    )


def _offered(form: InstructorForm) -> InstructorForm:
    form.course_ids.choices = [
        SelectChoice(value=course.id, label=course.title) for course in catalogue.teachable()
    ]
    return form


def _render(template: str, **values: object) -> str:
    return render_template(
        template,
        categories=CATEGORY_NAMES,
        states=INSTRUCTOR_STATE_NAMES,
        origins=ORIGIN_NAMES,
        levels=TITLE_LEVEL_NAMES,
        manages=may(Permission.MANAGE_FACULTY),
        **values,
    )
