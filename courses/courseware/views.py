"""Pages of courseware: a cohort's lessons, one lesson, and what is asked of oneself."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.cohorts import queries as cohorts
from courses.courseware import actions, queries
from courses.courseware.forms import DueForm, PinForm
from courses.courseware.rules import COURSEWARE_STATE_NAMES
from courses.faculty import queries as faculty
from courses.materials import queries as materials
from courses.timetable.models import Lesson
from courses.timetable.queries import lessons as timetable
from lms.ground.access import Permission, allow
from lms.ground.clock import now, today

blueprint = Blueprint("courseware", __name__, template_folder="templates")


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(Permission.PLAN, Permission.TAKE_ATTENDANCE)
def cohort(cohort_id: int) -> str:
    found = cohorts.get_cohort(cohort_id, current_user)
    lines = queries.lines_of(timetable.lessons(cohort_id), on=today())
    return _render("courseware/cohort.html", cohort=found, lines=lines)


@blueprint.post("/cohorts/<int:cohort_id>/ask")
@allow(Permission.PLAN)
def ask_all(cohort_id: int) -> ResponseReturnValue:
    found = cohorts.get_cohort(cohort_id, current_user)
    lessons = timetable.lessons(found.id)
    number = actions.ask_all(lessons=lessons, by=current_user, at=now())
    flash(_("给%(number)s次课定了交课件的日期，并通知了教师。", number=number))
    return redirect(url_for("courseware.cohort", cohort_id=cohort_id), 303)


@blueprint.get("/lessons/<int:lesson_id>")
@allow(Permission.PLAN)
def show(lesson_id: int) -> str:
    return _lesson_page(timetable.get_lesson(lesson_id, current_user))


@blueprint.post("/lessons/<int:lesson_id>/due")
@allow(Permission.PLAN)
def set_due(lesson_id: int) -> ResponseReturnValue:
    lesson, form = timetable.get_lesson(lesson_id, current_user), DueForm()
    if form.validate():
        with form.telling_refusals():
            due_on, seen = form.due_on.data, form.version.data
            actions.set_due(lesson=lesson, due_on=due_on, seen=seen, by=current_user, at=now())
            flash(_("日期已保存，并通知了教师。"))
            return redirect(url_for("courseware.show", lesson_id=lesson_id), 303)
    return _lesson_page(lesson, due_form=form), 422


@blueprint.post("/lessons/<int:lesson_id>/pin")
@allow(Permission.PLAN)
def pin(lesson_id: int) -> ResponseReturnValue:
    lesson = timetable.get_lesson(lesson_id, current_user)
    line = queries.get_line(lesson, on=today())
    form = PinForm().offer(line.materials)
    if form.validate():
        with form.telling_refusals():
            actions.pin(
                due=queries.get_due(lesson_id),
                material=materials.get_material(form.material_id.data, current_user),
                seen=form.version.data,
                by=current_user,
                at=now(),
            )
            flash(_("已选定。"))
            return redirect(url_for("courseware.show", lesson_id=lesson_id), 303)
    return _lesson_page(lesson, pin_form=form), 422


@blueprint.post("/lessons/<int:lesson_id>/unpin")
@allow(Permission.PLAN)
def unpin(lesson_id: int) -> ResponseReturnValue:
    timetable.get_lesson(lesson_id, current_user)
    seen = request.form.get("version", type=int)
    actions.unpin(due=queries.get_due(lesson_id), seen=seen, by=current_user, at=now())
    flash(_("已取消选定。"))
    return redirect(url_for("courseware.show", lesson_id=lesson_id), 303)


@blueprint.get("/mine")
@allow(Permission.TEACH)
def mine() -> str:
    lines = queries.asked_of(current_user, at=now(), on=today())
    instructor = faculty.find_instructor_of(current_user)
    taught = {line.course_id for line in instructor.teaches} if instructor else set()
    return _render("courseware/mine.html", lines=lines, taught=taught)


def _lesson_page(
    lesson: Lesson, *, due_form: DueForm | None = None, pin_form: PinForm | None = None
) -> str:
    line = queries.get_line(lesson, on=today())
    due = line.due
    asked = {"due_on": due.due_on, "version": due.version} if due else {}
    seen = {"version": due.version} if due else {}
    return _render(
        "courseware/lesson.html",
        line=line,
        lesson=lesson,
        due_form=due_form or DueForm(formdata=None, data=asked),
        pin_form=pin_form or PinForm(formdata=None, data=seen).offer(line.materials),
    )


def _render(template: str, **values: object) -> str:
    return render_template(
        template,
        states=COURSEWARE_STATE_NAMES,
        plans=Permission.PLAN in current_user.permissions,
        **values,
    )
