"""Asking for courseware, pinning the approved version, and reminding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from courses.courseware import queries
from courses.courseware.models import CoursewareDue
from courses.courseware.queries import Line
from courses.courseware.rules import due_day, due_fault, pin_fault, reminds, tells_late
from courses.materials.models import Material
from courses.timetable.models import Lesson
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms import queries as norms
from lms.ground.notices.actions import tell

MINE = "/courseware/mine"


def ask_all(*, lessons: Sequence[Lesson], by: Actor, at: datetime) -> int:
    """Ask for the courseware of every lesson to come that has an instructor and no due day yet."""
    day = local(at).date()
    days = int(norms.value("courseware.days_before", on=day))
    fresh = [
        line.lesson
        for line in queries.lines_of(lessons, on=day)
        if line.due is None and line.lesson.starts_at > at
    ]
    for lesson in fresh:
        due_on = due_day(local(lesson.starts_at).date(), days, on=day)
        set_due(lesson=lesson, due_on=due_on, seen=None, by=by, at=at)
    return len(fresh)


def set_due(
    *, lesson: Lesson, due_on: date, seen: int | None, by: Actor, at: datetime
) -> CoursewareDue:
    """Ask for a lesson's courseware by a day, or change the day; the instructor is told.

    Refused for a day after the lesson or a lesson without an instructor; Conflict when stale.
    """
    if lesson.instructor is None:
        raise Refused("这次课还没有排授课教师，请先在课程表里排定。")
    fault = due_fault(due_on, local(lesson.starts_at).date())
    if fault:
        raise Refused(fault)
    due = queries.find_due(lesson.id)
    if due is None:
        due = CoursewareDue(lesson=lesson, due_on=due_on, asked_by=by.name, asked_at=at)
        session.add(due)
    else:
        due.edited_from(seen)
        due.due_on, due.reminded_at, due.late_told_at = due_on, None, None
    told = f"请{lesson.instructor.person.name}在{due_on:%Y-%m-%d}前交{_lesson(lesson)}的课件"
    record("courseware.set_due", due, told, by=by, at=at)
    tell([lesson.instructor.person_id], "请交课件", f"{told}。", at=at, link=MINE)
    return due


def pin(
    *, due: CoursewareDue, material: Material, seen: int | None, by: Actor, at: datetime
) -> None:
    """This approved version is the one of the lesson, known by its hash whatever comes later."""
    fault = pin_fault(material.state, same_course=material.course_id == due.lesson.course_id)
    if fault:
        raise Refused(fault)
    due.edited_from(seen)
    due.material, due.sha256 = material, material.upload.sha256
    due.pinned_by, due.pinned_at = by.name, at
    told = f"{_lesson(due.lesson)}选定课件“{material.title}”"
    record("courseware.pin", due, told, by=by, at=at, sha256=material.upload.sha256)


def unpin(*, due: CoursewareDue, seen: int | None, by: Actor, at: datetime) -> None:
    """Leave the version open again, for another one to be pinned."""
    if due.material is None:
        raise Refused("这次课还没有选定课件。")
    due.edited_from(seen)
    told = f"取消{_lesson(due.lesson)}选定的课件“{due.material.title}”"
    record("courseware.unpin", due, told, by=by, at=at, sha256=due.sha256)
    due.material, due.sha256, due.pinned_by, due.pinned_at = None, None, "", None


def remind(*, at: datetime) -> int:
    """Remind who has something to hand in soon, tell the office what did not come; how many."""
    day = local(at).date()
    days = int(norms.value("courseware.remind_days", on=day))
    told = 0
    for line in queries.unpinned(at=at, on=day):
        told += _remind(line, days, day, at)
    return told


def _remind(line: Line, days: int, day: date, at: datetime) -> int:
    due, lesson = line.due, line.lesson
    if due is None or lesson.instructor is None:
        return 0
    told = 0
    if reminds(line.state, due.due_on, reminded=bool(due.reminded_at), days=days, on=day):
        due.reminded_at = at
        body = f"请在{due.due_on:%Y-%m-%d}前交{_lesson(lesson)}的课件。"
        tell([lesson.instructor.person_id], "课件提醒", body, at=at, link=MINE)
        told += 1
    if tells_late(line.state, told=bool(due.late_told_at)):
        due.late_told_at = at
        body = f"{lesson.instructor.person.name}还没有交{_lesson(lesson)}的课件（{due.due_on:%Y-%m-%d}到期）。"
        adviser = lesson.cohort.adviser_id
        link = f"/courseware/cohorts/{lesson.cohort_id}"
        tell([adviser] if adviser else [], "课件逾期未交", body, at=at, link=link)
        told += 1
    return told


def _lesson(lesson: Lesson) -> str:
    day = local(lesson.starts_at).date()
    return f"“{lesson.cohort.title}”{day:%Y-%m-%d}《{lesson.course.title}》"
