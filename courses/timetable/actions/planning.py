"""Putting lessons on the timetable with their claims, moving them, taking them off, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from courses.catalogue import queries as catalogue
from courses.catalogue.models import Course
from courses.catalogue.rules import CourseForm
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort
from courses.cohorts.rules import CohortStage
from courses.faculty import queries as faculty
from courses.faculty.models import Instructor
from courses.timetable.models import Lesson, LessonChange
from courses.timetable.queries import checks, log
from courses.timetable.queries.lessons import arrangement, entry
from courses.timetable.rules import HOLDER, hour_faults, lesson_label
from courses.timetable.rules.arrangement import from_json, to_json
from courses.timetable.rules.conflicts import Conflict, refusals
from courses.timetable.rules.releases import Change, change
from courses.venues import actions as venues
from courses.venues import queries as bookings
from courses.venues.models import Venue
from courses.venues.rules.diary import Claim
from lms.ground.audit.actions import Actor, record_all
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.spans import Span


def schedule(
    *,
    cohort: Cohort,
    course: Course,
    span: Span,
    hours: Decimal,
    by: Actor,
    at: datetime,
    venue: Venue | None = None,
    instructor: Instructor | None = None,
    form: CourseForm | None = None,
    host: str = "",
    note: str = "",
    reason: str = "",
) -> Lesson:
    """Put a lesson on the timetable, with its bookings, in this transaction.

    `cohort` with steps and courses, `instructor` with person and teaches (as their queries
    give them). Refused with a sentence for every clash; `reason` lifts those that allow it.
    """
    found = _check(cohort, course, span, hours, venue, instructor, reason, moving=None)
    lesson = Lesson(
        cohort=cohort,
        course=course,
        form=form or course.form,
        starts_at=span.start,
        ends_at=span.end,
        hours=hours,
        venue=venue,
        instructor=instructor,
        host=host,
        note=note,
    )
    enter([(lesson, found)], reason, by=by, at=at)
    return lesson


def reschedule(
    *,
    lesson: Lesson,
    cohort: Cohort,
    course: Course,
    span: Span,
    hours: Decimal,
    seen: int | None,
    by: Actor,
    at: datetime,
    venue: Venue | None = None,
    instructor: Instructor | None = None,
    form: CourseForm | None = None,
    host: str = "",
    note: str = "",
    reason: str = "",
) -> None:
    """Move or change a lesson and its bookings; Conflict on a stale form, Refused as above."""
    lesson.edited_from(seen)
    found = _check(cohort, course, span, hours, venue, instructor, reason, moving=lesson)
    before, shown = arrangement(lesson), entry(lesson)
    lesson.course, lesson.form, lesson.hours = course, form or course.form, hours
    lesson.starts_at, lesson.ends_at = span.start, span.end
    lesson.venue, lesson.instructor, lesson.host, lesson.note = venue, instructor, host, note
    session.flush()
    venues.release_claims(HOLDER, lesson.id)
    _claim([lesson])
    news = change(shown, entry(lesson))
    session.add(
        _logged(lesson, news, to_json(before), to_json(arrangement(lesson)), reason, by, at)
    )
    _record("timetable.reschedule", [(lesson, news, found)], reason, by=by, at=at)


def cancel_lesson(
    *, lesson: Lesson, cohort: Cohort, reason: str, seen: int | None, by: Actor, at: datetime
) -> None:
    """Take a lesson off the timetable and give back what it had booked; Conflict when stale."""
    lesson.edited_from(seen)
    cancel_all([lesson], cohort=cohort, reason=reason, by=by, at=at)


def cancel_all(
    lessons: Sequence[Lesson], *, cohort: Cohort, reason: str, by: Actor, at: datetime
) -> None:
    """Take lessons of a cohort off the timetable together."""
    refuse_closed(cohort)
    if not reason:
        raise Refused("请写明取消的原因。")
    told = [(one, change(entry(one), None)) for one in lessons]
    session.add_all(
        _logged(one, news, to_json(arrangement(one)), None, reason, by, at) for one, news in told
    )
    _record("timetable.cancel_lesson", [(*one, ()) for one in told], reason, by=by, at=at)
    venues.release_claims(HOLDER, *(one.id for one in lessons))
    for one in lessons:
        session.delete(one)
    session.flush()


def undo(step: LessonChange, *, cohort: Cohort, reason: str, by: Actor, at: datetime) -> None:
    """Take a change back: the lesson is as it was before.

    Refused when the lesson was changed again since, or when its former place is taken;
    `cohort` with steps and courses.
    """
    last = log.last_of(step.lesson_id)
    if last.id != step.id:
        raise Refused(f"这次课后来又由{last.by_name}改过（{last.sentence}），请先撤销那一步。")
    lesson = log.find_lesson(step.lesson_id)
    if step.before is None:
        if lesson is not None:
            cancel_lesson(
                lesson=lesson, cohort=cohort, reason=reason, seen=lesson.version, by=by, at=at
            )
    elif lesson is None:
        _restore(step, cohort, reason, by=by, at=at)
    else:
        reschedule(
            lesson=lesson, cohort=cohort, seen=lesson.version, reason=reason, by=by, at=at,
            **_as_before(step),
        )  # fmt: skip
    session.flush()
    log.last_of(step.lesson_id).undoes_id = step.id


def _restore(step: LessonChange, cohort: Cohort, reason: str, *, by: Actor, at: datetime) -> None:
    """Put a cancelled lesson back under its own number: for a release it was never away."""
    was = _as_before(step)
    found = _check(
        cohort, was["course"], was["span"], was["hours"], was["venue"], was["instructor"], reason,
        moving=None,
    )  # fmt: skip
    span = was.pop("span")
    lesson = Lesson(
        id=step.lesson_id,
        cohort=cohort,
        starts_at=span.start,
        ends_at=span.end,
        version=step.version + 1,
        **was,
    )
    enter([(lesson, found)], reason, by=by, at=at)


def _as_before(step: LessonChange) -> dict[str, Any]:
    was = from_json(step.before or {})
    return {
        "course": catalogue.get_course(was.course_id),
        "span": was.span,
        "hours": was.hours,
        "venue": bookings.get_venue(was.venue_id) if was.venue_id else None,
        "instructor": faculty.get_instructor(was.instructor_id) if was.instructor_id else None,
        "form": was.form,
        "host": was.host,
        "note": was.note,
    }


def enter(
    found: Sequence[tuple[Lesson, Sequence[Conflict]]], reason: str, *, by: Actor, at: datetime
) -> None:
    """Put lessons that were looked at on the timetable, each with what stood against it."""
    lessons = [lesson for lesson, _against in found]
    session.add_all(lessons)
    session.flush()
    _claim(lessons)
    told = [(lesson, change(None, entry(lesson)), against) for lesson, against in found]
    session.add_all(
        _logged(lesson, news, None, to_json(arrangement(lesson)), reason, by, at)
        for lesson, news, _against in told
    )
    _record("timetable.schedule", told, reason, by=by, at=at)


def _check(
    cohort: Cohort,
    course: Course,
    span: Span,
    hours: Decimal,
    venue: Venue | None,
    instructor: Instructor | None,
    reason: str,
    *,
    moving: Lesson | None,
) -> list[Conflict]:
    """Lock what is claimed, then look: of two who plan at once the later sees the earlier."""
    refuse_closed(cohort)
    cohorts.lock_cohort(cohort.id)
    bookings.lock_claimed(
        venue_ids=[venue.id] if venue else [],
        person_ids=[instructor.person_id] if instructor else [],
    )
    found = checks.conflicts_of(
        cohort=cohort, course=course, span=span, hours=hours, venue=venue, instructor=instructor,
        moving=moving,
    )  # fmt: skip
    reasons = [*hour_faults(hours), *refusals(found, reason=reason)]
    if reasons:
        raise Refused(*reasons)
    return found


def _claim(lessons: Sequence[Lesson]) -> None:
    venues.claim_all(
        [
            Claim(
                (HOLDER, lesson.id),
                lesson.span,
                lesson_label(lesson.cohort.title, lesson.course.title),
                lesson.venue.id if lesson.venue else None,
                [lesson.instructor.person_id] if lesson.instructor else (),
                [lesson.cohort_id],
            )
            for lesson in lessons
        ]
    )


def _logged(
    lesson: Lesson,
    news: Change,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> LessonChange:
    return LessonChange(
        cohort_id=lesson.cohort_id,
        lesson_id=lesson.id,
        version=lesson.version,
        before=before,
        after=after,
        sentence=news.sentence,
        reason=reason,
        by_name=by.name,
        at=at,
    )


def _record(
    action: str,
    deeds: Iterable[tuple[Lesson, Change, Sequence[Conflict]]],
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Whatever was overridden stands in the trail with its reason."""
    told = (
        (
            lesson,
            f"“{lesson.cohort.title}”课程表{news.sentence}",
            {"reason": reason, "despite": [conflict.sentence for conflict in against]},
        )
        for lesson, news, against in deeds
    )
    record_all(action, told, by=by, at=at)


def refuse_closed(cohort: Cohort) -> None:
    if cohort.stage is CohortStage.CLOSED:
        raise Refused(f"“{cohort.title}”已经结班，课程表不能再改。")
