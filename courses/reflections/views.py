"""Pages of reflections: one's own to write, those of others to read and grade."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts import queries as cohorts
from courses.cohorts.models import Enrolment
from courses.cohorts.rules import CohortStage
from courses.reflections import actions, queries
from courses.reflections.forms import GradeForm, ReflectionForm
from courses.reflections.models import Reflection
from courses.reflections.rules import REFLECTION_GRADE_NAMES, count_characters
from lms.ground.access import Permission, allow, may
from lms.ground.clock import now
from lms.ground.errors import Missing

blueprint = Blueprint("reflections", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.STUDY, Permission.APPRAISE)
def index() -> str:
    reads = may(Permission.APPRAISE)
    cohort_id = request.args.get("cohort", type=int)
    page = queries.reflections(
        current_user,
        search=request.args.get("search", "").strip(),
        cohort_id=cohort_id,
        ungraded="ungraded" in request.args,
        page=request.args.get("page", type=int),
    )
    return render_template(
        "reflections/index.html",
        page=page if reads else None,
        cohort=cohorts.get_cohort(cohort_id, current_user) if cohort_id and reads else None,
        own=queries.own_reflections(current_user),
        grades=REFLECTION_GRADE_NAMES,
        studies=may(Permission.STUDY),
    )


@blueprint.get("/new")
@allow(Permission.STUDY)
def new() -> str:
    form = ReflectionForm(formdata=None).offer(_writing_for())
    return render_template("reflections/form.html", form=form, reflection=None)


@blueprint.post("/new")
@allow(Permission.STUDY)
def submit() -> ResponseReturnValue:
    enrolments = {row.id: row for row in _writing_for()}
    form = ReflectionForm().offer(list(enrolments.values()))
    if form.validate():
        with form.telling_refusals():
            made = actions.submit(
                enrolment=_chosen(enrolments, form.enrolment_id.data),
                title=form.title.data,
                text=form.text.data,
                by=current_user,
                at=now(),
            )
            flash(_("已提交；评定等次以前可以修改。"))
            return redirect(url_for("reflections.show", reflection_id=made.id), 303)
    return render_template("reflections/form.html", form=form, reflection=None), 422


@blueprint.get("/<int:reflection_id>")
@allow(Permission.STUDY, Permission.APPRAISE)
def show(reflection_id: int) -> str:
    reflection = queries.get_reflection(reflection_id, current_user)
    return _page(reflection, GradeForm(formdata=None, data=_graded(reflection)))


@blueprint.get("/<int:reflection_id>/edit")
@allow(Permission.STUDY)
def edit(reflection_id: int) -> str:
    reflection = queries.get_own_reflection(reflection_id, current_user)
    form = ReflectionForm(formdata=None, obj=reflection).offer([reflection.enrolment])
    return render_template("reflections/form.html", form=form, reflection=reflection)


@blueprint.post("/<int:reflection_id>/edit")
@allow(Permission.STUDY)
def revise(reflection_id: int) -> ResponseReturnValue:
    reflection = queries.get_own_reflection(reflection_id, current_user)
    form = ReflectionForm().offer([reflection.enrolment])
    if form.validate():
        title, text, seen = form.title.data, form.text.data, form.version.data
        with form.telling_refusals():
            actions.revise(
                reflection=reflection,
                title=title,
                text=text,
                seen=seen,
                by=current_user,
                at=now(),
            )
            flash(_("已保存。"))
            return redirect(url_for("reflections.show", reflection_id=reflection_id), 303)
    return render_template("reflections/form.html", form=form, reflection=reflection), 422


@blueprint.post("/<int:reflection_id>/grade")
@allow(Permission.APPRAISE)
def grade(reflection_id: int) -> ResponseReturnValue:
    reflection, form = queries.get_reflection(reflection_id, current_user), GradeForm()
    if not form.validate():
        return _page(reflection, form), 422
    to, remark, seen = form.to.data, form.remark.data or "", form.version.data
    actions.grade(reflection=reflection, to=to, remark=remark, seen=seen, by=current_user, at=now())
    flash(_("已评定，并通知了本人。"))
    return redirect(url_for("reflections.show", reflection_id=reflection_id), 303)


def _writing_for() -> list[Enrolment]:
    """Where the person at this request is a learner and may still write."""
    mine = cohorts.enrolments_of(current_user)
    return [row for row in mine if row.cohort.stage is not CohortStage.CLOSED]


def _chosen(enrolments: dict[int, Enrolment], enrolment_id: int) -> Enrolment:
    if enrolment_id not in enrolments:
        raise Missing(_("这个班次"))
    return enrolments[enrolment_id]


def _graded(reflection: Reflection) -> dict[str, object]:
    given: dict[str, object] = {"version": reflection.version, "remark": reflection.remark}
    return given | ({"to": reflection.grade} if reflection.grade else {})


def _page(reflection: Reflection, form: GradeForm) -> str:
    own = reflection.enrolment.person.account_id == current_user.id
    return render_template(
        "reflections/reflection.html",
        reflection=reflection,
        form=form,
        characters=count_characters(reflection.text),
        grades=REFLECTION_GRADE_NAMES,
        grading=may(Permission.APPRAISE) and not own,
        own=own,
    )
