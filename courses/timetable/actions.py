"""Putting lessons on the timetable, with their claims, and releasing it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from courses.catalogue.models import Course
from courses.catalogue.rules import CourseForm
from courses.cohorts import queries as cohorts
from courses.cohorts.models import Cohort
from courses.cohorts.rules import CohortStage
from courses.faculty.models import Instructor
from courses.timetable import queries
from courses.timetable.models import Lesson, TimetableRelease
from courses.timetable.rules import hour_faults
from courses.timetable.rules.conflicts import Conflict, refusals
from courses.timetable.rules.releases import Change, Entry, changes, to_json
from courses.venues import actions as venues
from courses.venues import queries as bookings
from courses.venues.models import Venue
from courses.venues.rules import when
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.actions import tell
from lms.ground.spans import Span

HOLDER = "lesson"
_TOLD = 10


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
        note=note,
    )
    session.add(lesson)
    session.flush()
    _claim(lesson)
    sentence = f"给“{cohort.title}”排课：{when(span)}《{course.title}》"
    _record("timetable.schedule", lesson, sentence, found, reason, by=by, at=at)
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
    note: str = "",
    reason: str = "",
) -> None:
    """Move or change a lesson and its bookings; Conflict on a stale form, Refused as above."""
    lesson.edited_from(seen)
    found = _check(cohort, course, span, hours, venue, instructor, reason, moving=lesson)
    lesson.course, lesson.form, lesson.hours = course, form or course.form, hours
    lesson.starts_at, lesson.ends_at = span.start, span.end
    lesson.venue, lesson.instructor, lesson.note = venue, instructor, note
    session.flush()
    venues.release_claims(HOLDER, lesson.id)
    _claim(lesson)
    sentence = f"调整“{cohort.title}”的课：{when(span)}《{course.title}》"
    _record("timetable.reschedule", lesson, sentence, found, reason, by=by, at=at)


def cancel_lesson(
    *, lesson: Lesson, cohort: Cohort, reason: str, seen: int | None, by: Actor, at: datetime
) -> None:
    """Take a lesson off the timetable and give back what it had booked; Conflict when stale."""
    _refuse_closed(cohort)
    if not reason:
        raise Refused("请写明取消的原因。")
    lesson.edited_from(seen)
    sentence = f"取消“{cohort.title}”的课：{when(lesson.span)}《{lesson.course.title}》"
    record("timetable.cancel_lesson", lesson, sentence, by=by, at=at, reason=reason)
    venues.release_claims(HOLDER, lesson.id)
    session.delete(lesson)
    session.flush()


def release(*, cohort: Cohort, seen: int, by: Actor, at: datetime) -> TimetableRelease:
    """Make the present timetable the one that holds, and tell everybody whom it changes.

    `seen` is the number that the form was to give it: a second click finds it given and
    changes nothing. Refused when there is nothing new.
    """
    cohorts.lock_cohort(cohort.id)
    last = queries.find_last_release(cohort.id)
    if last is not None and last.number >= seen:
        return last
    present = queries.entries(queries.lessons(cohort.id))
    news = changes(queries.released_entries(last), present)
    if not news:
        raise Refused("课程表还没有安排，或者与上次发布的一样，不需要再发布。")
    made = TimetableRelease(
        cohort_id=cohort.id,
        number=seen,
        released_by=by.name,
        released_at=at,
        lessons=[to_json(entry) for entry in present],
    )
    session.add(made)
    sentence = f"发布了“{cohort.title}”课程表第{seen}版"
    record("timetable.release", made, sentence, by=by, at=at, changes=len(news))
    _notify(cohort, news, present, first=last is None, at=at)
    return made


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
    _refuse_closed(cohort)
    cohorts.lock_cohort(cohort.id)
    bookings.lock_claimed(
        venue_id=venue.id if venue else None,
        person_ids=[instructor.person_id] if instructor else [],
    )
    found = queries.conflicts_of(
        cohort=cohort, course=course, span=span, venue=venue, instructor=instructor, moving=moving
    )
    reasons = [*hour_faults(hours), *refusals(found, reason=reason)]
    if reasons:
        raise Refused(*reasons)
    return found


def _claim(lesson: Lesson) -> None:
    venues.claim(
        holder_kind=HOLDER,
        holder_id=lesson.id,
        span=lesson.span,
        label=f"“{lesson.cohort.title}”的《{lesson.course.title}》",
        venue_id=lesson.venue.id if lesson.venue else None,
        person_ids=[lesson.instructor.person_id] if lesson.instructor else [],
        cohort_ids=[lesson.cohort_id],
    )


def _notify(
    cohort: Cohort, news: list[Change], present: list[Entry], *, first: bool, at: datetime
) -> None:
    """Learners hear of every change, instructors of those to their own lessons."""
    link = f"/timetable/cohorts/{cohort.id}"
    subject = f"“{cohort.title}”课程表已{'发布' if first else '更新'}"
    learners = [row.person_id for row in cohorts.enrolments(cohort.id)]
    whole = f"共{len(present)}次课，请查看课程表。" if first else _body(news)
    tell(learners, subject, whole, at=at, link=link)
    for person_id in sorted(frozenset().union(*(change.person_ids for change in news))):
        own = [change for change in news if person_id in change.person_ids]
        tell([person_id], subject, _body(own), at=at, link=link)


def _body(news: list[Change]) -> str:
    told = [change.sentence for change in news[:_TOLD]]
    more = [f"另有{len(news) - _TOLD}处变动，请查看课程表。"] if len(news) > _TOLD else []
    return "\n".join([*told, *more])


def _record(
    action: str,
    lesson: Lesson,
    sentence: str,
    found: list[Conflict],
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Whatever was overridden stands in the trail with its reason."""
    told = [conflict.sentence for conflict in found]
    record(action, lesson, sentence, by=by, at=at, reason=reason, despite=told)


def _refuse_closed(cohort: Cohort) -> None:
    if cohort.stage is CohortStage.CLOSED:
        raise Refused(f"“{cohort.title}”已经结班，课程表不能再改。")
