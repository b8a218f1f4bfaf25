"""Many lessons at once: all or none, each checked against everything and against the others."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from courses.catalogue.rules import CourseForm
from courses.cohorts.models import Cohort
from courses.cohorts.queries import get_cohort
from courses.timetable.actions import planning
from courses.timetable.actions.together import schedule_all
from courses.timetable.models import Lesson, LessonChange
from courses.timetable.queries import lessons
from courses.timetable.rules import day_span
from courses.timetable.rules.arrangement import Arrangement
from courses.venues.models import Booking
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.norms.actions import load_baseline
from tests import cast, make
from tests.courses.counting import statements

FIRST = date(2026, 11, 2)


@pytest.fixture
def cohort(context: None) -> Cohort:
    load_baseline(at=now())
    made = make.cohort(make.course("党章"), number=1, starts_on=FIRST, days=60, capacity=40)
    return get_cohort(made.id, cast.office())


def wanted(cohort: Cohort, day: int, begins: int = 8, **changed: Any) -> Arrangement:
    span = day_span(FIRST + timedelta(days=day), time(begins, 30), time(begins + 3, 30))
    given: dict[str, Any] = {
        "course_id": cohort.courses[0].course_id, "form": CourseForm.LECTURE,
        "starts_at": span.start, "ends_at": span.end, "hours": Decimal(3),
    }  # fmt: skip
    return Arrangement(**{**given, **changed})


def put(cohort: Cohort, *these: Arrangement, reason: str = "") -> list[Lesson]:
    return schedule_all(cohort=cohort, wanted=these, reason=reason, by=cast.office(), at=now())


def count(of: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(of)) or 0


def test_every_lesson_has_its_bookings_its_line_in_the_log_and_in_the_trail(cohort: Cohort) -> None:
    course = cohort.courses[0].course
    wang, hall = make.instructor(make.person("王某"), teaches=(course,)), make.venue("一号教室")
    place = {"venue_id": hall.id, "instructor_id": wang.id, "host": "李某", "note": "带教材"}
    made = put(cohort, wanted(cohort, 0, **place), wanted(cohort, 1))
    assert made == lessons.lessons(cohort.id)
    assert (made[0].venue, made[0].instructor, made[0].host) == (hall, wang, "李某")
    assert count(Booking) == 4
    log = session.scalars(select(LessonChange).order_by(LessonChange.id)).all()
    assert [one.lesson_id for one in log] == [one.id for one in made]
    trail = select(AuditEntry.subject_id).where(AuditEntry.action == "timetable.schedule")
    assert list(session.scalars(trail)) == [one.id for one in made]


def test_lessons_of_one_lot_stand_against_each_other(cohort: Cohort) -> None:
    with pytest.raises(Refused) as refused:
        put(cohort, wanted(cohort, 0), wanted(cohort, 0, 10), wanted(cohort, 1))
    assert [why.partition("：")[0] for why in refused.value.reasons] == [
        "2026年11月2日（星期一）上午 8:30–11:30《党章》",
        "2026年11月2日（星期一）上午 10:30–13:30《党章》",
    ]
    assert (count(Lesson), count(Booking)) == (0, 0)


def test_the_hours_of_a_half_day_are_those_of_the_whole_lot(cohort: Cohort) -> None:
    course = cohort.courses[0].course
    wang = make.instructor(make.person("王某"), teaches=(course,))
    mine = {"instructor_id": wang.id, "hours": Decimal("2.5")}
    first = wanted(cohort, 0, **mine, ends_at=wanted(cohort, 0, 6).ends_at)
    later = wanted(cohort, 0, **mine, starts_at=wanted(cohort, 0, 6).ends_at)
    put(cohort, first, later)
    (told, _also) = session.scalars(
        select(AuditEntry.details).where(AuditEntry.action == "timetable.schedule")
    ).all()
    assert any("共5" in sentence for sentence in told["despite"]), told


def test_what_others_have_booked_stands_in_the_way_and_a_reason_lifts_what_it_may(
    cohort: Cohort,
) -> None:
    hall = make.venue("一号教室", capacity=1)
    other = get_cohort(make.cohort(number=2, starts_on=FIRST, days=5).id, cast.office())
    planning.schedule(
        cohort=other, course=cohort.courses[0].course, span=wanted(cohort, 0).span,
        hours=Decimal(3), venue=hall, reason="只有这一间", by=cast.office(), at=now(),
    )  # fmt: skip
    with pytest.raises(Refused, match="一号教室2026年11月2日"):
        put(cohort, wanted(cohort, 0, venue_id=hall.id), wanted(cohort, 1))
    for _ in range(2):
        make.enrolment(cohort)
    with pytest.raises(Refused, match="坐不下"):
        put(cohort, wanted(cohort, 2, venue_id=hall.id))
    assert len(put(cohort, wanted(cohort, 2, venue_id=hall.id), reason="旁听不坐")) == 1


def reads(sent: list[str]) -> int:
    """Rows are written one by one on SQLite, which tells the number of each new row."""
    return sum(not one.startswith("INSERT") for one in sent)


def test_however_many_are_looked_at_in_the_same_number_of_statements(cohort: Cohort) -> None:
    hall = make.venue("一号教室")
    with statements() as few:
        put(cohort, *(wanted(cohort, day, venue_id=hall.id) for day in range(2)))
    with statements() as many:
        made = put(cohort, *(wanted(cohort, day, venue_id=hall.id) for day in range(2, 32)))
    assert reads(many) == reads(few)
    with statements() as taking:
        planning.cancel_all(made, cohort=cohort, reason="停办", by=cast.office(), at=now())
    assert reads(taking) <= 4, taking
    assert len(lessons.lessons(cohort.id)) == 2
    assert count(Booking) == 4
