"""Reading what is wanted together, with all that stands against it, and what came together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from courses.cohorts.models import Cohort
from courses.cohorts.queries import cohort_scope
from courses.cohorts.rules import CohortDraft
from courses.series.models import Series
from courses.series.rules import Extra, Proposal, Shift, repeats, shift_days, shifted, without
from courses.timetable.models import Lesson
from courses.timetable.queries import checks, lessons
from courses.timetable.queries.situations import situation
from courses.timetable.rules.arrangement import Arrangement
from courses.timetable.rules.conflicts import CohortFacts
from courses.venues.rules import say_day
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.spans import Span


@dataclass(frozen=True)
class Ahead:
    """A cohort that is still to be, after a past one (with courses), `days` later."""

    source: Cohort
    draft: CohortDraft
    days: int


@dataclass(frozen=True)
class Copied:
    """The cohort that was made of it, by whom and when; `lessons`: which became which, by number."""

    ahead: Ahead
    cohort: Cohort
    lessons: Mapping[int, int]
    by: Actor
    at: datetime


@dataclass(frozen=True)
class Companion:
    """What comes along with a past cohort from a room that this one does not know.

    `preview` lists what there is, with all that stands against it; `take` makes those whose keys
    are given and says which rows they are, Refused with reasons; `give_back` removes these rows,
    Refused when something has come of them since.
    """

    name: str
    label: str
    preview: Callable[[Ahead], list[Extra]]
    take: Callable[[Copied, Collection[str]], list[int]]
    give_back: Callable[[Collection[int], Actor, datetime], None]


_companions: list[Companion] = []


def comes_along(companion: Companion) -> None:
    """Register what a copy of a cohort takes along besides its lessons: trips and exams stand
    above this room."""
    _companions.append(companion)


def companions() -> list[Companion]:
    """All of them, as their rooms were opened."""
    return list(_companions)


def models_to_copy(account: Account) -> list[Cohort]:
    """The cohorts with lessons that `account` may see, the latest first."""
    has_lessons = exists().where(Lesson.cohort_id == Cohort.id)
    wanted = select(Cohort).where(cohort_scope(account), has_lessons.correlate(Cohort))
    return list(session.scalars(wanted.order_by(Cohort.starts_on.desc(), Cohort.id.desc())))


def next_first_day(source: Cohort, *, today: date) -> date:
    """The first day of the source's weekday that is at least a week away."""
    soonest = today + timedelta(days=7)
    return soonest + timedelta(days=(source.starts_on - soonest).days % 7)


def copies(
    source: Cohort, facts: CohortFacts, how: Shift, *, plan: Collection[int]
) -> list[Proposal]:
    """The lessons of `source` on the dates of a cohort that is still to be, in order of time.

    `plan` are the courses that it will have; lessons of others (retired ones) are at fault.
    """
    days = shift_days(source.starts_on, facts.starts_on, how)
    found = []
    for lesson in lessons.lessons(source.id):
        one = _proposal(lesson, shifted(lessons.arrangement(lesson), days), str(lesson.id))
        retired = lesson.course.retired_on
        if retired is not None:
            told = f"课程《{lesson.course.title}》自{say_day(retired)}起停用，不再排入。"
            one = replace(one, faults=(told,))
        found.append(one)
    return weigh(facts, plan, found)


def weeks(lesson: Lesson, cohort: Cohort, *, until: date, every: int) -> list[Proposal]:
    """The same lesson in later weeks of the cohort, but for those that are there already."""
    last = min(until, cohort.ends_on)
    wanted = [
        _proposal(lesson, one, local(one.starts_at).date().isoformat())
        for one in repeats(lessons.arrangement(lesson), until=last, every=every)
    ]
    known = [lessons.arrangement(one) for one in lessons.lessons(cohort.id)]
    return weigh(*facts_of(cohort), without(wanted, known))


def facts_of(cohort: Cohort) -> tuple[CohortFacts, frozenset[int]]:
    """What rules ask of a cohort (with courses), and the courses of its plan."""
    return checks.cohort_facts([cohort])[cohort.id], frozenset(
        line.course_id for line in cohort.courses
    )


def weigh(
    cohort: CohortFacts, plan: Collection[int], proposals: Sequence[Proposal]
) -> list[Proposal]:
    """The same with everything that stands against each, in a fixed number of statements."""
    if not proposals:
        return []
    span = Span(min(one.span.start for one in proposals), max(one.span.end for one in proposals))
    wanted = [one.arrangement for one in proposals]
    people = {one.instructor_id for one in wanted if one.instructor_id is not None}
    known = situation(span, [cohort.id], instructors=people)
    found = []
    for one in proposals:
        want = one.arrangement
        against = known.against(
            cohort,
            course_id=want.course_id,
            course_title=one.course,
            in_plan=want.course_id in plan,
            span=one.span,
            venue_id=want.venue_id,
            instructor_id=want.instructor_id,
            hours=want.hours,
        )
        found.append(replace(one, conflicts=tuple(against)))
    return found


def series_of(cohort_id: int) -> list[Series]:
    """What came onto a cohort's timetable together, the latest first."""
    wanted = select(Series).where(Series.cohort_id == cohort_id)
    return list(session.scalars(wanted.order_by(Series.id.desc())))


def get_series(series_id: int, account: Account) -> Series:
    """One of them with its cohort, for whoever may see that; Missing otherwise."""
    found = session.scalar(
        select(Series)
        .join(Series.cohort)
        .options(joinedload(Series.cohort), joinedload(Series.upload))
        .where(Series.id == series_id, cohort_scope(account))
    )
    if found is None:
        raise Missing("这一批课")
    return found


def get_sheet(series_id: int, account: Account) -> Series:
    """A sheet that was handed in; Missing for whatever is none."""
    found = get_series(series_id, account)
    if found.upload is None:
        raise Missing("这份表格")
    return found


def present_lessons(series: Series) -> list[Lesson]:
    """Those of its lessons that are still on the timetable."""
    return list(session.scalars(lessons.whole_lessons().where(Lesson.id.in_(series.lesson_ids))))


def _proposal(lesson: Lesson, arrangement: Arrangement, key: str) -> Proposal:
    return Proposal(
        key=key,
        arrangement=arrangement,
        course=lesson.course.title,
        venue=lesson.venue.name if lesson.venue else "",
        instructor=lesson.instructor.person.name if lesson.instructor else "",
    )
