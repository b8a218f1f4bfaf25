"""Pages on which it is said when an instructor can come: by the office, or by himself or herself."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.availability import actions, queries
from courses.availability.forms import PeriodForm
from courses.availability.rules import PARTS, WEEKDAYS, week_of
from courses.faculty import queries as faculty
from courses.faculty.models import Instructor
from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.web.links import link, way_to_holder

blueprint = Blueprint("availability", __name__, template_folder="templates")


@blueprint.get("/<int:instructor_id>")
@allow(Permission.MANAGE_FACULTY, Permission.PLAN)
def show(instructor_id: int) -> str:
    return _page(faculty.get_instructor(instructor_id), _empty())


@blueprint.post("/<int:instructor_id>/week")
@allow(Permission.MANAGE_FACULTY)
def set_week(instructor_id: int) -> ResponseReturnValue:
    return _set_week(faculty.get_instructor(instructor_id))


@blueprint.post("/<int:instructor_id>/periods")
@allow(Permission.MANAGE_FACULTY)
def add_period(instructor_id: int) -> ResponseReturnValue:
    return _add_period(faculty.get_instructor(instructor_id))


@blueprint.post("/<int:instructor_id>/periods/<int:period_id>/remove")
@allow(Permission.MANAGE_FACULTY)
def remove_period(instructor_id: int, period_id: int) -> ResponseReturnValue:
    return _remove_period(faculty.get_instructor(instructor_id), period_id)


@blueprint.get("/mine")
@allow(Permission.TEACH)
def mine() -> str:
    instructor = faculty.find_instructor_of(current_user)
    if instructor is None:
        return render_template("availability/nobody.html")
    return _page(instructor, _empty())


@blueprint.post("/mine/week")
@allow(Permission.TEACH)
def set_my_week() -> ResponseReturnValue:
    return _set_week(faculty.get_instructor_of(current_user))


@blueprint.post("/mine/periods")
@allow(Permission.TEACH)
def add_my_period() -> ResponseReturnValue:
    return _add_period(faculty.get_instructor_of(current_user))


@blueprint.post("/mine/periods/<int:period_id>/remove")
@allow(Permission.TEACH)
def remove_my_period(period_id: int) -> ResponseReturnValue:
    return _remove_period(faculty.get_instructor_of(current_user), period_id)


def _set_week(instructor: Instructor) -> ResponseReturnValue:
    weekly = week_of(request.form.getlist("absent"))
    actions.set_week(instructor=instructor, weekly=weekly, by=current_user, at=now())
    flash(_("每周的时间已保存。"))
    return _back(instructor)


def _add_period(instructor: Instructor) -> ResponseReturnValue:
    form = PeriodForm()
    if form.validate():
        with form.telling_refusals():
            actions.add_period(
                instructor=instructor, period=form.period(), by=current_user, at=now()
            )
            flash(_("已保存。"))
            return _back(instructor)
    return _page(instructor, form), 422


def _remove_period(instructor: Instructor, period_id: int) -> ResponseReturnValue:
    row = queries.get_period(period_id, instructor_id=instructor.id)
    actions.remove_period(row=row, by=current_user, at=now())
    flash(_("已撤回。"))
    return _back(instructor)


def _back(instructor: Instructor) -> ResponseReturnValue:
    if _is_mine():
        return redirect(url_for("availability.mine"), 303)
    return redirect(url_for("availability.show", instructor_id=instructor.id), 303)


def _is_mine() -> bool:
    return "instructor_id" not in (request.view_args or {})


def _page(instructor: Instructor, form: PeriodForm) -> str:
    absent = {(one.weekday, one.starts) for one in queries.weekly(instructor.id)}
    return render_template(
        "availability/show.html",
        instructor=instructor,
        is_mine=_is_mine(),
        form=form,
        absent=absent,
        periods=queries.periods(instructor.id, since=today()),
        affected=queries.affected(instructor, since=now()),
        parts=PARTS,
        weekdays=WEEKDAYS,
        writes=_is_mine() or Permission.MANAGE_FACULTY in current_user.permissions,
        link=link,
        way=way_to_holder,
    )


def _empty() -> PeriodForm:
    return PeriodForm(formdata=None)
