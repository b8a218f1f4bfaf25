"""Lessons that come together: moved to other dates, repeated by the week, taken back as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from courses.availability.actions import add_period
from courses.availability.rules import Period
from courses.catalogue.rules import CourseForm
from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortDraft
from courses.faculty.models import Instructor
from courses.faculty.queries import get_instructor
from courses.faculty.rules import InstructorState
from courses.series import actions, queries
from courses.series.forms import facts_of
from courses.series.models import Series
from courses.series.queries import Ahead
from courses.series.rules import (
    Picked,
    Proposal,
    SeriesKind,
    Shift,
    clashing,
    repeats,
    shift_days,
    usual,
    without,
)
from courses.timetable.actions import planning, releasing
from courses.timetable.models import Lesson
from courses.timetable.queries import lessons
from courses.timetable.rules import day_span
from courses.timetable.rules.arrangement import Arrangement
from courses.timetable.rules.conflicts import Conflict, ConflictKind
from courses.venues.actions import block
from courses.venues.models import Booking, Venue
from lms.ground.clock import local, now
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms.actions import load_baseline
from tests import cast, make
from tests.courses.counting import statements

FIRST = date(2026, 11, 2)  # a Monday
EVERYTHING = frozenset({"take", "venue", "instructor"})


@pytest.mark.parametrize(
    ("first", "new_first", "how", "days"),
    [
        (FIRST, date(2026, 12, 7), Shift.WEEKDAYS, 35),
        (FIRST, date(2026, 12, 9), Shift.WEEKDAYS, 42),
        (FIRST, date(2026, 12, 9), Shift.DAYS, 37),
        (FIRST, date(2026, 10, 26), Shift.WEEKDAYS, -7),
        (FIRST, date(2026, 10, 29), Shift.WEEKDAYS, 0),
        (FIRST, FIRST, Shift.DAYS, 0),
    ],
)
def test_dates_move_by_whole_weeks_or_by_days(
    first: date, new_first: date, how: Shift, days: int
) -> None:
    assert shift_days(first, new_first, how) == days


def arrangement(day: date = FIRST, **changed: Any) -> Arrangement:
    span = day_span(day, changed.pop("starts", time(8, 30)), changed.pop("ends", time(11, 30)))
    return replace(Arrangement(1, CourseForm.LECTURE, span.start, span.end, Decimal(3)), **changed)


def days_of(found: Sequence[Arrangement | Proposal | Lesson]) -> list[date]:
    return [local(one.span.start).date() for one in found]


def test_a_lesson_repeats_every_week_until_a_day_and_keeps_its_times_across_midnight() -> None:
    late = arrangement(starts=time(22), ends=time(1))
    found = repeats(late, until=date(2026, 11, 23), every=1)
    assert days_of(found) == [FIRST + timedelta(days=days) for days in (7, 14, 21)]
    assert found[0].ends_at == day_span(date(2026, 11, 9), time(22), time(1)).end
    assert days_of(repeats(late, until=date(2026, 11, 29), every=2)) == [date(2026, 11, 16)]


def proposal(key: str, of: Arrangement, *kinds: ConflictKind) -> Proposal:
    return Proposal(key, of, "党章", conflicts=tuple(Conflict(kind, "") for kind in kinds))


def test_what_is_there_already_is_not_wanted_again() -> None:
    wanted = [proposal("a", arrangement()), proposal("b", arrangement(starts=time(9)))]
    assert [one.key for one in without(wanted, [arrangement(note="已排")])] == ["b"]


def test_identical_times_in_one_batch_are_a_fault_of_the_later_and_back_to_back_is_none() -> None:
    wanted = [
        proposal("a", arrangement()),
        proposal("b", arrangement()),
        proposal("c", arrangement(starts=time(11, 30), ends=time(12))),
    ]
    found = clashing(wanted)
    assert [bool(one.faults) for one in found] == [False, True, False]
    told = "与同一批里2026年11月2日（星期一）上午 8:30–11:30的《党章》时间重叠。"
    assert found[1].faults == (told,)


def test_what_is_ticked_at_first_leaves_out_what_cannot_be_had() -> None:
    found = usual(
        [
            proposal("free", arrangement()),
            proposal("room", arrangement(), ConflictKind.VENUE_TAKEN),
            proposal("hands", arrangement(), ConflictKind.INSTRUCTOR_TAKEN),
            proposal("away", arrangement(), ConflictKind.INSTRUCTOR_AWAY),
            proposal("twice", arrangement(), ConflictKind.COHORT_TAKEN),
            proposal("rest", arrangement(), ConflictKind.REST_DAY),
        ],
        skip_rest=True,
    )
    assert found.lessons == {"free", "room", "hands", "away"}
    assert found.venues == {"free", "hands", "away"}
    assert found.instructors == {"free", "room", "away"}


@dataclass
class School:
    """A past cohort of a week with two lessons, and the cohort that is to come after it."""

    source: Cohort
    venue: Venue
    wang: Instructor

    @property
    def draft(self) -> CohortDraft:
        return CohortDraft(2, "知行学堂第二期", date(2026, 12, 7), date(2026, 12, 11), 40)

    @property
    def ahead(self) -> Ahead:
        days = shift_days(self.source.starts_on, self.draft.starts_on, Shift.WEEKDAYS)
        return Ahead(self.source, self.draft, days)

    def copies(self, how: Shift = Shift.WEEKDAYS) -> list[Proposal]:
        plan = {line.course_id for line in self.source.courses}
        return queries.copies(self.source, facts_of(self.draft), how, plan=plan)

    def rerun(self, taken: Sequence[Proposal], reason: str = "") -> Cohort:
        made = actions.rerun(
            ahead=self.ahead,
            taken=taken,
            with_quotas=False,
            reason=reason,
            by=cast.office(),
            at=now(),
        )
        return get_cohort(made.id, cast.office())


@pytest.fixture
def school(context: None) -> School:
    load_baseline(at=now())
    course, other = make.course("党章"), make.course("案例")
    wang = make.instructor(make.person("王某"), teaches=(course, other))
    made = make.cohort(course, other, number=1, starts_on=FIRST, days=5, capacity=40)
    source = get_cohort(made.id, cast.office())
    found = School(source, make.venue("一号教室"), get_instructor(wang.id))
    for line, day in zip(source.courses, (FIRST, FIRST + timedelta(days=3)), strict=True):
        planning.schedule(
            cohort=source,
            course=line.course,
            span=day_span(day, time(8, 30), time(11, 30)),
            hours=Decimal(3),
            venue=found.venue,
            instructor=found.wang,
            by=cast.office(),
            at=now(),
        )
    return found


def all_of(found: Sequence[Proposal]) -> list[Proposal]:
    keys = frozenset(one.key for one in found)
    return Picked(keys, keys, keys).of(found)


def test_a_past_cohort_runs_again_with_its_plan_and_lessons_on_the_new_dates(
    school: School,
) -> None:
    make.enrolment(school.source)
    made = school.rerun(all_of(school.copies()))
    assert [line.course.title for line in made.courses] == ["党章", "案例"]
    there = lessons.lessons(made.id)
    assert days_of(there) == [date(2026, 12, 7), date(2026, 12, 10)]
    assert {(one.venue, one.instructor) for one in there} == {(school.venue, school.wang)}
    held = select(func.count()).where(Booking.cohort_id == made.id)
    assert session.scalar(held) == 2
    (kept,) = queries.series_of(made.id)
    assert (kept.kind, kept.lesson_ids) == (SeriesKind.RERUN, [one.id for one in there])
    assert kept.told == "照“知行学堂第1期”建立了“知行学堂第二期”，排入2次课"


def test_the_preview_tells_every_conflict_of_the_new_dates(school: School) -> None:
    office, third = cast.office(), make.cohort(number=3, starts_on=date(2026, 12, 7))
    course = make.course("另一门")
    planning.schedule(
        cohort=get_cohort(third.id, office),
        course=course,
        span=day_span(date(2026, 12, 7), time(8, 30), time(11, 30)),
        hours=Decimal(3),
        venue=school.venue,
        instructor=school.wang,
        reason="试",
        by=office,
        at=now(),
    )
    away = Period(date(2026, 12, 10), date(2026, 12, 10), can_come=False, reason="出差")
    add_period(instructor=school.wang, period=away, by=office, at=now())
    span = day_span(date(2026, 12, 10), time(0), time(23))
    block(school.venue, span, reason="检修", by=office, at=now())
    first, second = school.copies()
    assert [one.kind for one in first.conflicts] == [
        ConflictKind.VENUE_TAKEN,
        ConflictKind.INSTRUCTOR_TAKEN,
        ConflictKind.UNPAID_HOURS,
    ]
    assert [one.kind for one in second.conflicts] == [
        ConflictKind.VENUE_BLOCKED,
        ConflictKind.INSTRUCTOR_AWAY,
    ]
    (third_day, _last) = school.copies(Shift.DAYS)
    assert third_day.conflicts == first.conflicts


def test_a_lesson_that_falls_on_a_day_off_or_has_left_the_pool_is_told(school: School) -> None:
    make.pool_step(school.wang, InstructorState.OUT)
    later = replace(school.draft, starts_on=date(2026, 12, 10), ends_on=date(2026, 12, 14))
    plan = {line.course_id for line in school.source.courses}
    _first, second = queries.copies(school.source, facts_of(later), Shift.DAYS, plan=plan)
    assert [one.sentence for one in second.conflicts] == [
        "王某在师资库里的状态是“出库”，不是“在库”。",
        "2026年12月13日（星期日）不是排课的日子。",
    ]


def test_nothing_is_created_when_one_lesson_cannot_be_had(school: School) -> None:
    span = day_span(date(2026, 12, 10), time(0), time(23))
    block(school.venue, span, reason="检修", by=cast.office(), at=now())
    with pytest.raises(Refused) as refused, session.begin_nested():
        school.rerun(all_of(school.copies()))
    assert [reason.partition("：")[0] for reason in refused.value.reasons[:2]] == [
        "有的课排不进去，所以一次也没有排",
        "2026年12月10日（星期四）上午 8:30–11:30《案例》",
    ]
    assert session.scalar(select(func.count()).select_from(Cohort)) == 1
    found = school.copies()
    made = school.rerun(usual(found).of(found))
    assert [one.venue for one in lessons.lessons(made.id)] == [school.venue, None]


def test_a_retired_course_stays_behind(school: School) -> None:
    school.source.courses[1].course.retired_on = date(2026, 11, 20)
    found = school.copies()
    assert [one.faults for one in found] == [
        (),
        ("课程《案例》自2026年11月20日（星期五）起停用，不再排入。",),
    ]
    made = school.rerun(usual(found).of(found))
    assert [line.course.title for line in made.courses] == ["党章"]


def test_a_copy_is_taken_back_with_its_cohort_until_it_is_released(school: School) -> None:
    office = cast.office()
    made = school.rerun(all_of(school.copies()))
    (kept,) = queries.series_of(made.id)
    assert actions.undo(kept, cohort=made, by=office, at=now()) is True
    counts = [session.scalar(select(func.count()).select_from(one)) for one in (Cohort, Series)]
    assert counts == [1, 0]
    assert session.scalar(select(func.count()).where(Booking.cohort_id != school.source.id)) == 0

    again = school.rerun(all_of(school.copies()))
    releasing.release(cohort=again, seen=1, by=office, at=now())
    with pytest.raises(Refused, match="已经发布过"):
        actions.undo(queries.series_of(again.id)[0], cohort=again, by=office, at=now())


def test_a_copy_with_learners_loses_its_lessons_but_not_the_cohort(school: School) -> None:
    made = school.rerun(all_of(school.copies()))
    make.enrolment(made)
    (kept,) = queries.series_of(made.id)
    assert actions.undo(kept, cohort=made, by=cast.office(), at=now()) is False
    assert lessons.lessons(made.id) == []
    assert session.get(Cohort, made.id) is not None
    assert actions.undo(kept, cohort=made, by=cast.office(), at=now()) is False


def week_of(school: School, *, until: date) -> list[Proposal]:
    lesson = lessons.lessons(school.source.id)[0]
    return queries.weeks(lesson, school.source, until=until, every=1)


def test_days_that_were_skipped_can_be_added_again(school: School) -> None:
    school.source.ends_on = date(2026, 11, 30)
    found = week_of(school, until=date(2026, 11, 30))
    days = [date(2026, 11, day) for day in (9, 16, 23, 30)]
    assert days_of(found) == days
    keep = {"2026-11-09", "2026-11-23"}
    chosen = [one for one in all_of(found) if one.key in keep]
    repeat = {"cohort": school.source, "reason": "", "by": cast.office(), "at": now()}
    assert actions.repeat(taken=chosen, **repeat) == 2
    left = week_of(school, until=date(2026, 11, 30))
    assert days_of(left) == [days[1], days[3]]
    assert actions.repeat(taken=all_of(left), **repeat) == 2
    assert week_of(school, until=date(2026, 11, 30)) == []
    with pytest.raises(Refused, match="请至少勾选一次课"):
        actions.repeat(taken=[], **repeat)


def test_a_week_cancelled_later_can_be_added_again(school: School) -> None:
    school.source.ends_on = date(2026, 11, 30)
    office, until = cast.office(), date(2026, 11, 9)
    repeat = {"cohort": school.source, "reason": "", "by": office, "at": now()}
    actions.repeat(taken=all_of(week_of(school, until=until)), **repeat)
    (there,) = [one for one in lessons.lessons(school.source.id) if days_of([one]) == [until]]
    planning.cancel_lesson(
        lesson=there, cohort=school.source, reason="停电", seen=there.version, by=office, at=now()
    )
    assert days_of(week_of(school, until=until)) == [until]


def test_weeks_are_weighed_in_a_fixed_number_of_statements(school: School) -> None:
    school.source.ends_on = date(2027, 3, 1)
    session.flush()
    with statements() as few:
        week_of(school, until=date(2026, 11, 16))
    with statements() as many:
        week_of(school, until=date(2027, 3, 1))
    assert len(few) == len(many)
