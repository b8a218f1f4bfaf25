"""Pages of materials: the list, a material with its review, the file itself."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from courses.catalogue import queries as catalogue
from courses.materials import actions, queries
from courses.materials.forms import ReviewForm, UploadForm
from courses.materials.models import Material
from courses.materials.rules import MATERIAL_STATE_NAMES, MaterialState
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now
from lms.ground.uploads.delivery import send

blueprint = Blueprint("materials", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.TEACH, Permission.PLAN)
def index() -> str:
    page = queries.materials(
        current_user,
        search=request.args.get("search", "").strip(),
        course_id=request.args.get("course", type=int),
        state=request.args.get("state", type=MaterialState),
        page=request.args.get("page", type=int),
    )
    return _render("materials/index.html", page=page)


@blueprint.get("/new")
@allow(Permission.PLAN)
def new() -> str:
    return _render("materials/form.html", form=_offered(UploadForm()))


@blueprint.post("/new")
@allow(Permission.PLAN)
def submit() -> ResponseReturnValue:
    form = _offered(UploadForm())
    if form.validate():
        with form.telling_refusals():
            made = actions.submit(
                course=catalogue.get_course(form.course_id.data),
                title=form.title.data,
                content=form.file.data.stream,
                name=form.file.data.filename,
                owner_id=current_user.id,
                by=current_user,
                at=now(),
            )
            flash(_("已上传，等待审定。"))
            return redirect(url_for("materials.show", material_id=made.id), 303)
    return _render("materials/form.html", form=form), 422


@blueprint.get("/<int:material_id>")
@allow(Permission.TEACH, Permission.PLAN)
def show(material_id: int) -> str:
    material = queries.get_material(material_id, current_user)
    return _material_page(material, ReviewForm(formdata=None, data={"version": material.version}))


@blueprint.get("/<int:material_id>/file")
@allow(Permission.TEACH, Permission.PLAN)
def download(material_id: int) -> ResponseReturnValue:
    return send(queries.get_material(material_id, current_user).upload)


@blueprint.post("/<int:material_id>/review")
@allow(Permission.PLAN)
def review(material_id: int) -> ResponseReturnValue:
    material, form = queries.get_material(material_id, current_user), ReviewForm()
    if form.validate():
        to, remark, seen = form.to.data, form.remark.data or "", form.version.data
        with form.telling_refusals():
            actions.review(
                material=material, to=to, remark=remark, seen=seen, by=current_user, at=now()
            )
            flash(_("审核结论已保存。"))
            return redirect(url_for("materials.show", material_id=material_id), 303)
    return _material_page(material, form), 422


def _material_page(material: Material, form: ReviewForm) -> str:
    return _render("materials/material.html", material=material, form=form)


def _offered(form: UploadForm) -> UploadForm:
    form.course_id.choices = [
        SelectChoice(value=course.id, label=course.title) for course in catalogue.teachable()
    ]
    return form


def _render(template: str, **values: object) -> str:
    return render_template(
        template,
        states=MATERIAL_STATE_NAMES,
        reviews=may(Permission.PLAN),
        teaches=may(Permission.TEACH),
        **values,
    )
