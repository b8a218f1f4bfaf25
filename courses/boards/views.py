"""The board of a week, and what its script asks for and sends."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.boards import actions, queries
from courses.boards.forms import DropForm
from courses.boards.rules import BY_NAMES, By, key, verdict
from courses.cohorts import queries as cohorts
from courses.timetable.actions import planning
from courses.timetable.queries import log
from courses.timetable.queries.lessons import get_lesson, usual_times
from courses.timetable.rules import HALF_DAY_NAMES, week_of
from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Conflict, Refused
from lms.ground.web.links import link

blueprint = Blueprint("boards", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.PLAN)
def week() -> str:
    days = week_of(request.args.get("week", type=date.fromisoformat) or today())
    by = request.args.get("by", default=By.COHORT, type=By)
    search = request.args.get("search", "").strip()
    shown, page = queries.board(
        by, days, current_user, search=search, page=request.args.get("page", type=int)
    )
    return render_template(
        "boards/week.html",
        board=shown,
        page=page,
        by_names=BY_NAMES,
        half_days=HALF_DAY_NAMES,
        times=usual_times(on=days[0]),
        seven_days=timedelta(days=7),
        today=today(),
        suggestions=lambda cohort_id: link("suggestions.cohort", cohort_id=cohort_id),
    )


@blueprint.get("/places")
@allow(Permission.PLAN)
def places() -> ResponseReturnValue:
    """What stands against every place of the week for the piece in hand; writes nothing."""
    days = week_of(request.args.get("week", type=date.fromisoformat) or today())
    by = request.args.get("by", default=By.COHORT, type=By)
    lines = [int(text) for text in request.args.get("lines", "").split(",") if text.isdecimal()]
    piece = _piece(
        request.args.get("lesson", type=int),
        request.args.get("cohort", type=int),
        request.args.get("course", type=int),
        days[0],
    )
    found = queries.places(piece, by, days, lines[: 2 * queries.ROWS])
    return jsonify({key(cell): verdict(against) for cell, against in found.items()})


@blueprint.post("/drop")
@allow(Permission.PLAN)
def drop() -> ResponseReturnValue:
    form = DropForm()
    if not form.validate():
        raise Refused(*form.reasons())
    target = form.target()
    _told_if_changed(form.lesson.data, form.version.data)
    piece = _piece(form.lesson.data, form.cohort.data, form.course.data, target.day)
    number = actions.drop(
        piece, target, seen=form.version.data, reason=form.reason.data or "", by=current_user,
        at=now(),
    )  # fmt: skip
    return _done(number)


@blueprint.post("/lessons/<int:lesson_id>/lift")
@allow(Permission.PLAN)
def lift(lesson_id: int) -> ResponseReturnValue:
    """Back into the tray: the lesson is off the timetable, its hours wait to be placed."""
    seen = request.form.get("version", type=int)
    _told_if_changed(lesson_id, seen)
    lesson = get_lesson(lesson_id, current_user)
    cohort = cohorts.get_cohort(lesson.cohort_id, current_user)
    planning.cancel_lesson(
        lesson=lesson, cohort=cohort, reason="放回待排", seen=seen, by=current_user, at=now()
    )
    return _done(lesson_id)


@blueprint.post("/changes/<int:change_id>/undo")
@allow(Permission.PLAN)
def undo(change_id: int) -> ResponseReturnValue:
    step = log.get_change(change_id, current_user)
    cohort = cohorts.get_cohort(step.cohort_id, current_user)
    planning.undo(step, cohort=cohort, reason="撤销", by=current_user, at=now())
    return _done(step.lesson_id, undone=True)


def _piece(
    lesson_id: int | None, cohort_id: int | None, course_id: int | None, on: date
) -> queries.Piece:
    if lesson_id is not None:
        return queries.lesson_piece(lesson_id, current_user)
    if cohort_id is None or course_id is None:
        raise Refused(_("请先选一次课，或者一门待排的课程。"))
    return queries.course_piece(cohort_id, course_id, current_user, on=on)


def _told_if_changed(lesson_id: int | None, seen: int | None) -> None:
    """Whoever drops a lesson that somebody else has changed meanwhile hears what was changed."""
    if lesson_id is None or seen is None:
        return
    last = log.find_last_of(lesson_id, current_user)
    if last is not None and last.version > seen:
        raise Conflict(
            _("%(name)s刚刚改过这次课，您的改动没有保存：", name=last.by_name) + last.sentence
        )


def _done(lesson_id: int, *, undone: bool = False) -> ResponseReturnValue:
    last = log.last_of(lesson_id)
    sentence = _("已撤销。") + last.sentence if undone else last.sentence
    undo_url = "" if undone else url_for("boards.undo", change_id=last.id)
    return jsonify(sentence=sentence, undo=undo_url)
