"""Putting many lessons of a cohort on the timetable at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from courses.catalogue.queries import courses_by_id
from courses.cohorts.models import Cohort
from courses.cohorts.queries import lock_cohort
from courses.faculty.queries import instructors_by_id
from courses.timetable.actions.planning import enter, refuse_closed
from courses.timetable.models import Lesson
from courses.timetable.queries import checks
from courses.timetable.rules import hour_faults
from courses.timetable.rules.arrangement import Arrangement
from courses.timetable.rules.conflicts import REASON_WANTED, Conflict, refusals
from courses.venues.queries import lock_claimed, venues_by_id
from courses.venues.rules import when
from lms.ground.audit.actions import Actor
from lms.ground.errors import Refused


def schedule_all(
    *, cohort: Cohort, wanted: Sequence[Arrangement], by: Actor, at: datetime, reason: str = ""
) -> list[Lesson]:
    """Put lessons of a cohort (with steps and courses) on the timetable with their bookings, all
    or none; however many, they are looked at in the same number of statements.

    Refused with everything that stands against each of them, other lessons of the same lot
    included; `reason` lifts what allows it.
    """
    refuse_closed(cohort)
    lock_cohort(cohort.id)
    lessons = _drawn_up(cohort, wanted)
    lock_claimed(
        venue_ids={one.venue.id for one in lessons if one.venue},
        person_ids={one.instructor.person_id for one in lessons if one.instructor},
    )
    found = list(zip(lessons, checks.conflicts_of_all(cohort, wanted), strict=True))
    reasons = [why for lesson, against in found for why in _faults(lesson, against, reason)]
    if reasons:
        raise Refused(*reasons)
    enter(found, reason, by=by, at=at)
    return lessons


def _drawn_up(cohort: Cohort, wanted: Sequence[Arrangement]) -> list[Lesson]:
    courses = courses_by_id({one.course_id for one in wanted})
    venues = venues_by_id({one.venue_id for one in wanted})
    instructors = instructors_by_id({one.instructor_id for one in wanted})
    return [
        Lesson(
            cohort=cohort,
            course=courses[one.course_id],
            form=one.form,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            hours=one.hours,
            venue=venues[one.venue_id] if one.venue_id else None,
            instructor=instructors[one.instructor_id] if one.instructor_id else None,
            host=one.host,
            note=one.note,
        )
        for one in wanted
    ]


def _faults(lesson: Lesson, against: Sequence[Conflict], reason: str) -> list[str]:
    """That a reason would help is told once, by whoever asked for all of them."""
    named = f"{when(lesson.span)}《{lesson.course.title}》"
    found = [*hour_faults(lesson.hours), *refusals(against, reason=reason)]
    return [f"{named}：{why}" for why in found if why != REASON_WANTED]
