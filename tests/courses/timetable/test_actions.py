"""Putting lessons on the timetable: rows, claims, refusals, releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortStage
from courses.faculty.models import Instructor
from courses.faculty.queries import get_instructor
from courses.faculty.rules import InstructorState
from courses.timetable.actions import planning, releasing
from courses.timetable.models import Lesson, TimetableRelease
from courses.timetable.queries import checks, lessons, releases
from courses.timetable.rules import day_span
from courses.timetable.rules.releases import from_json
from courses.venues import actions as venues
from courses.venues.models import Booking, Venue
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Conflict, Refused
from lms.ground.notices.models import Notice
from lms.ground.spans import Span
from tests import cast, make
from tests.courses.counting import statements

DAY = make.FIRST_DAY
MORNING = day_span(DAY, time(8, 30), time(11, 30))
AFTERNOON = day_span(DAY, time(14, 30), time(17, 30))


@dataclass
class School:
    """One cohort with a course, who teaches it, and where."""

    cohort: Cohort
    venue: Venue
    wang: Instructor

    def schedule(self, span: Span = MORNING, **changed: Any) -> Lesson:
        wanted = {
            "cohort": self.cohort,
            "course": self.cohort.courses[0].course,
            "span": span,
            "hours": Decimal(3),
            "venue": self.venue,
            "instructor": self.wang,
        }
        return planning.schedule(**{**wanted, **changed}, by=cast.office(), at=now())

    def reschedule(self, lesson: Lesson, **changed: Any) -> None:
        wanted = {"course": lesson.course, "hours": Decimal(3), "venue": self.venue, "seen": 1}
        planning.reschedule(
            lesson=lesson,
            cohort=self.cohort,
            **{**wanted, **changed},
            by=cast.office(),
            at=now(),
        )


@pytest.fixture
def school(context: None) -> School:
    return build()


def build() -> School:
    course = make.course("党章")
    wang = make.instructor(make.person("王某"), teaches=(course,))
    cohort = make.cohort(course, number=7)
    return School(loaded(cohort), make.venue("党建实务操作室"), get_instructor(wang.id))


def loaded(cohort: Cohort) -> Cohort:
    return get_cohort(cohort.id, cast.office())


def claims() -> list[tuple[bool, bool, bool]]:
    rows = session.scalars(select(Booking).order_by(Booking.id))
    return [(bool(row.venue_id), bool(row.person_id), bool(row.cohort_id)) for row in rows]


def test_a_lesson_claims_venue_instructor_and_cohort(school: School) -> None:
    lesson = school.schedule()
    assert claims() == [(True, False, False), (False, True, False), (False, False, True)]
    assert set(session.scalars(select(Booking.holder_id))) == {lesson.id}
    assert set(session.scalars(select(Booking.label))) == {"“知行学堂第7期”的《党章》"}


def test_a_clash_says_who_where_and_when(school: School) -> None:
    school.schedule()
    other = loaded(make.cohort(school.cohort.courses[0].course, number=8))
    with pytest.raises(Refused) as refusal:
        school.schedule(cohort=other)
    assert refusal.value.reasons == (
        "党建实务操作室2026年12月1日（星期二）上午 8:30–11:30 "
        "已安排“知行学堂第7期”的《党章》（王某），时间重叠。",
        "王某（授课教师）2026年12月1日（星期二）上午 8:30–11:30 "
        "已在党建实务操作室上“知行学堂第7期”的《党章》，时间重叠。",
    )
    assert session.scalar(select(func.count(Lesson.id))) == 1


def test_the_same_form_twice_books_once(school: School) -> None:
    school.schedule()
    with pytest.raises(Refused, match="知行学堂第7期"):
        school.schedule()
    assert len(claims()) == 3


def test_back_to_back_is_no_clash(school: School) -> None:
    school.schedule()
    school.schedule(day_span(DAY, time(11, 30), time(12)))
    assert len(claims()) == 6


def test_checking_asks_the_same_few_statements_however_much_is_booked(school: School) -> None:
    school.schedule()
    session.flush()
    with statements() as asked:
        checks.conflicts_of(
            cohort=school.cohort,
            course=school.cohort.courses[0].course,
            span=MORNING,
            venue=school.venue,
            instructor=school.wang,
        )
    assert len(asked) == 17


@pytest.mark.parametrize("state", [InstructorState.PAUSED, InstructorState.CANDIDATE])
def test_who_is_not_in_the_pool_needs_a_reason(school: School, state: InstructorState) -> None:
    make.pool_step(school.wang, state)
    with pytest.raises(Refused) as refusal:
        school.schedule()
    assert refusal.value.reasons[-1] == "如确需这样安排，请填写理由。"
    school.schedule(reason="原任教师临时出差")
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "timetable.schedule")
    ).one()
    assert entry.details["reason"] == "原任教师临时出差"
    assert len(entry.details["despite"]) == 1


def test_moving_a_lesson_moves_its_claims(school: School) -> None:
    lesson = school.schedule()
    school.reschedule(lesson, span=AFTERNOON, instructor=None)
    assert claims() == [(True, False, False), (False, False, True)]
    assert set(session.scalars(select(Booking.starts_at))) == {AFTERNOON.start}
    school.schedule()


def test_a_lesson_does_not_clash_with_itself(school: School) -> None:
    lesson = school.schedule()
    later = day_span(DAY, time(9), time(12))
    school.reschedule(lesson, span=later, instructor=school.wang)
    assert lesson.span == later


def test_a_stale_form_moves_nothing(school: School) -> None:
    lesson = school.schedule()
    with pytest.raises(Conflict):
        school.reschedule(lesson, span=AFTERNOON, seen=0)


def test_a_cancelled_lesson_gives_back_what_it_claimed(school: School) -> None:
    lesson = school.schedule()
    planning.cancel_lesson(
        lesson=lesson, cohort=school.cohort, reason="改期", seen=1, by=cast.office(), at=now()
    )
    assert claims() == []
    assert session.scalar(select(func.count(Lesson.id))) == 0


def test_a_closed_cohort_gets_no_more_lessons(school: School) -> None:
    closed = loaded(make.cohort(stage=CohortStage.CLOSED))
    with pytest.raises(Refused, match="已经结班"):
        school.schedule(cohort=closed, course=make.course())


def test_a_sitting_that_claims_the_venue_refuses_the_lesson(school: School) -> None:
    venues.claim(
        holder_kind="sitting",
        holder_id=1,
        span=MORNING,
        label="“第6期结业考试”",
        venue_id=school.venue.id,
        person_ids=[school.wang.person_id],
    )
    with pytest.raises(Refused) as refusal:
        school.schedule()
    assert refusal.value.reasons[1] == (
        "王某（授课教师）2026年12月1日（星期二）上午 8:30–11:30 "
        "已在党建实务操作室监考“第6期结业考试”，时间重叠。"
    )


def test_a_claim_that_clashes_is_refused_and_writes_nothing(school: School) -> None:
    school.schedule()
    with pytest.raises(Refused, match="党建实务操作室"):
        venues.claim(
            holder_kind="sitting",
            holder_id=1,
            span=MORNING,
            label="“结业考试”",
            venue_id=school.venue.id,
        )
    assert len(claims()) == 3


def test_a_learner_of_two_cohorts_is_told_and_not_refused(school: School) -> None:
    zhao = make.person("赵同")
    make.enrolment(school.cohort, zhao)
    other = make.cohort(number=9)
    make.enrolment(other, zhao)
    school.schedule()
    found = checks.conflicts_of(
        cohort=loaded(other), course=make.course(), span=MORNING, venue=None, instructor=None
    )
    assert [one.sentence for one in found if "赵同" in one.sentence] == [
        "赵同（同时是“知行学堂第7期”学员）2026年12月1日（星期二）上午 8:30–11:30 "
        "已安排“知行学堂第7期”的《党章》（王某，党建实务操作室），时间重叠。"
    ]


def _release(school: School, number: int) -> TimetableRelease:
    return releasing.release(cohort=school.cohort, seen=number, by=cast.office(), at=now())


def _notices() -> list[tuple[int, str]]:
    rows = session.scalars(select(Notice).order_by(Notice.id))
    return [(row.person_id, row.body) for row in rows]


def test_a_first_release_tells_learners_and_instructors(school: School) -> None:
    learner = make.enrolment(school.cohort)
    school.schedule()
    made = _release(school, 1)
    assert [from_json(plain).course for plain in made.lessons] == ["党章"]
    assert _notices() == [
        (learner.person_id, "共1次课，请查看课程表。"),
        (
            school.wang.person_id,
            "新增：2026年12月1日（星期二）上午 8:30–11:30《党章》（王某，党建实务操作室）。",
        ),
    ]


def test_a_release_tells_the_adviser_what_it_tells_the_learners(school: School) -> None:
    adviser = make.person("陈班")
    school.cohort.adviser_id = adviser.id
    school.schedule(instructor=None)
    _release(school, 1)
    assert _notices() == [(adviser.id, "共1次课，请查看课程表。")]


def test_a_second_click_releases_nothing_more(school: School) -> None:
    school.schedule()
    assert _release(school, 1).id == _release(school, 1).id
    assert len(_notices()) == 1


def test_a_release_without_news_is_refused(school: School) -> None:
    school.schedule()
    _release(school, 1)
    with pytest.raises(Refused, match="不需要再发布"):
        _release(school, 2)


def test_a_later_release_tells_those_whom_it_changes(school: School) -> None:
    school.schedule()
    other = make.instructor(make.person("李某"), teaches=(school.cohort.courses[0].course,))
    school.schedule(AFTERNOON, instructor=get_instructor(other.id))
    _release(school, 1)
    before = len(_notices())
    lesson = lessons.lessons(school.cohort.id)[1]
    planning.cancel_lesson(
        lesson=lesson, cohort=school.cohort, reason="改期", seen=1, by=cast.office(), at=now()
    )
    _release(school, 2)
    assert _notices()[before:] == [
        (
            other.person_id,
            "取消：2026年12月1日（星期二）下午 14:30–17:30《党章》（李某，党建实务操作室）。",
        )
    ]


def test_learners_see_the_release_and_planners_the_draft(school: School) -> None:
    school.schedule()
    learner = cast.learner()
    seen = [len(releases.shown_entries(school.cohort, who)) for who in (cast.office(), learner)]
    _release(school, 1)
    school.schedule(AFTERNOON)
    seen += [len(releases.shown_entries(school.cohort, who)) for who in (cast.office(), learner)]
    assert seen == [1, 0, 2, 1]


def test_the_load_of_an_instructor_is_what_he_teaches(school: School) -> None:
    school.schedule()
    assert [one.hours for one in lessons.load(school.wang.id, since=MORNING.start)] == [Decimal(3)]
    assert lessons.load(school.wang.id, since=MORNING.end) == []
    assert lessons.planned_hours(school.cohort.id) == Decimal(3)


def test_days_of_a_cohort_bound_its_lessons(school: School) -> None:
    outside = day_span(date(2026, 12, 4), time(8, 30), time(11, 30))
    with pytest.raises(Refused) as refusal:
        school.schedule(outside)
    assert refusal.value.reasons == (
        "2026年12月4日（星期五）不在“知行学堂第7期”的办班时间"
        "（2026年12月1日（星期二）至2026年12月3日（星期四））里。",
    )


def test_what_changes_after_planning_is_shown_with_the_lesson(school: School) -> None:
    school.schedule()
    school.schedule(AFTERNOON)
    assert checks.standing_conflicts(school.cohort) == []
    make.pool_step(school.wang, InstructorState.PAUSED)
    school.cohort.starts_on = school.cohort.ends_on
    session.flush()
    with statements() as asked:
        found = checks.standing_conflicts(school.cohort)
    assert [(entry.half_day.value, conflict.kind.value) for entry, conflict in found] == [
        ("morning", "outside_dates"),
        ("morning", "not_in_pool"),
        ("afternoon", "outside_dates"),
        ("afternoon", "not_in_pool"),
    ]
    assert len(asked) == 22
