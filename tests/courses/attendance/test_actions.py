"""Sheets of half-days on a real database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import select

from courses.attendance import actions, queries
from courses.attendance.rules import Entry, Presence
from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.queries import get_cohort
from courses.cohorts.rules import CohortStage
from courses.timetable.rules import HalfDay
from lms.ground.audit.models import AuditEntry
from lms.ground.clock import from_local
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing, Refused
from tests import cast, make
from tests.courses.counting import statements

pytestmark = pytest.mark.usefixtures("context")
DAY = make.FIRST_DAY
NOON = from_local(datetime.combine(DAY, time(12)))
P = Presence
M, A = HalfDay.MORNING, HalfDay.AFTERNOON


@pytest.fixture
def cohort() -> Cohort:
    """Two learners; three hours in the morning, three and three quarters in the afternoon."""
    made = make.cohort(stage=CohortStage.RUNNING)
    for name in ("王学", "赵同"):
        make.enrolment(made, make.person(name))
    make.lesson(made, hours="2")
    make.lesson(made, starts=time(11, 30), ends=time(12, 30), hours="1")
    make.lesson(made, starts=time(14, 30), ends=time(17, 30), hours="3.75")
    return get_cohort(made.id, cast.office())


def learners(cohort: Cohort) -> list[Enrolment]:
    return list(session.scalars(select(Enrolment).where(Enrolment.cohort_id == cohort.id)))


def take(
    cohort: Cohort,
    *presences: Presence,
    half: HalfDay = M,
    seen: str = "",
    at: datetime = NOON,
    day: date = DAY,
) -> int:
    rows = learners(cohort)
    return actions.take(
        cohort=cohort,
        day=day,
        half_day=half,
        entries={row.id: Entry(one) for row, one in zip(rows, presences, strict=False)},
        seen=seen,
        by=cast.adviser(),
        at=at,
    )


def stamp(cohort: Cohort, half: HalfDay = M) -> str:
    return queries.stamp(queries.sheet(cohort.id, DAY, half).values())


def test_a_sheet_is_written_down(cohort: Cohort) -> None:
    assert take(cohort, P.PRESENT, P.SICK_LEAVE) == 2
    first, second = learners(cohort)
    assert queries.marks(cohort.id) == {
        (first.id, DAY, M): P.PRESENT,
        (second.id, DAY, M): P.SICK_LEAVE,
    }
    assert [one.marks for one in queries.sessions(cohort.id)] == [2, 0]


def test_the_same_sheet_twice_is_one(cohort: Cohort) -> None:
    take(cohort, P.PRESENT, P.LATE)
    assert take(cohort, P.PRESENT, P.LATE, at=NOON + timedelta(seconds=1)) == 0
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "attendance.take"))
    assert len(entries.all()) == 1


def test_a_correction_is_written_into_the_trail(cohort: Cohort) -> None:
    take(cohort, P.PRESENT, P.ABSENT)
    assert take(cohort, P.PRESENT, P.OFFICIAL_LEAVE, seen=stamp(cohort)) == 1
    corrected = select(AuditEntry).where(AuditEntry.action == "attendance.correct")
    entry = session.scalars(corrected).one()
    assert entry.sentence == "把赵同12月1日上午的考勤由“旷课”改为“公假”"
    assert (entry.details["was"], entry.details["to"]) == ("absent", "official_leave")


def test_a_stale_sheet_changes_nothing(cohort: Cohort) -> None:
    opened = stamp(cohort)
    take(cohort, P.PRESENT, P.PRESENT)
    with pytest.raises(Conflict):
        take(cohort, P.ABSENT, P.PRESENT, seen=opened)


def test_tomorrow_is_not_taken_today(cohort: Cohort) -> None:
    with pytest.raises(Refused, match="12月1日还没有到，不能提前考勤"):
        take(cohort, P.PRESENT, P.PRESENT, at=NOON - timedelta(days=1))


def test_a_half_day_without_lessons_has_no_sheet(cohort: Cohort) -> None:
    with pytest.raises(Missing):
        take(cohort, P.PRESENT, P.PRESENT, half=HalfDay.EVENING)


def test_a_learner_of_another_cohort_is_missing(cohort: Cohort) -> None:
    stranger = make.enrolment(make.cohort())
    with pytest.raises(Missing):
        actions.take(
            cohort=cohort,
            day=DAY,
            half_day=M,
            entries={stranger.id: Entry(P.PRESENT)},
            seen="",
            by=cast.adviser(),
            at=NOON,
        )


def test_a_closed_cohort_keeps_its_sheets(cohort: Cohort) -> None:
    closed = make.cohort(stage=CohortStage.CLOSED)
    make.lesson(closed)
    with pytest.raises(Refused, match="已经结班"):
        take(get_cohort(closed.id, cast.office()))


def test_the_tally_adds_up_hours_in_three_statements(cohort: Cohort) -> None:
    take(cohort, P.PRESENT, P.LATE)
    take(cohort, P.PERSONAL_LEAVE, P.ABSENT, half=A)
    session.flush()
    with statements() as asked:
        first, second = queries.tally(cohort.id)
    assert len(asked) == 3
    assert (first.hours_total, first.hours_present, first.leave_hours) == (
        Decimal("6.75"),
        Decimal(3),
        Decimal("3.75"),
    )
    assert first.ratio == Fraction(5, 9)
    assert (second.hours_present, second.absent_hours, second.late) == (
        Decimal(3),
        Decimal("3.75"),
        1,
    )


def test_one_learner_is_tallied_alone_as_with_all(cohort: Cohort) -> None:
    take(cohort, P.PRESENT, P.LATE)
    rows = learners(cohort)
    assert [queries.tally_of(row) for row in rows] == queries.tally(cohort.id)


def test_who_left_is_not_tallied(cohort: Cohort) -> None:
    first, second = learners(cohort)
    first.withdrawn_on = DAY
    session.flush()
    assert [one.enrolment_id for one in queries.tally(cohort.id)] == [second.id]


def test_progress_of_many_cohorts_costs_two_statements(cohort: Cohort) -> None:
    ids = [cohort.id, *(make.cohort().id for _ in range(5))]
    with statements() as asked:
        found = queries.progress(ids)
    assert (len(asked), len(found[cohort.id]), found[ids[1]]) == (2, 2, [])
