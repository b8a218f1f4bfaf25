"""What is entered after a lesson was booked: it is listed with what it affects, and nothing is lost."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from courses.availability import actions as availability
from courses.availability.rules import week_of
from courses.timetable.actions import planning
from courses.timetable.actions.telling import tell_affected
from courses.timetable.queries import checks, lessons, log
from courses.timetable.rules.conflicts import ConflictKind
from courses.venues import actions as venues
from courses.venues import queries as rooms
from courses.venues.models import Booking
from courses.venues.rules import Opening, VenueDraft, VenueKind, when
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.notices.models import Notice
from lms.ground.people.queries import get_person_of
from lms.ground.spans import Span
from tests import cast, make
from tests.courses.counting import statements
from tests.courses.timetable.test_actions import AFTERNOON, MORNING, School, build, claims

K = ConflictKind


@pytest.fixture
def school(context: None) -> School:
    return build()


def _block(school: School, span: Span, reason: str = "检修线路") -> None:
    venues.block(school.venue, span, reason=reason, by=cast.office(), at=now())


def _standing(school: School) -> list[tuple[str, str]]:
    found = checks.standing_conflicts(school.cohort)
    return [(entry.half_day.value, conflict.kind.value) for entry, conflict in found]


def test_a_blocking_after_booking_lists_the_lesson_and_loses_nothing(school: School) -> None:
    school.schedule()
    school.schedule(AFTERNOON)
    _block(school, MORNING)
    assert _standing(school) == [("morning", "venue_blocked")]
    assert len(claims()) == 6
    with pytest.raises(Refused, match=r"停用：检修线路。"):
        school.reschedule(lessons.lessons(school.cohort.id)[1], span=MORNING)


def test_a_blocking_that_is_lifted_is_forgotten(school: School) -> None:
    school.schedule()
    _block(school, MORNING)
    _block(school, MORNING)
    (blocking,) = rooms.blockings(MORNING)
    venues.unblock(blocking, by=cast.office(), at=now())
    assert _standing(school) == []


def test_a_sitting_cannot_claim_a_blocked_venue(school: School) -> None:
    _block(school, MORNING)
    with pytest.raises(Refused) as refusal:
        venues.claim(
            holder_kind="sitting",
            holder_id=1,
            span=MORNING,
            label="“结业考试”",
            venue_id=school.venue.id,
        )
    assert refusal.value.reasons == (
        "党建实务操作室2026年12月1日（星期二）上午 8:30–11:30 停用：检修线路。",
    )


def test_opening_hours_entered_later_mark_what_lies_outside(school: School) -> None:
    school.schedule()
    school.schedule(AFTERNOON)
    draft = VenueDraft(
        school.venue.name, VenueKind.ROOM, 60, openings=(Opening(1, time(8), time(12)),)
    )
    session.refresh(school.venue, ["openings"])
    venues.revise(school.venue, draft, seen=school.venue.version, by=cast.office(), at=now())
    assert _standing(school) == [("afternoon", "venue_not_open")]


def test_a_way_entered_later_marks_both_lessons(school: School) -> None:
    school.schedule()
    far = make.venue("四连山")
    school.schedule(
        Span(MORNING.end, MORNING.end + timedelta(hours=1)), venue=far, hours=Decimal(1)
    )
    assert _standing(school) == []
    venues.set_travel(school.venue, {far.id: 40}, by=cast.office(), at=now())
    assert _standing(school) == [("morning", "too_far")] * 4
    venues.set_travel(far, {school.venue.id: None}, by=cast.office(), at=now())
    assert _standing(school) == []


def test_availability_entered_later_marks_the_lesson_and_loses_nothing(school: School) -> None:
    """pretalx #480: a speaker who withdraws after the schedule was made."""
    school.schedule()
    school.schedule(AFTERNOON)
    tuesday_mornings = week_of(["1-0"])
    availability.set_week(
        instructor=school.wang, weekly=tuesday_mornings, by=cast.office(), at=now()
    )
    assert _standing(school) == [("morning", "instructor_away")]
    assert len(claims()) == 6


def test_hours_beyond_what_is_paid_are_told_with_every_lesson(school: School) -> None:
    school.schedule()
    school.schedule(Span(MORNING.end, MORNING.end + timedelta(hours=1)), hours=Decimal("1.25"))
    school.schedule(AFTERNOON, hours=Decimal(4))
    assert _standing(school) == [("morning", "unpaid_hours")] * 2


def test_a_whole_year_is_checked_with_the_statements_of_one_lesson(school: School) -> None:
    school.schedule()
    school.schedule(AFTERNOON)
    span = Span(MORNING.start - timedelta(days=200), MORNING.start + timedelta(days=200))
    session.flush()
    with statements() as asked:
        checks.standing(span)
    few = len(asked)
    for number in range(8, 12):
        other = make.cohort(number=number)
        make.lesson(other)
    with statements() as asked:
        checks.standing(span)
    assert len(asked) == few


def test_a_skipped_day_can_be_added_again(school: School) -> None:
    """Indico #4180: what was left out once could never be put back."""
    lesson = school.schedule()
    number = lesson.id
    planning.cancel_lesson(
        lesson=lesson, cohort=school.cohort, reason="放假", seen=1, by=cast.office(), at=now()
    )
    step = log.last_of(number)
    planning.undo(step, cohort=school.cohort, reason="照常上课", by=cast.office(), at=now())
    restored = log.find_lesson(number)
    assert restored is not None
    assert (restored.span, restored.version, len(claims())) == (MORNING, 3, 3)
    assert session.query(Booking).filter_by(holder_id=number).count() == 3


def test_only_the_latest_change_is_taken_back(school: School) -> None:
    lesson = school.schedule()
    school.reschedule(lesson, span=AFTERNOON, instructor=school.wang)
    first, second = reversed(log.changes_of(school.cohort.id).rows)
    assert log.revocable([first, second]) == {second.id}
    with pytest.raises(Refused, match="请先撤销那一步"):
        planning.undo(first, cohort=school.cohort, reason="撤销", by=cast.office(), at=now())
    planning.undo(second, cohort=school.cohort, reason="撤销", by=cast.office(), at=now())
    assert lesson.span == MORNING
    assert log.last_of(lesson.id).undoes_id == second.id


def test_taking_back_is_refused_when_the_place_is_taken(school: School) -> None:
    lesson = school.schedule()
    school.reschedule(lesson, span=AFTERNOON, instructor=school.wang)
    step = log.last_of(lesson.id)
    school.schedule()
    with pytest.raises(Refused, match="时间重叠"):
        planning.undo(step, cohort=school.cohort, reason="撤销", by=cast.office(), at=now())


def test_a_change_says_what_it_was_and_what_it_is(school: School) -> None:
    lesson = school.schedule()
    school.reschedule(lesson, span=AFTERNOON, instructor=school.wang)
    assert [one.sentence for one in log.changes_since(lesson.id, 1)] == [
        "调整：2026年12月1日（星期二）上午 8:30–11:30《党章》（王某，党建实务操作室），"
        "改为2026年12月1日（星期二）下午 14:30–17:30《党章》（王某，党建实务操作室）。"
    ]


def test_planners_and_the_adviser_hear_of_what_cannot_stay(school: School) -> None:
    office, adviser = get_person_of(cast.office()), make.person()
    school.cohort.adviser_id = adviser.id
    stranger = make.cohort(number=9, adviser=make.person())
    lesson = school.schedule()
    venues.claim(
        holder_kind="other", holder_id=1, span=AFTERNOON, label="借用", venue_id=school.venue.id
    )
    numbers = list(session.scalars(select(Booking.id).where(Booking.venue_id == school.venue.id)))
    assert tell_affected("教室停用。", numbers, link="/venues/1", at=now()) == 2
    found = {one.person_id: one for one in session.scalars(select(Notice))}
    told = {number: one.subject for number, one in found.items()}
    assert told == {office.id: "2项安排需要调整", adviser.id: "1项安排需要调整"}
    assert stranger.adviser_id not in found
    body = found[adviser.id].body.split("\n")
    assert body[0] == "教室停用。"
    assert body[2] == f"{when(lesson.span)} “{school.cohort.title}”的《党章》"
    assert found[adviser.id].link == f"/timetable/cohorts/{school.cohort.id}"
    assert tell_affected("教室停用。", [], link="", at=now()) == 0
