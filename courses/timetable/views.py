"""Pages of timetables: the week, a cohort's plan, and the lesson while it is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from courses.catalogue import queries as catalogue
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort
from courses.faculty import queries as faculty
from courses.timetable.actions import planning, releasing
from courses.timetable.documents import lesson_list
from courses.timetable.forms import CancelForm, LessonForm, set_times
from courses.timetable.models import Lesson, LessonChange
from courses.timetable.queries import checks, lessons, log, releases
from courses.timetable.rules import (
    HALF_DAY_NAMES,
    HalfDay,
    day_span,
    days_between,
    week_of,
    whole_days,
)
from courses.timetable.rules.conflicts import Conflict
from courses.timetable.rules.releases import changes, first_free, grid
from courses.venues import queries as venues
from lms.ground import errors
from lms.ground.access import Permission, allow, may
from lms.ground.clock import local, now, today
from lms.ground.errors import Refused
from lms.ground.web.links import link, ways_from_lesson

blueprint = Blueprint("timetable", __name__, template_folder="templates")
LOAD = timedelta(days=180)


@blueprint.get("/")
@allow(Permission.READ_COURSES, Permission.STUDY)
def index() -> str:
    days = week_of(request.args.get("week", type=date.fromisoformat) or today())
    found = lessons.lessons_touching(
        whole_days(days[0], days[-1]),
        current_user,
        cohort_id=request.args.get("cohort", type=int),
        venue_id=request.args.get("venue", type=int),
        instructor_id=request.args.get("instructor", type=int),
    )
    return render_template(
        "timetable/week.html",
        days=days,
        cells=grid(lessons.entries(found)),
        half_days=HALF_DAY_NAMES,
        times=lessons.usual_times(on=days[0]),
        venues=venues.open_venues(on=days[0]),
        instructors=faculty.choosable(),
        week=timedelta(days=7),
        calendars_url=link("calendars.index"),
        board_url=link("boards.week", week=days[0].isoformat()),
        reads=may(Permission.READ_COURSES),
    )


@blueprint.get("/lessons")
@allow(Permission.READ_COURSES)
def listing() -> str:
    """All lessons, to look through and to take along."""
    page = lessons.lessons_page(_sought(), current_user, page=request.args.get("page", type=int))
    return render_template("timetable/lessons.html", page=page, entries=lessons.entries(page.rows))


@blueprint.get("/lessons.xlsx")
@allow(Permission.READ_COURSES)
def listing_file() -> ResponseReturnValue:
    found = lessons.all_lessons(_sought(), current_user)
    content = lesson_list(lessons.entries(found))
    return send_file(BytesIO(content), download_name=_("课次一览.xlsx"), as_attachment=True)


@blueprint.get("/cohorts/<int:cohort_id>")
@allow(Permission.READ_COURSES, Permission.STUDY)
def cohort(cohort_id: int) -> str:
    found = cohorts.get_cohort(cohort_id, current_user)
    entries = releases.shown_entries(found, current_user)
    last = releases.find_last_release(cohort_id)
    return render_template(
        "timetable/cohort.html",
        cohort=found,
        days=days_between(found.starts_on, found.ends_on),
        cells=grid(entries),
        entries=entries,
        hours=sum((Decimal(entry.hours) for entry in entries), Decimal(0)),
        half_days=HALF_DAY_NAMES,
        releases=releases.releases(cohort_id),
        news=changes(releases.released_entries(last), entries),
        next_number=last.number + 1 if last else 1,
        standing=checks.standing_conflicts(found) if may(Permission.PLAN) else [],
        plans=may(Permission.PLAN),
        suggestions_url=link("suggestions.cohort", cohort_id=cohort_id),
        series_url=link("series.cohort", cohort_id=cohort_id),
        board_url=link("boards.week", week=found.starts_on.isoformat()),
        paper_url=link("editions.paper", cohort_id=cohort_id),
        versions_url=link("editions.difference", cohort_id=cohort_id),
    )


@blueprint.get("/cohorts/<int:cohort_id>/lessons/new")
@allow(Permission.PLAN)
def new(cohort_id: int) -> str:
    found = cohorts.get_cohort(cohort_id, current_user)
    first_day, first_half = first_free(
        grid(lessons.entries(lessons.lessons(cohort_id))),
        days_between(found.starts_on, found.ends_on),
    )
    form = LessonForm(formdata=None, data={"hours": Decimal(3)})
    form.day.data = request.args.get("day", default=first_day, type=date.fromisoformat)
    half = request.args.get("half", default=first_half, type=HalfDay)
    set_times(form, lessons.usual_times(on=form.day.data)[half])
    if found.courses:
        form.course_id.data = found.courses[0].course_id
        form.form.data, form.hours.data = found.courses[0].course.form, found.courses[0].hours
    return _lesson_page(found, form)


@blueprint.get("/cohorts/<int:cohort_id>/check")
@allow(Permission.PLAN)
def check(cohort_id: int) -> str:
    """What stands against the lesson as it is filled in now; a part of the form."""
    found = cohorts.get_cohort(cohort_id, current_user)
    lesson_id = request.args.get("lesson", type=int)
    lesson = lessons.get_lesson(lesson_id, current_user) if lesson_id else None
    form = LessonForm(request.args, meta={"csrf": False})
    clashes = _offer(found, form, lesson)
    return render_template("timetable/choices.html", form=form, clashes=clashes)


@blueprint.post("/cohorts/<int:cohort_id>/lessons/new")
@allow(Permission.PLAN)
def schedule(cohort_id: int) -> ResponseReturnValue:
    found, form = cohorts.get_cohort(cohort_id, current_user), LessonForm()
    _offer(found, form, None)
    if form.validate():
        with form.telling_refusals():
            planning.schedule(cohort=found, **_wanted(form), by=current_user, at=now())
            flash(_("已排入课程表；发布后学员和教师才会看到。"))
            return redirect(url_for("timetable.cohort", cohort_id=cohort_id), 303)
    return _lesson_page(found, form), 422


@blueprint.get("/lessons/<int:lesson_id>/edit")
@allow(Permission.PLAN)
def edit(lesson_id: int) -> str:
    lesson = lessons.get_lesson(lesson_id, current_user)
    found = cohorts.get_cohort(lesson.cohort_id, current_user)
    start, end = local(lesson.starts_at), local(lesson.ends_at)
    form = LessonForm(formdata=None, obj=lesson)
    form.day.data, form.starts.data, form.ends.data = start.date(), start.time(), end.time()
    return _lesson_page(found, form, lesson)


@blueprint.post("/lessons/<int:lesson_id>/edit")
@allow(Permission.PLAN)
def reschedule(lesson_id: int) -> ResponseReturnValue:
    _refuse_cancelled(lesson_id)
    lesson = lessons.get_lesson(lesson_id, current_user)
    found, form = cohorts.get_cohort(lesson.cohort_id, current_user), LessonForm()
    _offer(found, form, lesson)
    seen = form.version.data
    if seen != lesson.version:
        return _overtaken(found, form, lesson, seen), 409
    if form.validate():
        with form.telling_refusals():
            planning.reschedule(
                lesson=lesson, cohort=found, **_wanted(form), seen=seen, by=current_user, at=now()
            )
            flash(_("课程表已调整；发布后学员和教师才会看到。"))
            return redirect(url_for("timetable.cohort", cohort_id=found.id), 303)
    return _lesson_page(found, form, lesson), 422


@blueprint.post("/lessons/<int:lesson_id>/cancel")
@allow(Permission.PLAN)
def cancel(lesson_id: int) -> ResponseReturnValue:
    lesson, form = lessons.get_lesson(lesson_id, current_user), CancelForm()
    found = cohorts.get_cohort(lesson.cohort_id, current_user)
    if not form.validate():
        raise Refused(*form.reasons())
    planning.cancel_lesson(
        lesson=lesson,
        cohort=found,
        reason=form.reason.data,
        seen=form.version.data,
        by=current_user,
        at=now(),
    )
    flash(_("这次课已取消；发布后学员和教师才会看到。"))
    return redirect(url_for("timetable.cohort", cohort_id=found.id), 303)


@blueprint.post("/cohorts/<int:cohort_id>/release")
@allow(Permission.PLAN)
def release(cohort_id: int) -> ResponseReturnValue:
    found = cohorts.get_cohort(cohort_id, current_user)
    number = request.form.get("number", type=int)
    made = releasing.release(cohort=found, seen=number or 1, by=current_user, at=now())
    flash(_("课程表第%(number)s版已发布，并通知了有关人员。", number=made.number))
    return redirect(url_for("timetable.cohort", cohort_id=cohort_id), 303)


@blueprint.get("/instructors/<int:instructor_id>")
@allow(Permission.PLAN, Permission.MANAGE_FACULTY)
def instructor(instructor_id: int) -> str:
    found = lessons.load(instructor_id, since=now() - LOAD)
    return render_template(
        "timetable/instructor.html",
        instructor=faculty.get_instructor(instructor_id),
        entries=lessons.entries(found),
        hours=sum((lesson.hours for lesson in found), Decimal(0)),
    )


def _sought() -> lessons.Sought:
    return lessons.Sought(
        search=request.args.get("search", "").strip(),
        since=request.args.get("since", type=date.fromisoformat),
        until=request.args.get("until", type=date.fromisoformat),
    )


def _wanted(form: LessonForm) -> dict[str, Any]:
    """The filled-in form as the arguments of an action."""
    venue_id, instructor_id = form.venue_id.data, form.instructor_id.data
    return {
        "course": catalogue.get_course(form.course_id.data),
        "span": day_span(form.day.data, form.starts.data, form.ends.data),
        "hours": form.hours.data,
        "venue": venues.get_venue(venue_id) if venue_id else None,
        "instructor": faculty.get_instructor(instructor_id) if instructor_id else None,
        "form": form.form.data,
        "host": form.host.data or "",
        "note": form.note.data or "",
        "reason": form.reason.data or "",
    }


def _offer(found: Cohort, form: LessonForm, lesson: Lesson | None) -> list[Conflict]:
    """Set what can be chosen, and tell what stands against what is chosen."""
    span = form.span()
    rooms = venues.open_venues(on=form.day.data or found.starts_on)
    people = faculty.choosable()
    form.offer_courses(found.courses)
    form.offer_places(rooms, people, checks.taken(span, moving=lesson) if span else (set(), set()))
    course_id = form.course_id.data
    if span is None or not course_id:
        return []
    return checks.conflicts_of(
        cohort=found,
        course=catalogue.get_course(course_id),
        span=span,
        venue=next((one for one in rooms if one.id == form.venue_id.data), None),
        instructor=next((one for one in people if one.id == form.instructor_id.data), None),
        moving=lesson,
    )


def _refuse_cancelled(lesson_id: int) -> None:
    """Whoever saves a lesson that somebody took off the timetable hears who did, and why."""
    last = log.find_last_of(lesson_id, current_user)
    if last is not None and last.after is None:
        told = _(
            "%(name)s已经取消了这次课（%(why)s），您的修改没有保存。",
            name=last.by_name,
            why=last.reason,
        )
        raise errors.Conflict(told)


def _overtaken(found: Cohort, form: LessonForm, lesson: Lesson, seen: int | None) -> str:
    """The typed form again, with what others did since it was opened; saving it now is meant."""
    news = log.changes_since(lesson.id, seen or 0)
    form.version.data, form.version.raw_data = lesson.version, None
    return _lesson_page(found, form, lesson, news)


def _lesson_page(
    found: Cohort,
    form: LessonForm,
    lesson: Lesson | None = None,
    news: Sequence[LessonChange] | None = None,
) -> str:
    clashes = _offer(found, form, lesson)
    return render_template(
        "timetable/lesson.html",
        cohort=found,
        form=form,
        lesson=lesson,
        news=news,
        weekly_url=link("series.weekly", lesson_id=lesson.id) if lesson else "",
        ways=ways_from_lesson(lesson.id) if lesson and lesson.instructor_id else [],
        clashes=[] if form.form_errors else clashes,
        cancel=CancelForm(formdata=None, obj=lesson) if lesson else None,
        times=lessons.usual_times(on=form.day.data or found.starts_on),
        half_days=HALF_DAY_NAMES,
    )
