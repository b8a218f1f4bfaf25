"""What stands against a wanted lesson: a table of cases, those of other systems' bugs among them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from courses.timetable.rules import day_span
from courses.timetable.rules.conflicts import (
    SEVERITIES,
    CohortFacts,
    Conflict,
    ConflictKind,
    InstructorFacts,
    Severity,
    SharedLearner,
    VenueFacts,
    Wanted,
    conflicts,
    refusals,
)
from courses.venues.rules import Blocked, Booked, Claimed, Opening, Travel
from lms.ground.spans import Span

DAY = date(2026, 12, 1)
K = ConflictKind
COHORT = CohortFacts(7, "知行学堂第7期", DAY, date(2026, 12, 3), learners=40)
VENUE = VenueFacts(1, "党建实务操作室", capacity=60)
WANG = InstructorFacts(person_id=5, name="王某")
WANTED = Wanted(
    cohort=COHORT,
    course_title="党章",
    span=day_span(DAY, time(8, 30), time(11, 30)),
    venue=VENUE,
    instructor=WANG,
)


def at(starts: str, ends: str, *, day: date = DAY) -> Span:
    return day_span(day, time.fromisoformat(starts), time.fromisoformat(ends))


def venue_at(span: Span) -> Booked:
    return Booked(Claimed.VENUE, 1, "党建实务操作室", span, "“别的班”的《别的课》", "lesson")


def person_at(span: Span) -> Booked:
    return Booked(Claimed.PERSON, 5, "王某", span, "“别的班”的《别的课》", "lesson")


def cohort_at(span: Span, cohort_id: int = 7) -> Booked:
    return Booked(Claimed.COHORT, cohort_id, "", span, "“别的班”的《别的课》", "lesson")


@pytest.mark.parametrize(
    ("span", "clashes"),
    [
        pytest.param(at("08:30", "11:30"), True, id="the very same times (pretalx#1266)"),
        pytest.param(at("08:30", "09:00"), True, id="the same start"),
        pytest.param(at("11:00", "11:30"), True, id="the same end"),
        pytest.param(at("09:00", "10:00"), True, id="inside"),
        pytest.param(at("08:00", "12:00"), True, id="around"),
        pytest.param(at("11:29", "12:00"), True, id="one minute"),
        pytest.param(at("11:30", "12:00"), False, id="back to back after"),
        pytest.param(at("07:00", "08:30"), False, id="back to back before"),
        pytest.param(at("23:00", "09:00", day=date(2026, 11, 30)), True, id="through the night"),
        pytest.param(at("23:00", "01:00", day=date(2026, 11, 30)), False, id="past midnight only"),
        pytest.param(at("08:30", "11:30", day=date(2026, 12, 2)), False, id="the day after"),
        pytest.param(at("08:30", "11:30", day=date(2025, 12, 1)), False, id="the year before"),
    ],
)
@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        (venue_at, K.VENUE_TAKEN),
        (person_at, K.INSTRUCTOR_TAKEN),
        (cohort_at, K.COHORT_TAKEN),
    ],
)
def test_times_clash_when_they_share_an_instant(
    claim: object, kind: ConflictKind, span: Span, clashes: bool
) -> None:
    found = [one.kind for one in conflicts(WANTED, [claim(span)])]  # type: ignore[operator]
    assert found == ([kind] if clashes else [])


def test_a_lesson_past_midnight_clashes_with_the_next_morning() -> None:
    """pretalx#1087: an end on the next day was taken for one before the start."""
    night = WANTED._replace(span=at("22:00", "01:00"))
    early = at("00:30", "02:00", day=date(2026, 12, 2))
    assert [one.kind for one in conflicts(night, [venue_at(early)])] == [K.VENUE_TAKEN]


@pytest.mark.parametrize(
    ("wanted", "booked", "kinds"),
    [
        pytest.param(WANTED, [], [], id="nothing booked"),
        pytest.param(
            WANTED,
            [Booked(Claimed.VENUE, 2, "别处", WANTED.span, "“x”")],
            [],
            id="another venue",
        ),
        pytest.param(
            WANTED, [Booked(Claimed.PERSON, 6, "李某", WANTED.span, "“x”")], [], id="another person"
        ),
        pytest.param(WANTED, [cohort_at(WANTED.span, 8)], [], id="another cohort"),
        pytest.param(
            WANTED._replace(shared=(SharedLearner("赵某", 8, "越语学堂第2期"),)),
            [cohort_at(WANTED.span, 8)],
            [K.LEARNER_TAKEN],
            id="a learner in both",
        ),
        pytest.param(
            WANTED._replace(shared=(SharedLearner("赵某", 9, "越语学堂第2期"),)),
            [cohort_at(WANTED.span, 8)],
            [],
            id="a learner in a third that is free",
        ),
        pytest.param(
            WANTED._replace(venue=None, instructor=None),
            [venue_at(WANTED.span), person_at(WANTED.span)],
            [],
            id="neither venue nor instructor wanted",
        ),
        pytest.param(
            WANTED._replace(span=at("08:30", "11:30", day=date(2026, 12, 4))),
            [],
            [K.OUTSIDE_DATES],
            id="after the last day",
        ),
        pytest.param(
            WANTED._replace(span=at("08:30", "11:30", day=date(2026, 11, 30))),
            [],
            [K.OUTSIDE_DATES],
            id="before the first day",
        ),
        pytest.param(
            WANTED._replace(span=at("22:00", "01:00", day=date(2026, 12, 3))),
            [],
            [],
            id="past midnight of the last day",
        ),
        pytest.param(
            WANTED._replace(venue=replace(VENUE, capacity=40)), [], [], id="just enough seats"
        ),
        pytest.param(
            WANTED._replace(venue=replace(VENUE, capacity=39)),
            [],
            [K.TOO_FEW_SEATS],
            id="one seat short",
        ),
        pytest.param(
            WANTED._replace(venue=replace(VENUE, closed_on=DAY)), [], [K.VENUE_CLOSED], id="closed"
        ),
        pytest.param(
            WANTED._replace(venue=replace(VENUE, closed_on=date(2026, 12, 2))),
            [],
            [],
            id="closed tomorrow",
        ),
        pytest.param(
            WANTED._replace(instructor=WANG._replace(in_pool=False, state_name="暂停")),
            [],
            [K.NOT_IN_POOL],
            id="paused",
        ),
        pytest.param(
            WANTED._replace(instructor=WANG._replace(teaches_course=False)),
            [],
            [K.NOT_QUALIFIED],
            id="not qualified",
        ),
        pytest.param(WANTED._replace(in_plan=False), [], [K.NOT_IN_PLAN], id="not in the plan"),
        pytest.param(
            WANTED._replace(in_plan=False, venue=replace(VENUE, capacity=1)),
            [venue_at(WANTED.span), person_at(WANTED.span), cohort_at(WANTED.span)],
            [K.VENUE_TAKEN, K.INSTRUCTOR_TAKEN, K.COHORT_TAKEN, K.TOO_FEW_SEATS, K.NOT_IN_PLAN],
            id="everything at once, the gravest first",
        ),
        pytest.param(
            WANTED,
            [venue_at(WANTED.span), venue_at(WANTED.span)],
            [K.VENUE_TAKEN],
            id="the same sentence once",
        ),
    ],
)
def test_what_stands_against_a_lesson(
    wanted: Wanted, booked: list[Booked], kinds: list[ConflictKind]
) -> None:
    assert [one.kind for one in conflicts(wanted, booked)] == kinds


def test_every_kind_of_conflict_has_a_severity() -> None:
    assert set(SEVERITIES) == set(ConflictKind)


def test_a_learner_in_two_cohorts_is_named() -> None:
    shared = tuple(SharedLearner(f"学员{n}", 8, "越语学堂第2期") for n in range(1, 6))
    (found,) = conflicts(WANTED._replace(shared=shared), [cohort_at(WANTED.span, 8)])
    assert found.sentence == (
        "学员1、学员2、学员3等5人（同时是“越语学堂第2期”学员）"
        "2026年12月1日（星期二）上午 8:30–11:30 已安排“别的班”的《别的课》（场地未定），时间重叠。"
    )


HARD = Conflict(K.VENUE_TAKEN, "占用。")
SOFT = Conflict(K.NOT_QUALIFIED, "没有这门课。")
MILD = Conflict(K.LEARNER_TAKEN, "学员冲突。")


@pytest.mark.parametrize(
    ("found", "reason", "sentences"),
    [
        ([], "", []),
        ([MILD], "", []),
        ([SOFT], "", ["没有这门课。", "如确需这样安排，请填写理由。"]),
        ([SOFT, MILD], "临时代课", []),
        ([HARD], "临时代课", ["占用。"]),
        ([HARD, SOFT], "", ["占用。", "没有这门课。", "如确需这样安排，请填写理由。"]),
        ([HARD, SOFT], "临时代课", ["占用。"]),
    ],
)
def test_a_reason_lifts_what_allows_it(
    found: list[Conflict], reason: str, sentences: list[str]
) -> None:
    assert refusals(found, reason=reason) == sentences


def test_severities_are_those_that_were_decided() -> None:
    hard = {kind for kind, severity in SEVERITIES.items() if severity is Severity.REFUSE}
    assert hard == {
        K.VENUE_TAKEN, K.INSTRUCTOR_TAKEN, K.COHORT_TAKEN, K.OUTSIDE_DATES, K.VENUE_CLOSED,
        K.VENUE_BLOCKED,
    }  # fmt: skip


BASE = 2
TRAVEL = Travel({(1, 3): 20}, bases=frozenset({BASE}), unknown=30)


def held(claimed: Claimed, number: int, span: Span, place_id: int | None) -> Booked:
    return Booked(
        claimed, number, "王某", span, "“别的班”的《别的课》", "lesson", "四连山", (), place_id
    )


@pytest.mark.parametrize(
    ("place_id", "starts", "ends", "too_far"),
    [
        pytest.param(3, "07:00", "08:10", False, id="twenty minutes for a way of twenty"),
        pytest.param(3, "07:00", "08:11", True, id="nineteen minutes for a way of twenty"),
        pytest.param(3, "11:40", "13:00", True, id="ten minutes afterwards"),
        pytest.param(3, "11:50", "13:00", False, id="twenty minutes afterwards"),
        pytest.param(BASE, "07:00", "08:10", True, id="to a base nobody said how long it takes"),
        pytest.param(BASE, "07:00", "08:00", False, id="time enough for such a base"),
        pytest.param(4, "07:00", "08:30", False, id="between rooms of the school"),
        pytest.param(1, "07:00", "08:30", False, id="in the same room"),
        pytest.param(None, "07:00", "08:30", False, id="nobody knows where"),
    ],
)
@pytest.mark.parametrize(("claimed", "number"), [(Claimed.PERSON, 5), (Claimed.COHORT, 7)])
def test_who_comes_from_elsewhere_needs_time_to_walk(
    claimed: Claimed, number: int, place_id: int | None, starts: str, ends: str, too_far: bool
) -> None:
    found = conflicts(WANTED, [held(claimed, number, at(starts, ends), place_id)], TRAVEL)
    assert [one.kind for one in found] == ([K.TOO_FAR] if too_far else [])


def test_a_way_too_far_says_where_from_and_how_long() -> None:
    (found,) = conflicts(WANTED, [held(Claimed.PERSON, 5, at("07:00", "08:15"), 3)], TRAVEL)
    assert found.sentence == (
        "王某2026年12月1日（星期二）上午 7:00–8:15 在四连山有“别的班”的《别的课》，"
        "与党建实务操作室之间路上要20分钟，只留了15分钟。"
    )


def test_others_may_walk_as_they_like() -> None:
    stranger = held(Claimed.PERSON, 6, at("07:00", "08:29"), 3)
    assert conflicts(WANTED, [stranger], TRAVEL) == []


HOURS = (Opening(1, time(8), time(17)), Opening(2, time(8), time(11)))


@pytest.mark.parametrize(
    ("openings", "span", "sentence"),
    [
        pytest.param((), at("23:00", "01:00"), "", id="no hours: always open"),
        pytest.param(HOURS, at("08:00", "17:00"), "", id="exactly the hours"),
        pytest.param(
            HOURS,
            at("07:59", "09:00"),
            "党建实务操作室周二的开放时间是08:00–17:00，7:59–9:00不在其中。",
            id="a minute early",
        ),
        pytest.param(
            HOURS,
            at("16:00", "01:00"),
            "党建实务操作室周二的开放时间是08:00–17:00，16:00–1:00不在其中。",
            id="across midnight",
        ),
        pytest.param(
            HOURS,
            at("09:00", "10:00", day=date(2026, 12, 3)),
            "党建实务操作室周四不开放。",
            id="a weekday without hours",
        ),
    ],
)
def test_a_venue_is_open_when_it_says(
    openings: tuple[Opening, ...], span: Span, sentence: str
) -> None:
    wanted = WANTED._replace(span=span, venue=replace(VENUE, openings=openings))
    told = [one.sentence for one in conflicts(wanted, []) if one.kind is K.VENUE_NOT_OPEN]
    assert told == ([sentence] if sentence else [])


@pytest.mark.parametrize(
    ("span", "blocked"),
    [
        pytest.param(at("08:30", "11:30"), True, id="the very same times"),
        pytest.param(at("11:30", "12:00"), False, id="right after"),
        pytest.param(at("23:00", "09:00", day=date(2026, 11, 30)), True, id="through the night"),
        pytest.param(at("00:00", "08:30"), False, id="until it begins"),
    ],
)
def test_a_blocked_venue_cannot_be_had(span: Span, blocked: bool) -> None:
    wanted = WANTED._replace(venue=replace(VENUE, blocked=(Blocked(span, "检修线路"),)))
    assert [one.kind for one in conflicts(wanted, [])] == ([K.VENUE_BLOCKED] if blocked else [])


def test_who_is_away_can_teach_for_a_reason_only() -> None:
    wanted = WANTED._replace(instructor=WANG._replace(away="每周二上午不便授课"))
    (found,) = conflicts(wanted, [])
    assert (found.kind, found.severity) == (K.INSTRUCTOR_AWAY, Severity.REASON)
    assert found.sentence == "王某每周二上午不便授课。"


@pytest.mark.parametrize(
    ("hours", "others", "paid", "told"),
    [
        pytest.param("4", "0", "4", False, id="exactly what is paid"),
        pytest.param("4.25", "0", "4", True, id="a quarter more"),
        pytest.param("2", "2.5", "4", True, id="two lessons together"),
        pytest.param("9", "0", None, False, id="no limit"),
    ],
)
def test_hours_that_are_not_paid_are_told(
    hours: str, others: str, paid: str | None, told: bool
) -> None:
    limit = None if paid is None else Decimal(paid)
    teacher = WANG._replace(hours=Decimal(others), paid_hours=limit)
    found = conflicts(WANTED._replace(hours=Decimal(hours), instructor=teacher), [])
    assert [(one.kind, one.severity) for one in found] == (
        [(K.UNPAID_HOURS, Severity.TELL)] if told else []
    )
