"""Pages of the programmes: the list, a programme, and the courses usual in it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.catalogue import queries as catalogue
from courses.catalogue.models import Course
from courses.programmes import actions, queries
from courses.programmes.forms import HOURS, PLACE, ProgrammeForm, UsualForm
from courses.programmes.models import Programme
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now
from lms.ground.web.links import link

blueprint = Blueprint("programmes", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.READ_COURSES)
def index() -> str:
    search = request.args.get("search", "").strip()
    return render_template(
        "programmes/index.html",
        programmes=queries.whole_programmes(search),
        search=search,
        plans=may(Permission.PLAN),
    )


@blueprint.get("/new")
@allow(Permission.PLAN)
def new() -> str:
    form = ProgrammeForm(formdata=None, data={"position": queries.next_position()})
    return _form_page(form, None)


@blueprint.post("/new")
@allow(Permission.PLAN)
def add() -> ResponseReturnValue:
    form = ProgrammeForm()
    if form.validate():
        with form.telling_refusals():
            programme = actions.add(form.draft(), by=current_user, at=now())
            flash(_("学堂系列已登记，接下来选常设课程。"))
            return redirect(url_for("programmes.show", programme_id=programme.id), 303)
    return _form_page(form, None), 422


@blueprint.get("/<int:programme_id>")
@allow(Permission.READ_COURSES)
def show(programme_id: int) -> str:
    programme = queries.get_whole_programme(programme_id)
    return _page(programme, UsualForm(formdata=None, obj=programme), _choice(programme))


@blueprint.get("/<int:programme_id>/edit")
@allow(Permission.PLAN)
def edit(programme_id: int) -> str:
    programme = queries.get_programme(programme_id)
    return _form_page(ProgrammeForm(formdata=None, obj=programme), programme)


@blueprint.post("/<int:programme_id>/edit")
@allow(Permission.PLAN)
def revise(programme_id: int) -> ResponseReturnValue:
    programme, form = queries.get_programme(programme_id), ProgrammeForm()
    form.code.data, form.code.raw_data = programme.code, [programme.code]
    if form.validate():
        with form.telling_refusals():
            draft, seen = form.draft(), form.version.data
            actions.revise(programme, draft, seen=seen, by=current_user, at=now())
            flash(_("学堂系列已修改。"))
            return redirect(url_for("programmes.show", programme_id=programme_id), 303)
    return _form_page(form, programme), 422


@blueprint.post("/<int:programme_id>/courses")
@allow(Permission.PLAN)
def set_courses(programme_id: int) -> ResponseReturnValue:
    programme = queries.get_whole_programme(programme_id)
    known = _choice(programme)
    form = UsualForm().offer(known)
    if form.validate():
        with form.telling_refusals():
            wanted = form.wanted({one.id: one for one in known}, request.form)
            seen = form.version.data
            actions.set_courses(programme, wanted, seen=seen, by=current_user, at=now())
            flash(_("常设课程已保存，共%(count)s门；已有的班次不变。", count=len(wanted)))
            return redirect(url_for("programmes.show", programme_id=programme_id), 303)
    return _page(programme, form, known), 422


@blueprint.post("/<int:programme_id>/discard")
@allow(Permission.PLAN)
def discard(programme_id: int) -> ResponseReturnValue:
    programme = queries.get_whole_programme(programme_id)
    actions.discard(programme, by=current_user, at=now())
    flash(_("学堂系列已删除。"))
    return redirect(url_for("programmes.index"), 303)


def _choice(programme: Programme) -> list[Course]:
    """What can be ticked: the courses that are usual already, then all that can be taught."""
    there = [line.course for line in programme.courses]
    known = {one.id for one in there}
    return there + [one for one in catalogue.teachable() if one.id not in known]


def _page(programme: Programme, form: UsualForm, courses: list[Course]) -> str:
    """A refused form shows again what was ticked and typed."""
    hours = {line.course_id: line.hours for line in programme.courses}
    return render_template(
        "programmes/programme.html",
        programme=programme,
        form=form,
        hours=hours,
        usual=[one for one in courses if one.id in hours],
        others=[one for one in courses if one.id not in hours],
        ticked=form.course_id.data if form.is_submitted() else hours,
        typed=request.form,
        names={"hours": HOURS, "place": PLACE},
        cohorts_url=link("cohorts.index", programme=programme.id),
        new_url=link("cohorts.new", programme=programme.id),
        plans=may(Permission.PLAN),
    )


def _form_page(form: ProgrammeForm, programme: Programme | None) -> str:
    return render_template("programmes/form.html", form=form, programme=programme)
