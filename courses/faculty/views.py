"""Pages of the faculty pool, and an instructor's own page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from courses.catalogue import queries as catalogue
from courses.faculty import actions, queries
from courses.faculty.forms import HandInForm, InstructorForm, StateForm
from courses.faculty.models import Instructor
from courses.faculty.rules import (
    CATEGORY_NAMES,
    INSTRUCTOR_STATE_NAMES,
    InstructorCategory,
    InstructorState,
)
from courses.materials import actions as materials
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now
from lms.ground.people.models import Person
from lms.ground.people.queries import get_person

blueprint = Blueprint("faculty", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.MANAGE_FACULTY, Permission.PLAN)
def index() -> str:
    page = queries.instructors(
        search=request.args.get("search", "").strip(),
        category=request.args.get("category", type=InstructorCategory),
        state=request.args.get("state", type=InstructorState),
        page=request.args.get("page", type=int),
    )
    return _render("faculty/index.html", page=page)


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
    instructor = queries.get_instructor(instructor_id)
    form = StateForm(formdata=None, data={"version": instructor.version})
    return _profile(instructor, form.offer(instructor.state))


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


@blueprint.post("/<int:instructor_id>/state")
@allow(Permission.MANAGE_FACULTY)
def change_state(instructor_id: int) -> ResponseReturnValue:
    instructor = queries.get_instructor(instructor_id)
    form = StateForm().offer(instructor.state)
    if form.validate():
        to, reason, seen = form.to.data, form.reason.data, form.version.data
        actions.change_state(
            instructor=instructor, to=to, reason=reason, seen=seen, by=current_user, at=now()
        )
        flash(_("状态已变更。"))
        return redirect(url_for("faculty.show", instructor_id=instructor_id), 303)
    return _profile(instructor, form), 422


@blueprint.get("/mine")
@allow(Permission.TEACH)
def mine() -> str:
    """One's own entry in the pool; somebody who teaches without one is told whom to ask."""
    return _render("faculty/mine.html", instructor=queries.find_instructor_of(current_user))


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


def _profile(instructor: Instructor, form: StateForm) -> str:
    return _render("faculty/instructor.html", instructor=instructor, form=form)


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
        manages=may(Permission.MANAGE_FACULTY),
        **values,
    )
