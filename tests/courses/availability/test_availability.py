"""When an instructor can come, as rules and as rows."""

from __future__ import annotations

from datetime import date, time

import pytest

from courses.availability import actions, queries
from courses.availability.rules import Calendar, Period, period_faults, week_of
from courses.cohorts.queries import get_cohort
from courses.faculty.queries import get_instructor
from courses.timetable.actions import planning as timetable
from courses.timetable.rules import day_span
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Missing, Refused
from lms.ground.spans import Span
from tests import cast, make
from tests.courses.counting import statements

TUESDAY, WEDNESDAY = date(2026, 12, 1), date(2026, 12, 2)
MORNING, AFTERNOON = (time(8, 30), time(11, 30)), (time(14, 30), time(17, 30))
WEEK = week_of(["1-0", "1-1110"])
AWAY = Period(WEDNESDAY, date(2026, 12, 4), can_come=False, reason="出差")
ONCE = Period(TUESDAY, TUESDAY, can_come=True)


@pytest.mark.parametrize(
    ("calendar", "span", "fault"),
    [
        (Calendar(), day_span(TUESDAY, *MORNING), ""),
        (Calendar(WEEK), day_span(TUESDAY, *MORNING), "每周二上午不便授课"),
        (Calendar(WEEK), day_span(TUESDAY, *AFTERNOON), ""),
        (Calendar(WEEK), day_span(TUESDAY, time(13), time(18, 30)), ""),
        (Calendar(WEEK), day_span(TUESDAY, time(13), time(18, 31)), "每周二晚上不便授课"),
        (Calendar(WEEK), day_span(WEDNESDAY, *MORNING), ""),
        (Calendar(WEEK), day_span(TUESDAY, time(22), time(1)), "每周二晚上不便授课"),
        (Calendar(WEEK), day_span(date(2026, 11, 30), time(22), time(1)), "每周二上午不便授课"),
        (Calendar(WEEK, (ONCE,)), day_span(TUESDAY, *MORNING), ""),
        (
            Calendar(frozenset(), (AWAY,)),
            day_span(WEDNESDAY, *AFTERNOON),
            "2026年12月2日（星期三）至2026年12月4日（星期五）不能授课（出差）",
        ),
        (Calendar(frozenset(), (AWAY,)), day_span(date(2026, 12, 5), *MORNING), ""),
        (
            Calendar(WEEK, (Period(TUESDAY, TUESDAY, False, "开会"), ONCE)),
            day_span(TUESDAY, *AFTERNOON),
            "2026年12月1日（星期二）至2026年12月1日（星期二）不能授课（开会）",
        ),
    ],
)
def test_what_a_calendar_says_of_a_span(calendar: Calendar, span: Span, fault: str) -> None:
    assert calendar.fault(span) == fault


def test_boxes_that_no_page_has_mean_nothing() -> None:
    assert week_of(["7-0", "1-5", "x", ""]) == frozenset()


def test_a_period_ends_after_it_begins_and_says_why() -> None:
    assert period_faults(Period(WEDNESDAY, TUESDAY, False)) == [
        "结束日期不能早于开始日期。",
        "请写明不能授课的原因，排课的人要看。",
    ]
    assert period_faults(ONCE) == []


@pytest.mark.usefixtures("context")
def test_the_week_is_kept_as_it_was_last_ticked() -> None:
    wang, by = make.instructor(), cast.office()
    for weekly in (WEEK, WEEK, week_of(["1-1110", "4-780"])):
        actions.set_week(instructor=wang, weekly=weekly, by=by, at=now())
    assert {row.stretch for row in queries.weekly(wang.id)} == week_of(["1-1110", "4-780"])
    assert queries.unavailable(day_span(date(2026, 12, 4), *AFTERNOON)) == {
        wang.id: "每周五下午不便授课"
    }


@pytest.mark.usefixtures("context")
def test_days_said_twice_are_one_row_and_only_their_owner_takes_them_back() -> None:
    wang, li, by = make.instructor(), make.instructor(), cast.office()
    for _click in range(2):
        actions.add_period(instructor=wang, period=AWAY, by=by, at=now())
    (row,) = queries.periods(wang.id, since=WEDNESDAY)
    with pytest.raises(Missing):
        queries.get_period(row.id, instructor_id=li.id)
    actions.remove_period(row=queries.get_period(row.id, instructor_id=wang.id), by=by, at=now())
    assert queries.periods(wang.id, since=WEDNESDAY) == []
    with pytest.raises(Refused, match="请写明不能授课的原因"):
        actions.add_period(instructor=wang, period=Period(TUESDAY, TUESDAY, False), by=by, at=now())


@pytest.mark.usefixtures("context")
def test_what_was_booked_before_is_listed_and_stays() -> None:
    course, by = make.course("党章"), cast.office()
    wang = get_instructor(make.instructor(teaches=(course,)).id)
    cohort = get_cohort(make.cohort(course).id, by)
    planned = {"course": course, "instructor": wang, "hours": course.hours, "by": by, "at": now()}
    timetable.schedule(cohort=cohort, span=day_span(WEDNESDAY, *MORNING), **planned)
    start = day_span(TUESDAY, *MORNING).start
    assert queries.affected(wang, since=start) == []
    actions.add_period(instructor=wang, period=AWAY, by=by, at=now())
    ((booking, fault),) = queries.affected(wang, since=start)
    assert (booking.label, "出差" in fault) == ("“知行学堂第1期”的《党章》", True)


@pytest.mark.usefixtures("context")
def test_calendars_of_many_take_two_statements() -> None:
    for _number in range(5):
        actions.set_week(instructor=make.instructor(), weekly=WEEK, by=cast.office(), at=now())
    session.flush()
    with statements() as sent:
        assert len(queries.calendars()) == 5
    assert len(sent) == 2
