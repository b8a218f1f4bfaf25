"""Pages of the catalogue."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.catalogue import actions, documents, queries
from courses.catalogue.forms import CourseEntryForm, RetiringForm
from courses.catalogue.rules import (
    COURSE_FORM_NAMES,
    COURSE_KIND_NAMES,
    COURSE_THEME_NAMES,
    CourseForm,
    CourseKind,
    CourseTheme,
)
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now, today
from lms.ground.uploads.media import XLSX
from lms.ground.web.links import link

blueprint = Blueprint("catalogue", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.READ_COURSES)
def index() -> str:
    page = queries.courses(_sought(), page=request.args.get("page", type=int))
    return _render("catalogue/index.html", page=page)


@blueprint.get("/courses.xlsx")
@allow(Permission.READ_COURSES)
def export() -> ResponseReturnValue:
    content = BytesIO(documents.listing(queries.all_courses(_sought())))
    name = _("课程专题一览.xlsx")
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=name)


@blueprint.get("/new")
@allow(Permission.PLAN)
def new() -> str:
    return _render("catalogue/form.html", form=CourseEntryForm(), course=None)


@blueprint.post("/new")
@allow(Permission.PLAN)
def add() -> ResponseReturnValue:
    form = CourseEntryForm()
    if form.validate():
        with form.telling_refusals():
            course = actions.add(form.draft(), by=current_user, at=now())
            flash(_("课程已登记。"))
            return redirect(url_for("catalogue.show", course_id=course.id), 303)
    return _render("catalogue/form.html", form=form, course=None), 422


@blueprint.get("/<int:course_id>")
@allow(Permission.READ_COURSES)
def show(course_id: int) -> str:
    course = queries.get_course(course_id)
    form = RetiringForm(formdata=None, obj=course)
    return _render("catalogue/course.html", course=course, form=form)


@blueprint.get("/<int:course_id>/edit")
@allow(Permission.PLAN)
def edit(course_id: int) -> str:
    course = queries.get_course(course_id)
    return _render("catalogue/form.html", form=CourseEntryForm(obj=course), course=course)


@blueprint.post("/<int:course_id>/edit")
@allow(Permission.PLAN)
def revise(course_id: int) -> ResponseReturnValue:
    course, form = queries.get_course(course_id), CourseEntryForm()
    if form.validate():
        with form.telling_refusals():
            actions.revise(course, form.draft(), seen=form.version.data, by=current_user, at=now())
            flash(_("课程已修改。"))
            return redirect(url_for("catalogue.show", course_id=course_id), 303)
    return _render("catalogue/form.html", form=form, course=course), 422


@blueprint.post("/<int:course_id>/retire")
@allow(Permission.PLAN)
def retire(course_id: int) -> ResponseReturnValue:
    course, form = queries.get_course(course_id), RetiringForm()
    if form.validate():
        actions.retire(
            course,
            reason=form.reason.data,
            on=today(),
            seen=form.version.data,
            by=current_user,
            at=now(),
        )
        flash(_("课程已停用。"))
        return redirect(url_for("catalogue.show", course_id=course_id), 303)
    return _render("catalogue/course.html", course=course, form=form), 422


@blueprint.post("/<int:course_id>/restore")
@allow(Permission.PLAN)
def restore(course_id: int) -> ResponseReturnValue:
    seen = request.form.get("version", type=int)
    actions.restore(queries.get_course(course_id), seen=seen, by=current_user, at=now())
    flash(_("课程已重新启用。"))
    return redirect(url_for("catalogue.show", course_id=course_id), 303)


def _sought() -> queries.Sought:
    return queries.Sought(
        search=request.args.get("search", "").strip(),
        kind=request.args.get("kind", type=CourseKind),
        form=request.args.get("form", type=CourseForm),
        theme=request.args.get("theme", type=CourseTheme),
        retired="retired" in request.args,
    )


def _render(template: str, **values: object) -> str:
    return render_template(
        template,
        kinds=COURSE_KIND_NAMES,
        forms=COURSE_FORM_NAMES,
        themes=COURSE_THEME_NAMES,
        link=link,
        plans=may(Permission.PLAN),
        **values,
    )
